"""The committed pictures are those that their script draws."""

from __future__ import annotations

import re
import runpy

import pytest
from tests.docs.pages import HOME

FOLDER = HOME / "docs" / "concepts" / "pictures"
PICTURES = runpy.run_path(str(FOLDER / "draw.py"))["PICTURES"]


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_picture_is_as_drawn(name: str) -> None:
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == PICTURES[name]()


def test_every_picture_is_shown_with_a_text() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in FOLDER.parent.glob("*.md"))
    shown = dict(reversed(found) for found in re.findall(r"!\[([^\]]{40,})\]\(pictures/([a-z-]+)\.svg\)", pages))
    assert set(shown) == set(PICTURES)
