"""One broken page per mistake, with the findings that it must cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.case.page import read_page
from trueline.case.playing import play
from trueline.errors import Refused

BROKEN = Path(__file__).parents[1] / "broken" / "cases"
MISTAKES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


def test_there_is_a_page_for_every_class_of_mistakes() -> None:
    assert len(MISTAKES) >= 50
    assert {path.stem for path in BROKEN.glob("*.txt")} == set(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    file = BROKEN / f"{mistake}.yaml"

    with pytest.raises(Refused) as refused:
        tuple(play(read_page(file)))

    found = [str(one).replace(f"{BROKEN}/", "").replace(f"{BROKEN}:", "(folder):") for one in refused.value.findings]
    assert "\n".join(found) + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")
