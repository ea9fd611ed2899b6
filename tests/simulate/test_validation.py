"""Every law holds within its tolerance, and the page says what was found."""

from __future__ import annotations

import pytest
from tests.simulate.checks import Check, mean
from tests.simulate.validation import CHECKS, LAWS, PAGE, section


def test_every_law_has_its_checks() -> None:
    assert list(LAWS) == list(CHECKS) == [f"V{number:02}" for number in range(1, 32)]


@pytest.mark.slow
@pytest.mark.parametrize("law", CHECKS)
def test_a_law_holds_and_the_page_says_what_was_found(law: str) -> None:
    checks = list(CHECKS[law]())

    assert [check for check in checks if not check.holds] == []
    assert section(law, checks) in PAGE.read_text(encoding="utf-8")


def test_a_check_can_fail() -> None:
    assert not Check("", "", 1, 1.2, 0.1).holds
    assert not Check("", "", 1, 1.2, at_most=True).holds
    assert Check("", "", 1, 0.2, at_most=True).holds
    assert not mean("", "", 0.5, [0.4, 0.41, 0.42, 0.4]).holds
    assert mean("", "", 0.5, [0.4, 0.6, 0.42, 0.57]).holds
