"""Writes the reference pages from the tables of the code: keys, kinds, functions, findings, facts and commands.

``docs/conf.py`` calls it before every build; the pages are not kept, so they cannot be stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click
import yaml
from pydantic.fields import FieldInfo
from tests.docs import evidence

from trueline.analyse.definitions import DEFINITIONS
from trueline.cli.main import COMMANDS, trueline
from trueline.facts.template import columns_text
from trueline.plan.bonus_parts import KINDS, BonusPart
from trueline.plan.functions import BUILTIN_TEXTS, COLUMN_TEXTS, FUNCTION_TEXTS
from trueline.plan.model import PlanModel
from trueline.plan.parts import Part
from trueline.plan.structure import key_of
from trueline.simulate.keys import ScenarioKeys, WayKeys
from trueline.simulate.read import ways

HERE = Path(__file__).parent
BROKEN = HERE.parent / "tests" / "broken" / "plans"


def write_reference(folder: Path) -> None:
    """Write every page; a page whose text has not changed keeps its time, so that nothing is rebuilt for it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")


def pages() -> dict[str, str]:
    return {
        "plan-keys.md": plan_keys(),
        "bonus-kinds.md": bonus_kinds(),
        "scenario-keys.md": scenario_keys(),
        "functions.md": functions(),
        "findings.md": findings(),
        "facts.md": columns_text(),
        "commands.md": commands(),
        "measures.md": measures(),
    }


# keys -----------------------------------------------------------------------------------------------------------


def models_of(model: type[Part] = PlanModel, path: str = "") -> Iterator[tuple[str, type[Part]]]:
    """Every mapping of the plan file with its path, the bonuses apart: they have a page of their own."""
    yield path, model
    for field, spec in model.model_fields.items():
        key = spec.alias or field
        for part, inside in _parts_in(spec.annotation, f"{path}.{key}".lstrip(".")):
            if key != "bonuses":
                yield from models_of(part, inside)


def _parts_in(annotation: Any, path: str) -> Iterator[tuple[type[Part], str]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation, path
    named = ".NAME" if get_origin(annotation) is dict else ""
    for inner in get_args(annotation):
        if not isinstance(inner, str):
            yield from _parts_in(inner, path + named)


def allowed(annotation: Any) -> str:
    """The legal words of a key, or what is written there."""
    words = [str(word) for part in _flat(annotation) if get_origin(part) is Literal for word in get_args(part)]
    if words:
        return ", ".join(f"`{word}`" for word in words)
    shapes = []
    for part in _flat(annotation):
        origin = get_origin(part)
        mapping = origin is dict or (isinstance(part, type) and issubclass(part, Part))
        shapes.append("mapping" if mapping else "list" if origin is list else "text")
    return " or ".join(dict.fromkeys(shapes))


def _flat(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in (None, dict, list, Literal):
        if annotation is not type(None):
            yield annotation
        return
    for part in get_args(annotation):
        if isinstance(part, type) or get_origin(part) is not None:
            yield from _flat(part)


def _key_rows(model: type[Part]) -> Iterator[str]:
    yield "| key | meaning | default | written |"
    yield "|---|---|---|---|"
    for field, spec in model.model_fields.items():
        default = "required" if spec.is_required() else _default(spec.default)
        examples = "; ".join(f"`{example}`" for example in spec.examples or () if isinstance(example, str))
        meaning = f"{spec.description} Such as {examples}." if examples else str(spec.description)
        yield f"| `{spec.alias or field}` | {_cell(meaning)} | {default} | {_cell(allowed(spec.annotation))} |"


def _shown_rows(path: str, model: type[Part]) -> Iterator[str]:
    """The rows of keys of a plan file, each with the file that shows it."""
    head, line, *rows = _key_rows(model)
    yield from (f"{head} example |", f"{line}---|")
    keys = list(zip(rows, model.model_fields.items(), strict=True))
    for row, (field, spec) in sorted(keys, key=lambda one: _turn(model, *one[1])):
        yield f"{row} {_example(path, key_of(model, field), spec.annotation)} |"


def _turn(model: type[Part], field: str, spec: FieldInfo) -> tuple[bool, bool, bool]:
    """Of a bonus the keys that it cannot do without come first, then its own, then those of every bonus."""
    if not issubclass(model, BonusPart):
        return False, False, False
    return field != "kind", not spec.is_required(), field in BonusPart.model_fields


def _example(path: str, key: str, annotation: Any) -> str:
    """The file that shows a key, and for each of its words the file that shows it, where it is another one."""
    examples, row = evidence.example_of(), evidence.row_name(path, key)
    first = examples.get(row, "")
    words = {word: examples.get(f"{row}={word}", first) for word in evidence.words_of(annotation)}
    others = [f"{word}: `{file}`" for word, file in words.items() if file != first]
    return _cell("; ".join([*([f"`{first}`"] if first else []), *others]))


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else ""


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def plan_keys() -> str:
    lines = ["# Keys of a plan file", "", "What each means exactly is in [the semantics](../semantics.md).", ""]
    for path, model in models_of():
        lines += [f"## `{path}`" if path else "## At the top", "", f"{(model.__doc__ or '').splitlines()[0]}", ""]
        lines += [*_shown_rows(path, model), ""]
    return "\n".join(lines)


def scenario_keys() -> str:
    lines = ["# Keys of a scenario file", "", "What each means exactly is in [the semantics](../scenarios.md).", ""]
    for path, model in models_of(ScenarioKeys):
        lines += [f"## `{path}`" if path else "## At the top", "", f"{(model.__doc__ or '').splitlines()[0]}", ""]
        lines += [*_key_rows(model), ""]
    sections = ", ".join(
        f"`{key_of(WayKeys, field)}`" for field in WayKeys.model_fields if field not in ("way", "note")
    )
    lines += ["## Ways of working", "", f"A way of working may hold the sections {sections}.", ""]
    for name, data in ways().items():
        inside = yaml.safe_dump({key: value for key, value in data.items() if key not in ("way", "note")}, width=110)
        lines += [f"### `way: {name}`", "", str(data["note"]), "", "```text", *inside.splitlines(), "```", ""]
    return "\n".join(lines)


def bonus_kinds() -> str:
    told = "The formula of each stands in [the semantics](../semantics.md), section 7."
    lines = ["# Kinds of bonuses", "", told, ""]
    for kind, model in KINDS.items():
        lines += [f"## `kind: {kind}`", "", f"{(model.__doc__ or '').splitlines()[0]}", ""]
        lines += [*_shown_rows(f"kind {kind}", model), ""]
    return "\n".join(lines)


# expressions, findings, commands ----------------------------------------------------------------------------------


def functions() -> str:
    lines = ["# Functions and names", "", "m is the member of whom a measure or condition speaks.", ""]
    lines += ["## Functions", "", "| written | value for m | examples |", "|---|---|---|"]
    for text in FUNCTION_TEXTS.values():
        lines.append(f"| `{text.written}` | {_cell(text.meaning)} | `{_cell(text.example.rstrip('.'))}` |")
    for title, table in (("Built-in names", BUILTIN_TEXTS), ("Columns of an order line", COLUMN_TEXTS)):
        lines += ["", f"## {title}", "", "| name | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {_cell(meaning)} |" for name, meaning in table.items()]
    return "\n".join([*lines, ""])


def findings() -> str:
    lines = ["# Findings of plan files", "", "Each mistake with what is said about it.", ""]
    for path in sorted(BROKEN.glob("*.yaml")):
        told = path.with_suffix(".txt").read_text(encoding="utf-8").replace(f"{path.name}:", "plan.yaml:")
        lines += [f"## {path.stem.replace('_', ' ').capitalize()}", "", "```text"]
        lines += [*path.read_text(encoding="utf-8").splitlines(), "```", "", "```text", *told.splitlines(), "```", ""]
    return "\n".join(lines)


def measures() -> str:
    told = (
        "*Needs*: tables of facts without which a measure is unknown. *Source*: explained on [what the measures "
        "mean](../concepts/what-the-measures-mean.md)."
    )
    lines = ["# Measures", "", told, ""]
    for topic in dict.fromkeys(definition.topic for definition in DEFINITIONS.values()):
        lines += [f"## {topic.capitalize()}", "", "| measure | key | unit | meaning | needs | source |"]
        lines.append("|---|---|---|---|---|---|")
        for one in DEFINITIONS.values():
            if one.topic == topic:
                cells = (one.name, f"`{one.key}`", one.unit, one.meaning, ", ".join(one.needs), one.source)
                lines.append(f"| {' | '.join(_cell(text) for text in cells)} |")
        lines.append("")
    return "\n".join(lines)


def commands() -> str:
    lines = ["# Commands", ""]
    context = click.Context(trueline, info_name="trueline")
    for name in COMMANDS:
        command = trueline.get_command(context, name)
        if command is not None:
            lines += list(_command(command, click.Context(command, parent=context, info_name=name)))
    return "\n".join(lines)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield from (f"## `{context.command_path}`", "", "```text", *command.get_help(context).splitlines(), "```", "")
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _command(inner, click.Context(inner, parent=context, info_name=name))
