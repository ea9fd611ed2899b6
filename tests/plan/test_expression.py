"""Reading expressions: precedence, numbers, places of mistakes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trueline.plan.expression import ExpressionError, parse_expression
from trueline.plan.nodes import Argument, Binary, Call, Comparison, Logic, Minus, Node, Not, Number, Span, Window, Word


def shape(node: Node | None) -> str:
    """A node with all its brackets."""
    if isinstance(node, Number):
        return f"{node.value}{'%' if node.percent else ''}"
    if isinstance(node, Word):
        return f'"{node.text}"' if node.quoted else node.text
    if isinstance(node, Binary | Comparison):
        return f"({shape(node.left)}{node.operator}{shape(node.right)})"
    if isinstance(node, Logic):
        return f"({f' {node.operator} '.join(map(shape, node.parts))})"
    if isinstance(node, Not | Minus):
        return f"({'not ' if isinstance(node, Not) else '-'}{shape(node.part)})"
    return str(node)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a + b * c", "(a+(b*c))"),
        ("a - b - c", "((a-b)-c)"),
        ("a / 2 / 5", "((a/2)/5)"),
        ("-a * b", "((-a)*b)"),
        ("a - -3", "(a-(-3))"),
        ("(a + b) * c", "((a+b)*c)"),
        ("a + 1 >= b * 2", "((a+1)>=(b*2))"),
        ("not a >= 1", "(not (a>=1))"),
        ("not a and b or c", "(((not a) and b) or c)"),
        ("a or b and c", "(a or (b and c))"),
        ("a and b and c", "(a and b and c)"),
        ("rank >= \"Senior Manager\"", '(rank>="Senior Manager")'),
    ],
)  # fmt: skip
def test_what_binds_strongest_comes_first(text: str, read: str) -> None:
    assert shape(parse_expression(text)) == read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20 000", Fraction(20000)),
        ("1 234 567.5", Fraction(2469135, 2)),
        ("0.28", Fraction(7, 25)),
        ("5%", Fraction(1, 20)),
        ("2.5 %", Fraction(1, 40)),
        ("2/37%", Fraction(1, 1850)),
        ("1 000%", Fraction(10)),
    ],
)
def test_numbers_are_exact(text: str, value: Fraction) -> None:
    node = parse_expression(text)

    assert isinstance(node, Number)
    assert (node.value, node.percent) == (value, "%" in text)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("orders(pv) >= 10 00", 18),
        ("a + * b", 5),
        ("a >= 1 and", 10),
        ("max(1,000, a)", 7),
        ("a ≥ 1", 3),
        ("rank >= Senior Manager", 16),
        ("a\n + b $ c", 8),
        ("1 <= a <= 2", 8),
        ("", 1),
        ("(" * 9, 9),
        ("a + " + "9" * 90, 5),
        ("orders(pv, last 1.5 periods)", 17),
    ],
)
def test_a_mistake_has_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as found:
        parse_expression(text)

    assert found.value.column == column


@pytest.mark.parametrize("call", ["previous(a)", "lifetime(a)", "last(3, a)"])
def test_history_stands_inside_other_calls(call: str) -> None:
    node = parse_expression(f"max({call}, 1)")

    assert isinstance(node, Call)
    assert isinstance(node.arguments[0], Argument)
    assert isinstance(node.arguments[0].value, Call)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("previous period", Window("previous period", 0, 12)),
        ("lifetime", Window("lifetime", 0, 12)),
        ("last 3 periods", Window("last periods", 3, 12)),
        ("first 60 days", Window("first days", 60, 12)),
        ("first 1 month", Window("first months", 1, 12)),
    ],
)
def test_windows(text: str, window: Window) -> None:
    node = parse_expression(f"orders(pv, {text})")

    assert isinstance(node, Call)
    assert node.arguments[1] == window


def test_a_span_of_levels() -> None:
    node = parse_expression("levels(1 to 3, a)")

    assert isinstance(node, Call)
    assert node.arguments[0] == Span(1, 3, 8)


def test_depth_is_bounded() -> None:
    for text in ("not " * 80 + "a", " + ".join("a" * 90), "- " * 300 + "a"):
        with pytest.raises(ExpressionError, match="nests too deeply"):
            parse_expression(text)
