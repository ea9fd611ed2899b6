"""Properties of the second engine itself on random worlds, and what those worlds reach."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.properties.two_engines import legal
from tests.reference.by_hand import conserved
from tests.reference.coverage import EXPECTED, count
from tests.reference.engine import KINDS, ReferenceResult
from tests.reference.orders import in_order
from tests.reference.worlds import Played, played_chain, seeded_world, until_refused, worlds


def chain(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> list[ReferenceResult]:
    """The periods one after the other, as far as none is refused; of rows as facts take them: nobody buys before
    joining, and so in a market of no product.
    """
    return until_refused(played_chain(plan, legal(rows), periods))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_conservation(world: Played) -> None:
    for result in chain(*world):
        conserved(result)


def test_many_seeds_conserve() -> None:
    paid: set[str] = set()
    for seed in range(150):
        plan, rows, periods = seeded_world(seed)
        for result in chain(plan, rows, periods):
            kinds = {name: bonus["kind"] for name, bonus in result.work.book.bonuses.items()}
            conserved(result)
            paid |= {kinds.get(line["bonus"], "") for line in result.lines if line["amount"]}
            for (member, bonus), cell in result.earnings.items():
                lines = [
                    line["amount"] for line in result.lines if (line["receiver"], line["bonus"]) == (member, bonus)
                ]
                assert cell["earned"] == sum(lines, Fraction(0))
                assert cell["payable"] == cell["earned"] - cell["capped"] - cell["withheld"] + cell["released"]
    unpaid = sorted(KINDS.keys() - paid)
    assert unpaid == [], f"no drawn world pays {unpaid}: let any_world.py make facts that these kinds pay on"


def test_the_order_of_rows_changes_nothing() -> None:
    for seed in range(60):
        plan, rows, periods = seeded_world(seed)
        shuffled = dict(rows)
        shuffler = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
        for name, table in rows.items():
            if isinstance(table, list):
                shuffled[name] = shuffler.sample(table, len(table))
        for one, other in zip(chain(plan, rows, periods), chain(plan, shuffled, periods), strict=True):
            assert (one.lines, one.earnings, one.breakage) == (other.lines, other.earnings, other.breakage)


def test_ids_in_order() -> None:
    assert sorted(["b", "10", "9", "A", "007x", "1"], key=in_order) == ["1", "9", "10", "007x", "A", "b"]


def test_every_key_and_option_is_reached() -> None:
    found = count(seeded_world(seed) for seed in range(1000))
    missing = sorted(EXPECTED - set(found))
    assert missing == [], f"no drawn plan has {missing}: any_plan.py never writes them, or too rarely for 1 000 plans"
