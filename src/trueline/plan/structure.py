"""The structure of a plan file: unknown and missing keys, wrong shapes and choices, each as one finding.

What is structurally wrong is left out, so that the rest is checked in the same go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from trueline.errors import Findings, nearest
from trueline.plan.bonus_parts import KINDS, TREE_KINDS, BonusPart
from trueline.plan.document import Document, Path
from trueline.plan.model import PlanModel
from trueline.plan.parts import Part

P = TypeVar("P", bound=Part)

_SHAPES = {
    "string_type": "a text or number",
    "dict_type": "a mapping",
    "list_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_REMEDIES = {
    "a text or number": "Write the value after the colon.",
    "a mapping": "Write 'key: value' lines below it.",
    "a list": "Write [one, another].",
}
_NAMED = ("tables", "measures", "conditions", "trees", "bonuses", "ranks", "attributes", "volumes", "clauses")
"""Sections of named things: of a wrong one only that one is left out."""

_STAND_INS: dict[str, Any] = {
    "plan": "?",
    "currency": "USD",
    "period": "month",
    "rounding": {"to": "0.01", "mode": "half up"},
}
"""What takes the place of a required key whose own finding stands, so that the rest can be checked."""


@dataclass(frozen=True)
class Structure:
    """What is structurally right: the model, and the names of declared things that were left out."""

    model: PlanModel
    skipped: frozenset[str]


def read_structure(document: Document, broken: list[Path], findings: Findings) -> Structure | None:
    """The structure after findings; ``broken`` paths have theirs already. None when nothing is left to check."""
    data = document.data
    if not isinstance(data, dict):
        findings.add(document.file, *document.place(()), "A plan is a mapping of keys.", "Begin with 'plan: NAME'.")
        return None
    skipped: set[str] = set()
    paths = broken
    while True:
        data, dropped = _without(data, paths)
        skipped |= dropped
        if data is None:
            return None
        try:
            return Structure(PlanModel.model_validate(data), frozenset(skipped))
        except ValidationError as error:
            paths = list(_reported(document, [dict(item) for item in error.errors()], findings))


def _without(data: dict[str, Any], paths: list[Path]) -> tuple[dict[str, Any] | None, set[str]]:
    """The data less what is wrong: the named thing inside a section, or the key; None when nothing could be dropped."""
    dropped: set[str] = set()
    result = dict(data)
    for path in paths:
        if not path:
            return None, dropped
        section = str(path[0])
        if section in _STAND_INS:
            result[section] = _STAND_INS[section]
        elif section in _NAMED and len(path) > 1 and isinstance(result.get(section), dict):
            result[section] = {key: value for key, value in result[section].items() if key != path[1]}
            dropped.add(str(path[1]))
        else:
            dropped |= {str(name) for name in result[section]} if isinstance(result.get(section), dict) else set()
            result.pop(section, None)
    return (None if paths and result == data else result), dropped


# reporting --------------------------------------------------------------------------------------------------------


def checked(document: Document, model: type[P], whole: str, findings: Findings) -> P | None:
    """The structure of a file that is not a plan, ``whole`` being its name in a sentence; None after findings."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        list(_reported(document, [dict(item) for item in error.errors()], findings, model, whole))
        return None


def _reported(
    document: Document,
    errors: list[dict[str, Any]],
    findings: Findings,
    root: type[Part] = PlanModel,
    whole: str = "The plan",
) -> Iterator[Path]:
    """One finding per place; yields the paths in the file. Where several shapes were tried, all are named."""
    located = [(_file_path(document, tuple(error["loc"])), error) for error in errors]
    paths = {path for path, _ in located}
    told = {path for path, error in located if error["type"] not in _SHAPES}
    shapes: dict[Path, list[str]] = {}
    for path, error in located:
        inside = any(other[: len(path)] == path and other != path for other in paths)
        if inside and error["type"] == "literal_error":  # a word was possible too; what is wrong stands inside
            continue
        if error["type"] not in _SHAPES:
            _report(document, path, error, findings, root, whole)
        elif path not in told and not inside:
            shapes.setdefault(path, []).append(_SHAPES[error["type"]])
    for path, wanted in shapes.items():
        value = _value(document.data, path)
        message = f"{_what(value)} stands where {' or '.join(dict.fromkeys(wanted))} is needed."
        at = document.place(path, key=value is None)
        findings.add(document.file, *at, message, _instead(document, path, value, wanted[0], root))
    yield from sorted(paths, key=len)


def _report(
    document: Document, path: Path, error: dict[str, Any], findings: Findings, root: type[Part], whole: str
) -> None:
    kind, given = error["type"], error.get("input")
    name = str(path[-1]) if path else ""
    place, message, remedy = document.place(path), f"{error['msg']}.", f"See '{name}' in the reference."
    if kind == "missing":
        place = document.place(path[:-1], key=True)
        owner = f"'{'.'.join(map(str, path[:-1]))}'" if path[:-1] else whole
        message, remedy = f"{owner} lacks '{name}'.", f"Add '{name}:'."
    elif kind == "extra_forbidden":
        place = document.place(path, key=True)
        message, remedy = f"Unknown key '{name}'.", nearest(name, _keys_beside(document, path, root))
        if path[:1] == ("trees",) and path[-2] == "placed" and name in ("depth", "height", "levels"):
            remedy = "A matrix pays as deep as the rates of the bonus that names this tree. Remove it."
        if name.isdigit():
            remedy = "Thousands are grouped by blanks (10 000), decimals begin with a point (0.5)."
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        place, message, remedy = _about_kind(document, given, path)
    elif kind == "literal_error":
        message, remedy = f"'{given}' is no value of '{name}'.", _legal(document, path, str(given), root)
    elif kind == "string_pattern_mismatch":
        message, remedy = f"'{given}' is no {name}.", "Write a code of three letters such as USD."
    findings.add(document.file, *place, message, remedy)


def _about_kind(document: Document, given: Any, path: Path) -> tuple[Any, str, str]:
    kind = given.get("kind") if isinstance(given, dict) else None
    if kind is None:
        place = document.place(path, key=True)
        return place, f"Bonus '{path[-1]}' has no kind.", f"Add 'kind:', one of {', '.join(KINDS)}."
    place = document.place((*path, "kind"))
    if kind in TREE_KINDS:
        remedy = f"Declare it under 'trees' as {{{TREE_KINDS[str(kind)]}}} and name it in a 'level' bonus: 'tree: …'."
        return place, f"'{kind}' is a form of tree, not a kind of bonus.", remedy
    return place, f"Unknown kind '{kind}'.", nearest(str(kind), [*KINDS])


def _instead(document: Document, path: Path, value: Any, wanted: str, root: type[Part]) -> str:
    """What to write where a value of another shape stands."""
    if isinstance(value, str) and wanted == "a list":
        return f"Write [{value}]."
    if value is None and str(path[-1]).isdigit() and isinstance(path[-1], str):
        return "Write the value after the colon; thousands are grouped by blanks (10 000)."
    if isinstance(value, dict | list) and path and f"{path[-1]}s" in _keys_beside(document, path, root):
        return f"Did you mean '{path[-1]}s'?"
    return _REMEDIES[wanted]


def _what(value: Any) -> str:
    if value is None:
        return "Nothing"
    if isinstance(value, dict):
        return "A mapping"
    return "A list" if isinstance(value, list) else f"'{value}'"


def _value(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _file_path(document: Document, location: tuple[Any, ...]) -> Path:
    """Pydantic's location as a path of the file: union tags and type names fall out, a missing key at the end stays."""
    path: list[str | int] = []
    data: Any = document.data
    for index, part in enumerate(location):
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]
        elif index < len(location) - 1 or not isinstance(data, dict) or _is_type_name(str(part)):
            continue
        path.append(part)
    return tuple(path)


def _is_type_name(part: str) -> bool:
    return "[" in part or part in ("str", "list", "dict", "SourcePart")


# what the models say ----------------------------------------------------------------------------------------------


def key_of(model: type[Part], field: str) -> str:
    """The key of a field as the plan file writes it."""
    return model.model_fields[field].alias or field


def keys_of(model: type[Part]) -> list[str]:
    return [key_of(model, field) for field in model.model_fields]


def _keys_beside(document: Document, path: Path, root: type[Part]) -> list[str]:
    """The keys that may stand where an unknown one stands."""
    return next((keys_of(model) for model in _models_at(document, path[:-1], root)), [])


def _legal(document: Document, path: Path, given: str, root: type[Part]) -> str:
    """The nearest legal word, or all of them with the keys of the mapping that may stand there too."""
    found = nearest(given, _choices(document, path, root))
    keys = [key for model in _models_at(document, path, root) for key in keys_of(model)]
    if not keys or found.startswith("Did you mean"):
        return found
    return f"{found} Or write a mapping: {{{', '.join(f'{key}: …' for key in keys)}}}."


def _choices(document: Document, path: Path, root: type[Part]) -> list[str]:
    """The legal words of a key that takes one of several."""
    for model in _models_at(document, path[:-1], root):
        for field, spec in model.model_fields.items():
            if key_of(model, field) == path[-1]:
                return [
                    word for part in _flat(spec.annotation) if get_origin(part) is Literal for word in get_args(part)
                ]
    return []


def _models_at(document: Document, path: Path, root: type[Part]) -> Iterator[type[Part]]:
    """The model of the mapping that stands at a path, found by walking the models along it."""
    types: list[Any] = [root]
    data = document.data
    for part in path:
        data = data[part]
        inner: list[Any] = []
        for type_ in types:
            inner.extend(_inner_types(type_, part))
        if len(path) > 1 and path[0] == "bonuses" and any(_is_bonus(type_) for type_ in inner):
            kind = data.get("kind") if isinstance(data, dict) else None
            inner = [KINDS[kind]] if kind in KINDS else []
        types = inner
    yield from (type_ for type_ in types if isinstance(type_, type) and issubclass(type_, Part))


def _is_bonus(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, BonusPart)


def _inner_types(type_: Any, part: str | int) -> Iterator[Any]:
    if get_origin(type_) in (dict, list):
        yield from _flat(get_args(type_)[-1])
    elif isinstance(type_, type) and issubclass(type_, Part):
        for field, spec in type_.model_fields.items():
            if key_of(type_, field) == part:
                yield from _flat(spec.annotation)


def _flat(annotation: Any) -> Iterator[Any]:
    """The members of unions and annotated types, one by one."""
    if get_origin(annotation) in (Union, UnionType):
        for part in get_args(annotation):
            yield from _flat(part)
    elif get_origin(annotation) is Annotated:
        yield from _flat(get_args(annotation)[0])
    else:
        yield annotation
