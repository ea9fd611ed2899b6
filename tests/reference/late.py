"""`returns`: what is taken back for goods that come back in a later period (semantics, section 10.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.facts_of import counts
from tests.reference.language import number_of
from tests.reference.lines import NOTHING, Outcome, Paid
from tests.reference.orders import day_of, in_order
from tests.reference.periods import Period, read_period
from tests.reference.rounding import rounded

RETAIL = "orders(margin where kind = customer)"
"""The base of a retail bonus that writes none."""
UNTOUCHED = ("pool", "milestone", "given", "binary", "board", "pass up", "party host")


@dataclass(frozen=True)
class Back:
    """An order line of which something came back in this period, later than its own."""

    order: str
    line: str
    member: str
    first: Period
    quantity: Fraction  # of the line
    before: Fraction  # came back up to the beginning of this period, in all
    after: Fraction  # and up to its end


def comes_back(work: Any) -> list[Back]:
    """The late returns of this period by order line."""
    world, found = work.values.world, []
    for row in world.shop.rows.get("order_lines", []):
        gone, later = world.shop.in_time(row)
        now = [one for one in later if world.period.holds(day_of(one["time"]))]
        order = world.shop.orders[row["order"]]
        if now and world.shop.credited(order) in world.joined:
            first = world.period
            while not first.holds(day_of(order["time"])):
                first = first.previous()
            total, new = pieces(gone + later), pieces(now)
            names = row["order"], row["line"], world.shop.credited(order)
            found.append(Back(*names, first, number_of(row["quantity"]), total - new, total))
    return sorted(found, key=lambda one: (in_order(one.order), in_order(one.line)))


def pieces(back: list[Any]) -> Fraction:
    return sum((number_of(one["quantity"]) for one in back), NOTHING)


def periods_back(now: Period, then: Period) -> int:
    """How many periods lie between."""
    count = 0
    while now.first != then.first:
        now, count = now.previous(), count + 1
    return count


def taken_back(work: Any, past: Sequence[Any]) -> Outcome:
    """The lines of bonus `returns` by the same amounts or by the average."""
    outcome = Outcome(exactly=True)
    own = [bonus.get("returns", "none") for bonus in work.book.bonuses.values()]
    if work.book.plan["returns"]["later"] == "none" and set(own) <= {"none"}:  # a plan that takes nothing
        return outcome
    for back in comes_back(work):
        result = as_left(past, back.first)
        taking = Taking(result, back, work.book)
        for name in result.work.book.bonuses:
            for member in result.work.values.world.members:
                add(outcome, work, back, name, member, -taking.from_member(name, member))
    return outcome


def as_left(past: Sequence[Any], first: Period) -> Any:
    """The run of a closed period, or as the last run that computed it again has found it."""
    at = next(k for k, one in enumerate(past) if read_period(one.period).first == first.first)
    later = [one.again[past[at].period] for one in past[at + 1 :] if past[at].period in one.again]
    return later[-1] if later else past[at]


def add(outcome: Outcome, work: Any, back: Back, bonus: str, member: str, amount: Fraction) -> None:
    level = periods_back(work.values.world.period, back.first)
    add_line(outcome, "returns", member, (back.member, back.order, back.line), bonus, level, amount)


def add_line(
    outcome: Outcome,
    name: str,
    member: str,
    source: tuple[str | None, str | None, str | None],
    part: str,
    level: int,
    amount: Fraction,
) -> None:
    """A line of an amount that is final, unless it is 0."""
    if amount:
        outcome.lines.append(Paid(name, member, *source, part, level, Fraction(1), amount, amount))
        outcome.promised += amount


class Taking:
    """What one order line brought in its first run, and what of it is taken now."""

    def __init__(self, result: Any, back: Back, taking: Any) -> None:
        self.result, self.back, self.taking = result, back, taking
        self.book, self.values = result.work.book, result.work.values
        self.unit = result.work.unit
        self.known: dict[tuple[str, str], Fraction] = {}

    def from_member(self, name: str, member: str) -> Fraction:
        key = name, member
        if key not in self.known:
            self.known[key] = self.find(name, member)
        return self.known[key]

    def find(self, name: str, member: str) -> Fraction:
        bonus = self.book.bonuses[name]
        policy = self.policy(name)
        lines = [one for one in self.result.lines if (one["bonus"], one["receiver"]) == (name, member)]
        cell = self.result.earnings.get((member, name))
        if policy == "none" or bonus["kind"] in UNTOUCHED or not lines or cell is None:
            return NOTHING
        paid = cell["earned"] - cell["capped"]
        if bonus["kind"] == "match":
            return rounded(self.share(lines, paid, policy, self.matched(bonus)), self.unit, "half up")
        gone = self.gone()
        left = self.back.quantity - gone
        if not left or not self.book.traced(self.book.read(bonus.get("base", RETAIL))):  # of a plan that took nothing
            return NOTHING
        brought = self.share(lines, paid, policy, self.added(bonus))
        before, after = (
            rounded(brought * (quantity - gone) / left, self.unit, "half up")
            for quantity in (self.back.before, self.back.after)
        )
        return after - before

    def policy(self, name: str) -> str:
        """What the plan that takes says of a bonus; of one that it no longer has, what the plan of the first run said."""
        later = self.taking.plan["returns"]["later"]
        if name in self.taking.bonuses:
            return str(self.taking.bonuses[name].get("returns", later))
        return "none" if later == "none" else str(self.book.bonuses[name].get("returns", later))

    def gone(self) -> Fraction:
        """How much of the order line the first run was without."""
        shop, key = self.values.world.shop, (self.back.order, self.back.line)
        rows = [row for row in shop.rows.get("order_lines", []) if (row["order"], row["line"]) == key]
        return sum((pieces(shop.in_time(row)[0]) for row in rows), NOTHING)

    def share(
        self, lines: list[dict[str, Any]], paid: Fraction, policy: str, part: Callable[[Any], Fraction]
    ) -> Fraction:
        """The part of what was paid that stands on a part of the bases."""
        if policy == "average":
            whole = sum((one["base"] for one in lines), NOTHING)
            return paid / whole * sum((part(one) for one in lines), NOTHING) if whole else NOTHING
        whole = sum((one["amount"] for one in lines), NOTHING)
        due = sum((one["amount"] * part(one) / one["base"] for one in lines), NOTHING)
        return paid / whole * due if whole else NOTHING

    def matched(self, bonus: dict[str, Any]) -> Callable[[Any], Fraction]:
        """What is taken from the source over the matched bonuses."""
        return lambda line: sum((self.from_member(name, line["source"]) for name in bonus["of"]), NOTHING)

    def added(self, bonus: dict[str, Any]) -> Callable[[Any], Fraction]:
        """What the order line adds to the base of a payment line."""
        text = bonus.get("base", RETAIL)
        factor, rows = self.book.sales(self.book.read(text))
        sold = [
            one
            for one in self.values.world.lines.get(self.back.member, [])  # nobody's before the member was there
            if (one.order, one.line) == (self.back.order, self.back.line) and not one.returned
        ]
        value = factor * sum((one.values[rows.volume] for one in sold if counts(self.values, rows, one)), NOTHING)
        how = bonus.get("lines", "member")
        whole = factor * sum(
            (
                one.values[rows.volume]
                for one in self.values.world.lines.get(self.back.member, [])
                if one.order == self.back.order and (how == "order" or one.line == self.back.line)
                if not one.returned and counts(self.values, rows, one)
            ),
            NOTHING,
        )

        def part(line: dict[str, Any]) -> Fraction:
            mine = line["source"] == self.back.member
            mine = mine and (how == "member" or line["order"] == self.back.order)
            mine = mine and (how != "order line" or line["order_line"] == self.back.line)
            if mine and bonus.get("entitled") == "before each order":  # a piece of an order gives back its share
                return value * line["base"] / whole
            return value if mine else NOTHING

        return part


def difference_of(work: Any, bonus: str, before: Sequence[Any], after: Sequence[Any]) -> Outcome:
    """The lines of a bonus that brings what closed periods come to: what was earned, one way and the other."""
    outcome = Outcome(exactly=True)
    for one, other in zip(before, after, strict=True):
        level = periods_back(work.values.world.period, read_period(one.period))
        cells = one.earnings.keys() | other.earnings.keys()
        for member, name in sorted(cells, key=lambda cell: (in_order(cell[0]), cell[1])):
            amounts = [
                cell["earned"] - cell["capped"] if cell is not None else NOTHING
                for cell in (other.earnings.get((member, name)), one.earnings.get((member, name)))
            ]
            if not any(name in result.work.outcomes and result.work.outcomes[name].in_goods for result in (one, other)):
                add_line(outcome, bonus, member, (None, None, None), name, level, amounts[0] - amounts[1])
    return outcome
