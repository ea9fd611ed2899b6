"""Sales add up: returns within what was sold, amounts in currencies and volumes that are known."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.errors import Findings
from trueline.facts.checks.keys import has_columns
from trueline.facts.columns import Column, Int32s, Int64s, Table
from trueline.facts.currencies import DIGITS
from trueline.facts.shelf import Shelf
from trueline.facts.spec import Kind
from trueline.facts.units import decimal_text, unit_text


def check_sales(shelf: Shelf, findings: Findings) -> None:
    """Quantities of returns, currencies of amounts and their rates, and digits of amounts and volumes."""
    _check_quantities(shelf, findings)
    _check_rates(shelf, findings)
    _check_currencies(shelf, findings)
    _check_minor_digits(shelf, findings)
    _check_volume_digits(shelf, findings)


def _check_quantities(shelf: Shelf, findings: Findings) -> None:
    """All returns of an order line together are at most what was ordered."""
    wanted = {"returns": ("order", "line", "quantity"), "order_lines": ("order", "line", "quantity")}
    if not has_columns(shelf, wanted):
        return
    returns, lines = shelf["returns"], shelf["order_lines"]
    line_rows = shelf.sold.line_of_return
    sold = lines["quantity"]
    known = (line_rows >= 0) & ~returns["quantity"].blank
    for row in np.flatnonzero(known)[sold.blank[line_rows[known]]].tolist():
        message = f"Line '{returns['line'].text(row)}' of order '{returns['order'].text(row)}' has no quantity."
        remedy = "Give it in order_lines, so that it is known what part of the line came back."
        findings.add(*returns.place(row, "quantity"), message, remedy)
    known[known] &= ~sold.blank[line_rows[known]]
    rows = np.flatnonzero(known)
    if not len(rows):
        return
    order = rows[np.argsort(line_rows[rows], kind="stable")]
    sums = [0] * lines.rows
    for row in order.tolist():
        line = int(line_rows[row])
        sums[line] += int(returns["quantity"].numbers[row])
        if sums[line] > int(sold.numbers[line]):
            name = f"line '{returns['line'].text(row)}' of order '{returns['order'].text(row)}'"
            message = f"With this row {sums[line]} came back of {name}, but {int(sold.numbers[line])} were sold."
            findings.add(*returns.place(row, "quantity"), message, "Correct the quantity or the line.")


def _check_rates(shelf: Shelf, findings: Findings) -> None:
    """A unit of another currency is worth something."""
    if not has_columns(shelf, {"rates_fx": ("rate",)}):
        return
    table = shelf["rates_fx"]
    rate = table["rate"]
    for row in np.flatnonzero(~rate.blank & (rate.numbers <= 0)).tolist():
        text = decimal_text(int(rate.numbers[row]), rate.unit).rstrip("0").rstrip(".")
        message = f"A rate of {text} converts nothing."
        findings.add(*table.place(row, "rate"), message, "Write what one unit of the currency is worth.")


def _check_currencies(shelf: Shelf, findings: Findings) -> None:
    """A currency of amounts is the company's or has an exchange rate."""
    known = {shelf.company.currency}
    if has_columns(shelf, {"rates_fx": ("currency",)}):
        rates = shelf["rates_fx"]["currency"]
        known |= {rates.values[code] for code in np.unique(rates.codes[rates.codes >= 0])}
    for table in shelf.tables.values():
        if table.name == "rates_fx" or "currency" not in table:
            continue
        column = table["currency"]
        foreign = np.array([value not in known for value in column.values] + [False])
        for row in np.flatnonzero(foreign[column.codes]):
            message = f"'{column.text(int(row))}' is neither the company's currency nor has a rate."
            findings.add(*table.place(int(row), "currency"), message, "Correct it or add its rate to rates_fx.")


def _check_minor_digits(shelf: Shelf, findings: Findings) -> None:
    """An amount has no more digits than the minor unit of its own currency."""
    for table in shelf.tables.values():
        for column in table.columns.values():
            if column.kind is not Kind.MONEY:
                continue
            finest = column.unit.denominator
            own = [finest // 10**digits if 10**digits <= finest else 1 for digits in DIGITS.values()]
            home = finest // shelf.company.currency_unit.denominator
            step = np.array([*own, home], dtype=np.int64)[_currency_codes(shelf, table)]
            _report_finer(table, column, step, findings)


def _currency_codes(shelf: Shelf, table: Table) -> Int32s:
    """int32 (n): index into the currencies for each row; -1 for the company's own."""
    if "currency" in table:
        return table["currency"].codes
    via = "order" in table and has_columns(shelf, {"orders": ("order", "currency")})
    if not via:
        return np.full(table.rows, -1, dtype=np.int32)
    return np.append(shelf["orders"]["currency"].codes, np.int32(-1))[shelf.sold.order_rows(table)]


def _check_volume_digits(shelf: Shelf, findings: Findings) -> None:
    """An entry of a volume has no more digits than the unit of that volume."""
    if not has_columns(shelf, {"volumes": ("volume", "amount")}):
        return
    table = shelf["volumes"]
    amount, volume = table["amount"], table["volume"]
    units = [shelf.company.volumes.get(name, amount.unit) for name in volume.values] + [amount.unit]
    step = np.array([int(unit / amount.unit) for unit in units], dtype=np.int64)[volume.codes]
    _report_finer(table, amount, step, findings)


def _report_finer(table: Table, column: Column, step: Int64s, findings: Findings) -> None:
    """Findings where a number is not a multiple of ``step`` (n) of its unit."""
    for row in np.flatnonzero(column.numbers % step != 0):
        unit = unit_text(Fraction(int(step[row])) * column.unit)
        text = decimal_text(int(column.numbers[row]), column.unit).rstrip("0")
        message = f"'{text}' is finer than the unit {unit} of this row."
        findings.add(*table.place(int(row), column.name), message, f"Round it to multiples of {unit}.")
