"""``trueline facts``: what people see, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from trueline.cli.facts import command
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.catalog import TABLES

COMPANY = "company: Test\ntime zone: UTC\ncurrency: USD\n"


def written(folder: Path, members: str) -> str:
    (folder / "company.yaml").write_text(COMPANY)
    (folder / "members.csv").write_text(members)
    return str(folder)


def test_check_says_what_the_facts_hold(tmp_path: Path) -> None:
    folder = written(tmp_path, "member,joined\nA,2025-01-01\nB,2026-03-31T12:30\n")
    result = CliRunner().invoke(command, ["check", folder])

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ("Test, USD, UTC\n  members          2  2025-01-01 to 2026-03-31T12:30:00\nno findings\n")


def test_check_as_json(tmp_path: Path) -> None:
    folder = written(tmp_path, "member,joined\nA,\n")
    result = CliRunner().invoke(command, ["check", folder, "--json"])

    summary = json.loads(result.stdout)
    assert summary["tables"] == [{"table": "members", "rows": 1, "first": "", "last": ""}]
    assert summary["hash"] == Facts.read(folder).hash


def test_findings_go_to_standard_error_fifty_at_a_time(tmp_path: Path) -> None:
    folder = written(tmp_path, "member,joined\n" + "".join(f"{member},x\n" for member in range(60)))
    some = CliRunner().invoke(command, ["check", folder])
    every = CliRunner().invoke(command, ["check", folder, "--all"])
    as_json = CliRunner().invoke(command, ["check", folder, "--json", "--all"])

    assert (some.exit_code, some.stdout, every.exit_code, as_json.exit_code) == (2, "", 2, 2)
    lines = some.stderr.splitlines()
    assert lines[0].startswith(f"{folder}/members.csv:2:2: 'x' is not a date or time.")
    assert lines[50:] == ["… and 10 more findings; --all writes every one.", "60 findings"]
    assert len(every.stderr.splitlines()) == 61
    assert len(json.loads(as_json.stdout)["findings"]) == 60
    assert json.loads(as_json.stdout)["findings"][0]["line"] == 2


def test_the_template_is_a_set_of_facts_and_documents_every_column(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "company"
    result = CliRunner().invoke(command, ["template", str(folder)])

    assert result.exit_code == 0
    empty = {"positions", "edges"}  # without rows they say nothing, and a plain sponsor column stays possible
    assert sorted(Facts.read(folder).tables) == sorted(set(TABLES) - empty)
    guide = (folder / "columns.md").read_text(encoding="utf-8")
    for table in TABLES.values():
        assert f"## {table.name}\n" in guide
        for column in table.all_columns:
            assert f"| `{column.name}` |" in guide
            assert column.meaning.endswith(".")
    assert [path.name for path in folder.parent.iterdir()] == ["company"]


def test_the_template_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("x")
    result = CliRunner().invoke(command, ["template", str(tmp_path)])

    assert isinstance(result.exception, Refused)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]
