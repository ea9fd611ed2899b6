"""How rewards are spread: worked by hand, true of every history, and against numpy."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analyse.by_hand import books_of, facts_of

from trueline.analyse.figure import Figures
from trueline.analyse.spread import PERCENTILES, gini, percentile, spread, spread_of, top_share

AMOUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=60)
LOT = {
    "members": [
        {"member": "ada", "joined": "2024-11-03"},
        {"member": "ben", "joined": "2024-12-10", "sponsor": "ada"},
        {"member": "cleo", "joined": "2025-01-15", "sponsor": "ben"},
        {"member": "dora", "joined": "2024-12-20", "left": "2025-01-10", "sponsor": "ada"},
        {"member": "emil", "joined": "2024-11-20", "left": "2024-12-15", "sponsor": "ada"},
        {"member": "kim", "joined": "2024-12-01", "sponsor": "ben"},
    ],
    "roles": [{"member": "kim", "role": "customer"}],
}


def of(measure: str, figures: Figures, *by: tuple[str, str]) -> Fraction | None:
    return figures.items[measure, by].value


def test_everybody_who_was_there_counts_and_nobody_else() -> None:
    """December to January. kim is a customer. Rewards: ada 30 + 50, ben 0 + 20, the others nothing.

    Whole span: ada, ben, cleo, dora and emil were there: n = 5, rising 0 0 0 20 80, sum 100.
    Gini = ((−4)·0 + (−2)·0 + 0·0 + 2·20 + 4·80) / (5 · 100) = 360/500 = 18/25.
    January 2025: emil is gone: n = 4 (ada, ben, cleo, dora), rewards 50 and 20.
    """
    books = books_of(facts_of(**LOT), "2024-12", "2025-01", {"ada": [3000, 5000], "ben": [0, 2000]})

    figures = Figures.of(spread(books))

    assert figures["paid_share"].count == 5
    assert of("paid_share", figures) == Fraction(2, 5)
    assert of("reward_mean", figures) == 20
    assert of("gini", figures) == Fraction(18, 25)
    assert of("top_1_share", figures) == Fraction(4, 5)  # one of five, rounded up
    assert of("top_1_of_paid_share", figures) == Fraction(4, 5)  # one of two
    assert of("reward_percentile", figures, ("percentile", "50")) == 0
    assert of("reward_percentile", figures, ("percentile", "75")) == 20  # the 4th of 5: 3.75 rounded up
    assert of("reward_percentile", figures, ("percentile", "90")) == 80
    assert figures.items["paid_share", (("year", "2024"),)].count == 4  # cleo had not joined
    assert of("paid_share", figures, ("year", "2024")) == Fraction(1, 4)
    assert of("paid_share", figures, ("year", "2025")) == Fraction(2, 4)
    assert of("reward_mean", figures, ("year", "2025")) == Fraction(70, 4)


def test_groups_part_everybody_by_joining_tenure_depth_and_rank() -> None:
    """Cohorts: ada and emil in November, ben and dora in December, cleo in January. Depth: ada 0, cleo 2, the rest 1.

    Tenure at the end of January, calendar months: ada 2, emil 1, ben and dora 1, cleo 0: all under 6 months.
    """
    ranks = {"ada": [0, 1], "ben": [0, -1], "emil": [-2, -2]}
    rewards = {"ada": [3000, 5000], "ben": [0, 2000]}
    books = books_of(facts_of(**LOT), "2024-12", "2025-01", rewards, ranks, ["Guide", "Mentor"])

    figures = Figures.of(spread(books))

    found = {figure.by[0]: (figure.count, figure.value) for figure in figures.by("paid_share")}
    assert found["cohort", "2024-11"] == (2, Fraction(1, 2))
    assert found["cohort", "2024-12"] == (2, Fraction(1, 2))
    assert found["cohort", "2025-01"] == (1, Fraction(0))
    assert found["depth", "0"] == (1, Fraction(1))
    assert found["depth", "1"] == (3, Fraction(1, 3))
    assert found["depth", "2"] == (1, Fraction(0))
    assert found["tenure", "under 6 months"] == (5, Fraction(2, 5))
    assert found["rank", "no rank"] == (3, Fraction(0))
    assert found["rank", "Guide"] == (1, Fraction(1))  # ben, who had it once
    assert found["rank", "Mentor"] == (1, Fraction(1))
    assert figures.items["gini", (("depth", "2"),)].why == "there are no rewards"


def test_nobody_and_negative_rewards_have_no_concentration() -> None:
    nobody = Figures.of(spread_of(np.zeros(0, dtype=np.int64), Fraction(1, 100)))
    negative = Figures.of(spread_of(np.array([-100, 300]), Fraction(1, 100)))

    assert [figure.value for figure in nobody] == [None] * len(list(nobody))
    assert negative["gini"].value is None
    assert negative["reward_mean"].value == 1
    assert negative["paid_share"].value == Fraction(1, 2)  # who owes something is not paid


@given(AMOUNTS)
def test_gini_lies_between_even_and_all_for_one(amounts: list[int]) -> None:
    rising = np.sort(np.array(amounts))
    n = len(amounts)
    if sum(amounts):
        assert 0 <= gini(rising) <= 1 - Fraction(1, n)
        assert gini(rising) == Fraction(sum(abs(a - b) for a in amounts for b in amounts), 2 * n * sum(amounts))
        assert top_share(rising, 100) == 1
        assert Fraction(1, n) <= top_share(rising, 1) <= top_share(rising, 10)
    assert gini(np.array([7] * n)) == 0
    assert gini(np.array([0] * (n - 1) + [5])) == 1 - Fraction(1, n)


@given(AMOUNTS, st.randoms(use_true_random=False), st.integers(1, 9))
def test_order_and_currency_do_not_change_shares(amounts: list[int], luck: Random, times: int) -> None:
    shuffled = list(amounts)
    luck.shuffle(shuffled)
    unit = Fraction(1, 100)
    one = list(spread_of(np.array(amounts), unit))
    assert one == list(spread_of(np.array(shuffled), unit))
    more = list(spread_of(np.array(shuffled) * times, unit))
    for figure, other in zip(one, more, strict=True):
        money = figure.definition.unit == "money"
        assert other.value == (figure.value * times if money and figure.value is not None else figure.value)


@pytest.mark.parametrize("seed", range(5))
def test_percentiles_are_those_of_numpy(seed: int) -> None:
    luck = np.random.default_rng(seed)
    amounts = luck.integers(0, 10**9, luck.integers(1, 500))
    for p in PERCENTILES:
        assert percentile(np.sort(amounts), p) == np.percentile(amounts, p, method="inverted_cdf")
