"""A complete real payroll month through the public command, to the cent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
PAYROLL = Path(os.environ.get("TRUELINE_SHARED", HOME.parent / "shared")) / "payroll" / "santegra"


@pytest.mark.skipif(
    not PAYROLL.exists(), reason="the payroll month is not beside this checkout (../shared/payroll/santegra)"
)
def test_every_survivor_bonus_and_rebate_agrees() -> None:
    command = [sys.executable, str(HOME / "examples" / "santegra.py"), str(PAYROLL)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "survivors 626, bonus amounts 999, order rebates 62, differences 0"


def test_no_line_of_the_engine_knows_the_company() -> None:
    for path in (HOME / "src").rglob("*.py"):
        assert "santegra" not in path.read_text(encoding="utf-8").lower(), path
