"""Results as Arrow tables, in canonical order of rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.money.columns import total
from trueline.plan.document import Path
from trueline.plan.typed import ConditionType, NumberType
from trueline.reckon.bank import REASONS, SIDES, Bank
from trueline.reckon.evaluate import multiply
from trueline.reckon.local_pay import LocalPay
from trueline.reckon.payout import Payout
from trueline.reckon.results import BonusResult, bonus_results
from trueline.reckon.world import World
from trueline.run.exact_columns import alike, scaled_column
from trueline.run.payments import payment_order


def lines_table(world: World) -> pa.Table:
    """See :attr:`Result.lines_table <trueline.run.Result.lines_table>`."""
    parts = [_bonus_lines(world, found) for found in bonus_results(world).values() if found.lines is not None]
    if not parts:
        return pa.table({"bonus": pa.array([], pa.string())})
    return pa.concat_tables(alike(parts, ("base", "rate")))


def _bonus_lines(world: World, found: BonusResult) -> pa.Table:
    lines, rows = found.lines, payment_order(world, found)
    assert lines is not None
    return pa.table(
        {
            "bonus": pa.repeat(pa.scalar(found.name), len(rows)),
            "receiver": world.id_texts(lines.receiver[rows]),
            "source": world.id_texts(lines.source[rows]),
            "order": world.order_texts(lines.order[rows]),
            "order_line": world.order_line_texts(lines.line[rows]),
            "part": pa.array([found.parts[part] for part in lines.part[rows].tolist()], pa.string()),
            "level": pa.array(lines.level[rows], pa.int64()),
            "rate": scaled_column(lines.rate[rows], found.rate_scale),
            "base": scaled_column(lines.base[rows], found.base_scale),
            "amount": scaled_column(lines.amount[rows], world.plan.money_unit),
            "apportioned": pa.array(lines.apportioned[rows], pa.bool_()),
        }
    )


def earnings_table(world: World, payout: Payout) -> pa.Table:
    """See :attr:`Result.earnings <trueline.run.Result.earnings>`."""
    unit, by_id = world.plan.money_unit, world.by_id
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
        "member": world.id_texts(member),
        "bonus": names.take(pa.array(bonus)) if len(names) else pa.array([], pa.string()),
    }
    for name in ("earned", "capped", "withheld", "released", "expired"):
        columns[name] = scaled_column(getattr(payout, name)[bonus, member], unit)
    return pa.table(columns)


def members_table(world: World, payout: Payout) -> pa.Table:
    """See :attr:`Result.members <trueline.run.Result.members>`."""
    plan, by_id = world.plan, world.by_id
    columns: dict[str, Any] = {
        "member": world.id_texts(by_id),
        "rank": _rank_texts(plan.ranks, world.numbers("rank")[by_id]),
        "title": _rank_texts(plan.ranks, world.numbers("title")[by_id]),
    }
    if world.further.size:  # whose each position is
        columns["owner"] = world.id_texts(world.owner[by_id])
    for name in ("payable", "carried_in", "carried", "lost", "forgiven", *(("goods",) if payout.goods.size else ())):
        columns[name] = scaled_column(getattr(payout, name)[by_id], plan.money_unit)
    if payout.deductions or payout.local is not None:
        columns["paid_out"] = scaled_column(payout.paid_out[by_id], plan.money_unit)
    for name, kept in payout.deductions.items():
        columns[f"deducted: {name}"] = scaled_column(kept[by_id], plan.money_unit)
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


def breakage_table(world: World) -> pa.Table:
    """See :attr:`Result.breakage_table <trueline.run.Result.breakage_table>`."""
    rows: list[tuple[str, str, Fraction]] = []
    for name, found in bonus_results(world).items():
        rows.append((name, "promised", found.promised))
        rows.append((name, "paid", total(found.earned) * world.plan.money_unit))
        rows.extend((name, reason, amount) for reason, amount in found.breakage.items())
    return pa.table(
        {
            "bonus": pa.array([row[0] for row in rows], pa.string()),
            "name": pa.array([row[1] for row in rows], pa.string()),
            "amount": pa.array([str(row[2]) for row in rows], pa.string()),
        }
    )


def trees_table(world: World) -> pa.Table:
    """See :attr:`Result.trees <trueline.run.Result.trees>`."""
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
            "member": world.id_texts(np.concatenate(members)),
            "parent": world.id_texts(np.concatenate(parents)),
        }
    )


def cuts_table(world: World) -> pa.Table:
    """See :attr:`Result.cuts_table <trueline.run.Result.cuts_table>`."""
    cuts = [(name, cut) for name, found in bonus_results(world).items() for cut in found.cuts]
    sizes = [len(cut.member) for _, cut in cuts]
    nothing = [np.zeros(0, dtype=np.int64)]
    member = np.concatenate([*(cut.member for _, cut in cuts), *nothing])
    order = np.argsort(world.id_rank[member], kind="stable")  # bonuses and limits stay in their order
    amount = np.concatenate([*(cut.amount for _, cut in cuts), *nothing])[order]
    place = np.repeat(np.arange(len(cuts)), sizes)[order]
    columns = {"member": world.id_texts(member[order])}
    for column, names in (("bonus", [name for name, _ in cuts]), ("limit", [limit_name(cut.path) for _, cut in cuts])):
        columns[column] = pa.array([names[at] for at in place.tolist()], pa.string())
    columns["amount"] = scaled_column(amount, world.plan.money_unit)
    return pa.table(columns)


def limit_name(path: Path) -> str:
    """A cap or limit as a table names it: ``cap per member``, ``members``, ``structures 1``."""
    if path[0] == "bonuses":
        return str(path[-1])
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in path[1:-1])


def bank_table(world: World) -> pa.Table:
    """See :attr:`Result.bank_table <trueline.run.Result.bank_table>`."""
    parts = [_bank(world, name, found.bank) for name, found in bonus_results(world).items() if found.bank is not None]
    numbers = [name for name in parts[0].column_names if name not in ("bonus", "member", "side")]
    return pa.concat_tables(alike(parts, numbers))


def _bank(world: World, bonus: str, bank: Bank) -> pa.Table:
    """The sides of one bonus: members by id, left before right."""
    by_id = world.by_id
    inside = by_id[bank.moved[:, by_id].any(axis=0)]
    side, member = np.tile([0, 1], len(inside)), np.repeat(inside, 2)
    keep = bank.moved[side, member]
    side, member = side[keep], member[keep]
    columns = {
        "bonus": pa.repeat(pa.scalar(bonus), len(member)),
        "member": world.id_texts(member),
        "side": pa.array(SIDES, pa.string()).take(pa.array(side, pa.int64())),
    }
    for name in ("opening", "new", "taken"):
        columns[name] = scaled_column(getattr(bank, name)[side, member], bank.scale)
    for place, reason in enumerate(REASONS):
        columns[reason.replace(" ", "_")] = scaled_column(bank.flushed[place][side, member], bank.scale)
    columns["closing"] = scaled_column(bank.closing[side, member], bank.scale)
    return pa.table(columns)
