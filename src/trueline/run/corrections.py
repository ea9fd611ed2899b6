"""Closed periods seen again: pay on goods that came back, and what was booked too late (docs/semantics.md, 10.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
import pyarrow as pa

from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.closed import changed_before
from trueline.facts.columns import places_in
from trueline.period import Period, last_before
from trueline.plan.late import CORRECTIONS, RETURNS
from trueline.reckon.bonus.taken import Taken
from trueline.reckon.returns import known_returns, late_returns
from trueline.reckon.state import State, with_settled
from trueline.reckon.world import Int64s, World
from trueline.run.brought import Brought, LineKey
from trueline.run.past import Inputs, Past, PastRun
from trueline.run.result import Result


@dataclass(frozen=True)
class Again:
    """How a closed period is computed again: returns known up to ``until`` (seconds), ranks as ``first`` had them."""

    until: int
    first: Result | None


class Compute(Protocol):
    """One period computed: as it was first, or ``again``."""

    def __call__(self, one: Inputs, past: Past | None, again: Again | None) -> Result: ...


class Corrections:
    """What a run brings of closed periods: lines of ``returns`` and ``corrections``, and the state that it takes.

    ``facts`` are those that the run was given, as earlier runs were: a world has further positions as members.
    """

    def __init__(self, world: World, facts: Facts, past: Past | None, compute: Compute, *, again: bool) -> None:
        self.world = world
        self.facts = facts
        self.past = past
        self.compute = compute
        self.again = again
        self._firsts: dict[Period, Result] = {}

    def bring(self) -> None:
        """Put them into the world. Errors: ``Refused`` for late rows without a rule, and for runs not known."""
        world, rule, late = self.world, self.world.plan.returns, self.world.plan.late
        world.results["knows past"] = self.past is not None
        brought: dict[str, list[Taken]] = {}
        if rule is not None and rule.takes:
            brought[RETURNS] = list(self._taken_back(rule.later))
        if not self.again:
            before, changed = None, False
            for closed in self._closed():
                if not closed.knew(self.facts):
                    tables = changed_before(closed.facts, self.facts, closed.period.end_seconds)
                    if tables and late is None:
                        raise self._late_rows(tables, closed.period)
                    before, changed = closed, bool(tables)  # with 'late' there is one cadence, and one run before
            came_back = rule is not None and rule.later == "recompute" and self._late_in_period().size > 0
            if changed or came_back:
                old = before.facts if changed and before is not None else self.facts
                new_ranks = late.new_ranks if changed and late is not None else rule is not None and rule.new_ranks
                self._recompute(brought, old, new_ranks=new_ranks, changed=changed, came_back=came_back)
        world.results["taken"] = brought

    # taken back by what was paid ------------------------------------------------------------------------------------

    def _late_in_period(self) -> Int64s:
        """Rows of order lines of which something came back late in the period of the run."""
        known = known_returns(self.world)
        return known.line[~known.own & (known.seconds >= self.world.period.start_seconds)]

    def _taken_back(self, policy: str) -> Iterator[Taken]:
        world, period = self.world, self.world.period
        shares = list(self._shares())
        if not shares:
            return
        lines, ordered = world.facts["order_lines"], world.facts.effective("order_lines")
        sold_in: dict[Period, dict[LineKey, tuple[Fraction, Fraction]]] = defaultdict(dict)
        for line, before, after in shares:
            sold = Period.at(int(ordered[line]), period.kind)
            sold_in[sold][lines["order"].text(line), lines["line"].text(line)] = (before, after)
        for sold in sorted(sold_in):
            self._doubt_unknown(sold, sorted({order for order, _ in sold_in[sold]}))
            taken = Brought(self.first(sold), policy).taken(sold_in[sold])
            back = _distance(sold, period)
            for bonus, amounts in taken.items():
                for (receiver, source, key), units in amounts.items():
                    yield Taken(receiver, source, *key, bonus, back, -units)

    def _doubt_unknown(self, sold: Period, orders: list[str]) -> None:
        """Remember which orders the first run did not know: they brought nothing in it that could be taken back."""
        ids = self.first(sold).world.facts["orders"]["order"]
        there = places_in(pa.array(orders, pa.string()), ids.dictionary.take(pa.array(np.unique(ids.codes)))) >= 0
        unknown = [order for order, known in zip(orders, there.tolist(), strict=True) if not known]
        self.world.results.setdefault("back of late orders", []).extend((sold.label, order) for order in unknown)

    def _shares(self) -> Iterator[tuple[int, Fraction, Fraction]]:
        """(order line, part of it that had come back late before the period, the same by its end)."""
        world = self.world
        late = late_returns(world)
        if not len(late.line):
            return
        pieces = world.facts.sold.pieces
        inside = np.flatnonzero(late.seconds >= world.period.start_seconds)
        known = known_returns(world)
        own = np.zeros(len(pieces), dtype=np.int64)
        np.add.at(own, known.line[known.own], known.quantity[known.own])
        found: dict[int, list[int]] = {}
        for row in inside.tolist():
            found.setdefault(int(late.line[row]), [int(late.before.quantity[row]), 0])[1] = int(
                late.after.quantity[row]
            )
        for line, (before, after) in found.items():
            kept = int(pieces[line] - own[line])
            yield line, Fraction(before - int(own[line]), kept), Fraction(after - int(own[line]), kept)

    # computed again -------------------------------------------------------------------------------------------------

    def _recompute(
        self, brought: dict[str, list[Taken]], old: Facts, *, new_ranks: bool, changed: bool, came_back: bool
    ) -> None:
        """Closed periods as they were known, with the rows known now, and with what came back in this period."""
        world, period = self.world, self.world.period
        first = self._earliest(changed=changed)
        known = self._chain(first, old, period.start_seconds, new_ranks=new_ranks)
        with_rows = self._chain(first, self.facts, period.start_seconds, new_ranks=new_ranks) if changed else known
        with_all = self._chain(first, self.facts, period.end_seconds, new_ranks=new_ranks) if came_back else with_rows
        if came_back:
            brought[RETURNS] = list(_differences(with_rows, with_all, period))
        if changed:
            brought[CORRECTIONS] = list(_differences(known, with_rows, period))
        if new_ranks:
            assert world.state is not None  # a closed period has left one
            world.state = with_settled(with_all[-1].state, world.state)

    def _earliest(self, *, changed: bool) -> Period:
        """The first closed period that anything late can touch."""
        world, period = self.world, self.world.period
        known = known_returns(world)
        late = known.line[~known.own]
        sold = world.facts.effective("order_lines")[late] if late.size else late  # a company may keep totals only
        first = Period.at(int(sold.min()), period.kind) if sold.size else period.previous()
        while changed and self.past is not None and self.past.run_of(first.previous()) is not None:
            first = first.previous()
        return first

    def _chain(self, first: Period, facts: Facts, until: int, *, new_ranks: bool) -> list[Result]:
        found: list[Result] = []
        state: State | None = None
        for period in first.to(self.world.period.previous()):
            one = self._run_of(period)
            if not new_ranks or not found:
                state = one.state
            again = Again(until, None if new_ranks else self.first(period))
            found.append(self.compute(PastRun(one.plan, facts, state, period), self.past, again))
            state = found[-1].state
        return found

    # earlier runs ---------------------------------------------------------------------------------------------------

    def _closed(self) -> Iterator[Inputs]:
        """The last run before this one of each cadence, as far as it is known."""
        if self.past is None:
            return
        for period in last_before(self.world.period, self.world.plan.kinds):
            found = self.past.run_of(period)
            if found is not None:
                yield found

    def first(self, period: Period) -> Result:
        """The run of a closed period as it was first computed."""
        if period not in self._firsts:
            self._firsts[period] = self.compute(self._run_of(period), self.past, None)
        return self._firsts[period]

    def _run_of(self, period: Period) -> Inputs:
        found = None if self.past is None else self.past.run_of(period)
        if found is None:
            message = f"Something of {period.label} came late, and its run is not known here."
            remedy = f"Run a chain from {period.label} on, or name a stored run whose earlier runs are in its store."
            raise self.world.refuse(message, remedy)
        return found

    def _late_rows(self, tables: list[str], closed: Period) -> Refused:
        message = f"Rows of {', '.join(tables)} before {closed.end} are not those that the runs of closed periods knew."
        remedy = "Give the facts with '--booked-before' as they were."
        if len(self.world.plan.kinds) == 1:
            remedy = f"Write 'late: {{rows: recompute}}' into the plan, or g{remedy[1:]}"
        return self.world.refuse(message, remedy)


def _distance(earlier: Period, later: Period) -> int:
    """How many periods back."""
    return sum(1 for _ in earlier.to(later)) - 1


def _differences(before: list[Result], after: list[Result], period: Period) -> Iterator[Taken]:
    """What each member gains or loses by bonus and period."""
    for old, new in zip(before, after, strict=True):
        back = _distance(new.world.period, period)
        in_kind = old.payout.in_kind | new.payout.in_kind  # credit in kind is not settled in money
        for bonus in (name for name in dict.fromkeys((*old.bonuses, *new.bonuses)) if name not in in_kind):
            sums: dict[str, int] = defaultdict(int)
            for result, sign in ((old, -1), (new, 1)):
                earned = result.bonuses[bonus].earned if bonus in result.bonuses else np.zeros(0, dtype=np.int64)
                for index in np.flatnonzero(earned).tolist():
                    sums[result.world.ids[index]] += sign * int(earned[index])
            yield from (Taken(member, "", "", "", bonus, back, units) for member, units in sums.items() if units)
