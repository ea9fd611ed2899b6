"""Means over seeds do not depend on who computes them, and their interval is Student's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from tests.simulate.companies import small

from trueline.analyse.figure import Figure
from trueline.plan import load_plan
from trueline.simulate import Simulation, load_scenario, simulate, sweep
from trueline.simulate.ensemble import ensemble, mean_and_half_width, quantile

PLANS = Path(__file__).parents[2] / "plans"


def test_the_mean_and_its_interval_by_hand() -> None:
    # mean 5, variance (9 + 1 + 16)/2 = 13, standard error sqrt(13/3) = 2.0817, t(2) = 4.303: 8.957
    centre, half = mean_and_half_width([Fraction(2), Fraction(4), Fraction(9)])

    assert centre == 5
    assert round(float(half), 3) == 8.957


@pytest.mark.parametrize(
    ("freedom", "value"), [(1, "12.706"), (9, "2.262"), (30, "2.042"), (35, "2.042"), (99, "2.000"), (500, "1.980")]
)
def test_quantiles_are_those_of_the_tables(freedom: int, value: str) -> None:
    assert quantile(freedom) == Fraction(value)


def test_threads_and_processes_give_the_same_figures() -> None:
    scenarios = {"one": small(months=3), "two": small(months=3, joiners={"per month": 5})}
    plans = {path.stem: load_plan(path) for path in (PLANS / "reference-mlm.yaml", PLANS / "reference-nm.yaml")}

    with ThreadPoolExecutor(2) as threads:
        in_threads = ensemble(scenarios, plans, [1, 2, 3], executor=threads)
    in_processes = ensemble(scenarios, plans, [1, 2, 3])

    assert in_threads == in_processes
    cells = {figure.by[:2] for figure in in_threads}
    assert len(cells) == 4
    for figure in in_threads:
        if figure.value is not None:
            assert figure.interval is not None
            assert figure.interval[0] <= figure.value <= figure.interval[1]
            assert figure.count == 3


def participants(played: Simulation) -> list[Figure]:
    return [Figure("recruits_per_participant", Fraction(len(played.people.participants(0))))]


def test_each_seed_counts_once() -> None:
    plans = {"mlm": load_plan(PLANS / "reference-mlm.yaml")}
    single = [participants(simulate(small(months=2), plans["mlm"], seed))[0].value for seed in (1, 2)]
    with ThreadPoolExecutor(1) as one:
        (figure,) = ensemble({"s": small(months=2)}, plans, [1, 2], figures=participants, executor=one)

    assert None not in single
    assert figure.value == sum(value for value in single if value is not None) / 2
    with pytest.raises(ValueError, match="two seeds or more"):
        ensemble({"s": small()}, plans, [1, 1])


def test_a_sweep_tries_every_value_of_an_assumption() -> None:
    scenario = small(sweep={"training.leaving": ["1", "1/4"], "contact.chance": ["0"]})

    found = sweep(scenario)

    assert list(found) == ["as stated", "training.leaving: 1", "training.leaving: 1/4", "contact.chance: 0"]
    assert [s.training.leaving for s in found.values() if s.training] == [
        Fraction(1, 2),
        Fraction(1),
        Fraction(1, 4),
        Fraction(1, 2),
    ]


def test_an_assumed_effect_of_training_shows_and_no_effect_shows_none() -> None:
    scenario = small(
        people={"start": 4000}, joiners={"per month": 0}, months=4, customers={"won": 0, "leaving": 0, "chance": 0},
        leaving={"chance": "1/5"}, training={"completes": "1/2", "within": 1},
    )  # fmt: skip
    plan = load_plan(PLANS / "reference-mlm.yaml")

    def stayed(factor: str) -> tuple[float, float]:
        people = simulate(
            load_scenario({**scenario.data, "training": {"completes": "1/2", "within": 1, "leaving": factor}}), plan
        ).people
        trained = people.completed < 2**62
        return float((people.left[trained] > 3).mean()), float((people.left[~trained] > 3).mean())

    # four months: 0.8^4 = 0.4096 stay, 0.95^4 = 0.8145 of the trained with a quarter of the hazard; 4 standard errors
    with_effect, without = stayed("1/4"), stayed("1")
    assert abs(with_effect[0] - 0.8145) < 0.035
    assert abs(with_effect[1] - 0.4096) < 0.045
    assert abs(without[0] - without[1]) < 0.063
