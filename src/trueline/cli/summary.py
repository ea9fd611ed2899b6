"""The summary of a run for people and for programs."""

from __future__ import annotations

import shutil
import sys
from fractions import Fraction
from io import StringIO
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from trueline.money import Mode, Rounding, format_number
from trueline.money.columns import total
from trueline.period import Period
from trueline.plan.bonus_parts import KINDS
from trueline.run import Result


def summary_data(result: Result, folder: str) -> dict[str, Any]:
    """Totals of a run as plain values; amounts are exact text."""
    unit = result.plan.money_unit
    payable = result.payout.payable
    order = np.lexsort((result.world.id_rank, -payable))[:5]
    return {
        "plan": result.plan.name,
        "period": result.period,
        "currency": result.plan.currency,
        "folder": folder,
        "members": len(result.world.ids) - result.world.further.size,
        "paid_members": int((payable > 0).sum()),
        "payable": _text(Fraction(total(payable)) * unit, unit),
        "carried": _text(Fraction(total(np.maximum(result.payout.carried, 0))) * unit, unit),
        "owed": _text(Fraction(total(np.maximum(-result.payout.carried, 0))) * unit, unit),
        "forgiven": _text(Fraction(total(result.payout.forgiven)) * unit, unit),
        "doubts": list(result.doubts),
        "paid_in": _paid_in(result),
        "bonuses": [_bonus(result, name, unit) for name in result.bonuses],
        "ranks": _ranks(result),
        "top": [
            {"member": result.world.ids[i], "payable": _text(int(payable[i]) * unit, unit)}
            for i in order
            if payable[i] > 0
        ],
        "hashes": result.hashes if result.bonuses and all(b.lines is not None for b in result.bonuses.values()) else {},
    }


def _paid_in(result: Result) -> dict[str, dict[str, Any]]:
    """By currency, to how many and how much; nothing where the plan pays in its own only."""
    local = result.payout.local
    found: dict[str, dict[str, Any]] = {}
    for code, one in enumerate(() if local is None else local.currencies):
        amounts = local.amount[local.code == code] if local is not None else np.zeros(0, dtype=np.int64)
        amount = Fraction(total(amounts)) * one.unit
        found[one.currency] = {"members": int((amounts > 0).sum()), "paid": _text(amount, one.unit)}
    return found


def _text(amount: Fraction, unit: Fraction) -> str:
    return format_number(Rounding(Mode.HALF_UP, unit).amount(amount), unit)


def _bonus(result: Result, name: str, unit: Fraction) -> dict[str, Any]:
    found = result.bonuses[name]
    return {
        "bonus": name,
        "kind": found.kind,
        "receivers": len(np.unique(result.world.owner[found.earned != 0])),
        "promised": _text(found.promised, unit),
        "paid": _text(result.total(name), unit),
        "breakage": {reason: _text(amount, unit) for reason, amount in found.breakage.items()},
    }


def _ranks(result: Result) -> dict[str, int]:
    codes = np.delete(result.world.numbers("rank"), result.world.further)
    return {rank: int((codes == code).sum()) for code, rank in enumerate(result.plan.ranks)}


_WIDEST = 110
"""No table is wider: beyond it the eye loses the row."""


def table_width() -> int:
    """As wide as the terminal, if one is written to; a file is written as wide as may be."""
    return min(_WIDEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else _WIDEST


def summary_text(data: dict[str, Any], width: int = _WIDEST) -> str:
    """The summary as text: what each bonus promised, paid and broke, ranks, and where it was stored."""
    table = Table(title=f"{data['plan']}, {data['period']}: amounts in {data['currency']}", title_justify="left")
    for heading, justify in (
        ("bonus", "left"),
        ("members paid", "right"),
        ("promised", "right"),
        ("paid", "right"),
        ("not paid, by reason", "left"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]  # rich lists the words in a type of its own
    for row in data["bonuses"]:
        reasons = ", ".join(
            f"{reason} {_grouped(amount)}" for reason, amount in row["breakage"].items() if Fraction(amount)
        )
        table.add_row(row["bonus"], str(row["receivers"]), _grouped(row["promised"]), _grouped(row["paid"]), reasons)
    buffer = StringIO()
    console = Console(file=buffer, width=width, color_system=None)
    console.print(table)
    ranks = ", ".join(f"{rank} {count}" for rank, count in data["ranks"].items())
    own = [KINDS[row["kind"]] for row in data["bonuses"] if row["kind"] in KINDS]
    if not own:
        kind = Period.parse(data["period"]).kind
        console.print(f"The plan of {data['period']} has no bonus that is paid by the {kind}.")
    elif not any(Fraction(row["promised"]) for row in data["bonuses"]):
        gathers = any(kind.gathers_before_it_pays for kind in own)
        why = "nothing came together that this plan pays on" if gathers else "nothing that this plan pays on lies"
        console.print(f"No bonus promised anything: {why} in {data['period']}.")
    console.print(
        f"{data['paid_members']} of {data['members']} members {'is' if data['paid_members'] == 1 else 'are'} paid "
        f"{_grouped(data['payable'])} {data['currency']} in all."
    )
    for doubt in data["doubts"]:
        console.print(doubt, soft_wrap=True)
    for currency, paid in data["paid_in"].items():
        whom = f"{paid['members']} member{'s' * (paid['members'] != 1)}"
        console.print(f"Paid out in {currency}: {_grouped(paid['paid'])} to {whom}.")
    if ranks:
        console.print(f"Paid-as ranks: {ranks}.")
    if Fraction(data["carried"]):
        console.print(f"Carried to the next period below the minimum payout: {_grouped(data['carried'])}.")
    if Fraction(data["owed"]):
        console.print(f"Owed by members, kept as debts: {_grouped(data['owed'])}.")
    if Fraction(data["forgiven"]):
        console.print(f"Debts forgiven: {_grouped(data['forgiven'])}.")
    if data["folder"]:
        console.print(f"Stored in {data['folder']}.", soft_wrap=True)
    return buffer.getvalue().rstrip()


def _grouped(amount: str) -> str:
    whole, dot, cents = amount.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}".replace(",", " ") + dot + cents
