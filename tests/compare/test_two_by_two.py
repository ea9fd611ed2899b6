"""The effects give back every cell exactly, whatever the values."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from trueline.analyse.figure import Figure, Figures
from trueline.compare.two_by_two import two_by_two

PLANS, WAYS = ("A", "B"), ("recruiting first", "customers first")
CELLS = [(plan, way) for plan in PLANS for way in WAYS]
values = st.fractions(min_value=-100, max_value=100, max_denominator=50)


@given(st.lists(values, min_size=4, max_size=4))
def test_mean_and_effects_rebuild_the_four_cells(found: list[Fraction]) -> None:
    sides = {cell: Figures.of([Figure("net_mean", value)]) for cell, value in zip(CELLS, found, strict=True)}
    (effect,) = two_by_two(sides, PLANS, WAYS, ["net_mean"])
    assert effect.plan is not None
    assert effect.way is not None
    assert effect.together is not None
    mean = sum(found, Fraction(0)) / 4
    for (plan, way), value in zip(CELLS, found, strict=True):
        p, w = (1 if plan == "B" else -1), (1 if way == WAYS[1] else -1)
        assert mean + p * effect.plan / 2 + w * effect.way / 2 + p * w * effect.together / 2 == value


def test_only_the_way_matters_when_both_plans_agree() -> None:
    # 10 and 30 under either plan: the plan moves nothing, the way 20, and nothing comes of both together.
    sides = {cell: Figures.of([Figure("net_mean", Fraction(10 if cell[1] == WAYS[0] else 30))]) for cell in CELLS}
    (effect,) = two_by_two(sides, PLANS, WAYS, ["net_mean"])
    assert (effect.plan, effect.way, effect.together, effect.larger) == (0, 20, 0, "way")


def test_a_lead_that_chance_may_turn_is_not_told() -> None:
    # the plan moves 4, the way 20: a lead of 16. Intervals 1 wide may move it by 2 on either side, 8 wide by 16.
    values_ = {cell: Fraction(10 + 4 * (cell[0] == "B") + 20 * (cell[1] == WAYS[1])) for cell in CELLS}
    for half, larger in ((Fraction(1, 2), "way"), (Fraction(4), "not told apart")):
        sides = {
            cell: Figures.of([Figure("net_mean", value, interval=(value - half, value + half))])
            for cell, value in values_.items()
        }
        (effect,) = two_by_two(sides, PLANS, WAYS, ["net_mean"])
        assert (effect.plan, effect.way, effect.larger) == (4, 20, larger)


def test_an_unknown_cell_leaves_the_effects_unknown() -> None:
    sides = {cell: Figures.of([Figure("net_mean", Fraction(1))]) for cell in CELLS}
    sides["A", WAYS[0]] = Figures.of([Figure("net_mean", None, missing=("expenses",))])
    (effect,) = two_by_two(sides, PLANS, WAYS, ["net_mean"])
    assert (effect.plan, effect.larger) == (None, "unknown")
