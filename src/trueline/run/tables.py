"""Results as Arrow tables, in canonical order of rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from trueline.money.columns import total
from trueline.plan.document import Path
from trueline.plan.typed import ConditionType, NumberType
from trueline.reckon.bank import REASONS, SIDES, Bank
from trueline.reckon.evaluate import largest, multiply
from trueline.reckon.local_pay import LocalPay

if TYPE_CHECKING:
    from trueline.run.result import Result


def decimals(unit: Fraction) -> int | None:
    """Digits after the point of a unit that is a power of ten or a fraction of one; None when it does not end."""
    for digits in range(39):
        if (unit * 10**digits).denominator == 1:
            return digits
    return None


def money_column(values: Any, unit: Fraction) -> pa.Array:
    """int64 minor units as decimals; exact."""
    return scaled_column(values, unit)


def scaled_column(values: Any, unit: Fraction) -> pa.Array:
    """int64 × unit as decimal128, or as text where the unit has no end (2/37)."""
    digits = decimals(unit)
    if digits is not None and values.dtype == object and _fits_decimal(values, unit, digits):
        return pa.array(
            [Decimal(int(value * unit * 10**digits)).scaleb(-digits, _WIDE) for value in values],
            pa.decimal128(38, digits),
        )
    if digits is None or values.dtype == object:
        return pa.array([str(int(value) * unit) for value in values], pa.string())
    factor = int(unit * 10**digits)
    if factor != 1 and len(values) and largest(values) * factor >= 2**63:
        return scaled_column(values.astype(object), unit)
    whole = pa.array(np.ascontiguousarray(values) * factor, pa.int64())
    return _as_decimal(whole, digits)


_WIDE = Context(prec=60)


def _fits_decimal(values: Any, unit: Fraction, digits: int) -> bool:
    return bool(largest(values) * unit * 10**digits < 10**38)


def _as_decimal(whole: pa.Array, digits: int) -> pa.Array:
    """Reads int64 as decimal128(38, digits) of the same unscaled value."""
    low = np.asarray(whole)
    limbs = np.empty((len(low), 2), dtype=np.int64)
    limbs[:, 0], limbs[:, 1] = low, low >> 63
    buffers = [None, pa.py_buffer(limbs.tobytes())]
    return pa.Array.from_buffers(pa.decimal128(38, digits), len(low), buffers)


def _ids(result: Result, index: Any) -> pa.Array:
    """Member ids by canonical index; null for −1."""
    names = result.world.ids.array
    picks = pa.array(np.where(index >= 0, index, 0), pa.int64(), mask=index < 0)
    return names.take(picks)


def lines_table(result: Result) -> pa.Table:
    """See :attr:`Result.lines_table`."""
    parts = [_bonus_lines(result, name) for name in result.bonuses if result.bonuses[name].lines is not None]
    if not parts:
        return pa.table({"bonus": pa.array([], pa.string())})
    return pa.concat_tables(_alike(parts))


def _alike(parts: Sequence[pa.Table], names: Sequence[str] = ("base", "rate")) -> list[pa.Table]:
    """Numbers of all bonuses as decimals of one scale, or as exact text where there is none."""
    columns: dict[str, list[Any]] = {}
    for name in names:
        types = [part.schema.field(name).type for part in parts]
        wanted = pa.string()
        if all(pa.types.is_decimal(type_) for type_ in types):
            wanted = pa.decimal128(38, max(type_.scale for type_ in types))
        try:
            columns[name] = [part.column(name).cast(wanted) for part in parts]
        except pa.ArrowInvalid:  # too many digits for one scale
            columns[name] = [part.column(name).cast(pa.string()) for part in parts]
    return [
        pa.table({name: columns[name][row] if name in columns else part.column(name) for name in part.column_names})
        for row, part in enumerate(parts)
    ]


def _bonus_lines(result: Result, name: str) -> pa.Table:
    found = result.bonuses[name]
    lines = found.lines
    assert lines is not None
    rows = result.line_order(name)
    return pa.table(
        {
            "bonus": pa.repeat(pa.scalar(name), len(rows)),
            "receiver": _ids(result, lines.receiver[rows]),
            "source": _ids(result, lines.source[rows]),
            "order": result.order_texts(lines.order[rows]),
            "order_line": result.order_line_texts(lines.line[rows]),
            "part": pa.array([found.parts[part] for part in lines.part[rows].tolist()], pa.string()),
            "level": pa.array(lines.level[rows], pa.int64()),
            "rate": scaled_column(lines.rate[rows], found.rate_scale),
            "base": scaled_column(lines.base[rows], found.base_scale),
            "amount": money_column(lines.amount[rows], result.plan.money_unit),
            "apportioned": pa.array(lines.apportioned[rows], pa.bool_()),
        }
    )


def earnings_table(result: Result) -> pa.Table:
    """See :attr:`Result.earnings`."""
    payout, unit = result.payout, result.plan.money_unit
    by_id = np.argsort(result.world.id_rank, kind="stable")
    row, place = np.nonzero(
        (
            (payout.earned != 0)
            | (payout.withheld != 0)
            | (payout.released != 0)
            | (payout.capped != 0)
            | (payout.expired != 0)
        )[:, by_id].T
    )
    member, bonus = by_id[row], place
    names = pa.array(payout.bonuses, pa.string())
    columns = {
        "member": _ids(result, member),
        "bonus": names.take(pa.array(bonus)) if len(names) else pa.array([], pa.string()),
    }
    for name in ("earned", "capped", "withheld", "released", "expired"):
        columns[name] = money_column(getattr(payout, name)[bonus, member], unit)
    return pa.table(columns)


def members_table(result: Result) -> pa.Table:
    """See :attr:`Result.members`."""
    world, plan, payout = result.world, result.plan, result.payout
    by_id = np.argsort(world.id_rank, kind="stable")
    columns: dict[str, Any] = {
        "member": world.ids.array.take(pa.array(by_id)),
        "rank": _rank_texts(plan.ranks, world.numbers("rank")[by_id]),
        "title": _rank_texts(plan.ranks, world.numbers("title")[by_id]),
    }
    if world.further.size:  # whose each position is
        columns["owner"] = _ids(result, world.owner[by_id])
    for name in ("payable", "carried_in", "carried", "lost", "forgiven", *(("goods",) if payout.goods.size else ())):
        columns[name] = money_column(getattr(payout, name)[by_id], plan.money_unit)
    if payout.deductions or payout.local is not None:
        columns["paid_out"] = money_column(payout.paid_out[by_id], plan.money_unit)
    for name, kept in payout.deductions.items():
        columns[f"deducted: {name}"] = money_column(kept[by_id], plan.money_unit)
    if payout.local is not None:
        columns["currency"], columns["paid_in_currency"] = _local_columns(payout.local, by_id)
    for name in (*plan.measures, *plan.conditions, *plan.tables):
        type_ = plan.steps[name].type
        values = np.asarray(world.column(name))[by_id]
        header = f"plan: {name}" if name in columns else name  # a plan may name a measure 'payable'
        if isinstance(type_, NumberType):
            columns[header] = scaled_column(values, type_.scale)
        else:
            assert isinstance(type_, ConditionType)
            columns[header] = pa.array(values.astype(np.bool_), pa.bool_())
    return pa.table(columns)


def _local_columns(local: LocalPay, rows: Any) -> tuple[pa.Array, pa.Array]:
    """Currencies, and amounts with the decimals of the finest of them."""
    finest = min((one.unit for one in local.currencies), default=Fraction(1))
    times = np.array([int(one.unit / finest) for one in local.currencies], dtype=np.int64)
    names, code = pa.array([one.currency for one in local.currencies], pa.string()), local.code[rows]
    return names.take(pa.array(code)), scaled_column(multiply(local.amount[rows], times[code]), finest)


def _rank_texts(ranks: Sequence[str], codes: Any) -> pa.Array:
    names = pa.array(ranks, pa.string())
    picks = pa.array(np.where(codes >= 0, codes, 0).astype(np.int64), pa.int64(), mask=codes < 0)
    return names.take(picks) if len(ranks) else pa.nulls(len(codes), pa.string())


def breakage_table(result: Result) -> pa.Table:
    """See :attr:`Result.breakage_table`."""
    rows: list[tuple[str, str, Fraction]] = []
    for name, found in result.bonuses.items():
        rows.append((name, "promised", found.promised))
        rows.append((name, "paid", total(found.earned) * result.plan.money_unit))
        rows.extend((name, reason, amount) for reason, amount in found.breakage.items())
    return pa.table(
        {
            "bonus": pa.array([row[0] for row in rows], pa.string()),
            "name": pa.array([row[1] for row in rows], pa.string()),
            "amount": pa.array([str(row[2]) for row in rows], pa.string()),
        }
    )


def trees_table(result: Result) -> pa.Table:
    """See :attr:`Result.trees`."""
    world = result.world
    names: list[str] = []
    members: list[Any] = []
    parents: list[Any] = []
    for name in sorted(world.trees):
        tree = world.trees[name]
        inside = np.flatnonzero(tree.rank_of >= 0)
        inside = inside[np.argsort(world.id_rank[inside], kind="stable")]
        names.extend([name] * len(inside))
        members.append(inside)
        parents.append(tree.parent[inside])
    return pa.table(
        {
            "tree": pa.array(names, pa.string()),
            "member": _ids(result, np.concatenate(members)),
            "parent": _ids(result, np.concatenate(parents)),
        }
    )


def cuts_table(result: Result) -> pa.Table:
    """See :attr:`Result.cuts_table`."""
    cuts = [(name, cut) for name, found in result.bonuses.items() for cut in found.cuts]
    sizes = [len(cut.member) for _, cut in cuts]
    nothing = [np.zeros(0, dtype=np.int64)]
    member = np.concatenate([*(cut.member for _, cut in cuts), *nothing])
    order = np.argsort(result.world.id_rank[member], kind="stable")  # bonuses and limits stay in their order
    amount = np.concatenate([*(cut.amount for _, cut in cuts), *nothing])[order]
    place = np.repeat(np.arange(len(cuts)), sizes)[order]
    columns = {"member": _ids(result, member[order])}
    for column, names in (("bonus", [name for name, _ in cuts]), ("limit", [limit_name(cut.path) for _, cut in cuts])):
        columns[column] = pa.array([names[at] for at in place.tolist()], pa.string())
    columns["amount"] = money_column(amount, result.plan.money_unit)
    return pa.table(columns)


def limit_name(path: Path) -> str:
    """A cap or limit as a table names it: ``cap per member``, ``members``, ``structures 1``."""
    if path[0] == "bonuses":
        return str(path[-1])
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path[1:-1])


def bank_table(result: Result) -> pa.Table:
    """See :attr:`Result.bank_table`."""
    parts = [_bank(result, name, found.bank) for name, found in result.bonuses.items() if found.bank is not None]
    numbers = [name for name in parts[0].column_names if name not in ("bonus", "member", "side")]
    return pa.concat_tables(_alike(parts, numbers))


def _bank(result: Result, bonus: str, bank: Bank) -> pa.Table:
    """The sides of one bonus: members by id, left before right."""
    by_id = np.argsort(result.world.id_rank, kind="stable")
    inside = by_id[bank.moved[:, by_id].any(axis=0)]
    side, member = np.tile([0, 1], len(inside)), np.repeat(inside, 2)
    keep = bank.moved[side, member]
    side, member = side[keep], member[keep]
    columns = {
        "bonus": pa.repeat(pa.scalar(bonus), len(member)),
        "member": _ids(result, member),
        "side": pa.array(SIDES, pa.string()).take(pa.array(side, pa.int64())),
    }
    for name in ("opening", "new", "taken"):
        columns[name] = scaled_column(getattr(bank, name)[side, member], bank.scale)
    for place, reason in enumerate(REASONS):
        columns[reason.replace(" ", "_")] = scaled_column(bank.flushed[place][side, member], bank.scale)
    columns["closing"] = scaled_column(bank.closing[side, member], bank.scale)
    return pa.table(columns)
