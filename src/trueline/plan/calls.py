"""The functions of the plan language: what each takes and the step that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from trueline.errors import nearest
from trueline.plan.arguments import Arguments
from trueline.plan.arithmetic import number_type, scale_of_all, times
from trueline.plan.functions import FUNCTION_TEXTS
from trueline.plan.nodes import Argument, Call, Number, Span, Window, Word
from trueline.plan.past_values import kept_name
from trueline.plan.resolver import Resolver
from trueline.plan.steps import EarnedStep, ExprStep, FoldStep, HistoryStep, OverrideStep, VolumeStep
from trueline.plan.typed import (
    CONDITION,
    COUNT,
    Add,
    Choice,
    ConditionType,
    Const,
    Highest,
    NumberType,
    OrderSum,
    Ratio,
    Ref,
    TextType,
    Type,
    Typed,
    Whole,
    common_scale,
)

THIS_PERIOD = Window("period", 0, 0)
OVERRIDES = ("active", "exempt", "qualified")
PURE = ("min", "max", "highest", "if", "whole", "ratio")
"""Functions of numbers only: they may stand where one figure for the company is needed."""


def resolve_call(resolver: Resolver, call: Call) -> Typed:
    """The typed form of a call; member functions become steps of their own."""
    name = call.function
    if name not in FUNCTIONS:
        known = resolver.scope.volumes or name in resolver.scope.declared
        hint = f"'{name}' is a name: write it without brackets." if name in resolver.scope.declared else ""
        hint = hint or (
            f"'{name}' is a volume: write orders({name})." if known and name in resolver.scope.volumes else ""
        )
        raise resolver.fail(call.column, f"Unknown function '{name}'.", hint or nearest(name, list(FUNCTIONS)))
    if resolver.context == "row":
        raise resolver.fail(call.column, f"'{name}' cannot stand in a 'where'.", "Test columns of the order line only.")
    if resolver.context == "company" and name not in (*PURE, "company"):
        raise resolver.fail(
            call.column, f"'{name}' is a member's value.", f"Add it up over all members: company({name}(…))."
        )
    return FUNCTIONS[name](Arguments(resolver, call))


def _ref(given: Arguments, step: FoldStep | VolumeStep | HistoryStep | EarnedStep | OverrideStep) -> Typed:
    return Ref(given.resolver.scope.name(step, given.resolver.path), source=False, type=step.type)


def _sum_type(typed: Typed) -> NumberType:
    return typed.type if isinstance(typed.type, NumberType) else COUNT


def _counted(typed: Typed) -> Typed:
    """A condition as a number: 1 where it holds."""
    if isinstance(typed.type, ConditionType):
        return Choice(typed, Const(1, COUNT), Const(0, COUNT), 1, 1, COUNT)
    return typed


# volumes ----------------------------------------------------------------------------------------------------

_HOW: dict[str, Literal["sum", "largest", "count"]] = {
    "orders": "sum",
    "largest_order": "largest",
    "order_count": "count",
}


def _volume(given: Arguments) -> Typed:
    counting = given.function == "order_count"
    window, where, name = THIS_PERIOD, None, ""
    arguments = list(given.call.arguments)
    if arguments and isinstance(arguments[-1], Window):
        window = Window(arguments[-1].form, arguments[-1].count, 0)
        arguments.pop()
    if len(arguments) > 1 or (not counting and not arguments):
        raise given.fail(f"'{given.function}' takes one volume and a window.")
    if arguments:
        argument = arguments[0]
        if not isinstance(argument, Argument) or argument.cut or argument.tree:
            raise given.fail(f"'{given.function}' takes a volume, 'where' and a window only.", argument.column)
        if argument.where is not None:
            where = given.resolver.inner("row").condition(argument.where)
        name = _no_volume(given, argument) if counting else _volume_name(given, argument)
    if window.form in ("last periods", "first days", "first months") and window.count < 1:
        raise given.fail("A window has at least 1 day, month or period.")
    return _ref(given, VolumeStep(_HOW[given.function], name, where, window, _volume_type(given.resolver, name)))


def _no_volume(given: Arguments, argument: Argument) -> str:
    if argument.value is not None:
        raise given.fail("'order_count' counts orders and takes no volume.", argument.column)
    return ""


def _volume_name(given: Arguments, argument: Argument) -> str:
    node = argument.value
    known = [*given.resolver.scope.volumes, "price", "retail", "margin", "quantity"]
    if not isinstance(node, Word):
        raise given.fail(f"'{given.function}' takes the name of a volume.", argument.column)
    if node.text not in known:
        remedy = f"{nearest(node.text, known)} Volumes are declared under 'volumes'."
        raise given.resolver.fail(node.column, f"Unknown volume '{node.text}'.", remedy)
    return node.text


def _volume_type(resolver: Resolver, name: str) -> NumberType:
    if name in ("price", "retail", "margin"):
        return NumberType(resolver.scope.money_scale)
    return NumberType(resolver.scope.volumes.get(name, Fraction(1)))


def _order(given: Arguments) -> Typed:
    given.exactly(1)
    if given.resolver.context != "pair":
        only = "'order' speaks of the order of a line; it stands in 'if', 'rate' and 'rates on' only"
        raise given.fail(f"{only}. What a member ordered is orders(…).")
    argument, path = given.call.arguments[0], given.resolver.path
    if not isinstance(argument, Argument) or argument.cut or argument.tree or argument.where:
        raise given.fail("'order' takes one volume.")
    bonus = given.resolver.scope.document.data["bonuses"][path[1]]
    if bonus.get("lines", "member") == "member":
        raise given.fail("'order' needs a line for each order; this bonus has one for each member.")
    name = _volume_name(given, argument)
    return OrderSum(name, _volume_type(given.resolver, name))


# trees ------------------------------------------------------------------------------------------------------


def _fold(given: Arguments) -> Typed:
    """frontline, customers, downline, group, legs, enrolled_legs, company, parent, owner."""
    given.exactly(1)
    argument, name = given.one(0, "a value"), given.function
    member = given.resolver.inner("member")
    allowed = {"group": ("in", "cut at"), "company": (), "owner": ()}.get(name, ("in",))
    node = given.plain(argument, *allowed)
    if name in ("legs", "enrolled_legs"):
        typed, type_ = member.condition(node), COUNT
    elif name in ("parent", "owner"):
        typed = member.resolve(node)
        if isinstance(typed.type, TextType):
            raise given.fail(f"'{name}' gives a number, a condition or a rank, no text.", argument.column)
        return _folded(given, argument, typed, typed.type)
    else:
        typed = given.countable(node)
        type_ = _sum_type(typed)
    cut = None if argument.cut is None else given.step_of(member.condition(argument.cut))
    return _folded(given, argument, typed, type_, cut=cut)


def _folded(
    given: Arguments,
    argument: Argument,
    typed: Typed,
    type_: Type,
    *,
    cut: str | None = None,
    cap: str | None = None,
    first: int = 0,
    last: int = 0,
) -> Typed:
    inner = given.step_of(typed)
    return _ref(given, FoldStep(given.function, given.tree(argument), inner, cut, first, last, cap, type_))


def _levels(given: Arguments) -> Typed:
    given.exactly(2)
    span = given.call.arguments[0]
    if not isinstance(span, Span) or span.first < 1 or span.last < span.first:
        raise given.fail("'levels' starts with a span of levels, the first at least 1.")
    argument = given.one(1, "a value")
    typed = given.countable(given.plain(argument, "in"))
    return _folded(given, argument, typed, _sum_type(typed), first=span.first, last=span.last)


def _leg(given: Arguments) -> Typed:
    given.exactly(2)
    k = given.whole(0)
    argument = given.one(1, "a measure")
    typed = _counted(given.countable(given.plain(argument, "in")))
    return _folded(given, argument, typed, typed.type, first=k)


def _slot(given: Arguments) -> Typed:
    given.exactly(2)
    k = given.whole(0)
    argument = given.one(1, "a value")
    tree = given.tree(argument)
    part = given.resolver.scope.tree_parts.get(tree)
    if part is not None and part.placed is None:
        raise given.fail(f"Tree '{tree}' has no slots: it is derived from another.", argument.column)
    typed = given.countable(given.plain(argument, "in"))
    return _folded(given, argument, typed, _sum_type(typed), first=k)


def _capped(given: Arguments) -> Typed:
    given.exactly(2)
    member, scope = given.resolver.inner("member"), given.resolver.scope
    cap = member.numeric(given.node(0, "a cap"))
    argument = given.one(1, "a measure")
    typed = _counted(given.countable(given.plain(argument, "in")))
    common = scale_of_all((cap, typed))
    cap_step = scope.name(ExprStep(_rescaled(cap, common)), given.resolver.path)
    return _folded(given, argument, _rescaled(typed, common), NumberType(common), cap=cap_step)


def _rescaled(typed: Typed, common: Fraction) -> Typed:
    if isinstance(typed.type, NumberType) and typed.type.scale == common:
        return typed
    return Add(typed, Const(0, NumberType(common)), times(typed, common), 0, NumberType(common))


def _tree_fact(given: Arguments) -> Typed:
    """kept(T), depth(T) and position(T)."""
    given.exactly(1)
    node = given.node(0, "a tree")
    if not isinstance(node, Word):
        raise given.fail(f"'{given.function}' takes the name of a tree.", node.column)
    type_: Type = CONDITION if given.function == "kept" else COUNT
    tree = given.tree_name(node)
    part = given.resolver.scope.tree_parts.get(tree)
    if given.function == "position" and (part is None or (part.placed is None and part.line is None)):
        raise given.fail(f"Tree '{tree}' has no positions: only a placed tree and a line number them.", node.column)
    return _ref(given, FoldStep(given.function, tree, None, None, 0, 0, None, type_))


# arithmetic -------------------------------------------------------------------------------------------------


def _highest(given: Arguments) -> Typed:
    """min, max and highest."""
    if given.function == "highest":
        k = given.whole(0)
        parts = given.numbers(1)
        if k > len(parts):
            raise given.fail(f"There are only {len(parts)} values to take number {k} of.")
    else:
        parts = given.numbers()
        k = 1 if given.function == "max" else len(parts)
    common = scale_of_all(parts)
    return Highest(k, parts, tuple(times(part, common) for part in parts), NumberType(common))


def _if(given: Arguments) -> Typed:
    given.exactly(3)
    condition = given.resolver.condition(given.node(0, "a condition"))
    then, other = (given.resolver.resolve(given.node(index, "a value")) for index in (1, 2))
    if isinstance(then.type, NumberType) and isinstance(other.type, NumberType):
        common = scale_of_all((then, other))
        return Choice(condition, then, other, times(then, common), times(other, common), NumberType(common))
    if type(then.type) is not type(other.type) or isinstance(then.type, TextType):
        raise given.fail(
            f"Both results must be numbers, conditions or ranks; these are a {then.type} and a {other.type}."
        )
    return Choice(condition, then, other, 1, 1, then.type)


def _whole(given: Arguments) -> Typed:
    given.exactly(1)
    part = given.numbers()[0]
    scale = number_type(part).scale
    return Whole(part, scale.numerator, scale.denominator)


def _ratio(given: Arguments) -> Typed:
    given.exactly(3)
    left, right = (given.resolver.numeric(given.node(index, "a number")) for index in (0, 1))
    unit = given.node(2, "a unit")
    if not isinstance(unit, Number) or unit.value <= 0:
        raise given.fail("The unit of a ratio is a constant above 0.", unit.column)
    factor = number_type(left).scale / number_type(right).scale / unit.value
    return Ratio(left, right, factor.numerator, factor.denominator, NumberType(unit.value))


# history and the rest -----------------------------------------------------------------------------------------

_HISTORY: dict[str, Literal["previous", "lifetime", "last", "streak"]] = {
    "previous": "previous",
    "lifetime": "lifetime",
    "last": "last",
    "streak": "streak",
}


def _history(given: Arguments) -> Typed:
    name, n, index = _HISTORY[given.function], 0, 0
    given.exactly(2 if name == "last" else 1)
    if name == "last":
        n, index = given.whole(0), 1
    node = given.node(index, "a value")
    typed = given.resolver.inner("member").resolve(node)
    if name in ("lifetime", "last"):
        typed = _counted(typed)
    if name in ("lifetime", "last") and not isinstance(typed.type, NumberType):
        raise given.fail(f"'{name}' sums numbers, this is a {typed.type}.", node.column)
    if name == "streak" and not isinstance(typed.type, ConditionType):
        raise given.fail(f"'streak' needs a condition, this is a {typed.type}.", node.column)
    if isinstance(typed.type, TextType):
        raise given.fail("The history of a text is not kept.", node.column)
    type_: Type = COUNT if name == "streak" else typed.type
    if name == "lifetime" and isinstance(typed.type, NumberType):  # an opening balance may be any whole number
        type_ = NumberType(Fraction(1, typed.type.scale.denominator))
    kept = kept_name(node)
    units = given.resolver.scope.past_units
    if name != "streak" and kept in units and isinstance(type_, NumberType):
        type_ = NumberType(common_scale(type_.scale, units[kept]))
    return _ref(given, HistoryStep(name, given.step_of(typed), n, type_, kept))


def _earned(given: Arguments) -> Typed:
    given.exactly(1)
    scope, node = given.resolver.scope, given.node(0, "the name of a bonus")
    if not isinstance(node, Word):
        raise given.fail("'earned' takes the name of a bonus in quotes.", node.column)
    if node.text not in scope.bonuses:
        raise given.resolver.fail(node.column, f"Unknown bonus '{node.text}'.", nearest(node.text, scope.bonuses))
    return _ref(given, EarnedStep(node.text, NumberType(scope.money_scale)))


def _override(given: Arguments) -> Typed:
    given.exactly(1)
    node = given.node(0, "a kind of override")
    text = node.text if isinstance(node, Word) else "this"
    if text not in OVERRIDES:
        raise given.resolver.fail(node.column, f"'{text}' is no kind of override.", nearest(text, OVERRIDES))
    return _ref(given, OverrideStep(text, CONDITION))


_OF_SEVERAL = {
    _volume: ("orders", "largest_order", "order_count"),
    _order: ("order",),
    _fold: ("frontline", "customers", "downline", "group", "legs", "enrolled_legs", "company", "parent", "owner"),
    _levels: ("levels",),
    _leg: ("leg", "rest"),
    _slot: ("slot",),
    _capped: ("capped",),
    _tree_fact: ("depth", "kept", "position"),
    _highest: ("min", "max", "highest"),
    _if: ("if",),
    _whole: ("whole",),
    _ratio: ("ratio",),
    _history: tuple(_HISTORY),
    _earned: ("earned",),
    _override: ("override",),
}

FUNCTIONS: dict[str, Callable[[Arguments], Typed]] = {
    name: next(make for make, names in _OF_SEVERAL.items() if name in names) for name in FUNCTION_TEXTS
}
"""Every function of the language, in the order of its description."""
