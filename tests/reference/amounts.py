"""From exact lines to amounts: cap per source and rounding (semantics, sections 9 and 10)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.language import number_of
from tests.reference.limits import whole_cap
from tests.reference.lines import Bonus, Outcome, Paid, place_of
from tests.reference.orders import in_order
from tests.reference.plan import Book
from tests.reference.rounding import floors, minor_unit, rounded

Rounding = tuple[Fraction, str, str]


def rounding_of(book: Book, bonus: Bonus) -> Rounding:
    """Unit, mode and place: the bonus's own, else the plan's, else half up per line to the minor unit."""
    rule: dict[str, Any] = bonus.get("rounding") or book.plan.get("rounding", {})
    unit = number_of(rule["to"]) if "to" in rule else minor_unit(book.currency)
    return unit, rule.get("mode", "half up"), rule.get("per", "line")


def cut_per_source(bonus: Bonus, outcome: Outcome, unit: Fraction) -> None:
    """The first step: a receiver gets no more than the cap from one source at one level."""
    caps = bonus.get("cap per source")
    if caps is None:
        return
    itself = bonus.get("from") == "self" or bonus["kind"] in ("rebate", "retail")
    first = 0 if itself else int(bonus.get("first", "1"))
    sums: dict[Any, Fraction] = {}
    for line in sorted(outcome.lines, key=line_key):
        place = line.level - first
        if isinstance(caps, list) and not 0 <= place < len(caps):
            continue
        cap = whole_cap(number_of(caps[place] if isinstance(caps, list) else caps), unit)
        key = (line.receiver, line.source, line.level)
        before = sums.get(key, Fraction(0))
        kept = min(line.exact, cap - before)
        sums[key] = before + kept
        outcome.lost("capped", line.exact - kept)
        line.exact = kept


def line_key(line: Paid) -> Any:
    return in_order(line.source), in_order(line.order), in_order(line.order_line), line.level, place_of(line.part)


def round_lines(rule: Rounding, lines: list[Paid], order: dict[str, int]) -> None:
    """Give every line its amount; `order` is the place of each bonus in the plan."""
    unit, mode, per = rule
    groups: dict[Any, list[Paid]] = {}
    for line in lines:
        key: tuple[Any, ...] = (line.receiver,)
        if per in ("source", "bonus"):
            key = (line.bonus, line.receiver) if per == "bonus" else (line.bonus, line.receiver, line.source)
        groups.setdefault(id(line) if per == "line" else key, []).append(line)
    for group in groups.values():
        if per == "line":
            group[0].amount = rounded(group[0].exact, unit, mode)
            continue
        group.sort(key=lambda line: (line_key(line), order[line.bonus]))
        total = rounded(sum((line.exact for line in group), Fraction(0)), unit, mode)
        for line, amount in zip(group, floors([line.exact for line in group], total, unit), strict=True):
            line.amount, line.apportioned = amount, True
