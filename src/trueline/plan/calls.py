"""The functions of the plan language: what each takes and the step that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from trueline.errors import nearest
from trueline.plan.arithmetic import number_type, scale_of_all, times
from trueline.plan.expression import Argument, Call, Node, Number, Span, Window, Word
from trueline.plan.steps import (
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    OverrideStep,
    VolumeStep,
)
from trueline.plan.typed import (
    CONDITION,
    COUNT,
    Add,
    Choice,
    ConditionType,
    Const,
    Highest,
    NumberType,
    RankType,
    Ratio,
    Ref,
    TextType,
    Type,
    Typed,
    Whole,
)

if TYPE_CHECKING:
    from trueline.plan.resolve import Resolver

THIS_PERIOD = Window("period", 0, 0)
OVERRIDES = ("active", "exempt", "qualified")


def resolve_call(resolver: Resolver, call: Call) -> Typed:
    """The typed form of a call; member functions become steps of their own."""
    if call.function not in FUNCTIONS:
        raise resolver.fail(call.column, f"Unknown function '{call.function}'.", nearest(call.function, list(FUNCTIONS)))
    if resolver.context == "row":
        raise resolver.fail(call.column, f"'{call.function}' cannot stand in a 'where'.", "Test columns of the order line only.")
    pure = call.function in ("min", "max", "highest", "if", "whole", "ratio")
    if resolver.context == "company" and not pure and call.function != "company":
        raise resolver.fail(call.column, f"'{call.function}' is a member's value.", "Wrap it: company(…).")
    return FUNCTIONS[call.function](resolver, call)


# reading arguments -----------------------------------------------------------------------------------------


def _argument(resolver: Resolver, call: Call, index: int, what: str) -> Argument:
    if index >= len(call.arguments) or not isinstance(call.arguments[index], Argument):
        raise resolver.fail(call.column, f"'{call.function}' needs {what}.", SIGNATURES[call.function])
    argument = call.arguments[index]
    assert isinstance(argument, Argument)
    return argument


def _exactly(resolver: Resolver, call: Call, count: int) -> None:
    if len(call.arguments) != count:
        raise resolver.fail(
            call.column, f"'{call.function}' takes {count} argument{'s' * (count != 1)}.", SIGNATURES[call.function]
        )


def _plain(resolver: Resolver, call: Call, argument: Argument, *allowed: str) -> Node:
    """The expression of an argument whose other modifiers must be absent."""
    for word, value in (("where", argument.where), ("cut at", argument.cut), ("in", argument.tree)):
        if value is not None and word not in allowed:
            raise resolver.fail(argument.column, f"'{call.function}' takes no '{word}'.", SIGNATURES[call.function])
    if argument.value is None:
        raise resolver.fail(call.column, f"'{call.function}' needs a value.", SIGNATURES[call.function])
    return argument.value


def _tree(resolver: Resolver, argument: Argument) -> str:
    return resolver.scope.main_tree if argument.tree is None else _tree_name(resolver, argument.tree)


def _tree_name(resolver: Resolver, word: Word) -> str:
    """A derived tree of the plan, or a tree of the facts."""
    known = resolver.scope.tree_names()
    if word.text not in known:
        raise resolver.fail(word.column, f"Unknown tree '{word.text}'.", nearest(word.text, known))
    return word.text


def _whole_number(resolver: Resolver, call: Call, index: int, least: int = 1) -> int:
    node = _plain(resolver, call, _argument(resolver, call, index, "a whole number"))
    if not isinstance(node, Number) or node.value.denominator != 1 or node.value < least or node.value > 1000:
        raise resolver.fail(node.column, f"A whole number from {least} is needed here.", SIGNATURES[call.function])
    return int(node.value)


def _member(resolver: Resolver, node: Node) -> Typed:
    """An expression about another member: resolved in the member context."""
    return resolver.inner("member").resolve(node)


def _countable(resolver: Resolver, node: Node) -> Typed:
    typed = _member(resolver, node)
    if isinstance(typed.type, (RankType, TextType)):
        raise resolver.fail(node.column, f"A number or condition is needed here, this is a {typed.type}.", "")
    return typed


def _counted(typed: Typed) -> Typed:
    """A condition as a number: 1 where it holds."""
    if isinstance(typed.type, ConditionType):
        return Choice(typed, Const(1, COUNT), Const(0, COUNT), 1, 1, COUNT)
    return typed


def _result_type(typed: Typed) -> NumberType:
    return typed.type if isinstance(typed.type, NumberType) else COUNT


def _ref(resolver: Resolver, step: FoldStep | VolumeStep | HistoryStep | EarnedStep | OverrideStep) -> Typed:
    return Ref(resolver.scope.name(step), False, step.type)


# volumes ----------------------------------------------------------------------------------------------------


def _volume(resolver: Resolver, call: Call) -> Typed:
    counting = call.function == "order_count"
    window, where, name = THIS_PERIOD, None, ""
    arguments = list(call.arguments)
    if arguments and isinstance(arguments[-1], Window):
        window = arguments.pop()  # type: ignore[assignment]  # just tested
        window = Window(window.form, window.count, 0)
    if len(arguments) > 1 or (not counting and not arguments):
        raise resolver.fail(call.column, f"'{call.function}' takes one volume.", SIGNATURES[call.function])
    if arguments:
        argument = arguments[0]
        if not isinstance(argument, Argument) or argument.cut or argument.tree:
            raise resolver.fail(argument.column, f"'{call.function}' takes a volume, 'where' and a window.", "")
        if argument.where is not None:
            where = resolver.inner("row").condition(argument.where)
        name = _volume_name(resolver, call, argument, counting)
    if window.form in ("last periods", "first days", "first months") and window.count < 1:
        raise resolver.fail(call.column, "A window has at least 1.", "")
    how = {"orders": "sum", "largest_order": "largest", "order_count": "count"}[call.function]
    return _ref(resolver, VolumeStep(how, name, where, window, _volume_type(resolver, name)))  # type: ignore[arg-type]


def _volume_name(resolver: Resolver, call: Call, argument: Argument, counting: bool) -> str:
    if counting:
        if argument.value is not None:
            raise resolver.fail(argument.column, "'order_count' counts orders and takes no volume.", SIGNATURES["order_count"])
        return ""
    node = argument.value
    known = [*resolver.scope.volumes, "price", "retail", "margin", "quantity"]
    if not isinstance(node, Word):
        raise resolver.fail(argument.column, f"'{call.function}' takes the name of a volume.", SIGNATURES[call.function])
    if node.text not in known:
        raise resolver.fail(node.column, f"Unknown volume '{node.text}'.", f"{nearest(node.text, known)} Declare it under 'volumes'.")
    return node.text


def _volume_type(resolver: Resolver, name: str) -> NumberType:
    if name in ("price", "retail", "margin"):
        return NumberType(resolver.scope.money_scale)
    return NumberType(resolver.scope.volumes.get(name, Fraction(1)))


# trees ------------------------------------------------------------------------------------------------------


def _fold(resolver: Resolver, call: Call) -> Typed:
    """frontline, customers, downline, group, legs, enrolled_legs, company, parent."""
    _exactly(resolver, call, 1)
    argument = _argument(resolver, call, 0, "a value")
    allowed = ("in", "cut at") if call.function == "group" else () if call.function == "company" else ("in",)
    node = _plain(resolver, call, argument, *allowed)
    if call.function in ("legs", "enrolled_legs"):
        typed = resolver.inner("member").condition(node)
        type_: Type = COUNT
    elif call.function == "parent":
        typed = _member(resolver, node)
        type_ = typed.type
    else:
        typed = _countable(resolver, node)
        type_ = _result_type(typed)
    cut = None
    if argument.cut is not None:
        cut = resolver.step_of(resolver.inner("member").condition(argument.cut))
    step = FoldStep(call.function, _tree(resolver, argument), resolver.step_of(typed), cut, 0, 0, None, type_)
    return _ref(resolver, step)


def _levels(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 2)
    span = call.arguments[0]
    if not isinstance(span, Span) or span.first < 1 or span.last < span.first:
        raise resolver.fail(call.column, "'levels' starts with a span of levels.", SIGNATURES["levels"])
    argument = _argument(resolver, call, 1, "a value")
    typed = _countable(resolver, _plain(resolver, call, argument, "in"))
    step = FoldStep(
        "levels", _tree(resolver, argument), resolver.step_of(typed), None, span.first, span.last, None, _result_type(typed)
    )
    return _ref(resolver, step)


def _leg(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 2)
    k = _whole_number(resolver, call, 0, least=1)
    argument = _argument(resolver, call, 1, "a measure")
    typed = _counted(_countable(resolver, _plain(resolver, call, argument, "in")))
    step = FoldStep(call.function, _tree(resolver, argument), resolver.step_of(typed), None, k, 0, None, typed.type)
    return _ref(resolver, step)


def _capped(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 2)
    cap = resolver.inner("member").numeric(_plain(resolver, call, _argument(resolver, call, 0, "a cap")))
    argument = _argument(resolver, call, 1, "a measure")
    typed = _counted(_countable(resolver, _plain(resolver, call, argument, "in")))
    common = scale_of_all((cap, typed))
    zero = Const(0, NumberType(common))
    cap_step = resolver.scope.name(ExprStep(_rescaled(cap, zero, common)))
    value_step = resolver.step_of(_rescaled(typed, zero, common))
    step = FoldStep("capped", _tree(resolver, argument), value_step, None, 0, 0, cap_step, NumberType(common))
    return _ref(resolver, step)


def _rescaled(typed: Typed, zero: Const, common: Fraction) -> Typed:
    if isinstance(typed.type, NumberType) and typed.type.scale == common:
        return typed
    return Add(typed, zero, times(typed, common), 0, NumberType(common))


def _tree_fact(resolver: Resolver, call: Call) -> Typed:
    """kept(T) and depth(T)."""
    _exactly(resolver, call, 1)
    node = _plain(resolver, call, _argument(resolver, call, 0, "a tree"))
    if not isinstance(node, Word):
        raise resolver.fail(node.column, f"'{call.function}' takes the name of a tree.", SIGNATURES[call.function])
    type_: Type = CONDITION if call.function == "kept" else COUNT
    return _ref(resolver, FoldStep(call.function, _tree_name(resolver, node), None, None, 0, 0, None, type_))


# arithmetic -------------------------------------------------------------------------------------------------


def _values(resolver: Resolver, call: Call, start: int = 0) -> tuple[Typed, ...]:
    nodes = [_plain(resolver, call, _argument(resolver, call, i, "a number")) for i in range(start, len(call.arguments))]
    if not nodes:
        raise resolver.fail(call.column, f"'{call.function}' needs values.", SIGNATURES[call.function])
    return tuple(resolver.numeric(node) for node in nodes)


def _highest(resolver: Resolver, call: Call) -> Typed:
    """min, max and highest."""
    if call.function == "highest":
        k = _whole_number(resolver, call, 0)
        parts = _values(resolver, call, 1)
        if k > len(parts):
            raise resolver.fail(call.column, f"There are only {len(parts)} values to take number {k} of.", "")
    else:
        parts = _values(resolver, call)
        k = 1 if call.function == "max" else len(parts)
    common = scale_of_all(parts)
    return Highest(k, parts, tuple(times(part, common) for part in parts), NumberType(common))


def _if(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 3)
    nodes = [_plain(resolver, call, _argument(resolver, call, i, "a value")) for i in range(3)]
    condition = resolver.condition(nodes[0])
    then, other = resolver.resolve(nodes[1]), resolver.resolve(nodes[2])
    if isinstance(then.type, NumberType) and isinstance(other.type, NumberType):
        common = scale_of_all((then, other))
        return Choice(condition, then, other, times(then, common), times(other, common), NumberType(common))
    if type(then.type) is not type(other.type) or isinstance(then.type, TextType):
        raise resolver.fail(call.column, f"Both results must be alike; these are a {then.type} and a {other.type}.", "")
    return Choice(condition, then, other, 1, 1, then.type)


def _whole(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 1)
    part = resolver.numeric(_plain(resolver, call, _argument(resolver, call, 0, "a number")))
    scale = number_type(part).scale
    return Whole(part, scale.numerator, scale.denominator)


def _ratio(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 3)
    left, right = (
        resolver.numeric(_plain(resolver, call, _argument(resolver, call, i, "a number"))) for i in range(2)
    )
    unit_node = _plain(resolver, call, _argument(resolver, call, 2, "a unit"))
    if not isinstance(unit_node, Number) or unit_node.value <= 0:
        raise resolver.fail(unit_node.column, "The unit of a ratio is a constant above 0.", SIGNATURES["ratio"])
    factor = number_type(left).scale / number_type(right).scale / unit_node.value
    return Ratio(left, right, factor.numerator, factor.denominator, NumberType(unit_node.value))


# history and the rest -----------------------------------------------------------------------------------------


def _history(resolver: Resolver, call: Call) -> Typed:
    n = 0
    index = 0
    if call.function == "last":
        _exactly(resolver, call, 2)
        n, index = _whole_number(resolver, call, 0), 1
    else:
        _exactly(resolver, call, 1)
    node = _plain(resolver, call, _argument(resolver, call, index, "a value"))
    typed = resolver.inner("member").resolve(node)
    if call.function in ("lifetime", "last"):
        typed = _counted(typed)
    if call.function in ("lifetime", "last") and not isinstance(typed.type, NumberType):
        raise resolver.fail(node.column, f"'{call.function}' sums numbers, this is a {typed.type}.", "")
    if call.function == "streak" and not isinstance(typed.type, ConditionType):
        raise resolver.fail(node.column, f"'streak' needs a condition, this is a {typed.type}.", "")
    if isinstance(typed.type, TextType):
        raise resolver.fail(node.column, "The history of a text is not kept.", "")
    type_: Type = COUNT if call.function == "streak" else typed.type
    if call.function == "lifetime" and isinstance(typed.type, NumberType):  # an opening balance may be any whole number
        type_ = NumberType(Fraction(1, typed.type.scale.denominator))
    return _ref(resolver, HistoryStep(call.function, resolver.step_of(typed), n, type_))  # type: ignore[arg-type]


def _earned(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 1)
    node = _plain(resolver, call, _argument(resolver, call, 0, "the name of a bonus"))
    if not isinstance(node, Word) or node.text not in resolver.scope.bonuses:
        given = node.text if isinstance(node, Word) else "this"
        raise resolver.fail(node.column, f"Unknown bonus '{given}'.", nearest(given, resolver.scope.bonuses))
    return _ref(resolver, EarnedStep(node.text, NumberType(resolver.scope.money_scale)))


def _override(resolver: Resolver, call: Call) -> Typed:
    _exactly(resolver, call, 1)
    node = _plain(resolver, call, _argument(resolver, call, 0, "a kind of override"))
    if not isinstance(node, Word) or node.text not in OVERRIDES:
        given = node.text if isinstance(node, Word) else "this"
        raise resolver.fail(node.column, f"'{given}' is no kind of override.", nearest(given, OVERRIDES))
    return _ref(resolver, OverrideStep(node.text, CONDITION))


FUNCTIONS: dict[str, Callable[[Resolver, Call], Typed]] = {
    "orders": _volume,
    "largest_order": _volume,
    "order_count": _volume,
    "frontline": _fold,
    "customers": _fold,
    "downline": _fold,
    "group": _fold,
    "levels": _levels,
    "legs": _fold,
    "enrolled_legs": _fold,
    "leg": _leg,
    "rest": _leg,
    "capped": _capped,
    "company": _fold,
    "parent": _fold,
    "depth": _tree_fact,
    "kept": _tree_fact,
    "min": _highest,
    "max": _highest,
    "highest": _highest,
    "if": _if,
    "whole": _whole,
    "ratio": _ratio,
    "previous": _history,
    "lifetime": _history,
    "last": _history,
    "streak": _history,
    "earned": _earned,
    "override": _override,
}
"""Every function of the language (docs/semantics.md, section 3)."""

SIGNATURES: dict[str, str] = {
    "orders": "orders(pv), orders(pv where kind = customer, last 3 periods).",
    "largest_order": "largest_order(pv).",
    "order_count": "order_count(), order_count(where pv >= 100).",
    "frontline": "frontline(pv), frontline(active in placement).",
    "customers": "customers(pv).",
    "downline": "downline(pv).",
    "group": "group(pv), group(pv cut at rank >= Director).",
    "levels": "levels(1 to 3, pv).",
    "legs": "legs(rank >= Builder).",
    "enrolled_legs": "enrolled_legs(rank >= Builder in placement).",
    "leg": "leg(1, gv).",
    "rest": "rest(2, gv).",
    "capped": "capped(12 000, gv).",
    "company": "company(cv).",
    "parent": "parent(tv).",
    "depth": "depth(sponsor).",
    "kept": "kept(paid).",
    "min": "min(a, b).",
    "max": "max(a, b).",
    "highest": "highest(2, a, b, c).",
    "if": "if(active, 5%, 0).",
    "whole": "whole(pgv / 500).",
    "ratio": "ratio(a, b, 0.0001).",
    "previous": "previous(pv).",
    "lifetime": "lifetime(gv).",
    "last": "last(3, pv).",
    "streak": "streak(rank >= Director).",
    "earned": 'earned("fast start").',
    "override": "override(active).",
}
"""How each function is written; shown as the remedy beside a wrong call."""
