"""The meaning of a text that stands at a path of the plan file."""

from __future__ import annotations

from trueline.plan.calls import resolve_call
from trueline.plan.document import Path
from trueline.plan.expression import ExpressionError, parse_expression
from trueline.plan.nodes import Node
from trueline.plan.percent import check_money
from trueline.plan.resolver import Context, Resolver, Unresolved
from trueline.plan.scope import Scope
from trueline.plan.typed import Typed


def parse_at(scope: Scope, path: Path, text: str) -> Node:
    """Parse an expression that stands at ``path``; raises :class:`Unresolved` after adding a finding."""
    try:
        return parse_expression(text)
    except ExpressionError as error:
        scope.find(path, error.message, error.remedy, column=error.column)
        raise Unresolved from None


def resolver_at(scope: Scope, path: Path, context: Context) -> Resolver:
    return Resolver(scope, path, context, resolve_call)


def value_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    """An expression of any type."""
    node = parse_at(scope, path, text)
    return resolver_at(scope, path, context).resolve(node)


def number_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    node = parse_at(scope, path, text)
    return resolver_at(scope, path, context).numeric(node)


def money_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    """An amount of money, which no percentage is."""
    node = parse_at(scope, path, text)
    typed = resolver_at(scope, path, context).numeric(node)
    if not check_money(scope, path, node, context):
        raise Unresolved
    return typed


def condition_at(scope: Scope, path: Path, text: str, context: Context) -> Typed:
    node = parse_at(scope, path, text)
    return resolver_at(scope, path, context).condition(node)


def condition_step(scope: Scope, path: Path, text: str) -> str:
    """The key of the step of a member's condition."""
    return scope.step_of(condition_at(scope, path, text, "member"), path)
