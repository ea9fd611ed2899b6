"""`milestone` (semantics, section 7.8)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.rounding import floors, minor_unit


def milestone(kind: Kind) -> Outcome:
    """Steps reached, once in a life or every period, in one sum or in parts; their amounts are final."""
    kind.outcome.exactly = True
    count = int(kind.bonus.get("instalments", "1"))
    for member in kind.values.world.members:
        fit = kind.who(member)
        for step in later(kind, member):
            left = kind.values.state.parts_left[kind.name][member, known_as(kind, step)]
            if left >= count:
                raise ValueError(f"{left} parts to come of {count}")
            still = "while" not in kind.bonus or kind.values.holds(kind.bonus["while"], member)
            settle(kind, member, step, parts(kind, step, count)[-left], paid=fit and still)
            kind.outcome.parts_left[member, known_as(kind, step)] = left - 1
        for step in due(kind, member):
            settle(kind, member, step, parts(kind, step, count)[0], paid=fit)
            if fit:
                kind.outcome.steps.append((member, known_as(kind, step)))
                kind.outcome.parts_left[member, known_as(kind, step)] = count - 1
    return kind.outcome


def settle(kind: Kind, member: str, step: int, amount: Fraction, *, paid: bool) -> None:
    """An amount that falls due: paid, or lost."""
    kind.outcome.promised += amount
    if not paid:
        kind.outcome.lost("unqualified", amount)
    elif amount:
        kind.pay(member, Piece(member, None, None, amount), step, Fraction(1))


def parts(kind: Kind, step: int, count: int) -> list[Fraction]:
    """The amount of a step in equal parts of whole units, the first taking what is left over."""
    amount, unit = number_of(kind.bonus["steps"][step - 1]["amount"]), minor_unit(kind.values.book.currency)
    return [amount] if count == 1 else floors([amount / count] * count, amount, unit)


def known_as(kind: Kind, step: int) -> str:
    """What the state knows a step by: its name, else the words of its condition."""
    written = kind.bonus["steps"][step - 1]
    return str(written.get("name") or written["when"])


def later(kind: Kind, member: str) -> list[int]:
    """The steps of earlier periods that still have parts to come."""
    waiting = kind.values.state.parts_left.get(kind.name, {})
    numbers = range(1, len(kind.bonus["steps"]) + 1)
    return [step for step in numbers if waiting.get((member, known_as(kind, step)))]


def due(kind: Kind, member: str) -> list[int]:
    """The numbers of the steps to pay now."""
    reached = [k for k, step in enumerate(kind.bonus["steps"], start=1) if kind.values.holds(step["when"], member)]
    known = kind.values.state.steps.get((kind.name, member), [])
    before = [k for k in range(1, len(kind.bonus["steps"]) + 1) if known_as(kind, k) in known]
    once = kind.bonus.get("again", "never") == "never"
    if kind.bonus.get("pays", "highest") == "each":
        return [k for k in reached if not once or k not in before]
    return [k for k in reached[-1:] if not once or k > max(before, default=0)]
