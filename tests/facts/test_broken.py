"""One folder per mistake: every finding has its file, line, column, sentence and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.errors import Refused
from trueline.facts import Facts

BROKEN = Path(__file__).parents[1] / "broken" / "facts"


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: str(folder.name))
def test_a_mistake_is_refused_with_its_place_and_remedy(folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        Facts.read(folder)

    place = str(folder)
    found = [str(finding).replace(f"{place}/", "").replace(place, "(folder)") for finding in refused.value.findings]
    assert "\n".join(found) + "\n" == (folder / "expected.txt").read_text(encoding="utf-8")
