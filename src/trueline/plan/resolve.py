"""Looking up every name of an expression and giving it its type and exact scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trueline.errors import nearest
from trueline.plan import calls
from trueline.plan.arithmetic import add, compare, constant, multiply, number_type
from trueline.plan.document import Path
from trueline.plan.expression import (
    Binary,
    Call,
    Comparison,
    ExpressionError,
    Logic,
    Minus,
    Node,
    Not,
    Number,
    SourceName,
    Span,
    Window,
    Word,
    parse_expression,
)
from trueline.plan.scope import BUILTINS, ORDER_KINDS, Scope, text_domain
from trueline.plan.steps import AttributeStep, ExprStep, Step
from trueline.plan.typed import (
    CONDITION,
    COUNT,
    RANK,
    Both,
    Cell,
    Compare,
    Const,
    ConditionType,
    LevelRef,
    Multiply,
    Negate,
    NumberType,
    RankConst,
    RankType,
    Ref,
    TextIs,
    TextSame,
    TextType,
    Type,
    Typed,
)

Context = Literal["member", "pair", "row", "company"]


class Unresolved(Exception):
    """A finding was already added; the expression has no meaning."""


@dataclass
class Resolver:
    """Resolves one expression that stands at ``path``."""

    scope: Scope
    path: Path
    context: Context

    def fail(self, column: int, message: str, remedy: str = "") -> Unresolved:
        self.scope.find(self.path, message, remedy, column=column)
        return Unresolved()

    def resolve(self, node: Node) -> Typed:
        """The typed expression; raises :class:`Unresolved` after adding a finding."""
        if isinstance(node, Number):
            return constant(node.value)
        if isinstance(node, Word):
            return self._word(node)
        if isinstance(node, SourceName):
            if self.context != "pair":
                raise self.fail(node.column, "'source.' has a meaning only in rules about a pair.", "Use the plain name.")
            return self._reference(node.text, node.column, source=True)
        if isinstance(node, Minus):
            part = self.numeric(node.part)
            return Multiply(Const(-1, COUNT), part, number_type(part))
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, Logic):
            return Both(node.operator, tuple(self.condition(part) for part in node.parts))
        if isinstance(node, Not):
            return Negate(self.condition(node.part))
        if isinstance(node, Call):
            return calls.resolve_call(self, node)
        if isinstance(node, (Window, Span)):
            raise self.fail(node.column, "A window or span stands only inside a call.", "For instance orders(pv, lifetime).")
        raise TypeError(node)

    def numeric(self, node: Node) -> Typed:
        typed = self.resolve(node)
        if not isinstance(typed.type, NumberType):
            raise self.fail(node.column, f"A number is needed here, this is a {typed.type}.", "")
        return typed

    def condition(self, node: Node) -> Typed:
        typed = self.resolve(node)
        if not isinstance(typed.type, ConditionType):
            raise self.fail(node.column, f"A condition is needed here, this is a {typed.type}.", "Compare it: '… >= …'.")
        return typed

    def step_of(self, typed: Typed) -> str:
        """The key of a step that holds this member expression."""
        if isinstance(typed, Ref) and not typed.source:
            return typed.step
        return self.scope.name(ExprStep(typed))

    def inner(self, context: Context) -> Resolver:
        return Resolver(self.scope, self.path, context)

    # names -------------------------------------------------------------------------------------------------

    def _word(self, node: Word) -> Typed:
        if self.context == "row":
            return self._cell(node)
        if self.context == "pair" and node.text == "level" and not node.quoted:
            return LevelRef()
        if node.quoted:
            raise self.fail(node.column, f'"{node.text}" stands alone.', "Compare a rank or an attribute with it.")
        if self.context == "company":
            raise self.fail(
                node.column, f"'{node.text}' is a member's value; here one figure for the company is needed.", "company(…)"
            )
        return self._reference(node.text, node.column, source=False)

    def _reference(self, name: str, column: int, *, source: bool) -> Typed:
        type_ = self._type_of(name, column)
        return Ref(name, source, type_)

    def _type_of(self, name: str, column: int) -> Type:
        scope = self.scope
        if name in BUILTINS:
            return BUILTINS[name]
        section = scope.declared.get(name, ("",))[0]
        if section == "conditions":
            return CONDITION
        if section == "trees" and len(scope.declared[name]) == 2:
            raise self.fail(column, f"'{name}' is a tree, not a value.", "Use it after 'in', or kept(…).")
        if name not in scope.declared:
            raise self.fail(column, f"Unknown name '{name}'.", self._remedy(name))
        step = scope.need(name)
        if step is None:
            if name in scope.making:
                raise self.fail(column, f"'{name}' needs itself: {' → '.join([*scope.making, name])}.", "Break the circle.")
            raise Unresolved  # its own finding stands where it is declared
        return step.type

    def _remedy(self, name: str) -> str:
        if name in self.scope.volumes:
            return f"'{name}' is a volume: write orders({name})."
        if name in self.scope.ranks:
            return f"'{name}' is a rank: write rank >= {name}."
        return nearest(name, self.scope.known_names())

    def _cell(self, node: Word) -> Typed:
        name, scope = node.text, self.scope
        columns: dict[str, Type] = {
            "kind": TextType("order kind", ORDER_KINDS),
            "sku": TextType("sku"),
            "class": TextType("class tag"),
            "region": TextType("region"),
            "quantity": COUNT,
            "day": COUNT,
            "month": COUNT,
            **{column: NumberType(scope.money_scale) for column in ("price", "retail", "margin")},
            **{volume: NumberType(unit) for volume, unit in scope.volumes.items()},
        }
        if node.quoted or name not in columns:
            raise self.fail(node.column, f"'{name}' is no column of an order line.", nearest(name, list(columns)))
        return Cell(name, columns[name])

    # arithmetic and comparison -----------------------------------------------------------------------------

    def _binary(self, node: Binary) -> Typed:
        left, right = self.numeric(node.left), self.numeric(node.right)
        if node.operator in "+-":
            return add(left, right, minus=node.operator == "-")
        if node.operator == "*":
            return multiply(left, right)
        if not isinstance(right, Const) or right.value == 0:
            raise self.fail(
                node.right.column, "Only a constant other than 0 can stand after '/'.", "Write ratio(a, b, 0.0001) for two measures."
            )
        return multiply(left, constant(1 / (right.value * right.type.scale)))

    def _comparison(self, node: Comparison) -> Typed:
        left, right = self._sides(node)
        if isinstance(left, str) or isinstance(right, str):
            word, part = (left, right) if isinstance(left, str) else (right, left)
            return self._with_constant(node, part, str(word), flipped=isinstance(left, str))
        if isinstance(left.type, RankType) and isinstance(right.type, RankType):
            return Compare(node.operator, left, right, 1, 1)
        if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
            return compare(node.operator, left, right)
        if isinstance(left.type, TextType) and isinstance(right.type, TextType) and node.operator in ("=", "!="):
            return TextSame(left, right, node.operator == "!=")
        raise self.fail(node.column, f"A {left.type} cannot be compared with a {right.type} by '{node.operator}'.", "")

    def _sides(self, node: Comparison) -> tuple[Typed | str, Typed | str]:
        """Both sides; a side that can only be a constant word stays text."""
        left = self._constant_word(node.left)
        right = self._constant_word(node.right)
        if left is not None and right is not None:
            if self._is_name(left):
                part = self.resolve(node.left)
                constant_right = _takes_word(part) and not (self._is_name(right) and not self._quoted(node.right))
                return part, right if constant_right else self.resolve(node.right)
            if self._is_name(right):
                return left, self.resolve(node.right)
            column = node.left.column
            raise self.fail(column, f"Unknown name '{left}'.", self._remedy(left))
        if left is not None:
            other = self.resolve(node.right)
            return (left, other) if _takes_word(other) and not self._names_rank(left) else (self.resolve(node.left), other)
        other = self.resolve(node.left)
        if right is not None and _takes_word(other) and not self._names_rank(right):
            return other, right
        return other, self.resolve(node.right)

    def _constant_word(self, node: Node) -> str | None:
        return node.text if isinstance(node, Word) else None

    def _quoted(self, node: Node) -> bool:
        return isinstance(node, Word) and node.quoted

    def _is_name(self, word: str) -> bool:
        if self.context == "row":
            return word in ("kind", "sku", "class", "region", "quantity", "price", "retail", "margin", "day", "month") or (
                word in self.scope.volumes
            )
        return word in BUILTINS or word in self.scope.declared

    def _names_rank(self, word: str) -> bool:
        return word in ("rank", "title", "given_rank")

    def _with_constant(self, node: Comparison, part: Typed | str, word: str, *, flipped: bool) -> Typed:
        if isinstance(part, str):
            raise self.fail(node.column, f"'{part}' and '{word}' are both words.", "")
        column = (node.left if flipped else node.right).column
        if isinstance(part.type, RankType):
            code = self.rank_code(word, column)
            left, right = (RankConst(code), part) if flipped else (part, RankConst(code))
            return Compare(node.operator, left, right, 1, 1)
        if not isinstance(part.type, TextType):
            if self._is_name(word):
                other = self.resolve(node.left if flipped else node.right)
                raise self.fail(node.column, f"A {part.type} cannot be compared with a {other.type}.", "")
            raise self.fail(column, f"Unknown name '{word}'.", self._remedy(word))
        if node.operator not in ("=", "!="):
            raise self.fail(node.column, f"Text is compared with '=' or '!=', not '{node.operator}'.", "")
        domain = text_domain(part.type)
        if domain is not None and word not in domain:
            raise self.fail(column, f"'{word}' is no {part.type.what}.", nearest(word, domain))
        return TextIs(part, word, node.operator == "!=")

    def rank_code(self, word: str, column: int) -> int:
        if word == "none":
            return -1
        if word not in self.scope.ranks:
            raise self.fail(column, f"Unknown rank '{word}'.", nearest(word, (*self.scope.ranks, "none")))
        return self.scope.ranks.index(word)


def _takes_word(typed: Typed) -> bool:
    return isinstance(typed.type, (RankType, TextType))


def parse_at(scope: Scope, path: Path, text: str) -> Node:
    """Parse an expression that stands at ``path``; raises :class:`Unresolved` after adding a finding."""
    try:
        return parse_expression(text)
    except ExpressionError as error:
        scope.find(path, error.message, error.remedy, column=error.column)
        raise Unresolved from None


def number_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    node = parse_at(scope, path, text)
    return Resolver(scope, path, context).numeric(node)


def condition_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    node = parse_at(scope, path, text)
    return Resolver(scope, path, context).condition(node)


def attribute(scope: Scope, name: str, domain: tuple[str, ...]) -> Step:
    return AttributeStep(name, TextType(f"value of attribute '{name}'", domain))


__all__ = ["RANK", "Resolver", "Unresolved", "condition_at", "number_at", "parse_at"]
