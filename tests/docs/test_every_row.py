"""Each row of the reference pages has an example that a reader finds, and a test that asserts what it does.

The tables come from the code, so that a new key, option, function, column or command fails here until it has both.
Nothing is excused: a row, an example and a test come together.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import click
import pytest
from tests.docs import evidence

from trueline.cli.main import COMMANDS, trueline
from trueline.facts.catalog import TABLES
from trueline.plan.functions import BUILTIN_TEXTS, COLUMN_TEXTS, FUNCTION_TEXTS


@cache
def shown_rows() -> frozenset[str]:
    return frozenset().union(*map(evidence.rows_used, evidence.shown_plans()))


@cache
def run_rows() -> frozenset[str]:
    plans = [*evidence.page_plans(), *evidence.drawn_plans()]
    return frozenset().union(*map(evidence.rows_used, plans))


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", evidence.ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def rows(generate: ModuleType) -> set[str]:
    found = evidence.rows_of(generate)
    assert {"titles.rule=falls", "any kind: who", "kind generation: boundary", "limits.company.how=pro rata"} <= found
    return found


def test_every_key_and_option_has_an_example(rows: set[str]) -> None:
    missing = sorted(rows - shown_rows())
    assert missing == [], f"no page shows {missing}: write one below cases/ or docs/, with amounts worked by hand"


def test_every_row_of_the_reference_names_its_example(generate: ModuleType) -> None:
    written = generate.plan_keys() + generate.bonus_kinds()
    rows = [line for line in written.splitlines() if line.startswith("| `")]

    assert len(rows) > 200
    unnamed = [row for row in rows if not re.search(r"`(cases|plans|docs|examples)/[^`]+` \|$", row)]
    assert unnamed == [], f"no page shows what these rows of the reference say: {unnamed}"


def test_every_key_and_option_is_run_by_a_worked_example_or_by_both_engines(rows: set[str]) -> None:
    missing = sorted(rows - run_rows())
    assert missing == [], f"nothing runs {missing}: a page below cases/, or a plan that any_plan.py draws"


def test_every_function_name_and_column_of_expressions_has_an_example_and_is_run() -> None:
    functions = [name for name in FUNCTION_TEXTS if not evidence.says("tested", name, called=True)]
    names = [name for name in (*BUILTIN_TEXTS, *COLUMN_TEXTS) if not evidence.says("tested", name)]

    assert [name for name, text in FUNCTION_TEXTS.items() if f"{name}(" not in text.example] == []
    assert [*functions, *names] == []


def test_every_column_of_facts_stands_in_an_example_or_a_test() -> None:
    tables = evidence.headers("examples", "docs", "tests/broken/facts")
    missing = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if not any(column.names(header) for header in tables.get(table.name, ()))
    }

    assert sorted(missing) == []


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its words, those inside of groups too."""
    context = click.Context(trueline)
    for name in COMMANDS:
        command = trueline.get_command(context, name)
        assert command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())


def test_every_command_and_option_is_typed_somewhere() -> None:
    """Commands on a page of the documentation, where a test types them; options there, or in a test of the command."""
    untyped = [name for name, _ in commands() if not evidence.typed(name)]
    options = [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option)
        if not any(evidence.typed(name, word) or evidence.tried(name, word) for word in option.opts)
    ]

    assert untyped + options == []
