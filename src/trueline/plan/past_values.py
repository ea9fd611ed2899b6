"""What the state keeps the values of an expression under, and in which unit (docs/semantics.md, section 12)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from trueline.plan.nodes import Node, Word
from trueline.plan.steps import HistoryStep, Step
from trueline.plan.typed import NumberType, common_scale


def kept_name(node: Node) -> str:
    """A name by itself; of any other expression a digest of what is written.

    It is taken from the words and not from what they mean, so that a rank put into the ladder or another rate inside a
    measure, which the expression only names, does not begin a history anew.
    """
    if isinstance(node, Word):
        return node.text
    return hashlib.sha256(repr(_written(node)).encode()).hexdigest()[:16]


def _written(part: Any) -> Any:
    """A node as nested tuples, without the columns at which it stands."""
    if is_dataclass(part):
        inside = [_written(getattr(part, field.name)) for field in fields(part) if field.name != "column"]
        return (type(part).__name__, *inside)
    if isinstance(part, tuple):
        return tuple(_written(one) for one in part)
    return str(part) if isinstance(part, Fraction) else part


def units_of(steps: Mapping[str, Step], known: dict[str, Fraction]) -> None:
    """Add to ``known`` the unit of every value that history functions read, by the name it is kept under."""
    for step in steps.values():
        if isinstance(step, HistoryStep) and isinstance(step.type, NumberType):
            known[step.name] = common_scale(step.type.scale, known.get(step.name, step.type.scale))
