"""``entitled: before each order``: rates that follow the orders of the period (docs/semantics.md, 7.13)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.columns import total
from trueline.network.sums import group_sum_cut
from trueline.plan.bonuses import DifferenceBonus, Entitled, OwnBonus
from trueline.reckon.bonus.difference import Difference, Rows, gaps
from trueline.reckon.bonus.own import Own
from trueline.reckon.entries import given, take
from trueline.reckon.evaluate import largest, times, whole_column
from trueline.reckon.lines import PARTS, Batch, Codes
from trueline.reckon.orders import order_entries
from trueline.reckon.selection import select
from trueline.reckon.sources import SourceList, source_list
from trueline.reckon.tables import UNKNOWN
from trueline.reckon.volumes import gathered, parts
from trueline.reckon.world import Bools, Int32s, Int64s, PairLookup, World


@dataclass(frozen=True)
class Events:
    """Orders (lines) in the order of time, those that add nothing to a key first.

    [events]: ``member``, ``volume`` that it adds, and ``place`` among the sources (−1: none). [n]: ``key`` before all
    of them, and what ``entries`` add behind those of volume 0. A volume is added to the member and, by ``counts_up``
    [n], to those above it, up to one that is ``cut`` [n].
    """

    member: Int32s
    volume: Int64s
    place: Int64s
    key: Int64s
    entries: Int64s
    counts_up: Int32s
    cut: Bools

    def key_before(self, u: int, event: int, begin: int) -> int:
        """The key of one member at a volume inside of an event."""
        there = reaching(self.member[: event + 1], self.counts_up, self.cut, u)
        earlier = int(self.volume[:event][there[:event]].sum())
        entries = int(self.entries[u]) if self.volume[event] else 0
        return int(self.key[u]) + entries + earlier + (begin if there[event] else 0)


@dataclass(frozen=True)
class Course:
    """The sources cut into pieces, and the rates that hold for each.

    ``number`` [pieces] counts the pieces of one source from 0, ``cut`` says which pieces belong to a source that has
    several. From ``start`` to before ``stop`` [pieces] stand the rows of the table on which the source and those above
    it are before the piece: ``row`` holds from so many ``steps`` above the source on. ``values`` [marks + 1] are the
    rates of the rows: below the first mark, then from each. ``names`` are those behind the codes of line parts: two for
    each number, after :data:`PARTS`. ``event`` and ``begin`` [pieces] say where a piece lies in the ``events``.
    """

    sources: SourceList
    number: Int64s
    cut: Bools
    start: Int64s
    stop: Int64s
    steps: Int64s
    row: Int64s
    values: Int64s
    event: Int64s
    begin: Int64s
    events: Events

    def rate(self, piece: Int64s) -> Int64s:
        """The rates of the sources themselves before pieces."""
        found: Int64s = self.values[self.row[self.start[piece]]]
        return found

    def key_of(self, u: int, piece: int) -> int:
        """What a member has before a piece, in units of the marks. O(orders × depth)."""
        return self.events.key_before(u, int(self.event[piece]), int(self.begin[piece]))

    def is_early(self, piece: int) -> bool:
        """Whether a piece comes before all orders."""
        return not self.events.volume[self.event[piece]]

    def parts(self, piece: Int64s, part: Codes) -> NDArray[np.int32]:
        """Codes of line parts, of pieces whose lines had no part or ``minimum``."""
        behind = len(PARTS) + 2 * self.number[piece] + (part != 0)
        return np.where(self.cut[piece], behind, part).astype(np.int32)

    def part(self, piece: int) -> str:
        """The name of a piece, empty where nothing cuts its source."""
        return part_name(int(self.number[piece])) if self.cut[piece] else ""

    @property
    def names(self) -> tuple[str, ...]:
        found = list(PARTS)
        for number in range(int(self.number.max(initial=0)) + 1):
            found += [part_name(number), f"minimum {part_name(number)}"]
        return tuple(found)


def part_name(number: int) -> str:
    """The name of a piece of a cut order, counted from 0."""
    return "before" if number == 0 else "after" if number == 1 else f"after {number}"


def piece_of(part: str) -> str:
    """The piece that the part of a line names; empty where the order is whole."""
    found = part.removeprefix("minimum").strip()
    return found if found.startswith(("before", "after")) else ""


class EntitledOwn(Own):
    """A rebate at the rate before each piece of an order. O(1) per piece."""

    def __init__(self, world: World, bonus: OwnBonus, rule: Entitled, course: Course | None = None) -> None:
        super().__init__(world, bonus)
        self.course = course or follow(world, bonus, rule, np.full(world.size, -1, dtype=np.int32))

    def rates(self, sources: SourceList, held: Int64s, pairs: PairLookup) -> Int64s:
        assert sources.piece is not None
        return self.course.rate(sources.piece[held])

    def walk(self, sources: SourceList) -> Batch:
        batch = super().walk(sources)
        assert sources.piece is not None
        return replace(batch, part=self.course.parts(sources.piece[batch.source], batch.part))


class EntitledDifference(Difference):
    """Gaps between the rates before each piece of an order. O(depth) per piece: rates change, so nothing is jumped."""

    def __init__(self, world: World, bonus: DifferenceBonus, rule: Entitled, course: Course | None = None) -> None:
        super().__init__(world, bonus)
        self.course = course or follow(world, bonus, rule, self.tree.parent)

    def fill(self, sources: SourceList, begun: Int64s, limit: np.int64, rows: Rows) -> int:
        assert sources.piece is not None
        bonus, tree, course = self.bonus, self.tree, self.course
        rates = np.empty(self.world.size, dtype=np.int64)
        return gaps_of_pieces(
            sources.member,
            course.start[sources.piece],
            course.stop[sources.piece],
            course.steps,
            course.row,
            course.values * bonus.rate_times,
            bonus.consumes,
            rates,
            begun,
            limit,
            tree.parent,
            tree.depth,
            self.stopper,
            self.stop,
            self.own_stop,
            self.who,
            bonus.from_self,
            bonus.reserve,
            bonus.minimum,
            *rows,
        )

    def walk(self, sources: SourceList) -> Batch:
        batch = super().walk(sources)
        assert sources.piece is not None
        return replace(batch, part=self.course.parts(sources.piece[batch.source], batch.part))


def follow(world: World, bonus: OwnBonus | DifferenceBonus, rule: Entitled, above: Int32s) -> Course:
    """Go through the orders in the order of time, and cut each where somebody at or above it reaches a threshold.

    ``above`` [n] leads from a source to those whose thresholds cut it. O(pieces × depth) time; what is kept of a piece
    is where the row of the table changes on the way up. An order moves everybody above it, some up a row and, where
    goods came back, some down: to find the next threshold without the walk would take sums over paths that bear both.
    """
    sources, events = source_list(world, bonus.sources), _events(world, bonus, rule)
    marks = np.array(rule.marks, dtype=np.int64)
    found, changes = _cut(events, above, marks)
    stop = np.append(found[3][1:], changes.shape[1])
    by_source = np.lexsort((found[1], found[0]))
    (of, number, size, start, event, begin), stop, (steps, row) = found[:, by_source], stop[by_source], changes
    several = np.bincount(of, minlength=len(sources))[of] > 1
    sign = bonus.sources.base.sign // rule.volume_times
    base = np.where(several, size * sign, sources.base[of])
    values = np.array([UNKNOWN if value is None else value for value in rule.values], dtype=np.int64)
    if np.any(values[row] == UNKNOWN):
        message = f"The rate of '{bonus.terms.name}' is unknown for somebody before an order of the period."
        raise world.refuse(message, "Find the value in the plan document.")
    pieces = SourceList(sources.member[of], base, sources.order[of], sources.line[of], np.arange(of.size))
    return Course(pieces, number, several, start, stop, steps, row, values, event, begin, events)


def _cut(events: Events, above: Int32s, marks: Int64s) -> tuple[Int64s, Int64s]:
    """What :func:`cut_orders` writes, of all events: int64 [6, pieces] and [2, changes]."""
    pieces, changes = np.empty((6, 64 + len(events.member)), np.int64), np.empty((2, 64 + len(events.member)), np.int64)
    key, rung = events.key.copy(), np.zeros(len(events.key), dtype=np.int64)
    seen = np.full(len(events.key), -1, dtype=np.int64)
    done = made = used = 0
    for until in (int(np.count_nonzero(events.volume == 0)), len(events.member)):
        while done < until:
            done, made, used = cut_orders(
                done, until, events.member, events.volume, events.place, key, events.counts_up, events.cut, above,
                marks, seen, rung, made, used, pieces, changes,
            )  # fmt: skip
            if done < until:  # no room for the next event
                pieces, changes = (np.concatenate([one, np.empty_like(one)], axis=1) for one in (pieces, changes))
        if until < len(events.member):
            key += events.entries
    return pieces[:, :made].copy(), changes[:, :used].copy()


def _counted(world: World, rule: Entitled) -> tuple[Int64s, Int64s]:
    """int64 [n] each: what a member's own orders, and its entries without an order, add to the key in the period."""
    found = [np.zeros(world.size, dtype=np.int64), np.zeros(world.size, dtype=np.int64)]
    for entries in parts(world, replace(rule.volume, late=False)):
        chosen = take(entries, select(world, rule.volume, entries))
        sums = times(gathered(world.size, chosen.member, given(world, chosen, rule.volume.volume)), rule.volume_times)
        found[int(bool(len(chosen)) and chosen.order[0] < 0)] += whole_column(sums, world.size, "A volume")
    return found[0], found[1]


def _events(world: World, bonus: OwnBonus | DifferenceBonus, rule: Entitled) -> Events:
    """The orders of the period, or their lines, as the key sees them; those that it does not count add nothing."""
    sources, by_line = source_list(world, bonus.sources), bonus.sources.base.grain == "order line"
    entries = order_entries(world)
    chosen = take(entries, select(world, rule.volume, entries))
    line = chosen.line if by_line else np.full(len(chosen), -1, dtype=np.int64)
    keys = np.stack(
        [
            np.concatenate([chosen.order, sources.order]),
            np.concatenate([line, sources.line]),
            np.concatenate([chosen.member, sources.member]).astype(np.int64),
        ]
    )
    groups, inverse = np.unique(keys, axis=1, return_inverse=True)
    inverse, size = inverse.reshape(-1), groups.shape[1]
    of_orders, of_sources = inverse[: len(chosen)], inverse[len(chosen) :]
    added = gathered(size, of_orders.astype(np.int32), given(world, chosen, rule.volume.volume))
    volume = whole_column(times(added, rule.volume_times), size, "A volume")
    seconds, place = np.zeros(size, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    seconds[of_orders] = chosen.seconds
    place[of_sources] = np.arange(len(sources))
    order = np.lexsort((seconds, volume != 0))
    tree = world.trees[rule.tree] if rule.tree else None
    cut = world.flags(rule.cut) if rule.cut else np.zeros(world.size, dtype=np.bool_)
    key = whole_column(times(world.column(rule.key), rule.key_times), world.size, "A key")
    in_orders, in_entries = (
        own if tree is None else whole_column(group_sum_cut(tree, own, cut), world.size, "A volume")
        for own in _counted(world, rule)
    )
    key = key - in_orders - in_entries
    if largest(key) + total(np.abs(volume)) >= 2**62:
        raise OverflowError("A volume is too large for its unit; declare a coarser unit.")
    counts_up = np.full(world.size, -1, dtype=np.int32) if tree is None else tree.parent
    return Events(groups[2].astype(np.int32)[order], volume[order], place[order], key, in_entries, counts_up, cut)


@kernel
def reaching(member: Int32s, counts_up: Int32s, cut: Bools, wanted: int) -> Bools:
    """Which events add to the key of one member, bool [events]."""
    found = np.zeros(member.size, dtype=np.bool_)
    for event in range(member.size):
        u = member[event]
        while u >= 0 and counts_up[u] != -2 and u != wanted:
            u = -1 if cut[u] else counts_up[u]
        found[event] = u == wanted and counts_up[u] != -2
    return found


@kernel
def cut_orders(
    first: int,
    until: int,
    member: Int32s,
    volume: Int64s,
    place: Int64s,
    key: Int64s,
    counts_up: Int32s,
    cut: Bools,
    above: Int32s,
    marks: Int64s,
    seen: Int64s,
    rung: Int64s,
    made: int,
    used: int,
    pieces: Int64s,
    changes: Int64s,
) -> tuple[int, int, int]:
    """Events ``first`` to before ``until`` in the order of time, each added to the ``key`` of those whom it counts for.

    A piece is the place of its source, its number and size, where its changes start, its event and the volume of that
    before it. A change is how many steps above the source a row of the table holds from, and that row; ``rung`` is
    where each member was last. Returns how many events are done, pieces made and changes used; an event that has no
    room is not begun.
    """
    for event in range(first, until):
        u = member[event]
        while u >= 0 and counts_up[u] != -2:  # whose key the order adds to
            seen[u] = event
            u = -1 if cut[u] else counts_up[u]
        begin, count, made_before, used_before = np.int64(0), 0, made, used
        while place[event] >= 0:
            end, u = volume[event], member[event]
            if made >= pieces.shape[1]:
                return event, made_before, used_before
            pieces[0, made], pieces[1, made], pieces[3, made] = place[event], count, used
            pieces[4, made], pieces[5, made] = event, begin
            above_by, last = 0, -1
            while u >= 0:
                now = key[u] + (begin if seen[u] == event else 0)
                mark = rung[u]  # mostly still the same
                while mark < marks.size and marks[mark] <= now:
                    mark += 1
                while mark > 0 and marks[mark - 1] > now:
                    mark -= 1
                rung[u] = mark
                if seen[u] == event and mark < marks.size:
                    end = min(end, begin + marks[mark] - now)
                if mark != last:
                    if used >= changes.shape[1]:
                        return event, made_before, used_before
                    changes[0, used], changes[1, used], last = above_by, mark, mark
                    used += 1
                above_by += 1
                u = above[u]
            pieces[2, made] = end - begin
            made += 1
            begin = end
            count += 1
            if begin >= volume[event]:
                break
        u = member[event]
        while u >= 0 and seen[u] == event:
            key[u] += volume[event]
            u = -1 if cut[u] else counts_up[u]
    return until, made, used


@kernel
def gaps_of_pieces(
    member: Int32s,
    first: Int64s,
    after: Int64s,
    steps: Int64s,
    row: Int64s,
    values: Int64s,
    consumes: bool,
    rates: Int64s,
    begun: Int64s,
    limit: np.int64,
    parent: Int32s,
    depth: Int32s,
    stopper: Int32s,
    stop: Bools,
    own_stop: Bools,
    who: Bools,
    from_self: bool,
    reserve: int,
    minimum: int,
    source: Int64s,
    receiver: Int32s,
    rate: Int64s,
    part: NDArray[np.int8],
    paid: Int64s,
    reserved: Int64s,
    ended: Int64s,
) -> int:
    """As :func:`gaps`, with the rates before each piece; the next upline stands for the next with a higher rate."""
    size = 0
    for k in range(member.size):
        u, at, above_by = member[k], first[k], 0
        while u >= 0:
            if at + 1 < after[k] and steps[at + 1] == above_by:
                at += 1
            rates[u] = values[row[at]] if who[u] or consumes else -1
            u = parent[u]
            above_by += 1
        one = slice(k, k + 1)
        found = gaps(
            member[one], begun[one], limit, parent, depth, rates, parent, stopper, stop, own_stop, who, from_self,
            reserve, minimum, source[size:], receiver[size:], rate[size:], part[size:], paid[one], reserved[one],
            ended[one],
        )  # fmt: skip
        if found < 0:
            return -1
        source[size : size + found] = k
        size += found
    return size
