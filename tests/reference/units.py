"""The unit of an expression: what its values are whole multiples of (semantics, section 2)."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any

from tests.reference.language import Binary, Call, Name, Number, Rows, Unary
from tests.reference.plan import Book
from tests.reference.rounding import minor_unit
from tests.reference.tables import rates_written


def common(*units: Fraction) -> Fraction:
    """The largest unit that divides all of them."""
    found = units[0]
    for unit in units[1:]:
        top = gcd(found.numerator * unit.denominator, unit.numerator * found.denominator)
        found = Fraction(top, found.denominator * unit.denominator)
    return found


def unit_of(book: Book, tree: Any) -> Fraction:
    """Of a volume its unit, of money the minor unit, of a constant itself, of counts and conditions 1."""
    if isinstance(tree, Number):
        return abs(tree.value)
    if isinstance(tree, Name):
        return of_name(book, tree.value)
    if isinstance(tree, Unary):
        return Fraction(1) if tree.op == "not" else unit_of(book, tree.inner)
    if isinstance(tree, Binary):
        return of_two(book, tree)
    if isinstance(tree, Rows):
        if tree.volume in book.volumes:
            return book.volumes[tree.volume]
        return Fraction(1) if tree.volume in ("", "quantity") else minor_unit(book.currency)
    assert isinstance(tree, Call)
    return of_call(book, tree)


def of_name(book: Book, word: str) -> Fraction:
    if word in book.measures:
        return unit_of(book, book.measures[word])
    if word in book.tables:
        return common(*rates_written(book.tables[word]))
    if word in book.moves:
        return unit_of(book, book.read(book.trees[book.moves[word]]["moves"][word]))
    return Fraction(1)


def of_two(book: Book, tree: Binary) -> Fraction:
    if tree.op not in ("+", "-", "*", "/"):
        return Fraction(1)
    left, right = unit_of(book, tree.left), unit_of(book, tree.right)
    if tree.op == "*":
        return left * right
    return left / right if tree.op == "/" else common(left, right)


def of_call(book: Book, tree: Call) -> Fraction:
    name, given = tree.function, tree.arguments
    if name == "earned":
        return minor_unit(book.currency)
    if name == "ratio":
        return unit_of(book, given[2])
    if name == "if":
        return common(unit_of(book, given[1]), unit_of(book, given[2]))
    if name in ("min", "max"):
        return common(*(unit_of(book, one) for one in given))
    if name in ("highest", "capped"):
        return common(*(unit_of(book, one) for one in (given[1:] if name == "highest" else given)))
    if name in ("legs", "enrolled_legs", "streak", "depth", "kept", "position", "override", "whole"):
        return Fraction(1)
    return unit_of(book, given[-1])
