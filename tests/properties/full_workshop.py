"""A company with every table, and shots at what works on more than plan, facts and runs.

Scenarios, exchange rates, several positions of one member, hosts and credit, another system's amounts, reviewed lists
of seats, previews of returns, comparisons of plans.
"""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path
from typing import Any, ClassVar, Self

from tests.properties.damaged_files import NUMBERS, TEXTS, TIMES, damage_csv, damage_text_file
from tests.properties.ended import done
from tests.properties.workshop import MONTH, ROOT, Shot, Workshop, shorten, write_rows

COMPANY = ROOT / "examples" / "company"
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
LATER = "2026-02"


class FullWorkshop(Workshop):
    """The small company, and beside it one that uses every table; its last stored run is that of ``MONTH``."""

    KINDS: ClassVar[dict[str, float]] = {
        **{kind: share / 2 for kind, share in Workshop.KINDS.items()},
        "full_facts": 0.2,
        "full_plan": 0.08,
        "scenario": 0.08,
        "legacy": 0.04,
        "choices": 0.05,
        "returning": 0.03,
        "comparing": 0.02,
    }

    @classmethod
    def prepared(cls, folder: Path) -> Self:
        shop = super().prepared(folder)
        shutil.copytree(COMPANY, shop.full)
        shorten(shop.full)
        _with_parties(shop.full)
        _with_further_positions(shop.full)
        shop.full_plan_file.write_text(FULL, encoding="utf-8")
        seats = ["place", str(shop.full), "--tree", "binary", "--width", "2", "--on", "2025-01-01"]
        done([*seats, "--whole", "--out", str(folder / "edges.csv")])
        (folder / "edges.csv").replace(shop.full / "edges.csv")
        done(["run", str(shop.full_plan_file), str(shop.full), "--period", MONTH, "--out", str(shop.full_store)])
        with (shop.full_run / "earnings.csv").open(encoding="utf-8", newline="") as file:
            rows = [f"{row['member']},{row['bonus']},{row['earned']}" for row in csv.DictReader(file)]
        write_rows(folder / "legacy.csv", ["member,bonus,amount", *rows])
        write_rows(folder / "choices.csv", CHOICES)
        five, month = str(ROOT / "plans" / "five-levels.yaml"), ["--period", MONTH]
        done(["simulate", str(SCENARIOS[0]), "--plan", five, "--months", "2"])
        done(["compare", five, str(shop.full_plan_file), "--facts", str(shop.full), *month, "--to", MONTH])
        done(["return", "preview", str(shop.full), ORDER, *month, "--plan", str(shop.full_plan_file)])
        return shop

    @property
    def full(self) -> Path:
        return self.folder / "full"

    @property
    def full_plan_file(self) -> Path:
        return self.folder / "full.yaml"

    @property
    def full_store(self) -> Path:
        return self.folder / "full-store"

    @property
    def full_run(self) -> Path:
        return self.full_store / f"{MONTH}-full"

    # -- shots

    def full_facts(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.full, into / "facts")
        files = sorted((into / "facts").iterdir())
        newer = [file for file in files if file.stem in NEWER]
        file = dice.choice(newer if dice.random() < 0.6 else files)
        how = damage_csv(file, dice) if file.suffix == ".csv" else damage_text_file(file, dice)
        facts, plan = str(into / "facts"), str(self.full_plan_file)
        running = ["run", plan, facts, "--period", MONTH, "--out", str(into / "store")]
        going_on = ["run", plan, facts, "--period", LATER, "--state", str(self.full_run), "--dry"]
        return f"{file.name}, {how}", dice.choice(
            [
                ["facts", "check", facts],
                ["facts", "check", facts],
                running,
                running,
                running,
                going_on,
                ["place", facts, "--tree", "binary", "--width", "2", "--on", "2026-02-01", "--roll-up"],
                ["return", "preview", facts, ORDER, "--state", str(self.full_run)],
                ["analyse", plan, facts, "--period", MONTH, "--out", str(into / "tables")],
            ]
        )

    def full_plan(self, into: Path, dice: random.Random) -> Shot:
        file = into / "plan.yaml"
        shutil.copyfile(self.full_plan_file, file)
        how = damage_text_file(file, dice)
        following = ["--period", LATER, "--state", str(self.full_run), "--dry"]
        return how, dice.choice(
            [
                ["run", str(file), str(self.full), "--period", MONTH, "--out", str(into / "store")],
                ["run", str(file), str(self.full), *following],
                ["diff", str(self.full_run), "--plan", str(file)],
                ["place", str(self.full), str(file), "--tree", "seats", "--on", "2026-02-01"],
                ["return", "preview", str(self.full), ORDER, "--period", MONTH, "--plan", str(file)],
            ]
        )

    def scenario(self, into: Path, dice: random.Random) -> Shot:
        file = into / "scenario.yaml"
        text = dice.choice(SCENARIOS).read_text(encoding="utf-8").replace("start: 300", "start: 12")
        file.write_text(text, encoding="utf-8")
        how = damage_text_file(file, dice)
        plan = ROOT / "plans" / "five-levels.yaml"
        if dice.random() < 0.2:
            plan = into / "plan.yaml"
            shutil.copyfile(ROOT / "plans" / "five-levels.yaml", plan)
            how += f" and {damage_text_file(plan, dice)}"
        simulate = ["simulate", str(file), "--plan", str(plan), "--months", "2"]
        ways = [[], ["--json"], ["--out", str(into / "facts")], ["--seed", strange(dice)], ["--way", strange(dice)]]
        return how, [*simulate, *dice.choice(ways)]

    def legacy(self, into: Path, dice: random.Random) -> Shot:
        file = into / "legacy.csv"
        shutil.copyfile(self.folder / "legacy.csv", file)
        how = damage_csv(file, dice)
        return how, ["reconcile", str(self.full_run), str(file), *dice.choice([[], ["--json"], ["--all"]])]

    def choices(self, into: Path, dice: random.Random) -> Shot:
        """A damaged list of seats, or options that fit nothing."""
        file, how = into / "choices.csv", "options"
        shutil.copyfile(self.folder / "choices.csv", file)
        given = {"--tree": "binary", "--on": "2026-02-01", "--width": "2", "--choices": str(file)}
        if dice.random() < 0.7:
            how = damage_csv(file, dice)
        else:
            given[dice.choice(["--tree", "--on", "--width", "--under", "--fill", "--wait"])] = strange(dice)
        if dice.random() < 0.3:
            given["--out"] = str(into / dice.choice(["edges.csv", "no/edges.csv", "x" * 300, "choices.csv/edges.csv"]))
        flags = [flag for flag in ("--only-choices", "--roll-up", "--whole", "--json") if dice.random() < 0.2]
        return how, ["place", str(self.full), *[part for pair in given.items() for part in pair], *flags]

    def returning(self, into: Path, dice: random.Random) -> Shot:
        given: dict[str, Any] = {"--state": str(self.full_run)}
        if dice.random() < 0.3:
            given = {"--period": MONTH, "--plan": str(self.full_plan_file)}
        option = dice.choice(["order", "--line", "--quantity", "--on", "--state", "--plan", "--period"])
        order = strange(dice) if option == "order" else ORDER
        if option != "order":
            given[option] = dice.choice([strange(dice), "1", "2", "2026-02-03"])
        if option == "--quantity":
            given["--line"] = "1"
        facts = dice.choice([self.full, self.full, self.full, into])
        parts = [part for pair in given.items() for part in pair]
        return option, ["return", "preview", str(facts), order, *parts, *dice.choice([[], ["--json"]])]

    def comparing(self, into: Path, dice: random.Random) -> Shot:
        file = into / "plan.yaml"
        shutil.copyfile(ROOT / "plans" / "five-levels.yaml", file)
        how = damage_text_file(file, dice)
        history = ["--facts", str(self.full), "--period", MONTH, "--to", MONTH]
        return how, ["compare", str(file), str(self.full_plan_file), *history, "--html", str(into / "page.html")]


def strange(dice: random.Random) -> str:
    """What nobody should give as an option; no process can be given a NUL."""
    given = [*NUMBERS, *TIMES, *TEXTS, "2026-01", "2026-W53", "slot 3", "slot -1", "slot 9999999999", ".", "sponsor"]
    return dice.choice([text[:3000] for text in given if "\0" not in text])


def _with_parties(folder: Path) -> None:
    """Every third order is of a party of the first buyer, who pays some cents with credit; every fifth is in dollars of
    Canada.
    """
    orders = _rows(folder / "orders.csv")
    first = orders[0]["buyer"]
    own = {row["order"] for row in orders if row["buyer"] == first}
    for number, row in enumerate(orders):
        row["host"] = first if number % 3 == 0 else ""
        row["currency"] = "CAD" if number % 5 == 0 else "USD"
    _write(folder / "orders.csv", orders)
    lines = _rows(folder / "order_lines.csv")
    for row in lines:
        row["credit"] = "0.01" if row["order"] in own else ""
    _write(folder / "order_lines.csv", lines)


def _with_further_positions(folder: Path) -> None:
    """The first member has two more places below the own one."""
    first = _rows(folder / "members.csv")[0]["member"]
    for file, rows in (
        ("positions.csv", [f"second-place,{first}", f"third-place,{first}"]),
        ("edges.csv", [f"sponsor,{name},{first},2023-05-01,," for name in ("second-place", "third-place")]),
    ):
        path = folder / file
        write_rows(path, [*path.read_text(encoding="utf-8").splitlines(), *rows])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


NEWER = {
    "rates_fx",
    "positions",
    "orders",
    "order_lines",
    "edges",
    "status",
    "state",
    "balances",
    "overrides",
    "volumes",
}
"""Tables that the full plan reads; the others are only checked."""
ORDER = "101244"
CHOICES = [
    "position,parent,slot,from,reviewed,reason",
    "third-place,second-place,1,2026-02-02,commission manager,asked for",
    "otis-hill,third-place,right,,commission manager,",
    "jana-heath,third-place,left,2026-02-01,,not yet looked at",
]
FULL = """\
plan: Full
currency: USD
period: month
tree: sponsor
volumes: {pv: 0.01, cv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures:
  own: orders(pv)
  cash: orders(cv where credit = 0)
  all: lifetime(own)
conditions:
  active: participant and own >= 20
  steady: streak(active) >= 2
trees:
  seats: {placed: {width: 3, under: sponsor, fill: breadth}}
  stayed: {from: sponsor, keep: own > 0}
ranks:
  Member: active
  Builder: active and group(own) >= 200 and not override(exempt)
titles: {rule: falls, after: 2}
tables:
  rate_of_rank: {on: rank, values: {none: 0, Member: 4%, Builder: 8%}}
bonuses:
  party: {kind: party host, base: orders(cv), rate: 10%, pays in: goods}
  sides: {kind: binary, tree: binary, base: orders(pv), rate: 10%}
  difference: {kind: difference, from: self, base: orders(cv), rate: rate_of_rank, who: active, hold until: steady}
  level: {kind: level, tree: seats, base: orders(cv), compression: dynamic, who: active, rates: {Member: [5%], Builder: [5%, 4%]}}
  matched: {kind: match, of: [level], rates: [10%, 5%]}
  pool: {kind: pool, fund: 2% * company(orders(cv)), who: rank >= Builder, shares: own, cap per member: {at most: 100, over: last 3 periods}}
  once: {kind: milestone, steps: [{when: all >= 100, amount: 25}]}
limits:
  members: {at most: 900, exempt: [pool]}
  owners: {at most: 1500}
  company: {at most: 40% * company(orders(cv))}
  payout:
    from: 10
    below: carry
    negative: {forgiven after: 6}
    deductions: [{name: fee, amount: 1}, {name: tax, rate: 5%, of: [level]}]
returns: {later: same amounts}
"""
