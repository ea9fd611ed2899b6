"""One company in one period: who is there, the trees as they stand, and the columns computed so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from trueline.errors import Finding, Refused
from trueline.facts import ALWAYS, Facts
from trueline.facts.standing import in_force
from trueline.network import ABSENT, ROOT, LoopError, Tree, build
from trueline.network.dated import preorder_index
from trueline.period import Period
from trueline.plan import Plan
from trueline.plan.typed import Cell, OrderSum, Ref, Typed
from trueline.reckon.evaluate import Values
from trueline.reckon.ids import MemberIds

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]
_ONE_CURRENCY = "A run has one currency: write the same in the plan and in company.yaml."


@dataclass
class World:
    """Everything a step reads and writes. All columns have one entry per member present, in canonical order.

    ``ids`` are the member ids in that order (preorder of the sponsor tree, siblings by id); ``id_rank`` is each
    member's place in the order of ids, which breaks every tie. ``index`` maps the facts' member order to it, -1 for
    members not there yet. ``words`` holds the texts behind text columns. ``state`` is what the last period handed on.
    ``slots`` holds the places of members under their parents where somebody asked (``slots_of``), ``positions`` the
    numbers of placed trees. ``further`` are the nodes that are further positions of a member, ``owner`` is the member
    behind each node (itself for a member). ``held`` are columns that are taken as given (``held_columns``).
    ``threads`` is how many share the sources of a bonus. A period that is computed again for a later one takes
    from its sales what came back after it in the spans ``netted`` (seconds, half open; None for a run as it is made),
    and may keep the paid-as ranks of its first run in ``fixed_ranks``.
    """

    plan: Plan
    facts: Facts
    period: Period
    state: Any
    ids: MemberIds
    id_rank: Int64s
    index: Int32s
    trees: dict[str, Tree] = field(default_factory=dict)
    slots: dict[str, Int32s] = field(default_factory=dict)
    positions: dict[str, Int64s] = field(default_factory=dict)
    further: Int64s = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    owner: Int32s = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    columns: dict[str, Values] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)
    lookups: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Values] = field(default_factory=dict)
    threads: int = 1
    netted: tuple[tuple[int, int], ...] | None = None
    fixed_ranks: Int64s | None = None

    @property
    def size(self) -> int:
        return len(self.ids)

    def column(self, key: str) -> Values:
        """The column of a step, broadcast to every member."""
        return np.broadcast_to(self.columns[key], (self.size,))

    def flags(self, key: str) -> Bools:
        return np.ascontiguousarray(self.column(key), dtype=np.bool_)

    def numbers(self, key: str) -> Int64s:
        """A step's int64 column; ``OverflowError`` when it needs more than that."""
        values = self.column(key)
        if values.dtype == object:
            raise OverflowError(f"'{key}' leaves the range of exact columns; declare a coarser unit for its volume.")
        return np.ascontiguousarray(values, dtype=np.int64)

    @property
    def by_id(self) -> Int64s:
        """int64 [n]: canonical indices in the order of ids."""
        return np.argsort(self.id_rank, kind="stable")

    def id_texts(self, index: Int32s | Int64s) -> Any:
        """Strings of Arrow: member ids by canonical index; null for −1."""
        return self.ids.array.take(pa.array(np.maximum(index, 0), pa.int64(), mask=index < 0))

    def order_texts(self, places: Int64s) -> Any:
        """Strings of Arrow: order ids by their places in the order of ids; null for −1."""
        return self._texts("orders", "order", places)

    def order_line_texts(self, places: Int64s) -> Any:
        """As :meth:`order_texts`, of order lines."""
        return self._texts("order_lines", "line", places)

    def _texts(self, table: str, column: str, places: Int64s) -> Any:
        if not self.facts.has(table):  # nothing stands for an order
            return pa.nulls(len(places), pa.string())
        return self.facts[table][column].texts_at(places)

    def positions_of(self, member: int) -> list[int]:
        """The nodes that are further positions of a member, by index."""
        return [node for node in self.further.tolist() if self.owner[node] == member]

    def refuse(self, message: str, remedy: str = "") -> Refused:
        return Refused([Finding(f"{self.plan.document.file} in {self.period.label}", 0, 0, message, remedy)])


class MemberLookup:
    """Columns of members, as expressions about one member read them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def reference(self, ref: Ref) -> Values:
        return self.world.columns[ref.step]

    def level(self) -> Values:
        raise TypeError("a member has no level")

    def order_sum(self, node: OrderSum) -> Values:
        raise TypeError("a member is no order")

    def cell(self, cell: Cell) -> Values:
        raise TypeError("a member is no order line")

    def words(self, part: Typed) -> list[str]:
        return self.world.words.get(part.step, []) if isinstance(part, Ref) else []

    def has_tag(self, word: str) -> Values:
        raise TypeError("a member has no class tag")


class PairLookup(MemberLookup):
    """Columns of pairs: plain names are the receiver's, ``source.`` the source's.

    ``orders`` are the places of the pairs' orders in the order of ids, −1 without one.
    """

    def __init__(
        self, world: World, source: Int32s, receiver: Int32s, level: Int64s, orders: Int64s | None = None
    ) -> None:
        super().__init__(world)
        self.source = source
        self.receiver = receiver
        self.levels = level
        self.orders = orders

    def order_sum(self, node: OrderSum) -> Values:
        if self.orders is None:
            return np.zeros(len(self.source), dtype=np.int64)
        found: Values = self.world.cache["order totals"](node.volume, self.orders)
        return found

    def reference(self, ref: Ref) -> Values:
        values = self.world.columns[ref.step]
        if values.ndim == 0:
            return values
        return np.asarray(values[self.source if ref.source else self.receiver])

    def level(self) -> Values:
        return self.levels


def make_world(plan: Plan, facts: Facts, period: Period, state: Any) -> World:
    """Who is there at the end of the period, numbered; trees are built when a step first needs them."""
    finding = _currency(plan, facts)
    if finding:
        raise Refused([finding])
    facts = facts.nodes
    members = facts["members"]
    count = len(facts.members)
    there = np.ones(count, dtype=np.bool_)
    if "joined" in members:
        row_of = facts.index_of("members", "member")
        there[row_of] = members["joined"].seconds_or(ALWAYS) < period.end_seconds
    further = np.isin(facts.member_ids, list(facts.owner_of)) if facts.owner_of else np.zeros(count, dtype=np.bool_)
    parent = np.where(there, edges_at(facts, "sponsor", period, there), ABSENT).astype(np.int32)
    parent = np.where(there, rooted(parent, further), ABSENT).astype(np.int32)
    try:
        place = preorder_index(parent, np.arange(count, dtype=np.int64))
    except LoopError as error:
        raise Refused([_loop(facts, "sponsor", error.members)]) from None
    index = np.full(count, -1, dtype=np.int32)
    rows = np.flatnonzero(there)
    size = rows.size
    index[rows[np.argsort(place[rows])]] = np.arange(size)
    at = np.empty(size, dtype=np.int64)
    at[index[there]] = np.flatnonzero(there)
    world = World(plan, facts, period, state, MemberIds(facts.member_ids, at), at, index)
    world.further = np.flatnonzero(further[at])
    world.owner = np.arange(size, dtype=np.int32)
    for node in world.further.tolist():
        world.owner[node] = index[facts.members.index(facts.owner_of[world.ids[node]])]
    world.trees["sponsor"] = build("sponsor", renumber(parent[at], index))
    return world


def rooted(parent: Int32s, further: Bools) -> Int32s:
    """Whoever has no edge is a root; a further position without one is ABSENT, unless somebody stands below it."""
    below = np.zeros(parent.size, dtype=np.bool_)
    below[parent[parent >= 0]] = True
    return np.where((parent == ABSENT) & (~further | below), ROOT, parent).astype(np.int32)


def renumber(above: Int32s, index: Int32s) -> Int32s:
    """Parents as places in the facts' order → places in canonical order; who is not there → root."""
    found = np.where(above >= 0, np.maximum(index[np.maximum(above, 0)], ROOT), above)
    return found.astype(np.int32)


def edges_at(facts: Facts, tree: str, period: Period, there: Bools) -> Int32s:
    """int32 [members of the facts]: the parent at the last instant of the period; ABSENT without an edge."""
    out = np.full(len(facts.members), ABSENT, dtype=np.int32)
    if not facts.has("edges"):
        return out
    rows = edge_rows(facts, tree, period)
    owners = facts.owners
    position = owners[facts.index_of("edges", "position")[rows]]
    above = facts.index_of("edges", "parent")[rows]
    out[position] = np.where(above >= 0, owners[np.maximum(above, 0)], ROOT)
    return np.where(out >= 0, np.where(there[np.maximum(out, 0)], out, ROOT), out).astype(np.int32)


def edge_rows(facts: Facts, tree: str, period: Period) -> Bools:
    """Which rows of edges belong to a tree and are in force at the last instant of the period."""
    edges = facts["edges"]
    names = edges["tree"].values
    if tree not in names:
        return np.zeros(edges.rows, dtype=np.bool_)
    rows: Bools = dated_rows(edges, period)
    rows &= edges["tree"].codes == names.index(tree)
    return rows


def facts_tree(world: World, name: str) -> Tree:
    """A tree of the facts in canonical order; refused when the facts do not have it."""
    facts = world.facts
    names = facts["edges"]["tree"].values if facts.has("edges") else []
    if name not in names and name != "sponsor":
        raise world.refuse(
            f"The facts have no tree '{name}', which the plan reads.", f"Trees there: {', '.join(names) or 'none'}."
        )
    further = np.zeros(world.size, dtype=np.bool_)
    further[world.further] = True
    return without_loops(world, name, rooted(edges_of(world, name), further))


def edges_of(world: World, name: str) -> Int32s:
    """int32 [n]: the parent by the edges of the facts, in canonical order; ABSENT without an edge in force."""
    return renumber(edges_at(world.facts, name, world.period, world.index >= 0)[world.id_rank], world.index)


def without_loops(world: World, name: str, parent: Int32s) -> Tree:
    """The tree with these parents; refused where members stand above themselves."""
    try:
        return build(name, parent)
    except LoopError as error:
        members = tuple(int(world.id_rank[i]) for i in error.members)
        raise Refused([_loop(world.facts, name, members)]) from None


def _loop(facts: Facts, tree: str, members: tuple[int, ...]) -> Finding:
    names = " → ".join(facts.members[i] for i in members[:8])
    return Finding(facts["edges"].file, 0, 0, f"Tree '{tree}' has a loop: {names}.", "Correct one of these edges.")


def _currency(plan: Plan, facts: Facts) -> Finding | None:
    if plan.currency == facts.company.currency:
        return None
    message = f"The plan pays in {plan.currency}, the facts are kept in {facts.company.currency}."
    return Finding(plan.document.file, *plan.document.place(("currency",)), message, _ONE_CURRENCY)


def dated_rows(table: Any, period: Period) -> Bools:
    """Rows in force on the last day of the period: from ≤ day < to, open where blank."""
    return in_force(table, period.end_seconds - 1)


Columns = Mapping[str, Values]
