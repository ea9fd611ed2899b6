"""The bundled company as its CSV files say it, and the tables of runs over it, for reading figures a second time.

Nothing here uses the code that measures. Plain rows and fractions, each function from the words of definitions.yaml.
Money and shares agree exactly; where cents were split by volume, and for statistics, to the digit that is printed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import trueline
from trueline.analyse.figure import Figure

HOME = Path(__file__).resolve().parents[2]
COMPANY, PLANS = HOME / "examples" / "company", ("mlm", "nm")
ALWAYS, NEVER = datetime(1, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - the company's own clock
START, END, DAY = datetime(2023, 4, 1), datetime(2026, 4, 1), timedelta(days=1)  # noqa: DTZ001 - the company's own clock
MONTHS = [f"{2023 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(36)]
Row = dict[str, Any]
Money = defaultdict[Any, Fraction]


# --- the company, as its files say it -----------------------------------------------------------------------------------


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (COMPANY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def when(text: str, blank: datetime = NEVER) -> datetime:
    return datetime.fromisoformat(text) if text else blank


def last_day(month: str) -> datetime:
    return (when(f"{month}-01") + 31 * DAY).replace(day=1) - DAY


def cents(amount: Fraction) -> Fraction:
    """Half up to cents."""
    return Fraction(int(abs(amount) * 100 + Fraction(1, 2)), 100) * (1 if amount >= 0 else -1)


def dollars(amount: str, currency: str, at: datetime) -> Fraction:
    if currency in ("", "USD"):
        return Fraction(amount)
    return cents(Fraction(amount) * [Fraction(r["rate"]) for r in rows("rates_fx") if when(r["from"]) <= at][-1])


SPELLS = {
    m["member"]: [
        (when(r["from"], ALWAYS), when(r["to"]))
        for r in rows("roles")
        if r["member"] == m["member"] and r["role"] == "participant"
    ]
    for m in rows("members")
}
LEFT = {m["member"]: when(m["left"]) for m in rows("members")}
PEOPLE = sorted(m for m, spells in SPELLS.items() if any(f < END and t > START for f, t in spells))
BEGAN = {m: min(f for f, _ in SPELLS[m]) for m in PEOPLE}
ENDED = {m: min(LEFT[m], max(t for _, t in SPELLS[m])) for m in PEOPLE}
ORDERS = {o["order"]: o for o in rows("orders")}
LINES = {(r["order"], r["line"]): r for r in rows("order_lines")}
KIND = {p["sku"]: p["kind"] for p in rows("products")}
REFUND: Money = defaultdict(Fraction)
BACK: defaultdict[Any, int] = defaultdict(int)
for back in rows("returns"):
    REFUND[back["order"], back["line"]] += Fraction(back["refund"])
    BACK[back["order"], back["line"]] += int(back["quantity"])


def participant(member: str, at: datetime) -> bool:
    return any(f <= at < t for f, t in SPELLS[member])


def customer(member: str, at: datetime) -> bool:
    held = (r for r in rows("roles") if r["member"] == member and r["role"] == "customer")
    return any(when(r["from"], ALWAYS) <= at < when(r["to"]) for r in held)


def above(member: str, at: datetime) -> str:
    """The sponsor at a time; "" for nobody."""
    links = (e for e in rows("edges") if e["tree"] == "sponsor" and e["position"] == member)
    return next((e["parent"] for e in links if when(e["from"], ALWAYS) <= at < when(e["to"])), "")


def upline(member: str, at: datetime) -> list[str]:
    found = []
    while member := above(member, at):
        found.append(member)
    return found


def seller(member: str, at: datetime) -> str:
    """The member who was a participant, or the nearest one above."""
    while member and not participant(member, at):
        member = above(member, at)
    return member


RECRUITER = {m: above(m, BEGAN[m]) for m in PEOPLE}
RECRUITS = {m: sum(by == m for by in RECRUITER.values()) for m in PEOPLE}


def spent(line: Any) -> Fraction:
    return Fraction(LINES[line]["price"]) - REFUND[line]


def commissionable(line: Any) -> Fraction:
    sold = int(LINES[line]["quantity"])
    return cents(Fraction(LINES[line]["volume.cv"]) * (sold - BACK[line]) / sold)


def use(line: Any) -> str:
    order = ORDERS[line[0]]
    if order["kind"] == "joining pack" or KIND[LINES[line]["sku"]] in ("kit", "fee", "tool", "event"):
        return "joining"
    if not participant(order["buyer"], when(order["time"])):
        return "from_customers"
    return {"own use": "own_use", "autoship": "autoship", "": "unknown"}.get(order["kind"], "resale")


# --- the two plans over it ------------------------------------------------------------------------------------------------


@cache
def tables(plan: str) -> dict[str, list[Row]]:
    """The tables that the runs of all months left, each row with its month."""
    files, found = trueline.Facts.read(COMPANY), defaultdict(list)
    first, last = trueline.Period.parse(MONTHS[0]), trueline.Period.parse(MONTHS[-1])
    for result in trueline.chain(trueline.load_plan(HOME / f"plans/reference-{plan}.yaml"), files, None, first, last):
        for name in ("lines", "earnings", "members", "trees"):
            found[name] += [row | {"month": result.period} for row in result.table(name).to_pylist()]
    return dict(found)


@cache
def printed() -> dict[tuple[str, str], Figure]:
    plans = [trueline.load_plan(HOME / f"plans/reference-{plan}.yaml") for plan in PLANS]
    told = trueline.compare_plans(plans, trueline.Facts.read(COMPANY)).rows
    return {(p, f.measure): f for row in told for p, side in zip(PLANS, row.figures, strict=True) for f in side}


@cache
def rewards(plan: str) -> dict[str, Fraction]:
    found: Money = defaultdict(Fraction)
    for row in tables(plan)["earnings"]:
        found[row["member"]] += Fraction(row["earned"])
    return {m: found[m] for m in PEOPLE}


def paid_in(plan: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for row in tables(plan)["earnings"]:
        if row["earned"] > 0:
            found[row["month"]].add(row["member"])
    return found


def trees(plan: str, name: str) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for row in tables(plan)["trees"]:
        if row["tree"] == name:
            found[row["month"]][row["member"]] = row["parent"]
    return found


def agree(plan: str, **found: Fraction | int) -> None:
    for name, value in found.items():
        assert printed()[plan, name].value == value, name


def agree_as_printed(plan: str, **found: Fraction | float) -> None:
    for name, value in found.items():
        shown = printed()[plan, name]
        assert shown.definition.shown(Fraction(value)) == shown.text, name


def share(some: Iterable[Any], of: Iterable[Any]) -> Fraction:
    return Fraction(len(list(some)), len(list(of)))


both = pytest.mark.parametrize("plan", PLANS)
