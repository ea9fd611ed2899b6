"""Closed periods seen again: pay on goods that came back, and what was booked too late (docs/semantics.md, 10.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.closed import changed_before, changes_before, given_since
from trueline.period import Period, last_before
from trueline.plan.late import CORRECTIONS, RETURNS, leave_sales
from trueline.reckon.bonus.taken import Taken
from trueline.reckon.returns import known_returns, late_returns
from trueline.reckon.state import State, with_settled
from trueline.reckon.world import World
from trueline.run.brought import Brought, LineKey, Returned
from trueline.run.past import Inputs, Past, PastRun
from trueline.run.result import Result

_SOME = 4
"""How many changed rows a refusal names."""


@dataclass(frozen=True)
class Again:
    """How a closed period is computed again: without what came back after it in the spans ``netted`` (seconds), with
    the ranks that ``first`` had, after the periods ``before`` it, which are computed again alike.
    """

    netted: tuple[tuple[int, int], ...]
    first: Result | None
    before: Mapping[Period, Result]


class Compute(Protocol):
    """One period computed: as it was first (once for all who ask), or ``again``."""

    def __call__(self, one: Inputs, past: Past | None, again: Again | None) -> Result: ...


class Corrections:
    """What a run brings of closed periods: lines of ``returns`` and ``corrections``, and the state that it takes.

    ``facts`` are those that the run was given, as earlier runs were: a world has further positions as members.
    """

    def __init__(self, world: World, facts: Facts, past: Past | None, compute: Compute, again: Again | None) -> None:
        self.world = world
        self.facts = facts
        self.past = past
        self.compute = compute
        self.again = again
        self._with_rows: dict[Period, Result] = {}  # closed periods computed again with rows that came to be known late
        self._lefts: dict[Period, dict[Period, Result]] = {}

    def bring(self) -> None:
        """Put them into the world. Errors: ``Refused`` for late rows without a rule, and for runs not known."""
        world, rule = self.world, self.world.plan.returns
        world.results["knows past"] = self.past is not None
        brought: dict[str, list[Taken]] = {}
        if self.again is None:
            old = self._learnt()
            if old is not None or self._came_back():
                self._recompute(brought, old)
        if rule is not None and rule.takes:
            brought[RETURNS] = list(self._taken_back())
        world.results["taken"] = brought

    def _learnt(self) -> Facts | None:
        """The facts as the last run before this one knew them, where rows of closed periods have changed since."""
        for closed in self._closed():
            if not closed.knew(self.facts):
                if closed.period.kind == self.world.period.kind:
                    given = given_since(closed.facts, self.facts, closed.period.end_seconds)
                    self.world.results["given too late"] = given
                tables = changed_before(closed.facts, self.facts, closed.period.end_seconds)
                if tables and self.world.plan.late is None:
                    raise self._late_rows(tables, closed)
                if tables:  # with 'late' there is one cadence, and one run before
                    return closed.facts
        return None

    def _came_back(self) -> bool:
        """Whether goods came back in this period that leave the period of their sale."""
        rule, known = self.world.plan.returns, known_returns(self.world)
        late = ~known.own & (known.seconds >= self.world.period.start_seconds)
        return rule is not None and rule.later == "recompute" and bool(late.any())

    # taken back by what was paid ------------------------------------------------------------------------------------

    def _taken_back(self) -> Iterator[Taken]:
        world, period = self.world, self.world.period
        late = late_returns(world)
        inside = np.flatnonzero(late.seconds >= period.start_seconds).tolist()
        if not inside:
            return
        lines, ordered = world.facts["order_lines"], world.facts.effective("order_lines")
        sold_in: dict[Period, dict[LineKey, Returned]] = defaultdict(dict)
        for row in inside:
            line, after = int(late.line[row]), int(late.after.quantity[row])
            back = sold_in[Period.at(int(ordered[line]), period.kind)]
            key = lines["order"].text(line), lines["line"].text(line)
            before = back[key].before if key in back else int(late.before.quantity[row])
            back[key] = Returned(int(world.facts.sold.pieces[line]), before, after)
        for sold in sorted(sold_in):
            taken = Brought(self._as_left(sold), world.plan).taken(sold_in[sold])
            level = _distance(sold, period)
            for bonus, amounts in taken.items():
                for (receiver, source, key), units in amounts.items():
                    yield Taken(receiver, source, *key, bonus, level, -units)

    def _as_left(self, sold: Period) -> Result:
        """What stands for the first run of a closed period: that run, or it computed again by the last run that did so,
        this one with its late rows included. While closed periods are computed again, the period as it is found in the
        same calculation.
        """
        if self.again is not None and sold in self.again.before:
            return self.again.before[sold]
        if sold in self._with_rows:
            return self._with_rows[sold]
        period = self.world.period.previous()
        while sold < period:
            found = self._left(period)
            if sold in found:
                return found[sold]
            period = period.previous()
        return self.first(sold)

    # computed again -------------------------------------------------------------------------------------------------

    def _recompute(self, brought: dict[str, list[Taken]], old: Facts | None) -> None:
        """Closed periods as they were known, with the rows known now, and with what came back in this period."""
        world, period, came_back = self.world, self.world.period, self._came_back()
        known = with_rows = self._chain(self.facts if old is None else old, changed=old is not None, this=False)
        if old is not None:
            with_rows = self._chain(self.facts, changed=True, this=False)
            self._with_rows = _by_period(with_rows)
            brought[CORRECTIONS] = list(_differences(known, with_rows, period))
        with_all = with_rows
        if came_back:
            with_all = self._chain(self.facts, changed=old is not None, this=True)
            brought[RETURNS] = list(_differences(with_rows, with_all, period))
        if self._new_ranks(changed=old is not None):
            assert world.state is not None  # a closed period has left one
            world.state = with_settled(with_all[-1].state, world.state)

    def _left(self, closed: Period) -> dict[Period, Result]:
        """The periods before a closed one as its run computed them again; empty where it did not."""
        if closed not in self._lefts:
            self._lefts[closed] = {}
            one = None if self.past is None else self.past.run_of(closed)
            if one is not None and (self._recomputes(one) or self._learns(one)):
                then = Corrections(self.first(closed).world, one.facts, self.past, self.compute, None)
                changed, came_back = then._learnt() is not None, then._came_back()
                found = then._chain(one.facts, changed=changed, this=came_back) if changed or came_back else []
                self._lefts[closed] = _by_period(found)
        return self._lefts[closed]

    def _recomputes(self, one: Inputs) -> bool:
        return one.plan.returns is not None and one.plan.returns.later == "recompute"

    def _learns(self, one: Inputs) -> bool:
        """Whether a run with `late` may have known other rows than the one before it."""
        before = None if self.past is None else self.past.run_of(one.period.previous())
        return one.plan.late is not None and before is not None and not before.knew(one.facts)

    def _new_ranks(self, *, changed: bool) -> bool:
        rule, late = self.world.plan.returns, self.world.plan.late
        return late.new_ranks if changed and late is not None else rule is not None and rule.new_ranks

    def _netting(self, first: Period, *, this: bool) -> tuple[tuple[int, int], ...]:
        """The periods, in seconds, from which goods leave the period of their sale: closed ones, and ``this`` one."""
        now = self.world.period
        closed = [one for one in first.to(now.previous()) if leave_sales(self._run_of(one).plan.returns)]
        return tuple((one.start_seconds, one.end_seconds) for one in (*closed, *([now] if this else [])))

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

    def _chain(self, facts: Facts, *, changed: bool, this: bool) -> list[Result]:
        """The closed periods computed again with such facts, without what came back later, in ``this`` period too."""
        first, new_ranks = self._earliest(changed=changed), self._new_ranks(changed=changed)
        netted = self._netting(first, this=this)
        found: dict[Period, Result] = {}
        state: State | None = None
        for period in first.to(self.world.period.previous()):
            one = self._run_of(period)
            if not new_ranks or not found:
                state = one.state
            again = Again(netted, None if new_ranks else self.first(period), dict(found))
            found[period] = self.compute(PastRun(one.plan, facts, state, period), self.past, again)
            state = found[period].state
        return list(found.values())

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
        return self.compute(self._run_of(period), self.past, None)

    def _run_of(self, period: Period) -> Inputs:
        found = None if self.past is None else self.past.run_of(period)
        if found is None:
            message = f"Something of {period.label} came late, and its run is not known here."
            remedy = f"Run a chain from {period.label} on, or name a stored run whose earlier runs are in its store."
            raise self.world.refuse(message, remedy)
        return found

    def _late_rows(self, tables: list[str], closed: Inputs) -> Refused:
        end = closed.period.end
        found = changes_before(closed.facts, self.facts, closed.period.end_seconds)
        rest = f", and {len(found) - _SOME} more" if len(found) > _SOME else ""
        message = f"Rows of {', '.join(tables)} before {end} are not those that the runs of closed periods knew"
        message += f": {'; '.join(found[:_SOME])}{rest}."
        remedy = "Give the facts with '--booked-before' as they were."
        if len(self.world.plan.kinds) == 1:
            remedy = f"Write 'late: {{rows: recompute}}' into the plan, or g{remedy[1:]}"
        return self.world.refuse(message, remedy)


def _by_period(results: list[Result]) -> dict[Period, Result]:
    return {one.world.period: one for one in results}


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
