"""Every published example that was collected has its page."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COLLECTED = ROOT.parent / "shared" / "cases"
NAMES = sorted(path.stem for path in COLLECTED.glob("*.yaml"))


@pytest.mark.skipif(not NAMES, reason="there is no collection of published examples beside this checkout")
def test_every_collected_example_has_its_page() -> None:
    assert [name for name in NAMES if not (ROOT / "cases" / f"{name}.yaml").is_file()] == []
