"""Draws: published values of SplitMix64, and what has to be even is even."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from trueline.simulate.draws import WHOLE, Chances, Draws, Event, mixed, threshold, whole_or_one_more

PEOPLE = np.arange(200_000, dtype=np.int64)


def test_the_published_sequence_of_splitmix64() -> None:
    # The first five outputs for the seed 1234567, as every implementation of SplitMix64 lists them.
    step = np.uint64(0x9E3779B97F4A7C15)
    states = np.uint64(1234567) + step * np.arange(1, 6, dtype=np.uint64)

    assert mixed(states).tolist() == [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip


@pytest.mark.parametrize("buckets", [2, 10, 256, 1000])
@pytest.mark.parametrize("shift", [0, 20, 40])
def test_draws_are_even(buckets: int, shift: int) -> None:
    """Chi-square over the remainders of low, middle and high bits: within five standard deviations of its mean."""
    drawn = (Draws(7).of(Event.LEAVE, 3, PEOPLE) >> shift) % buckets
    counts = np.bincount(drawn, minlength=buckets)
    expected = len(PEOPLE) / buckets
    chi = float(((counts - expected) ** 2 / expected).sum())

    assert abs(chi - (buckets - 1)) < 5 * (2 * (buckets - 1)) ** 0.5


def test_neighbours_in_every_part_of_the_key_are_independent() -> None:
    """Signs of one draw and of its neighbour by person, month, event, part and seed agree half of the time."""
    base = Draws(1).of(Event.LEAVE, 5, PEOPLE)
    neighbours = {
        "person": Draws(1).of(Event.LEAVE, 5, PEOPLE + 1),
        "month": Draws(1).of(Event.LEAVE, 6, PEOPLE),
        "event": Draws(1).of(Event.LEAVE_BY_RESULT, 5, PEOPLE),
        "part": Draws(1).of(Event.LEAVE, 5, PEOPLE, 1),
        "seed": Draws(2).of(Event.LEAVE, 5, PEOPLE),
    }
    for name, other in neighbours.items():
        for bit in (0, 1, 31, 60, 61):
            agree = int((((base ^ other) >> bit) & 1 == 0).sum())
            assert abs(agree - len(PEOPLE) / 2) < 5 * (len(PEOPLE) / 4) ** 0.5, (name, bit)
        assert abs(float(np.corrcoef(base, other)[0, 1])) < 5 / len(PEOPLE) ** 0.5, name


def test_a_draw_does_not_depend_on_what_else_is_drawn() -> None:
    some = np.array([5, 99_999, 17], dtype=np.int64)

    assert np.array_equal(Draws(3).of(Event.EFFORT, 0, some), Draws(3).of(Event.EFFORT, 0, PEOPLE)[some])


def test_no_two_events_share_a_number() -> None:
    assert len({int(event) for event in Event}) == len(Event)
    assert max(Event) < 64  # the key of an event leaves room for 64 parts


@pytest.mark.parametrize("chance", [Fraction(1, 3), Fraction(1, 100), Fraction(999, 1000)])
def test_a_chance_comes_true_as_often(chance: Fraction) -> None:
    found = int(Draws(11).happens(Event.LEAVE, 1, PEOPLE, chance).sum())

    assert abs(found - float(chance) * len(PEOPLE)) < 5 * (float(chance * (1 - chance)) * len(PEOPLE)) ** 0.5


def test_certain_and_impossible_events() -> None:
    assert Draws(1).happens(Event.LEAVE, 1, PEOPLE, Fraction(1)).all()
    assert not Draws(1).happens(Event.LEAVE, 1, PEOPLE, Fraction(0)).any()
    assert threshold(Fraction(1)) == threshold(Fraction(2)) == WHOLE
    assert threshold(Fraction(1, 2)) == WHOLE // 2


def test_expected_numbers_are_met_in_the_mean() -> None:
    drawn = whole_or_one_more(Fraction(7, 3), Draws(4).of(Event.CUSTOMERS, 2, PEOPLE))

    assert set(drawn.tolist()) == {2, 3}
    assert abs(float(drawn.mean()) - 7 / 3) < 5 * (2 / 9 / len(PEOPLE)) ** 0.5


def test_a_distribution_gives_each_value_its_share() -> None:
    chances = Chances((0, 5, 40), (Fraction(1, 2), Fraction(9, 20), Fraction(1, 20)))
    drawn = chances.at(Draws(4).of(Event.TALENT, 0, PEOPLE))

    assert chances.mean == Fraction(17, 4)
    for value, share in zip(chances.values, chances.shares, strict=True):
        found = int((drawn == value).sum())
        assert abs(found - float(share) * len(PEOPLE)) < 5 * (float(share) * len(PEOPLE)) ** 0.5
