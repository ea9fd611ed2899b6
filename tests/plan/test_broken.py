"""One broken plan per mistake, with the findings that it must cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.errors import Refused
from trueline.plan import load_plan

BROKEN = Path(__file__).parents[1] / "broken" / "plans"
MISTAKES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


def test_there_is_a_plan_for_every_class_of_mistakes() -> None:
    assert len(MISTAKES) >= 100
    alone = sorted({path.stem for path in BROKEN.glob("*.txt")} ^ set(MISTAKES))
    assert alone == [], f"a broken plan and its findings stand beside each other, as NAME.yaml and NAME.txt: {alone}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    file = BROKEN / f"{mistake}.yaml"

    with pytest.raises(Refused) as refused:
        load_plan(file, file.name).check()

    found = [str(finding) for finding in refused.value.findings]
    expected = file.with_suffix(".txt")
    assert found == expected.read_text(encoding="utf-8").splitlines(), f"{expected} says otherwise than:\n" + "\n".join(
        found
    )


def test_every_finding_names_a_place_and_a_way_out() -> None:
    for mistake in MISTAKES:
        for line in (BROKEN / f"{mistake}.txt").read_text(encoding="utf-8").splitlines():
            place, _, text = line.partition(": ")
            assert place.startswith(f"{mistake}.yaml:"), line
            assert place.count(":") == 2, line
            assert text.count(". ") or ": " in text or "; " in text, line
