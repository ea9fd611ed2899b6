"""Every figure of the comparison is read a second time, from the files of the bundled company."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from tests.analyse import test_second_reading_people, test_second_reading_rewards
from tests.analyse.company_files import PLANS, printed


def test_every_figure_of_the_comparison_was_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = {"sponsor_contact_spread"}  # unknown here, and its test says why
    assert set(PLANS) == {plan for plan, _ in printed()}
    for module in (test_second_reading_rewards, test_second_reading_people):
        here = vars(module)
        for name in ("agree", "agree_as_printed"):
            real: Callable[..., None] = here[name]

            def noted(plan: str, real: Callable[..., None] = real, **found: Fraction) -> None:
                seen.update(found)
                real(plan, **found)

            monkeypatch.setattr(module, name, noted)
        for name, test in list(here.items()):
            if name.startswith("test_"):
                test("mlm")
    assert {measure for _, measure in printed()} == seen
