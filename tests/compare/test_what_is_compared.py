"""Which histories can be compared, and the effects of plan and way as data."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from tests.analyse.by_hand import facts_of
from tests.report.test_sides import comparison

from trueline.analyse.figure import Figure, Figures
from trueline.compare.data import as_data
from trueline.compare.over_facts import over_facts
from trueline.compare.over_scenario import over_scenario
from trueline.compare.two_by_two import two_by_two
from trueline.errors import Refused
from trueline.plan import load_plan
from trueline.simulate import load_scenario, simulate

HOME = Path(__file__).parents[2]
PLAN = load_plan(HOME / "plans" / "five-levels.yaml")
PEOPLE = [{"member": "ann", "joined": "2024-01-01"}]


def small(tmp_path: Path, way: str = "way: customers first") -> Path:
    text = (HOME / "scenarios" / "customers-first.yaml").read_text(encoding="utf-8")
    file = tmp_path / "small.yaml"
    file.write_text(text.replace("start: 300", "start: 6").replace("way: customers first", way), encoding="utf-8")
    return file


def test_effects_are_data_with_exact_values() -> None:
    """A tenth of the plan, two tenths of the way, nothing of both together."""
    data = json.loads(json.dumps(as_data(comparison())))
    found = {effect["measure"]: effect for effect in data["two by two"]}

    assert [found["net_loss_share"][key] for key in ("plan", "way", "together", "larger")] == [
        "1/10",
        "1/5",
        "0",
        "way",
    ]
    assert [found["gini"][key] for key in ("plan", "way", "together", "larger")] == [None, None, None, "unknown"]
    assert next(iter(found["gini"]["cells"])) == "First, recruiting first"


def test_plan_and_way_that_move_a_measure_alike() -> None:
    cells = {
        (plan, way): Figures.of([Figure("net_mean", Fraction(value))])
        for (plan, way), value in {("A", "x"): 0, ("A", "y"): 5, ("B", "x"): 5, ("B", "y"): 10}.items()
    }
    (effect,) = two_by_two(cells, ("A", "B"), ("x", "y"), ["net_mean"])

    assert (effect.plan, effect.way, effect.together, effect.larger) == (5, 5, 0, "both alike")


def test_without_orders_the_periods_are_named() -> None:
    with pytest.raises(Refused, match="Without orders the facts do not say which periods to compare"):
        over_facts([PLAN], facts_of(PEOPLE))


def test_one_company_says_nothing_about_chance(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="An interval needs two seeds or more"):
        over_scenario([PLAN], load_scenario(small(tmp_path)), seeds=1)


def test_one_plan_has_no_effects(tmp_path: Path) -> None:
    """There is nothing to set it against; its figures are means of two companies."""
    found = over_scenario([PLAN], load_scenario(small(tmp_path)), seeds=2, months=1)

    assert found.effects == ()
    assert [side.name for side in found.sides] == ["Five levels"]
    assert found.notes[0].startswith("Figures are means of 2 companies")


def test_a_plan_that_pays_by_the_week_beside_one_that_does_not_in_simulated_companies(tmp_path: Path) -> None:
    """Every figure of the weekly plan is there under both ways of working; its rewards are those of its companies."""
    fast = "bonuses:\n  fast: {kind: level, every: week, base: orders(cv), rates: [10%]}\n"
    weekly = load_plan(PLAN.text.replace("bonuses:\n", fast).replace("plan: ", "plan: Weekly "), "weekly.yaml")
    scenario = load_scenario(small(tmp_path))
    found = over_scenario([weekly, PLAN], scenario, seeds=2, months=2)

    of_seeds = [simulate(scenario, weekly, scenario.seed + seed, months=2).rewards.sum() for seed in (0, 1)]
    assert found.sides[0].figures["rewards"].value == Fraction(int(sum(of_seeds)), 2 * 100)
    assert [side.figures["rewards"].value is not None for side in found.sides] == [True, True]
    assert {len(effect.cells) for effect in found.effects} == {4}
    fast_pay = found.sides[0].figures.find("rewards", ("bonus", "fast"))
    assert fast_pay is not None
    assert fast_pay.value
    assert found.sides[0].books.periods == found.sides[1].books.periods
