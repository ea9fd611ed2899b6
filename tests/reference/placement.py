"""Placed trees: forced matrices that fill up, newcomer by newcomer (semantics, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.orders import in_order
from tests.reference.trees import Forest


@dataclass(frozen=True)
class Seat:
    """Whom a member stands below, and in which slot; a root has no parent and slot 0."""

    parent: str | None
    slot: int


@dataclass
class Matrix:
    """A placed tree in the state: seats, positions for life, how many began at whom, groups by weight of a measure."""

    seats: dict[str, Seat] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    last_position: int = 0
    begun: dict[str, int] = field(default_factory=dict)
    weights: dict[str, Fraction] = field(default_factory=dict)
    measure: str | None = None


class Placing:
    """The work of one period on one tree, step by step as the page has it."""

    def __init__(self, values: Any, name: str, rule: dict[str, Any], before: Matrix) -> None:
        self.values, self.world, self.rule = values, values.world, rule
        self.width = int(rule["width"])
        fill = rule.get("fill", "breadth")
        self.fill, self.measure = (fill, None) if isinstance(fill, str) else next(iter(fill.items()))
        self.fill = {"left": "slot 1", "right": f"slot {self.width}"}.get(self.fill, self.fill)
        self.weights = before.weights if before.measure == self.measure else {}  # of another measure nobody knows
        self.seats = dict(before.seats)
        self.positions, self.last = dict(before.positions), before.last_position
        self.begun = dict(before.begun)
        self.written = self.world.seats.get(name, {})
        self.under = values.forest(rule.get("under", "sponsor"))
        self.moves_up = rule.get("departures", "hole") == "earliest child"
        if any(member not in self.world.facts for member in self.seats):
            raise ValueError("somebody who is placed is not there in this period")
        if self.written and self.moves_up:
            raise ValueError("seats are given in a tree in which children move up")
        self.give()
        self.depart()
        self.newcomers()

    # Step 2

    def give(self) -> None:
        """Members of the facts' tree of this name stand where it says."""
        given = self.in_turn(list(self.written))
        for member in given:
            self.seats.pop(member, None)
        open_ = []
        for member in given:
            parent, slot = self.written[member]
            if parent is not None and parent not in self.world.facts:
                raise ValueError(f"{member} stands below {parent}, who has not joined")
            if parent is not None and parent not in self.seats and parent not in self.written:
                raise ValueError(f"{member} stands below {parent}, who is not placed")
            if parent is not None and slot is None:
                open_.append(member)
            else:
                self.seats[member] = Seat(parent, int(slot or 0) if parent else 0)
        for member in open_:
            parent = str(self.written[member][0])
            self.seats[member] = Seat(parent, self.empty_slots(parent)[0])
        for member in given:
            self.number(member)
        taken = [seat for seat in self.seats.values() if seat.parent is not None]
        if len(set(taken)) < len(taken) or any(seat.slot > self.width for seat in taken):
            raise ValueError("two members in one seat, or a slot that the tree has not")
        self.forest()  # refuses a loop

    def number(self, member: str) -> None:
        if member not in self.positions:
            self.last += 1
            self.positions[member] = self.last

    def in_turn(self, members: list[str]) -> list[str]:
        """Ordered by time, depth and id; nobody before one of them who stands above."""

        def key(member: str) -> Any:
            above = self.under.uplines(member)
            times = [self.world.by_joining(m)[:2] for m in (member, *above) if m in members]
            return max(times), len(above), in_order(member)

        return sorted(members, key=key)

    # Step 3

    def depart(self) -> None:
        """The terminated leave, and the child placed first moves up."""
        gone = [m for m in self.seats if self.terminated(m)] if self.moves_up else []
        for member in sorted(gone, key=self.positions.__getitem__):
            seat = self.seats.pop(member)
            below = self.children(member)
            while below:
                child = min(below, key=self.positions.__getitem__)
                below.remove(child)
                after, freed = self.children(child), self.seats[child]
                self.seats[child] = seat
                for other in below:  # they stay below the seat that the child now has
                    self.seats[other] = Seat(child, self.seats[other].slot)
                seat, below = Seat(child, freed.slot), after
            del self.positions[member]

    def terminated(self, member: str) -> bool:
        return bool(self.world.status.get(member) == "terminated")

    def children(self, member: str) -> list[str]:
        found = [m for m, seat in self.seats.items() if seat.parent == member]
        return sorted(found, key=lambda m: self.seats[m].slot)

    # Step 4

    def newcomers(self) -> None:
        """Whoever has no place yet gets one, in the order of joining."""
        waiting = [m for m in self.world.members if m not in self.seats and m not in self.world.owners]
        waiting = [m for m in waiting if not (self.moves_up and self.terminated(m))]
        waiting = [m for m in waiting if "among" not in self.rule or self.values.holds(self.rule["among"], m)]
        for member in self.in_turn(waiting):
            start = next((u for u in self.under.uplines(member) if u in self.seats), None)
            self.seats[member] = Seat(None, 0) if start is None else self.seat(start)
            if start is not None:
                self.begun[start] = self.begun.get(start, 0) + 1
            self.number(member)

    def empty_slots(self, member: str) -> list[int]:
        taken = {self.seats[c].slot for c in self.children(member)}
        return [slot for slot in range(1, self.width + 1) if slot not in taken]

    def seat(self, start: str) -> Seat:
        """Where a newcomer that begins at `start` is seated."""
        if self.fill == "breadth":
            level = [start]
            while not any(self.empty_slots(m) for m in level):
                level = [c for m in level for c in self.children(m)]
            return self.first_empty(next(m for m in level if self.empty_slots(m)))
        if self.fill == "depth":
            waiting = [start]
            while not self.empty_slots(waiting[-1]):
                waiting += reversed(self.children(waiting.pop()))
            return self.first_empty(waiting[-1])
        if self.fill == "smallest":
            while not self.empty_slots(start):
                start = min(self.children(start), key=self.weight)
            return self.first_empty(start)
        return self.down(start, self.slot(start))

    def first_empty(self, member: str) -> Seat:
        return Seat(member, self.empty_slots(member)[0])

    def slot(self, start: str) -> int:
        """The slot that is followed down."""
        if self.fill == "alternate":
            return 1 + self.begun.get(start, 0) % self.width
        if self.fill == "weaker":
            heavy = {self.seats[c].slot: self.weight(c) for c in self.children(start)}
            return min(range(1, self.width + 1), key=lambda slot: heavy.get(slot, Fraction(0)))
        return int(self.fill.split()[1])

    def down(self, member: str, slot: int) -> Seat:
        while slot not in self.empty_slots(member):
            member = next(c for c in self.children(member) if self.seats[c].slot == slot)
        return Seat(member, slot)

    def weight(self, member: str) -> Fraction:
        """Of a member with everybody below: how many, or the measure at the end of the period before."""
        if self.measure is not None:
            return self.weights.get(member, Fraction(0))
        return 1 + sum((self.weight(c) for c in self.children(member)), Fraction(0))

    # What stands at the end

    def forest(self) -> Forest:
        return Forest(
            {m: seat.parent for m, seat in self.seats.items()},
            slot={m: seat.slot for m, seat in self.seats.items() if seat.slot},
        )

    def after(self) -> Matrix:
        """What the next period takes."""
        weights = {}
        if self.measure is not None:
            forest, tree = self.forest(), self.values.book.read(self.measure)
            for member in self.seats:
                weights[member] = sum((self.values.number(tree, m) for m in forest.group(member)), Fraction(0))
        return Matrix(self.seats, self.positions, self.last, self.begun, weights, self.measure)
