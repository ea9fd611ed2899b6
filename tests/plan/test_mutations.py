"""Whatever is done to a plan file, it is a plan or it is refused."""

from __future__ import annotations

import pytest
from tests.plan.mutations import answer, attempts


@pytest.mark.slow
def test_a_damaged_plan_is_refused_or_read() -> None:
    found = attempts(300, seed=7)

    assert found["refused"] > found["plan"] > 0


HEAD = "plan: Deep\ncurrency: USD\nperiod: month\nvolumes: {pv: 1}\nrounding: {to: 0.01, mode: down}\n"


def test_a_long_chain_of_names_is_read_in_either_order() -> None:
    chain = [f"  m{i}: m{i + 1} + 1" for i in range(400)] + ["  m400: orders(pv)"]

    assert answer(HEAD + "measures:\n" + "\n".join(chain)) == "plan"
    assert answer(HEAD + "measures:\n" + "\n".join(reversed(chain))) == "plan"


def test_a_long_circle_is_refused() -> None:
    chain = [f"  m{i}: m{(i + 1) % 500} + 1" for i in range(500)]

    assert answer(HEAD + "measures:\n" + "\n".join(chain)) == "refused"


def test_numbers_of_any_length_are_answered() -> None:
    assert answer(HEAD + "measures: {a: " + "9" * 75 + " * orders(pv)}") == "plan"
    assert answer(HEAD + "measures: {a: " + "9" * 5000 + "}") == "refused"
