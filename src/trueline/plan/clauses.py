"""Clauses of the plan document, each with the keys that carry it out."""

from __future__ import annotations

from typing import Any

from trueline.errors import nearest
from trueline.plan.document import Path
from trueline.plan.model import PlanModel
from trueline.plan.scope import Scope


def check_clauses(scope: Scope, model: PlanModel) -> None:
    """A finding for every key that the plan does not have."""
    for clause, keys in model.clauses.items():
        path: Path = ("clauses", clause)
        if keys == []:
            scope.find(path, "The clause names no key.", "Write a path such as bonuses.level.", key=True)
        for index, key in enumerate(keys if isinstance(keys, list) else [keys]):
            missing = missing_key(scope.document.data, key)
            if missing is not None:
                at = (*path, index) if isinstance(keys, list) else path
                remedy = nearest(missing[0], missing[1]) or "Write a path such as bonuses.level."
                scope.find(at, f"'{key}' is no key of this plan.", remedy)


def missing_key(data: Any, key: str) -> tuple[str, list[str]] | None:
    """The first part of a path that is not there, and the names that are; None when all is there.

    Names may hold dots of their own: the longest name that fits is taken.
    """
    rest = key
    while rest:
        if not isinstance(data, dict):
            return rest, []
        names = [name for name in data if rest == name or rest.startswith(f"{name}.")]
        if not names:
            return rest.partition(".")[0], list(data)
        name = max(names, key=len)
        data, rest = data[name], rest[len(name) + 1 :]
    return None
