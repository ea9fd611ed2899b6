"""What the dated versions of drawn plans reach: what comes, goes and is otherwise from one to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.reference.plan import Book, limit_of
from tests.reference.state import memory
from tests.reference.units import unit_of

Plan = dict[str, Any]
LIMITS = ("members", "owners", "company", "structures", "payout")


def of_dates(plan: Any, path: tuple[str, ...] = ()) -> Iterable[str]:
    """Where something is dated: a whole part of the plan, or something in it."""
    if isinstance(plan, dict) and set(plan) == {"dated"}:
        yield f"dated {'in ' if path[1:] else ''}{path[0]}"
    elif isinstance(plan, (dict, list)):
        for key, part in plan.items() if isinstance(plan, dict) else enumerate(plan):
            yield from of_dates(part, (*path, str(key)))


def of_change(before: Plan, after: Plan) -> set[str]:
    """What was there on one date and is not, or is otherwise, on the next one."""
    old, new = before["bonuses"], after["bonuses"]
    found = {"a bonus goes" for name in old if name not in new} | {"a bonus comes" for name in new if name not in old}
    gone = [bonus for name, bonus in old.items() if name not in new]
    found |= {"a bonus is renamed" for name, bonus in new.items() if name not in old and bonus in gone}
    for name in old.keys() & new.keys():
        found |= set(of_bonus(old[name], new[name]))
    paces = [{bonus.get("every") for bonus in one.values()} for one in (old, new)]
    found |= {"another set of cadences"} if paces[0] != paces[1] else set()
    found |= {"a rank goes"} if before.get("ranks", {}).keys() - after.get("ranks", {}).keys() else set()
    found |= set(of_limits(before.get("limits", {}), after.get("limits", {}))) | set(of_trees(before, after))
    for key, part in (("returns", "volume"), ("returns", "later"), ("late", "ranks")):
        rules = [one.get(key, {}).get(part) for one in (before, after)]
        found |= {f"another {key}.{part}"} if key in after and rules[0] != rules[1] else set()
    return found | set(of_history(Book(before), Book(after)))


def of_bonus(old: Plan, new: Plan) -> Iterator[str]:
    """How one bonus changes."""
    if old["kind"] != new["kind"]:
        yield "another kind"
        if "party host" in (old["kind"], new["kind"]):
            yield "money becomes goods" if new["kind"] == "party host" else "goods become money"
    if old.get("every") != new.get("every"):
        yield "another cadence"
    for key in ("hold until", "cap per member"):
        rules = [limit_of(one[key])[1] if key in one else None for one in (old, new)]
        if rules[0] != rules[1]:
            yield f"{key} comes" if rules[0] is None else f"{key} goes" if rules[1] is None else f"another {key}"
    if old["kind"] == new["kind"] == "milestone" and old.get("instalments") != new.get("instalments"):
        yield "other instalments"
    if old["kind"] == new["kind"] == "pool" and old.get("unclaimed") == "carry" != new.get("unclaimed"):
        yield f"carry becomes {new.get('unclaimed', 'company')}"


def of_limits(old: Plan, new: Plan) -> Iterator[str]:
    """Limits that come, go, look back otherwise or cut otherwise, and charges."""
    for key in LIMITS:
        if (key in old) != (key in new):
            yield f"limits.{key} {'goes' if key in old else 'comes'}"
    for key in ("members", "owners"):
        windows = [one.get(key, {}).get("over", "period") for one in (old, new)]
        if key in old and key in new and windows[0] != windows[1]:
            yield f"another window of {key}"
    if "company" in old and "company" in new and old["company"].get("how") != new["company"].get("how"):
        yield "another how of company"
    charges = [one.get("payout", {}).get("deductions") for one in (old, new)]
    if charges[0] != charges[1]:
        yield "deductions come" if not charges[0] else "deductions go" if not charges[1] else "other deductions"


def of_trees(before: Plan, after: Plan) -> Iterator[str]:
    """Trees that change in width, or begin or cease to keep places."""
    for name, old in before.get("trees", {}).items():
        new = after.get("trees", {}).get(name, {})
        if "placed" in old and "placed" in new:
            widths = [int(one["placed"]["width"]) for one in (old, new)]
            if widths[0] != widths[1]:
                yield "a tree becomes wider" if widths[0] < widths[1] else "a tree becomes narrower"
        elif new and ("fixed" in old) != ("fixed" in new):
            yield "fixed goes" if "fixed" in old else "fixed comes"


def of_history(before: Book, after: Book) -> Iterator[str]:
    """What looks back: functions that go, and what is counted in another unit."""
    past, now = ({memory(call) for call in one.history()} for one in (before, after))
    yield from (f"{call.function} goes" for call in past - now)
    for call in past & now:
        if call.function in ("lifetime", "last") and unit_of(before, call) != unit_of(after, call):
            yield f"{call.function} in another unit"
    for name, bonus in before.bonuses.items():
        if bonus["kind"] == after.bonuses.get(name, {}).get("kind") == "binary":
            bases = [unit_of(one, one.read(one.bonuses[name]["base"])) for one in (before, after)]
            if bases[0] != bases[1]:
                yield "a bank in another unit"


def _each(head: str, words: str) -> set[str]:
    return {head + word.strip() for word in words.split("|")}


CHANGED = (
    _each("dated ", "bonuses | conditions | limits | measures | ranks | receivers | returns | rounding")
    | _each("dated ", "tables | titles | tree | trees")
    | _each("dated in ", "bonuses | conditions | limits | measures | ranks | rounding | tables | trees | late")
    | _each("a bonus ", "goes | comes | is renamed")
    | _each("another ", "kind | cadence | set of cadences | returns.volume | late.ranks | how of company")
    | _each("another window of ", "members | owners")
    | _each("hold until ", "comes | goes")
    | _each("cap per member ", "comes | goes")
    | _each("another ", "hold until | cap per member")
    | _each("", "money becomes goods | goods become money | other instalments | a rank goes")
    | _each("carry becomes ", "company | shared")
    | _each("limits.", " | ".join(f"{key} comes | {key} goes" for key in LIMITS))
    | _each("", "deductions come | deductions go | other deductions")
    | _each("a tree becomes ", "wider | narrower")
    | _each("fixed ", "comes | goes")
    | _each("", "previous goes | lifetime goes | last goes | streak goes")
    | _each("", "lifetime in another unit | last in another unit | a bank in another unit")
)  # fmt: skip
