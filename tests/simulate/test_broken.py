"""One broken scenario per mistake, with the findings that it must cause; and every key is described."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.simulate.companies import small

from trueline.errors import Refused
from trueline.plan.parts import Part
from trueline.plan.structure import key_of
from trueline.simulate import keys, load_scenario, working
from trueline.simulate.read import ways
from trueline.simulate.simulation import grown

HOME = Path(__file__).parents[2]
BROKEN = HOME / "tests" / "broken" / "scenarios"
MISTAKES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


def test_there_is_a_scenario_for_every_class_of_mistakes() -> None:
    assert len(MISTAKES) >= 40
    assert {path.stem for path in BROKEN.glob("*.txt")} == set(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    file = BROKEN / f"{mistake}.yaml"

    with pytest.raises(Refused) as refused:
        load_scenario(file, file.name)

    assert [str(finding) for finding in refused.value.findings] == file.with_suffix(".txt").read_text(
        encoding="utf-8"
    ).splitlines()


def test_every_finding_names_a_place_and_a_way_out() -> None:
    for mistake in MISTAKES:
        for line in (BROKEN / f"{mistake}.txt").read_text(encoding="utf-8").splitlines():
            place, _, text = line.partition(": ")
            assert place.startswith(f"{mistake}.yaml:"), line
            assert place.count(":") == 2, line
            assert text.count(". ") or "; " in text or mistake == "first_month_that_is_none", line


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(Refused, match="The scenario cannot be read: No such file or directory"):
        load_scenario("no-such-scenario.yaml")


def test_a_way_of_working_that_is_not_there() -> None:
    with pytest.raises(Refused, match="'nobody works' is no way of working"):
        working(small(), "nobody works")


def test_a_company_without_end_is_refused() -> None:
    scenario = small(joiners={"per month": 1000, "grows": "400%"}, months=60)

    with pytest.raises(Refused, match=r"In 2024-0[0-9] more than 10000000 people would have joined"):
        grown(scenario)


def test_weights_that_no_column_holds_are_refused() -> None:
    scenario = small(
        people={"start": 9000}, effort={1000000: 1}, months=1, recruiting={"law": "preferential", "talent": {1000000: 1}, "by effort": "yes"}
    )  # fmt: skip

    with pytest.raises(Refused, match="The weights of recruiters are too large"):
        grown(scenario)


def test_every_key_is_described_and_stands_in_the_semantics() -> None:
    page = (HOME / "docs" / "scenarios.md").read_text(encoding="utf-8")
    models = [
        model
        for model in vars(keys).values()
        if isinstance(model, type) and issubclass(model, Part) and model is not Part
    ]
    assert len(models) >= 18
    for model in models:
        for field, spec in model.model_fields.items():
            assert spec.description, (model, field)
            key = key_of(model, field)
            assert f"{key}" in page or key in ("scenario", "note"), key


def test_both_ways_of_working_are_there_and_both_scenarios_use_them() -> None:
    assert set(ways()) == {"customers first", "recruiting first"}
    for name, way in (("customers-first", "customers first"), ("recruiting-first", "recruiting first")):
        assert load_scenario(HOME / "scenarios" / f"{name}.yaml").way == way
