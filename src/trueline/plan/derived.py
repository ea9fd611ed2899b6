"""Trees that the plan derives from others."""

from __future__ import annotations

from typing import Literal

from trueline.errors import nearest
from trueline.plan.arithmetic import number_type
from trueline.plan.document import Path
from trueline.plan.parts import TakerPart, TreePart
from trueline.plan.resolve import Resolver, Unresolved, condition_at, number_at
from trueline.plan.scope import Scope
from trueline.plan.steps import TreeStep, tree_key
from trueline.plan.typed import common_scale, whole_multiplier


def build_tree(scope: Scope, name: str, part: TreePart) -> None:
    """Add the step of a derived tree."""
    path: Path = ("trees", name)
    known = scope.tree_names()
    if part.from_ == name:
        scope.find((*path, "from"), f"Tree '{name}' is derived from itself.", "Name the tree that it is made of.")
        return
    if part.from_ not in known:
        scope.find((*path, "from"), f"Unknown tree '{part.from_}'.", nearest(part.from_, known))
        return
    if part.keep is None and part.leaders is None:
        scope.find(path, f"Tree '{name}' needs 'keep' or 'leaders'.", "Say who stays, or who leads.", key=True)
        return
    if part.keep is not None and part.leaders is not None:
        scope.find((*path, "leaders"), "A derived tree has one of 'keep' and 'leaders'.", "Keep one.", key=True)
        return
    for key in ("taker", "landing", "moves"):
        if part.leaders is not None and getattr(part, key) is not None:
            scope.find((*path, key), f"'{key}' belongs to 'keep'.", "Remove it.", key=True)
    if part.landing is not None and part.taker is None and part.leaders is None:
        scope.find((*path, "landing"), "'landing' needs a 'taker'.", "Remove it, or add 'taker:'.", key=True)
    try:
        scope.steps[tree_key(name)] = _step(scope, path, part)
    except Unresolved:
        return


def _step(scope: Scope, path: Path, part: TreePart) -> TreeStep:
    form: Literal["keep", "leaders"] = "keep" if part.keep is not None else "leaders"
    condition = _condition(scope, (*path, form), part.keep if part.keep is not None else part.leaders or "")
    if part.taker is None:
        return TreeStep(form, part.from_, condition)
    return _with_taker(scope, path, part, part.taker, condition)


def _with_taker(scope: Scope, path: Path, part: TreePart, taker: TakerPart, condition: str) -> TreeStep:
    at = (*path, "taker")
    measure = number_at(scope, (*at, "measure"), taker.measure, "member")
    reaches = number_at(scope, (*at, "reaches"), taker.reaches, "member")
    always = None if taker.or_ is None else _condition(scope, (*at, "or"), taker.or_)
    resolver = Resolver(scope, at, "member")
    scale = common_scale(number_type(measure).scale, number_type(reaches).scale)
    times = (
        whole_multiplier(number_type(measure).scale, scale),
        whole_multiplier(number_type(reaches).scale, scale),
    )
    onward = part.landing != "lost"
    measured, reached = resolver.step_of(measure), resolver.step_of(reaches)
    return TreeStep("taker", part.from_, condition, measured, reached, times, always, onward)


def _condition(scope: Scope, path: Path, text: str) -> str:
    return Resolver(scope, path, "member").step_of(condition_at(scope, path, text, "member"))
