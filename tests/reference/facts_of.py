"""`orders`, `largest_order` and `order_count` of a member (semantics, sections 3 and 5)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.language import Binary, Name, Number, Rows, Text, Unary, Window, inside
from tests.reference.orders import Line
from tests.reference.periods import Period

TEXT_COLUMNS = ("kind", "sku", "class", "region")
CALENDAR = ("day", "month")


def rows_value(values: Any, rows: Rows, member: str) -> Fraction:
    """The value of one of the three functions."""
    lines = [line for line in values.world.lines[member] if counts(values, rows, line)]
    if rows.function != "orders":  # what comes back is no order of its own
        lines = [line for line in lines if not line.returned]
    if rows.function == "order_count":
        return Fraction(len({line.order for line in lines if line.order is not None and not line.gone}))
    if rows.function == "largest_order":
        sums: dict[str, Fraction] = {}
        for line in lines:
            if line.order is not None:
                sums[line.order] = sums.get(line.order, Fraction(0)) + column(line, rows.volume)
        return max(sums.values(), default=Fraction(0))
    return sum((amount(line, rows.volume) for line in lines), Fraction(0))


def amount(line: Line, name: str) -> Fraction:
    """A number of the line that is summed: of what came back the part that did, below 0."""
    column(line, name)
    return line.values[name]


def counts(values: Any, rows: Rows, line: Line) -> bool:
    """Whether a line or entry is one that the function reads."""
    if line.order is None:
        if rows.function != "orders" or rows.volume not in line.values:
            return False
        if rows.where is not None and not tested(rows.where, values) <= set(CALENDAR):
            return False
    if not in_window(values.world.period, rows.window, line):
        return False
    return rows.where is None or bool(row_value(rows.where, line))


def tested(where: Any, values: Any) -> set[str]:
    """The columns that a `where` reads; words beside a text column are constants."""
    if isinstance(where, Name):
        return {where.value} if where.value in (*TEXT_COLUMNS, *CALENDAR, *AMOUNTS, *values.book.volumes) else set()
    return set().union(*(tested(one, values) for one in inside(where)))


AMOUNTS = ("quantity", "price", "retail", "margin", "credit", "order_number")


def column(line: Line, name: str) -> Fraction:
    """A number of the line; what is missing is refused, never 0."""
    if name in CALENDAR:
        value = line.day if name == "day" else line.month
        if value is None:
            raise ValueError(f"{line.member} has no joining date, {name} cannot be read")
        return Fraction(value)
    numbers = line.values if line.sold is None else line.sold
    if name not in numbers:
        raise ValueError(f"order {line.order} line {line.line} has no {name}")
    return numbers[name]


def in_window(period: Period, window: Window, line: Line) -> bool:
    """Whether the line falls in the window."""
    if window.kind == "lifetime":
        return True
    if window.kind == "previous":
        return period.previous().holds(line.when)
    if window.kind == "last":
        first = period
        for _ in range(window.count - 1):
            first = first.previous()
        return first.first <= line.when < period.end
    if not period.holds(line.when):
        return False
    if window.kind == "days":
        return column(line, "day") <= window.count
    return window.kind != "months" or column(line, "month") <= window.count


def row_value(where: Any, line: Line) -> Any:
    """The value of an expression over one line."""
    if isinstance(where, Number):
        return where.value
    if isinstance(where, Name):
        return column(line, where.value)
    if isinstance(where, Unary):
        inner = row_value(where.inner, line)
        return not inner if where.op == "not" else -inner
    assert isinstance(where, Binary)
    if where.op == "and":
        return row_value(where.left, line) and row_value(where.right, line)
    if where.op == "or":
        return row_value(where.left, line) or row_value(where.right, line)
    for one, other in ((where.left, where.right), (where.right, where.left)):
        if isinstance(one, Name) and one.value in TEXT_COLUMNS:
            assert isinstance(other, (Name, Text))
            has = line.texts[one.value]
            same = other.value in has if one.value == "class" else other.value == has
            return same if where.op == "=" else not same
    left, right = row_value(where.left, line), row_value(where.right, line)
    return {
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right,
        "=": lambda: left == right, "!=": lambda: left != right, "<": lambda: left < right, ">": lambda: left > right,
        "<=": lambda: left <= right, ">=": lambda: left >= right,
    }[where.op]()  # fmt: skip
