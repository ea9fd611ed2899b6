"""What a plan declares by name: volumes, attributes, tables, measures, conditions, moved measures."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from trueline.plan.document import Path
from trueline.plan.functions import BUILTIN_TEXTS, COLUMN_TEXTS
from trueline.plan.model import PlanModel
from trueline.plan.resolve import condition_at, number_at
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import FACT_TREES, Scope
from trueline.plan.steps import AttributeStep, ExprStep, MovedStep, Step
from trueline.plan.tables import build_table
from trueline.plan.typed import NumberType, TextType
from trueline.plan.values import number, proper_name

LANGUAGE = frozenset(
    [
        "and",
        "or",
        "not",
        "where",
        "cut",
        "at",
        "in",
        "to",
        "period",
        "previous",
        "lifetime",
        "last",
        "first",
        "level",
        "source",
        "none",
        "unknown",
        "dated",
    ]
)
"""Words of the language itself, which therefore name nothing else."""

_WORD = re.compile(r"[^\W\d]\w*")


def declare(scope: Scope, model: PlanModel) -> None:
    """Note every name of the plan and make its step, names that others read before those that read them."""
    _volumes(scope, model)
    sections: dict[str, dict[str, Any]] = {
        "attributes": model.attributes,
        "tables": model.tables,
        "measures": model.measures,
        "conditions": model.conditions,
        "trees": model.trees,
    }
    for section, names in sections.items():
        for name in names:
            _declare_name(scope, model, name, (section, name))
    for tree_name, tree in model.trees.items():
        for name in tree.moves or {}:
            _declare_name(scope, model, name, ("trees", tree_name, "moves", name))
    for rank in model.ranks:
        if rank in ("none", "unknown", ""):
            scope.find(("ranks", rank), f"'{rank}' cannot name a rank.", "It has a meaning of its own.", key=True)
    for name in _read_first(scope):
        scope.need(name)


def _volumes(scope: Scope, model: PlanModel) -> None:
    for name, text in model.volumes.items():
        path: Path = ("volumes", name)
        unit = number(scope, path, text) if proper_name(scope, path, name) else None
        if name in COLUMN_TEXTS:
            scope.find(path, f"'{name}' is a column of every order line.", "Choose another name.", key=True)
        if unit is not None and (unit <= 0 or (unit.denominator != 1 and (1 / unit).denominator != 1)):
            scope.find(path, f"'{text}' is no unit.", "Write 1, 0.01 or the like.")
            unit = None
        scope.volumes[name] = unit or Fraction(1)


def _declare_name(scope: Scope, model: PlanModel, name: str, path: Path) -> None:
    if not proper_name(scope, path, name):
        return
    if name in BUILTIN_TEXTS or name in LANGUAGE:
        scope.find(path, f"'{name}' is a word that every plan knows.", "Choose another name.", key=True)
    elif name in scope.volumes and path[0] == "trees" and len(path) == 2:
        scope.find(path, f"'{name}' is already the name of a volume.", "Choose another name.", key=True)
    elif path[0] == "trees" and len(path) == 2 and _is_of_facts(model, name):
        scope.find(path, f"'{name}' is a tree of the facts.", "Choose another name for the derived tree.", key=True)
    elif name in scope.declared and scope.declared[name] != ("",):
        other = ".".join(str(part) for part in scope.declared[name])
        scope.find(path, f"'{name}' is already declared as '{other}'.", "Names are unique in a plan.", key=True)
    else:
        scope.declared[name] = path
        scope.makers[name] = lambda: _make(scope, model, name, path)


def _is_of_facts(model: PlanModel, name: str) -> bool:
    """Whether a tree of the plan takes a name that facts give; a placed tree may: it goes on from those edges."""
    return model.trees[name].placed is None and name in (*FACT_TREES, model.tree)


def _read_first(scope: Scope) -> list[str]:
    """Declared names so sorted that what a text names comes before it, as far as there is no circle."""
    data = scope.document.data
    reads: dict[str, list[str]] = {}
    for name, path in scope.declared.items():
        text = data
        for part in path:
            text = text.get(part) if isinstance(text, dict) else None
        reads[name] = [word for word in _WORD.findall(str(text)) if word in scope.makers and word != name]
    done: dict[str, None] = {}
    begun: set[str] = set()
    waiting = list(reversed(scope.makers))
    while waiting:
        name = waiting.pop()
        if name in begun:
            done[name] = None
            continue
        begun.add(name)
        waiting.append(name)
        waiting.extend(word for word in reads.get(name, ()) if word not in begun)
    return list(done)


def _make(scope: Scope, model: PlanModel, name: str, path: Path) -> None:
    """Build the step of a declared name; on findings it stays missing."""
    try:
        step = _step(scope, model, name, path)
    except Unresolved:
        return
    if step is not None:
        scope.steps[name] = step


def _step(scope: Scope, model: PlanModel, name: str, path: Path) -> Step | None:
    if path[0] == "attributes":
        return _attribute(scope, name, model.attributes[name])
    if path[0] == "tables":
        return build_table(scope, path, model.tables[name])
    if path[0] == "measures":
        return ExprStep(number_at(scope, path, model.measures[name], "member"))
    if path[0] == "conditions":
        return ExprStep(condition_at(scope, path, model.conditions[name], "member"))
    return _moved(scope, model, name, path) if len(path) > 2 else None


def _attribute(scope: Scope, name: str, values: list[str]) -> Step | None:
    path: Path = ("attributes", name)
    if not values:
        scope.find(path, f"Attribute '{name}' has no values.", "List the legal ones.", key=True)
    for index, value in enumerate(values):
        if value in values[:index]:
            scope.find((*path, index), f"'{value}' is listed twice.", "Keep one of them.")
    return AttributeStep(name, TextType(f"value of attribute '{name}'", tuple(values)))


def _moved(scope: Scope, model: PlanModel, name: str, path: Path) -> Step:
    tree = str(path[1])
    typed = number_at(scope, path, (model.trees[tree].moves or {})[name], "member")
    argument = scope.step_of(typed, path)
    scale = typed.type.scale if isinstance(typed.type, NumberType) else Fraction(1)
    return MovedStep(tree, argument, NumberType(scale))
