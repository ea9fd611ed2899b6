"""One member of a large company is explained in seconds: only what stands below is walked."""

from __future__ import annotations

import random
import time
from fractions import Fraction

import pyarrow as pa
import pytest
from tests.explain.made import HEAD, MONTH
from tests.explain.test_texts import PLAN

from trueline.explain import next_rank, statement, why_not
from trueline.explain.page import statement_page
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

PEOPLE = 100_000


@pytest.fixture(scope="module")
def result() -> Result:
    """A random tree; everybody has one order."""
    luck = random.Random(7)  # noqa: S311 - a repeatable company, no secret
    ids = [f"p{number}" for number in range(PEOPLE)]
    above = [None, *(ids[luck.randrange(max(0, n - 400), n)] for n in range(1, PEOPLE))]
    pv = [str(luck.randrange(0, 120)) for _ in ids]
    tables = {
        "members": pa.table({"member": ids, "joined": ["2025-01-01"] * PEOPLE}),
        "edges": pa.table({"tree": ["sponsor"] * PEOPLE, "position": ids, "parent": pa.array(above, pa.string())}),
        "orders": pa.table({"order": [f"o{n}" for n in range(PEOPLE)], "buyer": ids, "time": [f"{MONTH}-10"] * PEOPLE}),
        "order_lines": pa.table(
            {
                "order": [f"o{n}" for n in range(PEOPLE)],
                "line": ["1"] * PEOPLE,
                "quantity": ["1"] * PEOPLE,
                "price": pv,
                "volume.pv": pv,
            }
        ),
    }
    facts = Facts.from_arrow(Company("Large", "UTC", "USD", {"pv": Fraction(1)}, {}), tables, "large")
    period = Period.parse(MONTH)
    return run(load_plan(HEAD + PLAN, "plan.yaml").at(period), facts, None, period)


@pytest.mark.slow
@pytest.mark.parametrize("member", ["p0", "p5000", "p99000"])
def test_seconds(result: Result, member: str) -> None:
    statement(result, "p99999")  # kernels compile on their first call
    begun = time.perf_counter()
    found = statement(result, member)
    page = statement_page(found, next_rank(result, member, most=1))
    for bonus in result.plan.bonuses:
        why_not(result, member, bonus)

    assert time.perf_counter() - begun < 20
    assert len(page) < 2_000_000
