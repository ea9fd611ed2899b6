"""From texts to steps: scales, tables, order of steps."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from trueline.plan import Plan, load_plan
from trueline.plan.bonuses import DifferenceBonus, LevelBonus
from trueline.plan.steps import ExprStep, TableRow, TableStep
from trueline.plan.typed import Add, Compare, common_scale, whole_multiplier

HEAD = "plan: Test\ncurrency: USD\nperiod: month\nvolumes: {pv: 0.01, cv: 1}\nrounding: {to: 0.01, mode: down}\n"


def plan_of(text: str) -> Plan:
    return load_plan(HEAD + text).check()[0]


positive = st.fractions(min_value=Fraction(1, 10_000), max_value=10_000)


@given(st.lists(positive, min_size=1, max_size=5))
def test_every_scale_is_a_whole_multiple_of_the_common_one(scales: list[Fraction]) -> None:
    common = common_scale(*scales)
    multiples = [whole_multiplier(scale, common) for scale in scales]

    assert [multiple * common for multiple in multiples] == scales
    assert common_scale(*(Fraction(multiple) for multiple in multiples)) == 1


def test_two_thirtysevenths_of_a_percent_stay_exact() -> None:
    plan = plan_of("bonuses: {level: {kind: level, base: orders(pv), rates: [2/37%, 5%]}}")
    level = plan.bonuses["level"]

    assert isinstance(level, LevelBonus)
    assert level.rates
    assert [rate * level.rates.scale for rate in level.rates.rows[0] if rate] == [Fraction(1, 1850), Fraction(1, 20)]


def test_two_volumes_meet_at_the_finer_unit() -> None:
    step = plan_of("measures: {both: orders(pv) + orders(cv)}").steps["both"]

    assert isinstance(step, ExprStep)
    assert isinstance(step.expression, Add)
    assert (step.expression.left_times, step.expression.right_times) == (1, 100)
    assert step.expression.type.scale == Fraction(1, 100)


def test_a_threshold_finer_than_the_unit_is_compared_exactly() -> None:
    step = plan_of("conditions: {enough: orders(cv) >= 0.125}").steps["enough"]

    assert isinstance(step, ExprStep)
    assert isinstance(step.expression, Compare)
    assert (step.expression.left_times, step.expression.right_times) == (8, 1)


def test_a_table_keeps_thresholds_and_values_as_integers() -> None:
    plan = plan_of("tables: {rate: {on: orders(pv), cliff: {100: 5%, 250.5: 7.5%}, otherwise: unknown}}")
    table = plan.steps["rate"]

    assert isinstance(table, TableStep)
    assert table.rows == (TableRow((10000,), 2), TableRow((25050,), 3))
    assert table.type.scale == Fraction(25, 1000)
    assert table.otherwise is None
    assert table.percent


def test_slices_have_the_scale_of_key_times_rate() -> None:
    table = plan_of("tables: {paid: {on: orders(pv), marginal: {0: 5%, 1 000: 10%}}}").steps["paid"]

    assert isinstance(table, TableStep)
    assert table.type.scale == Fraction(5, 10000)


def test_the_top_of_a_difference_is_the_highest_value_of_its_table() -> None:
    plan = plan_of(
        "ranks: {One: participant, Two: new}\n"
        "tables: {rate: {on: rank, values: {none: 0, One: 5%, Two: 2/37%}}}\n"
        "bonuses: {gap: {kind: difference, base: orders(pv), rate: rate}}"
    )
    gap = plan.bonuses["gap"]

    assert isinstance(gap, DifferenceBonus)
    assert gap.top is not None
    assert gap.top * gap.scale == Fraction(1, 20)


def test_rank_and_a_group_cut_at_it_are_one_bottom_up_group() -> None:
    plan = plan_of(
        "measures: {team: group(orders(pv) cut at rank >= Two)}\n"
        "ranks: {One: team >= 100, Two: team >= 200 and legs(rank >= One) >= 2}"
    )
    together = next(group for group in plan.groups if "rank" in group.keys)

    assert together.tree == "sponsor"
    assert {"team", "rank"} <= set(together.keys)
    assert together.keys.index("team") < together.keys.index("rank")


def test_steps_come_after_what_they_read() -> None:
    plan = plan_of("measures: {a: b + c, b: c * 2, c: orders(pv)}\nconditions: {d: a > 5}")
    order = [key for group in plan.groups for key in group.keys]

    assert order.index("c") < order.index("b") < order.index("a") < order.index("d")


def test_a_dated_value_changes_on_its_day() -> None:
    file = load_plan(
        HEAD + "measures: {a: {dated: {2026-01-01: {value: 5}, 2026-07-01: {value: 6, reference: letter}}}}"
    )

    assert [plan.raw()["measures"]["a"] for plan in file.check()] == ["5", "6"]
