"""What a company could write into its edges on one day: choices carried out, the terminated rolled up, the waiting
placed. Nothing is changed: the result is rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts import ALWAYS, Facts
from trueline.facts.columns import moment as written
from trueline.network.columns import Values
from trueline.network.placement.choices import Choice
from trueline.network.placement.departures import promote
from trueline.network.placement.genealogy import Genealogy, genealogy
from trueline.network.placement.seating import Fill, Seats, latest_above, seat
from trueline.network.tree import ABSENT, ROOT, build

_DAY = 86_400


@dataclass(frozen=True)
class Rules:
    """How a tree is kept. ``width`` 0: no slots, everybody stands right under the upline in ``under``.

    ``wait``: days in the holding tank after which somebody without a choice is placed; the day of joining is day 0;
    None: never. ``roll_up``: the terminated leave the tree.
    """

    tree: str
    under: str = "sponsor"
    width: int = 0
    fill: Fill = "breadth"
    slot: int = 1
    wait: int | None = 0
    roll_up: bool = False


@dataclass(frozen=True)
class Change:
    """One change of a position: it stands under ``parent`` ("" for a root) from the day on, or nowhere (``leaves``).

    ``how``: ``placed`` (out of the tank), ``chosen`` (by the list), ``moved`` (by the list, from another place),
    ``rolled up`` (because an upline left), ``leaves``. ``row``: the edge that ends, −1 for none.
    """

    position: str
    how: Literal["placed", "chosen", "moved", "rolled up", "leaves"]
    parent: str
    slot: int
    reason: str
    row: int


@dataclass(frozen=True)
class Waiting:
    """Somebody who stays in the holding tank: until which day, or why without end."""

    position: str
    joined: str
    until: str
    why: str


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one day; ``left`` are rows of the list that are not yet released or not yet due."""

    facts: Facts
    tree: str
    day: int
    changes: tuple[Change, ...]
    waiting: tuple[Waiting, ...]
    left: tuple[Choice, ...]


def propose(facts: Facts, rules: Rules, day: int, choices: Sequence[Choice] = ()) -> Proposal:
    """The changes of one day (its first second, wall time), the same for any order of rows.

    In this order: the choices that are released and due, by arrival (joining, then id) of whom they concern; the
    terminated leave; those whose time in the tank is over are placed by arrival. Errors: ``Refused`` with every choice
    that cannot be carried out.
    """
    return _Placing(genealogy(facts, rules.tree, rules.under, day), rules).proposal(choices)


class _Placing:
    def __init__(self, found: Genealogy, rules: Rules) -> None:
        self.found, self.rules = found, rules
        self.place = {position: i for i, position in enumerate(found.ids)}
        self.parent, self.slot = found.parent.copy(), found.slot.copy()
        self.how: dict[int, tuple[Literal["chosen", "moved", "rolled up", "placed"], str]] = {}
        # position numbers: by the first edge, then arrival; the earliest child is the one with the lowest
        rank = np.lexsort((np.arange(self.parent.size), found.joined, found.since))
        self.number = np.zeros(self.parent.size, dtype=np.int64)
        self.number[rank] = np.arange(1, self.parent.size + 1)
        self._check_width()

    def proposal(self, choices: Sequence[Choice]) -> Proposal:
        due = [one for one in choices if one.reviewed and one.start <= self.found.day]
        self._choose(due)
        if self.rules.roll_up:
            self._roll_up()
        waiting = self._place()
        changed = np.flatnonzero((self.parent != self.found.parent) | (self.slot != self.found.slot))
        changes = tuple(self._change(int(i)) for i in changed)
        left = tuple(one for one in choices if one not in due)
        return Proposal(self.found.facts, self.rules.tree, self.found.day, changes, waiting, left)

    # choices --------------------------------------------------------------------------------------------------------

    def _choose(self, choices: Sequence[Choice]) -> None:
        findings: list[Finding] = []
        known = []
        for one in choices:
            names = [name for name in (one.position, one.parent) if name and name not in self.place]
            findings += [self._cannot(one, f"There is no position '{name}'.", "Correct the id.") for name in names]
            if not names:
                known.append(one)
        arrival = {one: (int(self.found.joined[self.place[one.position]]), self.place[one.position]) for one in known}
        for one in sorted(known, key=arrival.__getitem__):
            problem = self._carry_out(one)
            if problem:
                findings.append(self._cannot(one, *problem))
        if findings:
            raise Refused(sorted(findings, key=lambda finding: finding.line))

    def _cannot(self, one: Choice, message: str, remedy: str) -> Finding:
        return Finding(one.file, one.line, 0, message, remedy)

    def _carry_out(self, one: Choice) -> tuple[str, str] | None:
        """Seat one position where the list says; what is wrong with it, and the remedy, otherwise."""
        who, above = self.place[one.position], self.place.get(one.parent, ROOT)
        if not self.found.there[who]:
            return f"'{one.position}' has not joined by {self._today}.", "Choose a later day."
        if self.found.later[who]:
            return f"'{one.position}' has an edge that begins later.", "End or remove that edge first."
        if above >= 0 and self.parent[above] == ABSENT:
            return (
                f"'{one.parent}' has no seat in tree '{self.rules.tree}'.",
                "Place that one first, or choose another.",
            )
        at = above
        while at >= 0 and at != who:
            at = int(self.parent[at])
        if at == who:
            return f"'{one.parent}' is '{one.position}', or stands below.", "Choose somebody outside of that group."
        slot = one.slot if above >= 0 else 0
        if above >= 0 and (self.rules.width or slot):
            taken = {int(self.slot[i]): int(i) for i in np.flatnonzero(self.parent == above) if i != who}
            slot = slot or next((k for k in range(1, self.rules.width + 1) if k not in taken), 0)
            if slot == 0 or (self.rules.width and slot > self.rules.width):
                return f"'{one.parent}' has no such seat: {self.rules.width} below one.", "Choose another seat."
            if slot in taken:
                return f"Slot {slot} of '{one.parent}' is {self.found.ids[taken[slot]]}'s.", "Choose another seat."
        how: Literal["chosen", "moved"] = "chosen" if self.found.parent[who] == ABSENT else "moved"
        self.parent[who], self.slot[who] = above, slot
        self.how[who] = (how, f"{how}, reviewed by {one.reviewed}" + (f": {one.reason}" if one.reason else ""))
        return None

    # the terminated -------------------------------------------------------------------------------------------------

    def _roll_up(self) -> None:
        leaving = np.flatnonzero(self.found.gone & (self.parent != ABSENT))
        before = self.parent.copy(), self.slot.copy()
        if self.rules.width:
            seats = Seats(self.parent, self.slot, self.number.copy(), np.zeros(self.parent.size, dtype=np.int64))
            promote(seats, leaving[np.argsort(self.number[leaving])].astype(np.int32), self.rules.width)
        else:
            for i in np.flatnonzero(self.parent >= 0).tolist():
                above = int(before[0][i])
                while above >= 0 and self.found.gone[above]:
                    above = int(before[0][above])
                self.parent[i] = above
            self.parent[leaving], self.slot[leaving] = ABSENT, 0
        for i in np.flatnonzero((self.parent != before[0]) | (self.slot != before[1])).tolist():
            self.how[i] = ("rolled up", "the upline left")

    # the holding tank -----------------------------------------------------------------------------------------------

    def _place(self) -> tuple[Waiting, ...]:
        found = self.found
        tank = (self.parent == ABSENT) & found.there & found.may & ~found.gone & ~found.later
        tank &= found.parent == ABSENT
        over = np.zeros(tank.size, dtype=np.bool_)
        if self.rules.wait is not None:
            over = tank & ((found.joined == ALWAYS) | (self._end_of_waiting <= found.day))
        self._seat_all(over)
        return tuple(self._waiting(int(i)) for i in np.flatnonzero(tank & ~over))

    @property
    def _end_of_waiting(self) -> Values:
        known = np.where(self.found.joined == ALWAYS, 0, self.found.joined)
        return np.asarray((known // _DAY + (self.rules.wait or 0)) * _DAY)

    def _seat_all(self, wanted: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        """Newcomers by arrival, nobody before a newcomer above: see the semantics, 6.2."""
        under = build(self.rules.under, self.found.upline)
        times = latest_above(under, self.found.joined, wanted)
        rows = np.flatnonzero(wanted)
        order = rows[np.lexsort((rows, under.depth[rows], times[rows]))].astype(np.int32)
        if self.rules.width:
            seats = Seats(self.parent, self.slot, self.number.copy(), np.zeros(self.parent.size, dtype=np.int64))
            self._count_begun(seats)
            seat(seats, order, self.found.upline, self.rules.width, self.rules.fill, slot=self.rules.slot)
        for i in order.tolist():
            if not self.rules.width:
                above = int(self.found.upline[i])
                while above >= 0 and self.parent[above] == ABSENT:
                    above = int(self.found.upline[above])
                self.parent[i] = max(above, ROOT)
            self.how[i] = ("placed", f"placed: {self.rules.fill}" if self.rules.width else "placed under the upline")

    def _count_begun(self, seats: Seats) -> None:
        """For ``alternate``: everybody seated counts for the nearest upline that has a seat."""
        for i in np.flatnonzero(self.parent != ABSENT).tolist():
            above = int(self.found.upline[i])
            while above >= 0 and self.parent[above] == ABSENT:
                above = int(self.found.upline[above])
            if above >= 0:
                seats.begun[above] += 1

    def _waiting(self, i: int) -> Waiting:
        joined = written(int(self.found.joined[i])) if self.found.joined[i] != ALWAYS else ""
        if self.rules.wait is None:
            return Waiting(self.found.ids[i], joined, "", "until somebody chooses a seat")
        return Waiting(self.found.ids[i], joined, written(int(self._end_of_waiting[i])), "time to choose a seat")

    # what comes out -------------------------------------------------------------------------------------------------

    @property
    def _today(self) -> str:
        return written(self.found.day)

    def _change(self, i: int) -> Change:
        row = int(self.found.edge[i])
        if self.parent[i] == ABSENT:
            return Change(self.found.ids[i], "leaves", "", 0, "terminated", row)
        how, reason = self.how[i]
        above = self.found.ids[int(self.parent[i])] if self.parent[i] >= 0 else ""
        return Change(self.found.ids[i], how, above, int(self.slot[i]), reason, row)

    def _check_width(self) -> None:
        """A tree with slots names one in every edge, and none above the width."""
        if not self.rules.width:
            return
        below = self.parent >= 0
        wrong = np.flatnonzero(below & ((self.slot == 0) | (self.slot > self.rules.width)))
        if wrong.size:
            i = int(wrong[0])
            edges, row = self.found.facts["edges"], int(self.found.edge[i])
            where = f"in slot {self.slot[i]}" if self.slot[i] else "without a slot"
            message = f"'{self.found.ids[i]}' stands {where} of a tree that is {self.rules.width} wide."
            remedy = f"Write a slot from 1 to {self.rules.width}, or another --width."
            raise Refused([Finding(*edges.place(row, "slot" if "slot" in edges else "parent"), message, remedy)])
