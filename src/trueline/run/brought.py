"""What single order lines brought to whom in the run of their period, and what of it is taken back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from trueline.money import Mode, Rounding
from trueline.plan import Plan
from trueline.plan.bonuses import Bonus, DifferenceBonus, LevelBonus, OwnBonus, Sources
from trueline.plan.late import can_be_traced
from trueline.reckon.returns import known_returns
from trueline.reckon.sources import source_list
from trueline.run.result import Result

LineKey = tuple[str, str]
"""Order and order line, by their ids."""
Amounts = dict[tuple[str, LineKey], Fraction]
"""By receiver and order line."""


@dataclass(frozen=True)
class Returned:
    """Pieces of an order line: all of them, those that had come back before a period, and by its end."""

    pieces: int
    before: int
    after: int


class Brought:
    """Answers for one run, as the run of the plan ``taking`` asks: what its bonuses owe to single order lines."""

    def __init__(self, first: Result, taking: Plan) -> None:
        self.first = first
        self.taking = taking
        self.cent = Rounding(Mode.HALF_UP, first.plan.money_unit)
        self._line_sums: dict[str, dict[str, list[Fraction]]] = {}

    def taken(self, back: dict[LineKey, Returned]) -> dict[str, dict[tuple[str, str, LineKey], int]]:
        """Minor units that receivers lose by what came ``back``: by bonus, then (receiver, source, order line)."""
        shares = self._shares(back)
        found: dict[str, dict[tuple[str, str, LineKey], int]] = {}
        for name in self._in_order():
            bonus = self.first.plan.bonuses[name]
            policy = self._policy(bonus)
            if policy == "none" or not can_be_traced(bonus):
                continue
            if isinstance(bonus, LevelBonus) and bonus.of:
                found[name] = self._of_match(bonus, policy, found)
            elif (sources := _sources(bonus)) is not None:
                found[name] = self._of_sale(bonus, sources, policy, shares)
        return found

    def _policy(self, bonus: Bonus) -> str:
        """What the plan that takes says of a bonus; of one that it no longer has, what the first run's plan said."""
        rule = self.taking.returns
        assert rule is not None  # something is taken
        if bonus.terms.name in self.taking.bonuses:
            return self.taking.bonuses[bonus.terms.name].terms.returns or rule.later
        return "none" if rule.later == "none" else bonus.terms.returns or rule.later

    def _shares(self, back: dict[LineKey, Returned]) -> dict[LineKey, tuple[Fraction, Fraction]]:
        """Of what the run left of each line, the part (0 to 1) that had come back before a period, and by its end."""
        world, netted = self.first.world, dict.fromkeys(back, 0)
        if world.facts.has("order_lines"):
            known, lines = known_returns(world), world.facts["order_lines"]
            known = known.take(known.own)
            for line, quantity in zip(known.line.tolist(), known.quantity.tolist(), strict=True):
                key = lines["order"].text(line), lines["line"].text(line)
                if key in netted:
                    netted[key] += quantity
        left = {key: one.pieces - netted[key] for key, one in back.items()}
        return {
            key: (Fraction(one.before - netted[key], left[key]), Fraction(one.after - netted[key], left[key]))
            for key, one in back.items()
            if left[key]
        }

    def _in_order(self) -> list[str]:
        """Bonuses so that a match comes after what it matches."""
        keys = [key for group in self.first.plan.groups for key in group.keys]
        return sorted(self.first.plan.bonuses, key=lambda name: keys.index(f"bonus:{name}"))

    def _of_sale(
        self, bonus: Bonus, sources: Sources, policy: str, shares: dict[LineKey, tuple[Fraction, Fraction]]
    ) -> dict[tuple[str, str, LineKey], int]:
        """G × share, rounded; of it what is new in this period."""
        parts = self._parts(sources, set(shares))
        sums: dict[tuple[str, str, LineKey], Fraction] = defaultdict(Fraction)
        for receiver, source, key, amount, base, part in self._lines(bonus, sources.base.grain, parts):
            sums[receiver, source, key] += part if policy == "average" else amount * part / base
        found = {}
        for (receiver, source, key), brought in sums.items():
            exact = brought * self._paid(bonus, receiver, policy)
            before, after = shares[key]
            units = self.cent.count(exact * after) - self.cent.count(exact * before)
            if units:
                found[receiver, source, key] = units
        return found

    def _of_match(
        self, bonus: LevelBonus, policy: str, taken: dict[str, dict[tuple[str, str, LineKey], int]]
    ) -> dict[tuple[str, str, LineKey], int]:
        """The part of a match that stands on what the source itself has to give back."""
        lost: dict[str, dict[LineKey, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        sellers: dict[LineKey, str] = {}
        for name in bonus.of:
            for (receiver, source, key), units in taken.get(name, {}).items():
                lost[receiver][key] += units * self.first.plan.money_unit
                sellers[key] = source
        sums: dict[tuple[str, LineKey], Fraction] = defaultdict(Fraction)
        for line in self.first.lines(bonus.terms.name):
            for key, amount in lost.get(line.source or "", {}).items():
                sums[line.receiver, key] += amount if policy == "average" else line.amount * amount / line.base
        found = {}
        for (receiver, key), brought in sums.items():
            units = self.cent.count(brought * self._paid(bonus, receiver, policy))
            if units:
                found[receiver, sellers[key], key] = units
        return found

    def _paid(self, bonus: Bonus, receiver: str, policy: str) -> Fraction:
        """What the bonus paid after all caps, for one unit of what its lines came to (``average``: of their bases)."""
        whole = self._sums(bonus)[receiver][policy == "average"]
        return self.first.amount(receiver, bonus.terms.name) / whole if whole else Fraction(0)

    def _sums(self, bonus: Bonus) -> dict[str, list[Fraction]]:
        """Amounts and bases of the lines, summed by receiver."""
        if bonus.terms.name not in self._line_sums:
            sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
            for line in self.first.lines(bonus.terms.name):
                sums[line.receiver][0] += line.amount
                sums[line.receiver][1] += line.base
            self._line_sums[bonus.terms.name] = sums
        return self._line_sums[bonus.terms.name]

    def _parts(self, sources: Sources, wanted: set[LineKey]) -> dict[str, dict[LineKey, Fraction]]:
        """What each wanted order line adds to the base of its member: by member, exact."""
        base = replace(sources.base, grain="order line")
        listed = source_list(self.first.world, replace(sources, base=base))
        rows = np.flatnonzero(listed.line >= 0)
        orders = self.first.world.order_texts(listed.order[rows]).to_pylist()
        lines = self.first.world.order_line_texts(listed.line[rows]).to_pylist()
        found: dict[str, dict[LineKey, Fraction]] = defaultdict(dict)
        for row, key in zip(rows.tolist(), zip(orders, lines, strict=True), strict=True):
            if key in wanted:
                member = self.first.world.ids[int(listed.member[row])]
                found[member][key] = int(listed.base[row]) * base.scale
        return found

    def _uncut(self, bonus: Bonus) -> dict[tuple[str | None, str | None, str | None], Fraction]:
        """The bases of orders (lines) that thresholds may cut into pieces, whole, by source, order and order line."""
        if not isinstance(bonus, OwnBonus | DifferenceBonus) or bonus.entitled is None:
            return {}
        listed, ids = source_list(self.first.world, bonus.sources), self.first.world.ids
        rows = np.flatnonzero(listed.order >= 0)
        orders = self.first.world.order_texts(listed.order[rows]).to_pylist()
        by_line = bonus.sources.base.grain == "order line"
        lines = self.first.world.order_line_texts(listed.line[rows]).to_pylist() if by_line else [None] * len(rows)
        scale = bonus.sources.base.scale
        return {
            (ids[int(listed.member[row])], order, line): int(listed.base[row]) * scale
            for row, order, line in zip(rows.tolist(), orders, lines, strict=True)
        }

    def _lines(
        self, bonus: Bonus, grain: str, parts: dict[str, dict[LineKey, Fraction]]
    ) -> list[tuple[str, str, LineKey, Fraction, Fraction, Fraction]]:
        """(receiver, source, order line, amount, base, part of the base) of payment lines that a wanted line feeds.

        A bonus with a line for each order has one more without an order, for entries of volume: no order line feeds it.
        """
        found, whole = [], self._uncut(bonus)
        for line in self.first.lines(bonus.terms.name):
            for key, part in parts.get(line.source or "", {}).items():
                of_order = grain == "member" or line.order == key[0]
                if of_order and (grain != "order line" or line.order_line == key[1]):
                    of_line = (line.source, line.order, line.order_line)
                    share = part * line.base / whole[of_line] if of_line in whole else part
                    found.append((line.receiver, line.source or "", key, line.amount, line.base, share))
        return found


def _sources(bonus: Bonus) -> Sources | None:
    """What a bonus is paid on, for the kinds that walk from members or order lines."""
    found = getattr(bonus, "sources", None)
    return found if isinstance(found, Sources) else None
