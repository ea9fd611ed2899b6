"""Runs a random world through both engines and lists every difference: lines, breakage, carried state."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tests.reference.cadence import in_turn
from tests.reference.engine import ReferenceResult
from tests.reference.known import as_told, closed
from tests.reference.periods import named
from tests.reference.worlds import ended, played_chain

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import PlanFile, load_plan
from trueline.run import Result, chain, run
from trueline.run.past import Kept, PastRun

LINE = ("bonus", "receiver", "source", "order", "order_line", "part", "level", "rate", "base", "amount", "apportioned")


def facts_of(rows: dict[str, Any]) -> Facts:
    about = rows["company"]
    company = Company(
        "Random",
        about.get("timezone", "UTC"),
        about["currency"],
        {name: Fraction(unit) for name, unit in about.get("volumes", {}).items()},
        {},
    )
    tables = {name: table for name, table in rows.items() if name != "company"}
    return Facts.from_rows(company, tables, "random world")


def fast_runs(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> Iterator[Result]:
    whole, months = load_plan(plan, "random plan"), [Period.parse(period) for period in periods]
    if "lag" in rows["company"]:
        yield from as_known(whole, rows, list(map(Period.parse, map(named, in_turn(plan, periods)))))
    else:
        yield from chain(whole, facts_of(rows), None, months[0], months[-1])


def as_known(plan: PlanFile, rows: dict[str, Any], periods: list[Period]) -> Iterator[Result]:
    """Each period run with what was booked some days after its end, and with the inputs of the runs before."""
    lag, past, state = int(rows["company"]["lag"]), Kept(), None
    for period in periods:
        facts = facts_of(as_told(rows, closed(period.label, lag))).known_by(period.end_seconds + lag * 86_400)
        result = run(plan.at(period), facts, state, period, past=past)
        past.add(PastRun(plan.at(period), facts, state, period))
        state = result.state
        yield result


def fast(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> list[Result]:
    return list(fast_runs(plan, rows, periods))


def slow(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> list[ReferenceResult]:
    return list(played_chain(plan, rows, periods))


def legal(rows: dict[str, Any]) -> dict[str, Any]:
    """The rows as facts take them: sponsors in one place, nobody buys before joining, titles as values."""
    found = dict(rows)
    first: dict[str, str] = {}
    for order in rows.get("orders", []):
        for who in (order.get("buyer"), order.get("credited")):
            if who:
                first[who] = min(first.get(who, order["time"]), order["time"])
    found["members"] = [
        {**m, "joined": min(m["joined"], first.get(m["member"], m["joined"])[:10])} if m.get("joined") else m
        for m in rows["members"]
    ]
    if "edges" in rows:
        given = [
            {"tree": "sponsor", "position": m["member"], "parent": m["sponsor"]}
            for m in rows["members"]
            if m.get("sponsor")
        ]
        found["edges"] = [*rows["edges"], *given]
        found["members"] = [{name: text for name, text in m.items() if name != "sponsor"} for m in found["members"]]
    if "balances" in rows:
        found["balances"] = [_balance(row) for row in rows["balances"]]
    edges = found.get("edges", [])
    if not any(edge["tree"] == "placement" for edge in edges):
        sponsored = [
            {"tree": "sponsor", "position": m["member"], "parent": m["sponsor"]}
            for m in found["members"]
            if m.get("sponsor")
        ]
        root = {"tree": "placement", "position": rows["members"][0]["member"], "parent": ""}
        found["edges"] = [*edges, *sponsored, root]
        found["members"] = [{name: text for name, text in m.items() if name != "sponsor"} for m in found["members"]]
    return found


def _balance(row: dict[str, Any]) -> dict[str, Any]:
    if row["what"] == "title" and not row.get("value"):
        return {**row, "value": row["name"]}
    if row["what"] == "lifetime":
        return {**row, "value": str(int(Fraction(row["value"])) // 5 * 5)}
    return row


def whole_plan(plan: dict[str, Any], volumes: dict[str, str]) -> dict[str, Any]:
    """The plan as a plan file must be: roundings written out, units as in the facts."""
    unit = {"JPY": "1", "KRW": "1", "KWD": "0.001", "BHD": "0.001"}.get(plan["currency"], "0.01")
    usual = {"to": unit, "mode": "half up"}
    found = {**plan, "rounding": _whole(usual, plan.get("rounding") or {})}
    found["volumes"] = {name: volumes.get(name, unit) for name, unit in plan.get("volumes", {}).items()}
    if "bonuses" in plan and "dated" not in plan["bonuses"]:
        found["bonuses"] = {
            name: {**part, "rounding": _whole(usual, part["rounding"])} if "rounding" in part else part
            for name, part in plan["bonuses"].items()
        }
    return found


def _whole(usual: dict[str, str], rounding: dict[str, Any]) -> dict[str, Any]:
    return rounding if "dated" in rounding else usual | rounding


def differences(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> list[str]:
    """Every difference between the engines on one world; empty when they agree."""
    plan, rows = whole_plan(plan, rows["company"].get("volumes", {})), legal(rows)
    first, fast_end = ended(fast_runs(plan, rows, periods))
    second, slow_end = ended(played_chain(plan, rows, periods))
    ends = [f"the end: {fast_end or 'all is run'} / {slow_end or 'all is run'}"]
    return [*(ends if bool(fast_end) != bool(slow_end) else []), *apart(first, second)]  # of two reasons either will do


def apart(first: list[Result], second: list[ReferenceResult]) -> Iterator[str]:
    """Every difference between the periods of one engine and those of the other, each until it refused."""
    if len(first) != len(second):
        yield f"{len(first)} periods / {len(second)} before one is refused"
    for one, other in zip(first, second, strict=False):
        if one.world.period.label != other.period:
            yield f"{one.world.period.label} is run where {other.period} is due"
        yield from (f"{other.period}: {text}" for text in compare(one, other))


def compare(one: Result, other: ReferenceResult) -> Iterator[str]:
    members = one.member_ids
    if sorted(members) != sorted(other.ranks):
        yield f"members {members} / {sorted(other.ranks)}"
        return
    for member in members:
        for what, fast_rank, slow_rank in (
            ("rank", one.rank(member), other.ranks[member]),
            ("title", one.title(member), other.titles[member]),
        ):
            if (fast_rank or "none") != (slow_rank or "none"):
                yield f"{what} of {member}: {fast_rank} / {slow_rank}"
    yield from _measures(one, other, members)
    yield from _trees(one, other)
    yield from _lines(one, other)
    yield from _money(one, other, members)
    yield from _cuts(one, other)
    yield from _banks(one, other)


def _measures(one: Result, other: ReferenceResult, members: list[str]) -> Iterator[str]:
    for name, values in other.measures.items():
        if other.work.values.beside.part and name not in one.plan.steps:
            continue  # a part run has what its bonuses read
        for member in members:
            value = one.measure(member, name)
            if value != values[member]:
                yield f"{name} of {member}: {value} / {values[member]}"


def _trees(one: Result, other: ReferenceResult) -> Iterator[str]:
    for tree, parents in other.parents.items():
        if tree not in one.world.trees:
            continue
        for member in one.member_ids:
            inside = one.in_tree(tree, member)
            if inside != (member in parents):
                yield f"tree {tree} holds {member}: {inside} / {member in parents}"
            elif inside and one.parent(tree, member) != parents[member]:
                yield f"tree {tree} above {member}: {one.parent(tree, member)} / {parents[member]}"


def _lines(one: Result, other: ReferenceResult) -> Iterator[str]:
    def key(line: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(line[name] if line[name] is not None else "" for name in LINE)

    first = {key({name: getattr(line, name) for name in LINE}) for line in one.lines()}
    count = sum(1 for _ in one.lines())
    second = {key(line) for line in other.lines}
    if first != second or count != len(other.lines):
        yield f"{count} lines / {len(other.lines)}"
        for line in sorted(first - second, key=str)[:6]:
            yield f"only fast: {_shown(line)}"
        for line in sorted(second - first, key=str)[:6]:
            yield f"only slow: {_shown(line)}"


def _shown(line: tuple[Any, ...]) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(LINE, line, strict=True) if value not in ("", None))


def _money(one: Result, other: ReferenceResult, members: list[str]) -> Iterator[str]:
    unit, payout = one.plan.money_unit, one.payout
    zero = dict.fromkeys(("earned", "capped", "withheld", "released", "expired"), Fraction(0))
    for row, bonus in enumerate(payout.bonuses):
        for member in members:
            cell = other.earnings.get((member, bonus), zero)
            for name in zero:
                value = int(getattr(payout, name)[row, one.index(member)]) * unit
                if value != cell[name]:
                    yield f"{name} of {bonus} for {member}: {value} / {cell[name]}"
            if one.held(member, bonus) != other.held.get((member, bonus), 0):
                yield f"held of {bonus} for {member}: {one.held(member, bonus)} / {other.held.get((member, bonus), 0)}"
    for member in members:
        for name, value, wanted in (
            ("payable", one.payable(member), other.payable.get(member, Fraction(0))),
            ("goods", one.goods(member), other.goods.get(member, Fraction(0))),
            ("carried", one.carried(member), other.carried.get(member, Fraction(0))),
            ("forgiven", one.forgiven(member), other.forgiven.get(member, Fraction(0))),
        ):
            if value != wanted:
                yield f"{name} of {member}: {value} / {wanted}"
        for currency, wanted in [other.local[member]] if member in other.local else []:
            if one.paid_in(member, currency) != wanted:
                yield f"paid out to {member} in {currency}: {one.paid_in(member, currency)} / {wanted}"
        for name in payout.deductions:
            wanted = other.deductions.get(member, {}).get(name, Fraction(0))
            if one.deduction(member, name) != wanted:
                yield f"deduction {name} of {member}: {one.deduction(member, name)} / {wanted}"
    for bonus in payout.bonuses:
        if one.promised[bonus] != other.promised[bonus]:
            yield f"promised of {bonus}: {one.promised[bonus]} / {other.promised[bonus]}"
        if {k: v for k, v in one.breakage[bonus].items() if v} != other.breakage[bonus]:
            yield f"breakage of {bonus}: {one.breakage[bonus]} / {other.breakage[bonus]}"


def _cuts(one: Result, other: ReferenceResult) -> Iterator[str]:
    """Every row of the table of cuts: the limit that took something of a member's bonus, and how much."""
    rows = one.table("cuts").to_pylist() if "cuts" in one.tables else []
    first = {(row["member"], row["bonus"], row["limit"]): Fraction(row["amount"]) for row in rows}
    if len(first) < len(rows):
        yield f"{len(rows)} rows of cuts, {len(first)} of them different"
    for key in sorted(first.keys() | other.cuts.keys()):
        if first.get(key) != other.cuts.get(key):
            yield f"cut of {key}: {first.get(key)} / {other.cuts.get(key)}"


def _banks(one: Result, other: ReferenceResult) -> Iterator[str]:
    """Every side of every binary: opening, new, taken, flushed by reason, closing."""
    first = {}
    for row in one.table("bank").to_pylist() if "bank" in one.tables else []:
        numbers = {name: Fraction(row.pop(name)) for name in list(row) if name not in ("bonus", "member", "side")}
        first[row["member"], row["bonus"], row["side"]] = {name: value for name, value in numbers.items() if value}
    second = {}
    for (member, bonus), sides in other.banks.items():
        for name, side in zip(("left", "right"), sides, strict=True):
            numbers = {"opening": side.opening, "new": side.new, "taken": side.taken, "closing": side.volume}
            numbers |= {reason.replace(" ", "_"): volume for reason, volume in side.flushed.items()}
            shown = {key: value for key, value in numbers.items() if value}
            if shown:
                second[member, bonus, name] = shown
    for key in sorted(first.keys() | second.keys()):
        if first.get(key) != second.get(key):
            yield f"bank of {key}: {first.get(key)} / {second.get(key)}"
