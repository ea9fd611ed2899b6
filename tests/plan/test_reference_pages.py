"""Nothing of the plan language, the facts or the commands is without a description."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import click
import pytest

from trueline.cli.main import COMMANDS, trueline
from trueline.facts.catalog import TABLES
from trueline.plan.bonus_parts import KINDS
from trueline.plan.calls import FUNCTIONS
from trueline.plan.functions import BUILTIN_TEXTS, COLUMN_TEXTS, FUNCTION_TEXTS
from trueline.plan.scope import BUILTINS
from trueline.plan.structure import keys_of

ROOT = Path(__file__).parents[2]
SEMANTICS = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mentioned(word: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", SEMANTICS))


def test_every_key_is_described_and_has_its_meaning_in_the_semantics(generate: ModuleType) -> None:
    models = [*(model for _, model in generate.models_of()), *KINDS.values()]
    keys = {key for model in models for key in keys_of(model)}

    assert [f for model in models for f, spec in model.model_fields.items() if not spec.description] == []
    assert sorted(key for key in keys if not mentioned(key)) == []


def test_every_kind_and_function_has_its_meaning_in_the_semantics() -> None:
    assert [kind for kind in KINDS if not mentioned(kind)] == []
    assert [name for name in FUNCTION_TEXTS if f"`{name}(" not in SEMANTICS] == []
    assert [name for name in (*BUILTIN_TEXTS, *COLUMN_TEXTS) if not mentioned(name)] == []


def test_what_is_described_is_what_there_is() -> None:
    assert list(FUNCTIONS) == list(FUNCTION_TEXTS)
    assert set(BUILTINS) == set(BUILTIN_TEXTS)


def test_every_column_of_facts_is_described(generate: ModuleType) -> None:
    page = generate.pages()["facts.md"]

    assert [table.name for table in TABLES.values() if not table.meaning or table.name not in page] == []
    assert [(t.name, c.name) for t in TABLES.values() for c in t.columns if not c.meaning or c.name not in page] == []


def test_every_command_is_described(generate: ModuleType) -> None:
    page = generate.pages()["commands.md"]
    context = click.Context(trueline)

    assert [name for name in COMMANDS if f"## `trueline {name}`" not in page] == []
    for name in COMMANDS:
        command = trueline.get_command(context, name)
        inner = command.commands.values() if isinstance(command, click.Group) else []
        assert all(one.help for one in (command, *inner) if one)


def test_pages_are_written_once(generate: ModuleType, tmp_path: Path) -> None:
    generate.write_reference(tmp_path)
    times = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    generate.write_reference(tmp_path)

    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    assert set(times) == set(generate.pages())
