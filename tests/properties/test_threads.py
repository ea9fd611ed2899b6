"""Blocks of sources and threads change the time, never a line, a sum or the state (architecture.md, decision 9)."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.properties.two_engines import facts_of, legal, whole_plan
from tests.reference.worlds import seeded_world

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.reckon.sources import BLOCK
from trueline.run import Result, chain, run

TOTALS = ("earnings", "members", "breakage", "trees", "state")
SMALL = 2
"""Sources in a block, so that the smallest companies have several."""


def months(seed: int, threads: int, *, lines: bool) -> list[Result]:
    """The runs of a drawn world, as far as none is refused."""
    plan, rows, periods = seeded_world(seed)
    plan_file = load_plan(whole_plan(plan, rows["company"].get("volumes", {})), "random plan")
    first, last = Period.parse(periods[0]), Period.parse(periods[-1])
    found: list[Result] = []
    with suppress(Refused):
        for one in chain(plan_file, facts_of(legal(rows)), None, first, last, threads=threads, lines=lines):
            found.append(one)  # noqa: PERF402 - what came before the refusal counts
    return found


@pytest.mark.parametrize("batch", range(4))
def test_small_blocks_on_any_number_of_threads_give_the_same_bytes(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    parted = 0
    for seed in range(batch, 64, 4):
        whole = months(seed, 1, lines=True)
        with monkeypatch.context() as small:
            small.setattr("trueline.reckon.bonus.BLOCK", SMALL)
            for threads in (1, 2, 3):
                again = months(seed, threads, lines=True)
                assert [one.hashes for one in again] == [one.hashes for one in whole], (seed, threads)
            totals = months(seed, 3, lines=False)
        assert [[one.hashes[name] for name in TOTALS] for one in totals] == [
            [one.hashes[name] for name in TOTALS] for one in whole
        ], seed
        parted += sum(sum(1 for _ in one.lines(name)) > SMALL for one in whole for name in one.bonuses)
    assert parted > 10


def large() -> Facts:
    """Three stretches of members in a tree of two below each; everybody buys for 10."""
    count = 2 * BLOCK + 10
    ids = [f"m{number:06}" for number in range(count)]
    above = [None, *(ids[(number - 1) // 2] for number in range(1, count))]
    day = np.full(count, np.datetime64("2024-01-10", "s"))
    orders = {"order": ids, "buyer": ids, "time": pa.array(day)}
    tables = {
        "members": pa.table({"member": ids, "sponsor": pa.array(above, pa.string())}),
        "orders": pa.table(orders),
        "order_lines": pa.table({"order": ids, "line": ["1"] * count, "volume.pv": [10] * count}),
    }
    return Facts.from_arrow(Company("Large", "UTC", "USD", {"pv": Fraction(1)}, {}), tables, "large")


def test_a_company_of_several_blocks_pays_the_same_on_one_thread_and_on_three() -> None:
    """1.00 for everybody with somebody above, 0.33 for everybody two below somebody; rounded per source and member."""
    company, january = large(), Period.parse("2024-01")
    team: dict[str, Any] = {"kind": "level", "base": "orders(pv)", "rates": ["10%", "3.33%"]}
    per = {"to": "0.01", "mode": "half up"}
    plan = load_plan(
        {
            "plan": "Large",
            "currency": "USD",
            "period": "month",
            "volumes": {"pv": "1"},
            "rounding": {**per, "per": "line"},
            "bonuses": {
                "team": {**team, "lines": "order"},
                "sources": {**team, "rounding": {**per, "per": "source"}},
                "sums": {**team, "rounding": {**per, "per": "bonus"}},
            },
        },
        "large",
    ).at(january)
    one, three = (run(plan, company, None, january, threads=threads) for threads in (1, 3))

    assert one.hashes == three.hashes
    count = len(one.member_ids)
    below, two_below = count - 1, count - 3
    assert three.total("team") == below + Fraction("0.33") * two_below
    assert len(list(three.lines("team"))) == below + two_below
    assert three.amount("m000000", "sums") == 2 + Fraction("1.33")  # 4 × 0.333
