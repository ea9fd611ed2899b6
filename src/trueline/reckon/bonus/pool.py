"""pool: a fund of the company that is split by shares (docs/semantics.md, section 7.7)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.money.apportion import apportion
from trueline.money.columns import total
from trueline.plan.arithmetic import number_type
from trueline.plan.bonuses import PlacesRule, PoolBonus
from trueline.reckon.bonus.final import final_result
from trueline.reckon.evaluate import Values, evaluate, fit, whole_column
from trueline.reckon.line_reader import credited_members
from trueline.reckon.lines import Lines
from trueline.reckon.results import BonusResult
from trueline.reckon.world import Int32s, Int64s, MemberLookup, World

_ONE = Fraction(1)
_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Shares:
    """Who holds shares: columns of one length, in units of ``scale``; ``empty`` are those of places without holder.

    ``place`` is the place in a ranked pool, from 1; 0 in others.
    """

    member: Int32s
    shares: Values
    place: Int64s
    empty: tuple[int, ...]
    scale: Fraction

    @property
    def everything(self) -> int:
        """All shares, those of empty places included."""
        return int(sum(self.shares.tolist())) + sum(self.empty)


def shares_of(world: World, bonus: PoolBonus) -> Shares:
    """Every member with shares: by a measure, by rank, or by place."""
    who = world.flags(bonus.terms.who)
    if bonus.places is not None:
        return _by_place(world, bonus, bonus.places, who)
    held = np.where(who, np.maximum(world.column(bonus.shares or ""), 0), 0)
    member = np.flatnonzero(held).astype(np.int32)
    return Shares(member, held[member], np.zeros(len(member), dtype=np.int64), (), bonus.share_scale)


def _by_place(world: World, bonus: PoolBonus, places: PlacesRule, who: Values) -> Shares:
    """The largest measure first; of equal ones the earlier sale, then the member's id."""
    measure = world.column(places.by)
    rivals = np.flatnonzero(who & (measure > 0))
    earliest, ids = _earliest_sale(world), world.id_rank
    order = sorted(rivals.tolist(), key=lambda one: (-int(measure[one]), int(earliest[one]), int(ids[one])))
    winners = np.array(order[: len(places.shares)], dtype=np.int32)
    filled = len(winners)
    shared = bonus.unclaimed == "shared" or bonus.floor is not None
    shares = np.array(places.shares[:filled], dtype=np.int64)
    empty = () if shared else places.shares[filled:]
    return Shares(winners, shares, np.arange(1, filled + 1, dtype=np.int64), empty, bonus.share_scale)


def _earliest_sale(world: World) -> Int64s:
    """int64 [n]: when a member's first order of the period was made; the largest number without one."""
    found = np.full(world.size, _NEVER, dtype=np.int64)
    if world.facts.has("orders"):
        seconds, member = world.facts["orders"]["time"].seconds, credited_members(world)
        now = (seconds >= world.period.start_seconds) & (seconds < world.period.end_seconds) & (member >= 0)
        np.minimum.at(found, member[now], seconds[now])
    return found


def pool(world: World, bonus: PoolBonus, *, keep: bool) -> BonusResult:
    """A fund split by shares. Cost O(n log n); each round of a floor or a shared cap costs O(n)."""
    terms, minor = bonus.terms, world.plan.money_unit
    rounding = terms.rounding.rounding
    units = int(rounding.unit / minor)
    carried = 0 if world.state is None else world.state.company.get(f"pool:{terms.name}", 0)
    exact = int(evaluate(bonus.fund, MemberLookup(world))) * number_type(bonus.fund).scale
    fund = max(rounding.count(exact) * units + carried, 0)
    held = shares_of(world, bonus)
    promised, breakage = fund * minor, dict[str, Fraction]()
    left = fund // units
    amounts = np.zeros(len(held.member), dtype=np.int64)
    if bonus.value is not None and len(held.member):
        points = [int(share) * held.scale for share in held.shares]
        value = bonus.value.amount(promised / sum(points))
        amounts = np.array([rounding.count(point * value) * units for point in points], dtype=np.int64)
        left = 0
    elif len(held.member):
        parts = _split(bonus, left, held, world.id_rank[held.member])
        left -= sum(parts)
        amounts = whole_column(fit(np.array([part * units for part in parts], dtype=object)), len(parts), "A share")
    if left:
        breakage["carried" if bonus.unclaimed == "carry" else "unclaimed"] = left * rounding.unit
        if bonus.unclaimed == "carry":
            world.results.setdefault("pool carry", {})[f"pool:{terms.name}"] = left * units
    rest = promised - total(amounts) * minor - left * rounding.unit
    if rest:
        breakage["rounded"] = rest
    nothing = np.full(len(held.member), -1, dtype=np.int64)
    lines = Lines(
        nothing.astype(np.int32), nothing, nothing, held.member, np.zeros(len(nothing), dtype=np.int8), held.place,
        np.zeros(len(nothing), dtype=np.int64), held.shares, amounts, np.zeros(len(nothing), dtype=np.bool_),
    )  # fmt: skip
    return final_result(world, terms, lines, _ONE, held.scale, promised, breakage, keep=keep)


def _split(bonus: PoolBonus, fund: int, held: Shares, ids: Int64s) -> list[int]:
    """What each holder gets of the fund, in units; less than the fund where places are empty or a cap cuts."""
    weights = [int(share) for share in held.shares]
    unit = bonus.terms.rounding.rounding.unit
    if bonus.floor is not None:
        return _with_floor(fund, weights, ids, int(bonus.floor / unit))
    if bonus.share_cap is None:
        return _portions(fund, weights, held.empty, ids)
    cap = int(bonus.share_cap * fund)
    if bonus.unclaimed == "shared":
        return _with_bound(fund, weights, ids, cap, above=True)
    return [min(part, cap) for part in _portions(fund, weights, held.empty, ids)]


def _portions(fund: int, weights: list[int], empty: tuple[int, ...], ids: Int64s) -> list[int]:
    """The exact split by largest remainder; empty places take part after all members and keep what they get."""
    behind = np.arange(len(empty), dtype=np.int64) + (int(ids.max()) + 1)
    return [int(part) for part in apportion(fund, [*weights, *empty], np.concatenate([ids, behind]))][: len(weights)]


def _with_floor(fund: int, weights: list[int], ids: Int64s, floor: int) -> list[int]:
    if floor * len(weights) >= fund:
        return [int(part) for part in apportion(fund, [1] * len(weights), ids)]
    return _with_bound(fund, weights, ids, floor, above=False)


def _with_bound(fund: int, weights: list[int], ids: Int64s, bound: int, *, above: bool) -> list[int]:
    """Whoever's exact portion is beyond the bound gets the bound, again and again; the others split what is left."""
    free = list(range(len(weights)))
    while free:
        rest, whole = fund - bound * (len(weights) - len(free)), sum(weights[one] for one in free)
        stays = [one for one in free if _inside(rest * weights[one], bound * whole, above=above)]
        if len(stays) == len(free):
            break
        free = stays
    found = [bound] * len(weights)
    if free:
        rest = fund - bound * (len(weights) - len(free))
        parts = apportion(rest, [weights[one] for one in free], np.ascontiguousarray(ids[free]))
        for one, part in zip(free, parts.tolist(), strict=True):
            found[one] = part
    return found


def _inside(portion: int, bound: int, *, above: bool) -> bool:
    return portion <= bound if above else portion >= bound
