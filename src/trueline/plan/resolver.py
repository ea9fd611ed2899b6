"""Names, arithmetic and comparisons of an expression: every part gets its type and exact scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from trueline.errors import nearest
from trueline.plan.arithmetic import add, compare, constant, multiply, number_type
from trueline.plan.document import Path
from trueline.plan.functions import COLUMN_TEXTS, FUNCTION_TEXTS
from trueline.plan.nodes import (
    Binary,
    Call,
    Comparison,
    Logic,
    Minus,
    Node,
    Not,
    Number,
    SourceName,
    Span,
    Window,
    Word,
)
from trueline.plan.scope import BUILTINS, ORDER_KINDS, Scope, text_domain
from trueline.plan.typed import (
    CONDITION,
    COUNT,
    Both,
    Cell,
    Compare,
    ConditionType,
    Const,
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
    """Resolves one expression that stands at ``path``; ``call`` knows the functions of the language."""

    scope: Scope
    path: Path
    context: Context
    call: Callable[[Resolver, Call], Typed]

    def fail(self, column: int, message: str, remedy: str = "") -> Unresolved:
        self.scope.find(self.path, message, remedy, column=column)
        return Unresolved()

    def resolve(self, node: Node) -> Typed:
        """The typed expression; raises :class:`Unresolved` after adding a finding."""
        if isinstance(node, Number):
            return constant(node.value, percent=node.percent)
        if isinstance(node, Word):
            return self._word(node)
        if isinstance(node, SourceName):
            if self.context != "pair":
                raise self.fail(
                    node.column, "'source.' has a meaning only in rules about a pair.", "Use the plain name."
                )
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
            return self.call(self, node)
        if isinstance(node, (Window, Span)):
            raise self.fail(
                node.column, "A window or span stands only inside a call.", "For instance orders(pv, lifetime)."
            )
        raise TypeError(node)

    def numeric(self, node: Node) -> Typed:
        typed = self.resolve(node)
        if not isinstance(typed.type, NumberType):
            raise self.fail(node.column, f"A number is needed here, this is a {typed.type}.", _instead(typed.type))
        return typed

    def condition(self, node: Node) -> Typed:
        typed = self.resolve(node)
        if not isinstance(typed.type, ConditionType):
            raise self.fail(node.column, f"A condition is needed here, this is a {typed.type}.", _instead(typed.type))
        return typed

    def inner(self, context: Context) -> Resolver:
        return replace(self, context=context)

    # names -------------------------------------------------------------------------------------------------

    def _word(self, node: Word) -> Typed:
        if self.context == "row":
            return self._cell(node)
        if self._is_level(node):
            return LevelRef()
        if node.quoted:
            raise self.fail(node.column, f'"{node.text}" stands alone.', "Compare a rank or an attribute with it.")
        if self.context == "company":
            raise self.fail(
                node.column,
                f"'{node.text}' is a member's value; here one figure for the company is needed.",
                "company(…)",
            )
        return self._reference(node.text, node.column, source=False)

    def _is_level(self, node: Word) -> bool:
        return self.context == "pair" and node.text == "level" and not node.quoted

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
                raise self.fail(
                    column, f"'{name}' needs itself: {' → '.join([*scope.making, name])}.", "Break the circle."
                )
            raise Unresolved  # its own finding stands where it is declared
        return step.type

    def _remedy(self, name: str) -> str:
        if name in self.scope.volumes:
            return f"'{name}' is a volume: write orders({name})."
        if name in self.scope.ranks:
            return f"'{name}' is a rank: write rank >= {name}."
        if name == "level":
            return "The level is known in 'if' and 'rate' of a bonus that walks a tree."
        if name in COLUMN_TEXTS:
            return f"'{name}' is a column of order lines: orders(… where {name} = …)."
        if name in FUNCTION_TEXTS:
            return f"'{name}' is a function, such as {FUNCTION_TEXTS[name].example}"
        return nearest(name, self.scope.known_names())

    def _cell(self, node: Word) -> Typed:
        name, scope = node.text, self.scope
        columns: dict[str, Type] = {
            "kind": TextType("order kind", ORDER_KINDS),
            "sku": TextType("sku"),
            "class": TextType("class tag"),
            "region": TextType("region"),
            "quantity": COUNT,
            "order_number": COUNT,
            "day": COUNT,
            "month": COUNT,
            **{column: NumberType(scope.money_scale) for column in ("price", "retail", "margin", "credit")},
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
                node.right.column,
                "Only a constant other than 0 can stand after '/'.",
                "Write ratio(a, b, 0.0001) for two measures.",
            )
        return multiply(left, constant(1 / (right.value * right.type.scale)))

    def _comparison(self, node: Comparison) -> Typed:
        first, second, flipped = node.left, node.right, False
        if self._only_constant(first) and not self._only_constant(second):
            first, second, flipped = second, first, True
        part = self.resolve(first)
        if isinstance(second, Word) and self._is_constant(second, part.type):
            return self._with_constant(node, part, second, flipped=flipped)
        other = self.resolve(second)
        left, right = (other, part) if flipped else (part, other)
        if isinstance(left.type, RankType) and isinstance(right.type, RankType):
            return Compare(node.operator, left, right, 1, 1)
        if isinstance(left.type, NumberType) and isinstance(right.type, NumberType):
            return compare(node.operator, left, right)
        if isinstance(left.type, TextType) and isinstance(right.type, TextType) and node.operator in ("=", "!="):
            return TextSame(left, right, node.operator == "!=")
        message = f"A {left.type} cannot be compared with a {right.type} by '{node.operator}'."
        raise self.fail(node.column, message, _comparing(left.type, right.type))

    def _only_constant(self, node: Node) -> bool:
        """Whether a side of a comparison names nothing and can therefore only be a rank or a text itself."""
        if not isinstance(node, Word):
            return False
        if node.quoted or self.context == "row":
            return node.quoted or (node.text not in COLUMN_TEXTS and node.text not in self.scope.volumes)
        return node.text not in BUILTINS and node.text not in self.scope.declared and not self._is_level(node)

    def _is_constant(self, word: Word, beside: Type) -> bool:
        """Whether a word beside a rank or a text is one of their values and not another rank or text."""
        if word.quoted or not isinstance(beside, RankType | TextType):
            return isinstance(beside, RankType | TextType)
        if self.context == "row":
            return word.text not in ("kind", "sku", "class", "region")
        type_ = BUILTINS.get(word.text)
        if isinstance(beside, RankType):
            return not isinstance(type_, RankType)
        return not isinstance(type_, TextType) and self.scope.declared.get(word.text, ("",))[0] != "attributes"

    def _with_constant(self, node: Comparison, part: Typed, word: Word, *, flipped: bool) -> Typed:
        if isinstance(part.type, RankType):
            code = self.rank_code(word.text, word.column)
            left, right = (RankConst(code), part) if flipped else (part, RankConst(code))
            return Compare(node.operator, left, right, 1, 1)
        if node.operator not in ("=", "!="):
            message = f"Text is compared with '=' or '!=', not '{node.operator}'."
            raise self.fail(node.column, message, "Name each value, joined by 'or'.")
        domain = text_domain(part.type)
        if domain is not None and word.text not in domain:
            what = part.type.what if isinstance(part.type, TextType) else "value"
            raise self.fail(word.column, f"'{word.text}' is no {what}.", nearest(word.text, domain))
        return TextIs(part, word.text, node.operator == "!=")

    def rank_code(self, word: str, column: int) -> int:
        if word == "none":
            return -1
        if word not in self.scope.ranks:
            raise self.fail(column, f"Unknown rank '{word}'.", nearest(word, (*self.scope.ranks, "none")))
        return self.scope.ranks.index(word)


def _instead(type_: Type) -> str:
    """What can be done with a value where another type is needed."""
    if isinstance(type_, RankType):
        return "Compare it, such as rank >= NAME."
    if isinstance(type_, TextType):
        return "Compare it with one of its values by '=' or '!='."
    if isinstance(type_, NumberType):
        return "Compare it, such as … >= 100."
    return "Write if(…, 1, 0) to count it."


def _comparing(left: Type, right: Type) -> str:
    """What each side can be compared with."""
    if isinstance(left, ConditionType) or isinstance(right, ConditionType):
        return "A condition stands by itself; join conditions by 'and', 'or', 'not'."
    if isinstance(left, RankType) or isinstance(right, RankType):
        return "Compare a rank with the name of a rank, such as rank >= NAME."
    return "Compare a text with one of its values by '=' or '!='."
