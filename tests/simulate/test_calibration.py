"""The page of calibration says what the scenarios give."""

from __future__ import annotations

import pytest
from tests.simulate.calibration import CASES, PAGE, SCENARIOS, Case, section


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_page_says_what_the_scenario_gives(case: Case) -> None:
    found = section(case)

    assert found in PAGE.read_text(encoding="utf-8")
    for row, line in zip(case.rows, [line for line in found.splitlines() if line.startswith("| share")], strict=True):
        if row.fitted != "no":  # what was fitted has to come out, within two points
            assert abs(float(line.split("|")[4]) - float(row.published)) < 0.02


def test_every_calibrated_scenario_is_on_the_page() -> None:
    assert {case.file for case in CASES} == {path.stem for path in SCENARIOS.glob("*.yaml")}
