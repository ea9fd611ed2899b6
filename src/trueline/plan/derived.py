"""Trees of the plan: derived from others, placed seat by seat, or lines."""

from __future__ import annotations

from typing import Literal

from trueline.errors import nearest
from trueline.plan.arithmetic import number_type
from trueline.plan.document import Path
from trueline.plan.resolve import condition_step, number_at
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import Scope
from trueline.plan.steps import DerivedTree, FoldStep, HistoryStep, LineStep, PlacedStep, TreeStep, tree_key
from trueline.plan.tree_parts import FillPart, PlacedPart, TakerPart, TreePart
from trueline.plan.typed import NumberType, common_scale, whole_multiplier
from trueline.plan.values import whole

_FORMS = ("keep", "leaders", "passes up", "placed", "line")
_BELONGS = {
    "from": ("keep", "leaders", "passes up"),
    "taker": ("keep",),
    "landing": ("keep",),
    "moves": ("keep",),
    "to": ("passes up",),
    "among": ("line",),
    "fixed": ("keep", "leaders", "passes up", "line"),
}
"""The forms of a tree beside which each of the other keys may stand."""

WIDEST = 100
"""Most seats below one member of a placed tree."""

Fill = Literal["breadth", "depth", "slot", "alternate", "weaker", "smallest"]


def build_tree(scope: Scope, name: str, part: TreePart) -> None:
    """Add the step of a tree of the plan."""
    path: Path = ("trees", name)
    form = _form(scope, path, name, part)
    if form is None:
        return
    try:
        step: DerivedTree
        if part.placed is not None:
            step = _placed(scope, (*path, "placed"), name, part.placed)
        elif part.line is not None:
            step = LineStep(_optional(scope, (*path, "among"), part.among), part.fixed is not None)
        else:
            base = _base(scope, (*path, "from"), name, part.from_ or "")
            step = _derived(scope, path, part, base, form)
    except Unresolved:
        return
    scope.steps[tree_key(name)] = step


def _form(scope: Scope, path: Path, name: str, part: TreePart) -> str | None:
    """The one form that a tree has; None after a finding."""
    given = [form for form in _FORMS if getattr(part, form.replace(" ", "_")) is not None]
    if not given:
        remedy = "Say who stays, who leads, who passes up, or that it is 'placed' or a 'line'."
        scope.find(path, f"Tree '{name}' needs one of {', '.join(map(repr, _FORMS))}.", remedy, key=True)
        return None
    if len(given) > 1:
        both = " and ".join(f"'{form}'" for form in given)
        scope.find((*path, given[1]), f"A tree has one of {both}.", "Keep one.", key=True)
        return None
    form = given[0]
    fine = True
    for key, forms in _BELONGS.items():
        if getattr(part, key if key != "from" else "from_") is not None and form not in forms:
            listed = " or ".join(f"'{one}'" for one in forms)
            scope.find((*path, key), f"'{key}' belongs to {listed}.", "Remove it.", key=True)
            fine = False
    if form in _BELONGS["from"] and part.from_ is None:
        scope.find(path, f"Tree '{name}' needs 'from'.", "Name the tree that it is made of.", key=True)
        fine = False
    if part.landing is not None and part.taker is None and form == "keep":
        scope.find((*path, "landing"), "'landing' needs a 'taker'.", "Remove it, or add 'taker:'.", key=True)
    return form if fine else None


def _base(scope: Scope, path: Path, name: str, base: str) -> str:
    """The tree that another is made of, or under whose uplines it is placed."""
    known = scope.tree_names()
    if base == name:
        scope.find(path, f"Tree '{name}' is derived from itself.", "Name the tree that it is made of.")
        raise Unresolved
    if scope.left_out(base):
        raise Unresolved  # its own finding stands
    if base not in known:
        scope.find(path, f"Unknown tree '{base}'.", nearest(base, known))
        raise Unresolved
    return base


def _derived(scope: Scope, path: Path, part: TreePart, base: str, form: str) -> TreeStep:
    fixed = part.fixed is not None
    if part.passes_up is not None:
        condition = condition_step(scope, (*path, "passes up"), part.passes_up)
        return TreeStep("passes up", base, condition, to=_optional(scope, (*path, "to"), part.to), fixed=fixed)
    condition = condition_step(scope, (*path, form), part.keep if part.keep is not None else part.leaders or "")
    if part.taker is not None:
        return _with_taker(scope, path, part, part.taker, base, condition)
    return TreeStep("keep" if part.keep is not None else "leaders", base, condition, fixed=fixed)


def _with_taker(scope: Scope, path: Path, part: TreePart, taker: TakerPart, base: str, condition: str) -> TreeStep:
    at = (*path, "taker")
    measure = number_at(scope, (*at, "measure"), taker.measure, "member")
    reaches = number_at(scope, (*at, "reaches"), taker.reaches, "member")
    always = _optional(scope, (*at, "or"), taker.or_)
    scale = common_scale(number_type(measure).scale, number_type(reaches).scale)
    times = (
        whole_multiplier(number_type(measure).scale, scale),
        whole_multiplier(number_type(reaches).scale, scale),
    )
    measured, reached = scope.step_of(measure, at), scope.step_of(reaches, at)
    return TreeStep(
        "taker",
        base,
        condition,
        measured,
        reached,
        times,
        always,
        onward=part.landing != "lost",
        fixed=part.fixed is not None,
    )


def _placed(scope: Scope, path: Path, name: str, part: PlacedPart) -> PlacedStep:
    base = _base(scope, (*path, "under"), name, part.under)
    width = whole(scope, (*path, "width"), part.width, 1, WIDEST)
    fill, slot, weight = _fill(scope, (*path, "fill"), name, part.fill, width)
    among = _optional(scope, (*path, "among"), part.among)
    return PlacedStep(base, width, fill, slot, weight, among, part.departures == "earliest child")


def _fill(scope: Scope, path: Path, name: str, fill: str | FillPart, width: int) -> tuple[Fill, int, str | None]:
    """How seats are filled, the slot that is followed, and the step by which legs are weighed."""
    if isinstance(fill, FillPart):
        given = [(key, text) for key, text in (("weaker", fill.weaker), ("smallest", fill.smallest)) if text]
        if len(given) != 1:
            scope.find(path, "A weighed fill has one of 'weaker' and 'smallest'.", "Keep one.", key=True)
            raise Unresolved
        key, text = given[0]
        weight = _previous_group(scope, (*path, key), name, text)
        return ("weaker", 0, weight) if key == "weaker" else ("smallest", 0, weight)
    words: dict[str, tuple[Fill, int]] = {
        "breadth": ("breadth", 0),
        "depth": ("depth", 0),
        "left": ("slot", 1),
        "right": ("slot", width),
        "alternate": ("alternate", 0),
        "weaker": ("weaker", 0),
        "smallest": ("smallest", 0),
    }
    if fill.startswith("slot "):
        return "slot", whole(scope, path, fill.removeprefix("slot "), 1, width), None
    if fill not in words:
        scope.find(path, f"'{fill}' is no way to fill seats.", nearest(fill, [*words, "slot 1"]))
        raise Unresolved
    return (*words[fill], None)


def _previous_group(scope: Scope, path: Path, name: str, text: str) -> str:
    """The step of: the group's sum of a measure in this tree, at the end of the previous period."""
    typed = number_at(scope, path, text, "member")
    type_ = number_type(typed)
    group = FoldStep("group", name, scope.step_of(typed, path), None, 0, 0, None, type_)
    kept = f"weight:{name}:{' '.join(text.split())}"
    if kept in scope.past_units:
        type_ = NumberType(common_scale(type_.scale, scope.past_units[kept]))
    return scope.name(HistoryStep("previous", scope.name(group, path), 0, type_, kept), path)


def _optional(scope: Scope, path: Path, text: str | None) -> str | None:
    return None if text is None else condition_step(scope, path, text)
