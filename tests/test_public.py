"""The public list: what it names, what importing it costs, and that other libraries read the tables of a result."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from tests.run.company import PLAN, write_company

import trueline

HEAVY = ("numpy", "numba", "pyarrow", "pydantic", "yaml", "lark")


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> trueline.Result:
    facts = trueline.Facts.read(write_company(tmp_path_factory.mktemp("facts")))
    period = trueline.Period.parse("2024-01")
    return trueline.run_period(trueline.load_plan(PLAN, "plan.yaml").at(period), facts, None, period)


def test_every_name_of_the_list_is_there() -> None:
    found = {name: getattr(trueline, name) for name in trueline.__all__}

    assert all(callable(value) for value in found.values())
    assert set(trueline.__all__) <= set(dir(trueline))


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'compute'"):
        trueline.compute  # noqa: B018


def test_importing_loads_no_library() -> None:
    program = f"import sys, trueline; print([name for name in {HEAVY} if name in sys.modules], trueline.__version__)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout == f"[] {trueline.__version__}\n"


def test_the_amounts_themselves(result: trueline.Result) -> None:
    # 1 is a Mentor (50 own, leg with a Guide): 7 % of 100.00 = 7.00, 3 % of 199.99 = 6.00; 2 a Mentor: 7 % of 199.99 = 14.00
    assert {member: result.payable(member) + result.carried(member) for member in result.member_ids} == {
        "1": Fraction(13),
        "2": Fraction(14),
        "3": Fraction(0),
    }


@pytest.mark.parametrize("name", ["lines", "earnings", "members", "breakage", "trees"])
def test_polars_pandas_and_duckdb_read_every_table(result: trueline.Result, name: str) -> None:
    duckdb, pandas, polars = (pytest.importorskip(library) for library in ("duckdb", "pandas", "polars"))
    given: Any = result.table(name)
    assert hasattr(given, "__arrow_c_stream__")

    frame = polars.DataFrame(given)
    rows = duckdb.sql("select * from given").fetchall()
    read = pandas.DataFrame.from_arrow(given)

    assert frame.columns == list(read.columns) == given.column_names
    assert frame.height == len(rows) == len(read) == given.num_rows > 0
    assert sorted(map(str, frame.rows())) == sorted(map(str, rows))
