"""The bundled company: its script gives the same bytes again, and its facts are in order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from trueline.cli.facts import command
from trueline.facts import Facts
from trueline.facts.catalog import TABLES

EXAMPLES = Path(__file__).parents[1] / "examples"
COMPANIES = ("company", "company-minimal")
MINIMAL = {"members", "roles", "edges", "products", "orders", "order_lines", "returns"}


def test_the_script_writes_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", str(EXAMPLES / "make_company.py"), str(tmp_path)], check=True)

    for company in COMPANIES:
        written = {path.name: path.read_bytes() for path in (tmp_path / company).iterdir()}
        bundled = {path.name: path.read_bytes() for path in (EXAMPLES / company).iterdir()}
        assert sorted(written) == sorted(bundled)
        assert [name for name in written if written[name] != bundled[name]] == []


@pytest.mark.parametrize("company", COMPANIES)
def test_its_facts_are_in_order(company: str) -> None:
    result = CliRunner().invoke(command, ["check", str(EXAMPLES / company)])

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("no findings\n")


def test_one_company_fills_every_table_and_the_other_only_the_needed() -> None:
    full, minimal = Facts.read(EXAMPLES / "company"), Facts.read(EXAMPLES / "company-minimal")

    assert set(full.tables) == set(TABLES)
    assert all(table.rows for table in full.tables.values())
    assert set(minimal.tables) == MINIMAL
    assert full.hash_of(sorted(MINIMAL)) == minimal.hash


def test_returns_come_back_in_the_month_of_their_order() -> None:
    facts = Facts.read(EXAMPLES / "company-minimal")
    orders, returns = facts["orders"], facts["returns"]
    month = dict(
        zip(orders["order"].values, orders["time"].seconds.astype("datetime64[s]").astype("datetime64[M]"), strict=True)
    )

    times = returns["time"].seconds.astype("datetime64[s]").astype("datetime64[M]")
    assert [month[returns["order"].text(row)] for row in range(returns.rows)] == list(times)
