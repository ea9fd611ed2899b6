"""board: seats that fill, pay the top and split (docs/semantics.md, section 7.10)."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from trueline.plan.bonuses import BoardBonus
from trueline.reckon.bonus.final import final_lines, final_result
from trueline.reckon.entries import given, take
from trueline.reckon.results import BonusResult
from trueline.reckon.selection import select
from trueline.reckon.state import Boards, Entry
from trueline.reckon.volumes import parts
from trueline.reckon.world import Int32s, World

_ONE = Fraction(1)


@dataclass(frozen=True)
class Filling:
    """A full board: its ``top``, and ``by`` whose entry it was filled; members by id."""

    top: str
    by: str


@dataclass
class Table:
    """Open boards by number, the oldest first; ``seats`` are members by id, "" for a free one."""

    width: int
    height: int
    open: dict[int, list[str]] = field(default_factory=dict)
    of_member: dict[str, set[int]] = field(default_factory=dict)
    ages: list[int] = field(default_factory=list)
    numbers: int = 0

    @property
    def size(self) -> int:
        return sum(self.width**level for level in range(self.height + 1))

    def add(self, seats: list[str]) -> int:
        """Open a board, younger than all others."""
        number = self.numbers
        self.numbers += 1
        self.open[number] = seats
        heapq.heappush(self.ages, number)
        for member in seats:
            if member:
                self.of_member.setdefault(member, set()).add(number)
        return number

    def close(self, number: int) -> list[str]:
        seats = self.open.pop(number)
        for member in set(seats) - {""}:
            self.of_member[member].discard(number)
        return seats

    def oldest(self) -> int | None:
        while self.ages and self.ages[0] not in self.open:
            heapq.heappop(self.ages)
        return self.ages[0] if self.ages else None

    def parts(self, seats: list[str]) -> list[list[str]]:
        """The boards into which a full one splits: those below each of the seats 1 to width, one level higher."""
        found = []
        for child in range(1, self.width + 1):
            level, places = [child], list[int]()
            for _ in range(self.height):
                places += level
                level = [self.width * place + k for place in level for k in range(1, self.width + 1)]
            found.append([seats[place] for place in places] + [""] * self.width**self.height)
        return found


class Play:
    """The queue of one period against the open boards. Cost per entry: its way up to somebody with a seat."""

    def __init__(self, world: World, bonus: BoardBonus, table: Table, queue: deque[Entry]) -> None:
        self.world, self.bonus, self.table, self.queue = world, bonus, table, queue
        self.place = {member: place for place, member in enumerate(world.ids)}
        self.parent: Int32s = world.trees[bonus.tree].parent
        self.fillings: list[Filling] = []

    def run(self) -> None:
        while self.queue and len(self.fillings) < self.bonus.at_most:
            entry = self.queue.popleft()
            number = self.board_of(entry)
            if number is None:
                number = self.table.add([""] * self.table.size)
            seats = self.table.open[number]
            seats[seats.index("")] = entry.member
            self.table.of_member.setdefault(entry.member, set()).add(number)
            if "" not in seats:
                self.filled(number, entry.member)

    def board_of(self, entry: Entry) -> int | None:
        """The board that an entry goes to; None where none is open."""
        above = self.place.get(entry.member, -1)
        while entry.way == "sponsor" and above >= 0:
            above = int(self.parent[above])
            seats = self.table.of_member.get(self.world.ids[above]) if above >= 0 else None
            if seats:
                return min(seats)
        return self.table.oldest()

    def filled(self, number: int, by: str) -> None:
        seats = self.table.close(number)
        top = seats[0]
        self.fillings.append(Filling(top, by))
        if self.bonus.splits:
            for part in self.table.parts(seats):
                self.table.add(part)
        if self.bonus.feeds is not None:
            self.world.results.setdefault("fed", {}).setdefault(self.bonus.feeds, []).append(top)
        if self.bonus.again is not None:
            self.queue.appendleft(Entry(top, self.bonus.again))


def board(world: World, bonus: BoardBonus, *, keep: bool) -> BonusResult:
    """Play the period's queue and pay the tops."""
    name, minor = bonus.terms.name, world.plan.money_unit
    table, queue = _opening(world, bonus)
    queue.extend(Entry(member, bonus.enters_at) for member in _entering(world, bonus))
    queue.extend(Entry(member, bonus.enters_at) for member in world.results.get("fed", {}).get(name, []))
    play = Play(world, bonus, table, queue)
    play.run()
    who = world.flags(bonus.terms.who)
    top = np.array([play.place.get(one.top, -1) for one in play.fillings], dtype=np.int32)
    source = np.array([play.place.get(one.by, -1) for one in play.fillings], dtype=np.int32)
    paid = np.flatnonzero((top >= 0) & who[np.maximum(top, 0)])
    lost = (len(top) - len(paid)) * bonus.pays * minor
    amount = np.full(len(paid), bonus.pays, dtype=np.int64)
    lines = final_lines(top[paid], paid + 1, amount, source[paid])
    world.results.setdefault("boards", {})[name] = Boards(
        tuple(tuple(table.open[number]) for number in sorted(table.open)), tuple(queue)
    )
    breakage = {"unqualified": lost} if lost else {}
    promised = len(top) * bonus.pays * minor
    return final_result(world, bonus.terms, lines, _ONE, minor, promised, breakage, keep=keep)


def _opening(world: World, bonus: BoardBonus) -> tuple[Table, deque[Entry]]:
    """Open boards and waiting entries of the period before; boards of another size are refused."""
    table = Table(bonus.width, bonus.height)
    held: Boards | None = None if world.state is None else world.state.boards.get(bonus.terms.name)
    if held is None:
        return table, deque()
    for seats in held.open:
        if len(seats) != table.size:
            message = f"The state holds boards of {len(seats)} seats, '{bonus.terms.name}' has {table.size}."
            raise world.refuse(message, "Keep width and height while boards are open; name a new bonus for new boards.")
        table.add(list(seats))
    return table, deque(held.queue)


def _entering(world: World, bonus: BoardBonus) -> list[str]:
    """A member for every entry: by time of the order, order id, line; what has no order comes after, by member."""
    base = bonus.sources.base
    allowed = None if bonus.sources.condition is None else world.flags(bonus.sources.condition)
    if base.volume is None:
        raise TypeError(base)
    rows: list[tuple[int, bool, int, int, int, int]] = []
    for entries in parts(world, base.volume):
        chosen = take(entries, select(world, base.volume, entries))
        values = given(world, chosen, base.volume.volume)
        ids = world.id_rank[chosen.member]
        for row in range(len(chosen)):
            count = int(int(values[row]) * base.sign * base.scale // 1)
            member, order = int(chosen.member[row]), int(chosen.order[row])
            if count > 0 and (allowed is None or allowed[member]):
                key = (order, int(chosen.line[row])) if order >= 0 else (int(ids[row]), 0)
                rows.append((int(chosen.seconds[row]), order < 0, *key, member, count))
    return [world.ids[member] for *_, member, count in sorted(rows) for _ in range(count)]
