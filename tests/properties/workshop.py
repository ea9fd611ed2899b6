"""Valid inputs of a small company, and shots: each damages a copy of one and says which command to run on it."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import pyarrow.parquet as pq
from tests.properties.damaged_files import (
    NUMBERS,
    TEXTS,
    TIMES,
    damage_bytes,
    damage_csv,
    damage_manifest,
    damage_parquet,
    damage_state,
    damage_text_file,
    forge,
)
from tests.properties.ended import done

from trueline.facts import Facts
from trueline.facts.arrow import arrow_table

ROOT = Path(__file__).parents[2]
COMPANY = ROOT / "examples" / "company-minimal"
PLANS = sorted((ROOT / "plans").glob("reference-*.yaml"))
LARGE = {"vendor_affiliate_23725.yaml"}
"""Pages of thousands of members: each attempt would take seconds."""
PAGES = [page for page in sorted((ROOT / "cases").rglob("*.yaml")) if page.name not in LARGE]
MONTH = "2026-01"

Shot = tuple[str, list[str]]


@dataclass
class Workshop:
    """The valid inputs, prepared once in ``folder``; a small company, its tables as Parquet, two stored runs."""

    KINDS: ClassVar[dict[str, float]] = {
        "plan": 0.34,
        "page": 0.3,
        "facts_as_csv": 0.14,
        "facts_as_parquet": 0.08,
        "stored_run": 0.09,
        "options": 0.05,
    }
    """The shots, each with its weight."""

    folder: Path

    @classmethod
    def prepared(cls, folder: Path) -> Self:
        shop = cls(folder)
        shutil.copytree(COMPANY, shop.csv)
        shorten(shop.csv)
        shop.parquet.mkdir()
        shutil.copyfile(shop.csv / "company.yaml", shop.parquet / "company.yaml")
        facts = Facts.read(shop.csv)
        for name, table in facts.tables.items():
            pq.write_table(arrow_table(table), shop.parquet / f"{name}.parquet")
        plan = str(shop.write_plan(folder))
        for arguments in (["--period", "2025-12"], ["--period", MONTH, "--state", f"{shop.store}/2025-12-stateful"]):
            done(["run", plan, str(shop.csv), "--out", str(shop.store), *arguments])
        return shop

    @property
    def csv(self) -> Path:
        return self.folder / "csv"

    @property
    def parquet(self) -> Path:
        return self.folder / "parquet"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @staticmethod
    def write_plan(folder: Path) -> Path:
        path = folder / "stateful.yaml"
        path.write_text(STATEFUL, encoding="utf-8")
        return path

    # -- shots

    def plan(self, into: Path, dice: random.Random) -> Shot:
        file = into / "plan.yaml"
        shutil.copyfile(dice.choice([*PLANS, self.folder / "stateful.yaml"]), file)
        how = damage_text_file(file, dice)
        chosen = dice.random()
        if chosen < 0.7:
            return how, ["plan", "check", str(file)]
        if chosen < 0.85:
            return how, ["plan", "show", str(file), dice.choice(["--markdown", "--html"])]
        return how, ["run", str(file), str(self.csv), "--period", MONTH, "--out", str(into / "store")]

    def page(self, into: Path, dice: random.Random) -> Shot:
        file = into / "page.yaml"
        shutil.copyfile(dice.choice(PAGES), file)
        return damage_text_file(file, dice), ["case", str(file), *(["--json"] if dice.random() < 0.1 else [])]

    def facts_as_csv(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.csv, into / "facts")
        file = dice.choice(sorted((into / "facts").iterdir()))
        how = damage_csv(file, dice) if file.suffix == ".csv" else damage_text_file(file, dice)
        return how, self._on_facts(into, dice)

    def facts_as_parquet(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.parquet, into / "facts")
        file = dice.choice(sorted((into / "facts").glob("*.parquet")))
        return damage_parquet(file, dice), self._on_facts(into, dice)

    def _on_facts(self, into: Path, dice: random.Random) -> list[str]:
        if dice.random() < 0.7:
            return ["facts", "check", str(into / "facts")]
        plan = str(self.folder / "stateful.yaml")
        return ["run", plan, str(into / "facts"), "--period", MONTH, "--out", str(into / "store")]

    def stored_run(self, into: Path, dice: random.Random) -> Shot:
        shutil.copytree(self.store, into / "store")
        run = into / "store" / f"{MONTH}-stateful"
        chosen = dice.random()
        if chosen < 0.35:
            how = damage_manifest(run / "manifest.json", dice)
        elif chosen < 0.55:
            how = forge(run, dice)
        elif chosen < 0.75:
            how = damage_state(run / "state.parquet", dice)
        elif chosen < 0.85:
            how = damage_parquet(run / f"{dice.choice(['lines', 'earnings', 'members'])}.parquet", dice)
        else:
            how = damage_bytes(dice.choice(sorted(p for p in (into / "store").rglob("*") if p.is_file())), dice)
        plan = str(self.folder / "stateful.yaml")
        following = ["run", plan, str(self.csv), "--period", "2026-02", "--state", str(run), "--dry"]
        return how, dice.choice(
            [
                ["replay", str(run)],
                ["replay", str(run), "--json"],
                ["explain", str(run), "lou-holt"],
                ["explain", str(run), "lou-holt", "--html", str(into / "page.html")],
                following,
                following,
            ]
        )

    def options(self, into: Path, dice: random.Random) -> Shot:
        """Options that nobody should write, a store that is not one, a run that has the name already."""
        plan, facts, out = str(self.folder / "stateful.yaml"), str(self.csv), into / "store"
        strange = [
            *NUMBERS,
            *TIMES,
            *TEXTS,
            "2026-01",
            "2026-W53",
            "2026-Q1",
            "0001",
            "9998",
            "9999-12",
            ".",
            "a/b",
            "x",
        ]
        strange = [text[:3000] for text in strange if "\0" not in text]  # no process can be given one
        option = dice.choice(["--period", "--to", "--state", "--name", "--booked-before", "--out", "store", "other"])
        if option == "other":
            text, run = dice.choice(strange), str(self.store / f"{MONTH}-stateful")
            return option, dice.choice(
                [
                    ["explain", run, text],
                    ["explain", run, "lou-holt", "--bonus", text],
                    ["explain", run, "lou-holt", "--why-not", text],
                    ["explain", run, "lou-holt", "--html", text if not text.strip(".x") else str(into / "no" / "x")],
                    ["plan", "show", plan, "--on", text],
                    ["plan", "check", text],
                    ["facts", "check", text],
                    ["replay", text],
                    ["case", text],
                    ["explain", text, "lou-holt"],
                ]
            )
        given = {"--period": MONTH, "--out": str(out)}
        if option == "store":
            option = damage_file_as_store(out, dice)
        elif option == "--out":
            given[option] = str(into / "elsewhere") + "/" + dice.choice(["x" * 300, "a/b/c", "é"])
        elif option == "--name":
            given[option] = dice.choice([*strange, "objects", "..", "../outside", ".partial-x", "objects/aa"])
        else:
            given[option] = dice.choice(strange)
        return option, ["run", plan, facts, *[part for pair in given.items() for part in pair]]


def damage_file_as_store(store: Path, dice: random.Random) -> str:
    """Something that is no store where the store should be."""
    how = dice.choice(["store is a file", "store is a circle of links", "run is a file", "objects is a file"])
    if how == "store is a circle of links":
        store.symlink_to(store)
    elif how == "store is a file":
        store.write_text("")
    else:
        store.mkdir()
    return how


STATEFUL = """\
plan: Stateful
currency: USD
period: month
volumes: {pv: 0.01, cv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures:
  own: orders(pv)
  all: lifetime(own)
  recent: last(3, own)
conditions:
  active: own >= 20
  steady: streak(active) >= 2
ranks:
  Member: active
  Builder: active and group(own) >= 200
bonuses:
  own sales: {kind: rebate, base: orders(cv), rate: 5%, hold until: steady}
  level: {kind: level, who: active, base: orders(cv), compression: dynamic, rates: {Member: [5%], Builder: [5%, 4%]}}
limits:
  payout: {from: 10, below: carry}
"""


def shorten(folder: Path) -> None:
    """Only what the two months need, so that a thousand attempts take minutes and not hours."""
    orders = (folder / "orders.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in orders[1:] if "2025-12" in line or "2026-01" in line][:120]
    names = {line.split(",")[0] for line in kept}
    write_rows(folder / "orders.csv", [orders[0], *kept])
    for file in ("order_lines.csv", "returns.csv"):
        rows = (folder / file).read_text(encoding="utf-8").splitlines()
        at = rows[0].split(",").index("order")
        write_rows(folder / file, [rows[0], *[row for row in rows[1:] if row.split(",")[at] in names]])


def write_rows(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
