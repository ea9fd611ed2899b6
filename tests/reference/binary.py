"""`binary` (semantics, section 7.9): two sides of a tree with slots, matched window by window, paid and banked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.facts_of import counts
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Paid
from tests.reference.side import Side
from tests.reference.tables import written
from tests.reference.units import unit_of

NOTHING = Fraction(0)


@dataclass
class Match:
    """What a window's sides give: volume or cycles, what each side loses for it, the volume that a rate applies to."""

    size: Fraction
    given: list[Fraction]
    volume: Fraction


def binary(kind: Kind) -> Outcome:
    """Everybody in the tree, one window after the other."""
    walk = Binary(kind)
    for member in kind.values.world.members:
        if member in kind.forest.parent:
            walk.member(member)
    return kind.outcome


def windows(kind: Kind) -> list[tuple[date, date]]:
    """First day and the day after the last, in order of time."""
    period, how = kind.values.world.period, kind.bonus.get("windows", "period")
    if how == "period":
        return [(period.first, period.end)]
    found, day = [], period.first
    while day < period.end:
        after = day + timedelta(days=1 if how == "day" else 7 - day.weekday())
        found.append((day, min(after, period.end)))
        day = after
    return found


class Binary:
    """A binary bonus in one period."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.bonus, self.values = kind, kind.bonus, kind.values
        self.base = self.values.book.read(self.bonus["base"])
        self.unit = unit_of(self.values.book, self.base)
        self.windows = windows(kind)
        for (name, _), sides in self.values.state.banks.items():
            if name == kind.name and any((volume / self.unit).denominator > 1 for side in sides for _, volume in side):
                raise ValueError("a bank is kept finer than the base counts")
        for member, parent in kind.forest.parent.items():
            if parent is not None and kind.forest.slot.get(member) not in (1, 2):
                raise ValueError(f"{member} has no slot on one of two sides")
        self.gives = {m: self.volumes(m) for m in kind.forest.parent}

    def volumes(self, source: str) -> list[Fraction]:
        """What a member adds to its side, by window."""
        if "sources" in self.bonus and not self.values.holds(self.bonus["sources"], source):
            return [NOTHING] * len(self.windows)
        if self.bonus.get("windows", "period") == "period":
            return [self.values.number(self.base, source)]
        factor, rows = self.values.book.sales(self.base)
        lines = [line for line in self.values.world.lines[source] if counts(self.values, rows, line)]
        return [
            factor * sum((line.values[rows.volume] for line in lines if first <= line.when < end), NOTHING)
            for first, end in self.windows
        ]

    def member(self, member: str) -> None:
        """All windows of one member, then what expires."""
        state = self.values.state
        sides = [Side(entries) for entries in state.banks.get((self.kind.name, member), [[], []])]
        groups = [self.kind.forest.group(self.kind.forest.in_slot(member, number)) for number in (1, 2)]
        fit = self.kind.who(member)
        for number in range(len(self.windows)):
            new = [sum((self.gives[one][number] for one in group), NOTHING) for group in groups]
            self.window(member, number, sides, new, fit)
        keep = self.bonus.get("carry")
        for side in sides:
            if isinstance(keep, dict) and "for" in keep:
                side.expire(int(keep["for"]))
            else:
                side.held.entries = side.held.without_ages()
        self.kind.outcome.banks[member] = sides

    def window(self, member: str, number: int, sides: list[Side], new: list[Fraction], fit: bool) -> None:
        """Steps 1 to 6."""
        own, bonus = self.bonus.get("own", "none"), self.bonus
        if own != "none":
            after = [side.volume + more for side, more in zip(sides, new, strict=True)]
            place = {"left": 0, "right": 1}.get(own, 0 if after[0] <= after[1] else 1)
            new[place] += self.gives[member][number]
        gathers = "gathers" not in bonus or self.values.holds(bonus["gathers"], member)
        for side, more in zip(sides, new, strict=True):
            side.add(more, gathered=gathers)
        volume = [max(side.volume, NOTHING) for side in sides]
        whole = self.match(member, volume, None)
        part = self.match(member, volume, self.most(member, whole.size)) if fit else self.match(member, volume, NOTHING)
        for side, given in zip(sides, part.given, strict=True):
            side.take(given)
        carry = bonus.get("carry", "all")
        flushed = bonus.get("excess", "carry") == "flush" if fit else bonus.get("on failing", "keep") == "flush"
        if flushed and (whole.size > part.size or not fit):
            for side in sides:
                side.flush("excess" if fit else "failing", side.volume)
        if carry == "none":
            for side in sides:
                side.flush("not carried", side.volume)
        elif carry == "difference":
            weaker = min(side.volume for side in sides)
            for side in sides:
                side.flush("netted", weaker)
        elif isinstance(carry, dict) and "at most" in carry:
            for side in sides:
                side.flush("over limit", side.volume - number_of(carry["at most"]))
        lost = whole.size > part.size and (flushed or carry in ("none", "difference"))
        if part.size > 0 or (whole.size > 0 and lost):
            self.kind.outcome.first_cycles.add(member)
        self.settle(member, number, volume, whole, part, lost=lost, fit=fit)

    def most(self, member: str, size: Fraction) -> Fraction:
        """What may be paid of a match."""
        if "at most" not in self.bonus:
            return size
        limit = self.values.number(self.values.book.read(self.bonus["at most"]), member)
        unit = Fraction(1) if "cycle" in self.bonus else self.unit
        return min(size, max(floor(limit / unit) * unit, NOTHING))

    def match(self, member: str, volume: list[Fraction], most: Fraction | None) -> Match:
        """What the sides give, or as much of it as `most` (cycles, or volume)."""
        weak, bonus = min(volume), self.bonus
        nothing = Match(NOTHING, [NOTHING, NOTHING], NOTHING)
        if weak < number_of(bonus.get("at least", "0")):
            return nothing
        if "cycle" in bonus:
            return self.cycles(member, list(volume), most)
        if "schedule" in bonus:
            steps = [number_of(t) for t in bonus["schedule"] if number_of(t) <= weak]
            size = max(steps, default=NOTHING) if most is None or most > 0 else NOTHING
        else:
            size = weak if most is None else most
        return Match(size, [size, size], size)

    def cycles(self, member: str, left: list[Fraction], most: Fraction | None) -> Match:
        """One cycle after the other, the stronger side found anew for each."""
        before = list(left)
        done, volume = 0, NOTHING
        first = member not in self.values.state.first_cycles.get(self.kind.name, set())
        first = first and member not in self.kind.outcome.first_cycles
        while most is None or done < most:
            text = self.bonus["first cycle"] if first and "first cycle" in self.bonus else self.bonus["cycle"]
            x, y = (number_of(one) for one in (text if isinstance(text, list) else [text, text]))
            strong = 0 if left[0] >= left[1] else 1
            if left[strong] < x or left[1 - strong] < y:
                break
            left[strong] -= x
            left[1 - strong] -= y
            done, volume, first = done + 1, volume + y, False
        return Match(Fraction(done), [b - a for b, a in zip(before, left, strict=True)], volume)

    def settle(
        self, member: str, number: int, volume: list[Fraction], whole: Match, part: Match, *, lost: bool, fit: bool
    ) -> None:
        """The line, the promise and what is lost of it."""
        outcome = self.kind.outcome
        rate, base = self.pay(member, part, volume)
        outcome.promised += rate * base
        if lost:
            full = self.pay(member, whole, volume)
            outcome.promised += full[0] * full[1] - rate * base
            outcome.lost("flushed" if fit else "unqualified", full[0] * full[1] - rate * base)
        if base and rate:
            level = 0 if self.bonus.get("windows", "period") == "period" else number + 1
            line = Paid(self.kind.name, member, None, None, None, "", level, rate, base, rate * base)
            outcome.lines.append(line)

    def pay(self, member: str, match: Match, volume: list[Fraction]) -> tuple[Fraction, Fraction]:
        """Rate and base of a match."""
        if not match.size:
            return NOTHING, NOTHING
        if "schedule" in self.bonus:
            steps: dict[Fraction, Any] = {number_of(t): money for t, money in self.bonus["schedule"].items()}
            return Fraction(1), written(steps[match.size])
        text = self.bonus["amount"] if "amount" in self.bonus else self.bonus["rate"]
        rate = max(self.values.number(self.values.book.read(text), member), NOTHING)
        if "amount" in self.bonus:
            return rate, match.size
        if self.bonus.get("pays", "matched") == "ratio":
            return rate, floor(match.volume * min(volume) / max(volume) / self.unit) * self.unit
        return rate, match.volume
