"""Run a real payroll month through the public command and compare every amount with the legacy system's.

    python examples/santegra.py PAYROLL_FOLDER

reads ``members.csv``, ``expected.csv`` and ``eu_orders_expected.csv``, writes them as a folder of facts,
calls ``trueline run`` with ``plans/santegra.yaml``, and prints how many amounts agree. Exit 1 when one differs.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

HOME = Path(__file__).resolve().parent.parent
PERIOD = "2016-02"
BONUSES = {
    "personal_bonus": ["personal"],
    "team_bonus": ["team", "frontline eu"],
    "courtesy_bonus": ["courtesy"],
    "override_bonus": ["override", "override eu"],
    "infinity_bonus": ["infinity"],
}
"""The legacy columns and the bonuses of the plan that each stands for."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, header: list[str], lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])


def rank_name(text: str) -> str:
    """The plan's name of a legacy rank: SENIOR_MANAGER or SEN_VICE alike."""
    words = text.replace("_", " ").title().split()
    return " ".join({"Sen": "Senior", "Exec": "Executive"}.get(word, word) for word in words)


def write_facts(source: Path, target: Path) -> None:
    """The payroll month as a folder of facts."""
    members = rows(source / "members.csv")
    orders = rows(source / "eu_orders_expected.csv")
    company = "company: Santegra\ntime zone: UTC\ncurrency: EUR\nvolumes: {pv: 0.01}\n"
    (target / "company.yaml").write_text(company, encoding="utf-8")
    write(
        target / "members.csv",
        ["member", "sponsor", "attribute.scheme"],
        [[m["member"], m["sponsor"], m["scheme"]] for m in members],
    )
    volumes = [[m["member"], "pv", m["pv"], f"{PERIOD}-28", "imported total"] for m in members if Decimal(m["pv"])]
    write(target / "volumes.csv", ["member", "volume", "amount", "effective", "reason"], volumes)
    given = [[m["member"], "rank", rank_name(m["forced_rank"]), "founder"] for m in members if m["forced_rank"]]
    write(target / "overrides.csv", ["member", "what", "value", "reason"], given)
    placed = {row["order"]: row for row in orders}
    write(
        target / "orders.csv",
        ["order", "buyer", "time", "kind"],
        [[order, row["buyer"], f"{PERIOD}-15", "own use"] for order, row in placed.items()],
    )
    write(
        target / "order_lines.csv",
        ["order", "line", "quantity", "price"],
        [[order, "1", "1", row["amount"]] for order, row in placed.items()],
    )


def compare(source: Path, run: Path) -> int:
    """Print what agrees; returns how many values differ."""
    members = {row["member"]: row for row in pq.read_table(run / "members.parquet").to_pylist()}
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in pq.read_table(run / "earnings.parquet").to_pylist():
        amounts[row["member"], row["bonus"]] += row["earned"]
    parents = {
        row["member"]: row["parent"]
        for row in pq.read_table(run / "trees.parquet").to_pylist()
        if row["tree"] == "survivors"
    }
    differences, survivors, paid = [], 0, 0
    for row in rows(source / "expected.csv"):
        member = row["member"]
        gone = row["compressed_parent"] == "COMPRESSED"
        if gone != (member not in parents):
            differences.append(f"{member}: survives {not gone}")
        elif not gone:
            survivors += 1
            found = (parents[member] or "", members[member]["pv"], members[member]["tv"])
            wanted = (row["compressed_parent"], Decimal(row["compressed_pv"]), Decimal(row["team_volume"]))
            if found != wanted:
                differences.append(f"{member}: parent, PV, TV {found}, legacy {wanted}")
        for column, names in BONUSES.items():
            wanted_amount = Decimal(row[column] or 0)
            found_amount = sum((amounts[member, name] for name in names), Decimal(0))
            paid += bool(wanted_amount)
            if found_amount != wanted_amount:
                differences.append(f"{member} {column}: {found_amount}, legacy {wanted_amount}")
    rebates = compare_rebates(source, run, differences)
    print(f"survivors {survivors}, bonus amounts {paid}, order rebates {rebates}, differences {len(differences)}")
    for difference in differences[:20]:
        print(difference, file=sys.stderr)
    return len(differences)


def compare_rebates(source: Path, run: Path, differences: list[str]) -> int:
    """Rebates per order and receiver; returns how many were compared."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in pq.read_table(run / "lines.parquet").to_pylist():
        if row["bonus"] in ("rebate eu", "shared rebate eu"):
            found[row["order"], row["receiver"]] += row["amount"]
    wanted = {
        (row["order"], row["paid_to"]): Decimal(row["amount_paid"]) for row in rows(source / "eu_orders_expected.csv")
    }
    differences.extend(
        f"order {order} to {member}: {found.get((order, member))}, legacy {amount}"
        for (order, member), amount in sorted(wanted.items())
        if found.get((order, member), Decimal(0)) != amount
    )
    return len(wanted)


def main() -> int:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else HOME.parent / "shared" / "payroll" / "santegra"
    if not source.exists():
        print(f"{source}: no such folder. Name the folder of the payroll month.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        facts, runs = Path(folder) / "facts", Path(folder) / "runs"
        facts.mkdir()
        write_facts(source, facts)
        plan = HOME / "plans" / "santegra.yaml"
        command = [
            sys.executable,
            "-m",
            "trueline",
            "run",
            str(plan),
            str(facts),
            "--period",
            PERIOD,
            "--out",
            str(runs),
        ]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command
        if done.returncode:
            return done.returncode
        return 1 if compare(source, next(runs.glob(f"{PERIOD}*"))) else 0


if __name__ == "__main__":
    sys.exit(main())
