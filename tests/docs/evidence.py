"""Where each row of the reference pages is shown and where it is tested.

A plan *shows* what it uses when a reader finds it: in ``cases/``, ``plans/``, ``examples/`` or a page of the
documentation. It *tests* what it uses when its amounts are asserted: a worked example, or a drawn plan that both
engines run. Rows are named alike for all: ``titles.grace``, ``titles.rule=falls``, ``kind level: counts``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import yaml
from tests.docs.pages import blocks
from tests.reference.any_plan import any_plan
from tests.reference.luck import seeded

from trueline.plan.bonus_parts import KINDS
from trueline.plan.model import PlanModel
from trueline.plan.parts import Part
from trueline.plan.structure import key_of

ROOT = Path(__file__).parents[2]
DRAWN = 1000
"""As many plans as ``tests/reference/test_worlds.py`` looks at."""

Data = dict[str, Any]


# what there is ----------------------------------------------------------------------------------------------------


def rows_of(generate: ModuleType) -> set[str]:
    """Every key and option of the reference; one that many kinds share with one meaning is asked for once."""
    models = {path: model for path, model in generate.models_of() if model is not PlanModel or not path}
    models |= {f"kind {kind}": model for kind, model in KINDS.items()}
    return {row for path, model in models.items() for row in _declared(path, model)}


def _declared(path: str, model: type[Part]) -> Iterator[str]:
    for field, spec in model.model_fields.items():
        name = row_name(path, key_of(model, field))
        yield name
        if field != "kind":
            yield from (f"{name}={word}" for word in words_of(spec.annotation))


def row_name(path: str, key: str) -> str:
    if not path.startswith("kind "):
        return f"{path}.{key}".lstrip(".")
    return f"any kind: {key}" if path.removeprefix("kind ") in shared()[key] else f"{path}: {key}"


@cache
def shared() -> dict[str, frozenset[str]]:
    """The kinds for which a key means what it means for another kind: they have its description from one place."""
    told: dict[str, dict[str, set[str]]] = {}
    for kind, model in KINDS.items():
        for field, spec in model.model_fields.items():
            told.setdefault(key_of(model, field), {}).setdefault(str(spec.description), set()).add(kind)
    several = {key: [kinds for kinds in by.values() if len(kinds) > 1] for key, by in told.items() if key != "kind"}
    return {key: frozenset().union(*several.get(key, [])) for key in told}


def words_of(annotation: Any) -> Iterator[str]:
    """The options of a key, on whatever level of its type they stand."""
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    else:
        for inner in get_args(annotation):
            yield from words_of(inner)


# what a plan uses -------------------------------------------------------------------------------------------------


def used(model: type[Part], data: Any, path: str = "") -> Iterator[str]:
    """The rows that a mapping of a plan file uses."""
    if not isinstance(data, dict):
        return
    fields = {key_of(model, field): spec for field, spec in model.model_fields.items()}
    for key, value in data.items():
        if key not in fields:
            continue
        name, annotation = row_name(path, key), fields[key].annotation
        yield name
        yield from (f"{name}={word}" for word in words_of(annotation) if word in leaves(value))
        if model is PlanModel and key == "bonuses":
            for bonus in value.values():
                if isinstance(bonus, dict) and bonus.get("kind") in KINDS:
                    yield from used(KINDS[bonus["kind"]], bonus, f"kind {bonus['kind']}")
            continue
        if path.startswith("kind "):  # what stands inside of a key of a bonus has no row of its own
            continue
        for part, inside in parts_in(annotation, name):
            for one in mappings(value, named=inside.endswith(".NAME")):
                yield from used(part, one, inside)


def parts_in(annotation: Any, path: str) -> Iterator[tuple[type[Part], str]]:
    """The mappings that a key may hold, named as the reference names them."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation, path
    deeper = path + ".NAME" if get_origin(annotation) is dict else path
    for inner in get_args(annotation):
        if not isinstance(inner, str):
            yield from parts_in(inner, deeper)


def mappings(value: Any, *, named: bool) -> list[Any]:
    if named and isinstance(value, dict):
        return [*value.values()]
    return value if isinstance(value, list) else [value]


def leaves(value: Any) -> set[str]:
    """Every text of a value, those of a dated value too."""
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values()))
    return set().union(*map(leaves, value)) if isinstance(value, list) else {str(value)}


def rows_used(plan: Any) -> set[str]:
    return set(used(PlanModel, plan))


# plans ------------------------------------------------------------------------------------------------------------


def load(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - this loader makes only texts, lists and mappings


@cache
def pages() -> dict[str, list[Any]]:
    """By file, the plans of the worked examples, with the changes of each variant; readings of single keys first."""
    found: dict[str, list[Any]] = {}
    files = [*(ROOT / "cases" / "readings").glob("*.yaml"), *(ROOT / "cases").glob("*.yaml")]
    for file in sorted(files, key=lambda one: (one.parent.name != "readings", one)):
        page = load(file.read_text(encoding="utf-8"))
        plan = page.get("plan")
        own = load((file.parent / plan).read_text(encoding="utf-8")) if isinstance(plan, str) else plan
        changes = [with_kinds(one["plan"], own) for one in page.get("variants", {}).values()]
        found[file.relative_to(ROOT).as_posix()] = [own, *changes]
    return found


@cache
def page_plans() -> list[Any]:
    return [plan for plans in pages().values() for plan in plans]


def with_kinds(changes: Data, plan: Data) -> Data:
    """A variant says only what it changes of a bonus: its kind is that of the page's bonus of the same name."""
    own = plan.get("bonuses", {})
    bonuses = {
        name: {"kind": own[name]["kind"], **bonus} if name in own and isinstance(bonus, dict) else bonus
        for name, bonus in changes.get("bonuses", {}).items()
    }
    return {**changes, "bonuses": bonuses}


@cache
def shown() -> dict[str, list[Any]]:
    """By file, the plans that a reader finds as examples."""
    found = dict(pages())
    for file in [*sorted((ROOT / "plans").glob("*.yaml")), *sorted((ROOT / "examples").rglob("*.yaml"))]:
        found[file.relative_to(ROOT).as_posix()] = [load(file.read_text(encoding="utf-8"))]
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if not {"sketches", "_build", "reference"} & {*page.parts}:
            written = [one for one in blocks(page.read_text(encoding="utf-8")) if one.language == "yaml"]
            plans = [load(block.text) for block in written]
            found[page.relative_to(ROOT).as_posix()] = [plan for plan in plans if isinstance(plan, dict)]
    return found


@cache
def shown_plans() -> list[Any]:
    return [plan for plans in shown().values() for plan in plans]


@cache
def example_of() -> dict[str, str]:
    """By row, the first file that shows it."""
    found: dict[str, str] = {}
    for file, plans in shown().items():
        for row in sorted(set().union(*map(rows_used, plans))):
            found.setdefault(row, file)
    return found


@cache
def drawn_plans() -> list[Any]:
    return [any_plan(seeded(seed)) for seed in range(DRAWN)]


@cache
def expressions_of(which: str) -> str:
    """All texts of the shown or of the tested plans, to look for functions and names."""
    plans = {"shown": shown_plans, "tested": lambda: [*page_plans(), *drawn_plans()]}[which]()
    return "\n".join(sorted(set().union(*map(leaves, plans))))


def says(which: str, word: str, *, called: bool = False) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(word)}" + (r"\(" if called else r"(?!\w)"), expressions_of(which)))


# facts and commands -----------------------------------------------------------------------------------------------


def headers(*folders: str) -> dict[str, set[str]]:
    """The columns that the tables of facts in some folders have, by table; those on pages of the documentation too."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for file in (ROOT / folder).rglob("*.csv"):
            with file.open(encoding="utf-8", errors="replace", newline="") as rows:
                found.setdefault(file.stem, set()).update(next(csv.reader(rows), []))
        for page in (ROOT / folder).rglob("*.md"):
            for block in blocks(page.read_text(encoding="utf-8")):
                if block.caption.endswith(".csv"):
                    found.setdefault(Path(block.caption).stem, set()).update(
                        next(csv.reader(block.text.splitlines()), [])
                    )
    return found


@cache
def texts(folder: str, ending: str) -> tuple[str, ...]:
    """What is written in each file of a folder of the checkout."""
    files = [file for file in sorted((ROOT / folder).rglob(f"*{ending}")) if "_build" not in file.parts]
    return tuple(file.read_text(encoding="utf-8") for file in files)


def typed(command: str, option: str = "") -> bool:
    """Whether a page of the documentation types a command, with an option."""
    words = re.compile(
        rf"^\$ trueline {command}\b" + (rf".*(?<!\S){re.escape(option)}(?![\w-])" if option else ""), re.MULTILINE
    )
    return any(words.search(page.replace("\\\n", " ")) for page in texts("docs", ".md"))


def tried(command: str, option: str) -> bool:
    """Whether a test gives an option to a command, as words of a list or in one text."""
    words, given = (re.compile(rf"[\"' ]{re.escape(word)}[\"' =]") for word in (command.rsplit(maxsplit=1)[-1], option))
    return any(words.search(test) and given.search(test) for test in texts("tests", ".py"))
