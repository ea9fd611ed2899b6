"""Small pictures as figures only: where each box, line and word stands. The page's template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from trueline.explain import figures
from trueline.explain.model import Payment, Team

WIDTH = 340
ROW = 24
_BAR_LEFT, _BAR_WIDTH = 138, 92
_LONGEST_NAME = 17
_MOST_BETWEEN = 8


@dataclass(frozen=True)
class Bar:
    """One leg: its name, how long its bar is, and its figures."""

    y: int
    name: str
    width: int
    words: str


@dataclass(frozen=True)
class Legs:
    """The frontline as bars that hang from a line; ``told`` says it in words."""

    width: int
    height: int
    bar_left: int
    words_left: int
    measure: str
    bars: tuple[Bar, ...]
    told: str


@dataclass(frozen=True)
class Stop:
    """Somebody on the way from a source up to the receiver; ``kind`` is you, paid, passed, source or more."""

    y: int
    name: str
    words: str
    kind: str


@dataclass(frozen=True)
class Way:
    """The way of one line up the tree, the receiver on top."""

    width: int
    height: int
    bottom: int
    stops: tuple[Stop, ...]
    told: str


def legs_picture(team: Team) -> Legs | None:
    """The legs of a frontline by their first measure, or by people where there is none."""
    if not team.legs:
        return None
    measure = figures.plain(team.measures[0]) if team.measures else "people"
    values = [leg.values[0] if leg.values else Fraction(leg.people) for leg in team.legs]
    most = max((abs(value) for value in values), default=Fraction(0)) or Fraction(1)
    bars = tuple(
        Bar(
            20 + ROW * at,
            _short(leg.member),
            max(int(abs(value) / most * _BAR_WIDTH), 1) if value else 0,
            figures.number(value),
        )
        for at, (leg, value) in enumerate(zip(team.legs, values, strict=True))
    )
    told = "; ".join(f"{leg.member} {figures.number(value)}" for leg, value in zip(team.legs, values, strict=True))
    left = _BAR_LEFT + _BAR_WIDTH + 8
    return Legs(WIDTH, 20 + ROW * len(bars), _BAR_LEFT, left, measure, bars, f"Legs by {measure}: {told}.")


def way_picture(receiver: str, payment: Payment) -> Way | None:
    """The way of a line; None where source and receiver are next to each other or the same."""
    if not payment.between or payment.source is None:
        return None
    middle: list[tuple[str, str, str]] = []
    for one in reversed(payment.between):
        if one.why:
            middle.append((one.member, "passed over", "passed"))
        else:
            middle.append((one.member, f"level {one.level}, {figures.percent(one.rate)}", "paid"))
    if len(middle) > _MOST_BETWEEN:
        left = len(middle) - _MOST_BETWEEN + 1
        half = _MOST_BETWEEN // 2
        middle = [*middle[:half], (f"{left} more people", "", "more"), *middle[half + left :]]
    yours = f"level {payment.level}, {figures.percent(payment.rate.rate)}"
    rows = [(f"you ({receiver})", yours, "you"), *middle, (payment.source, "bought", "source")]
    stops = tuple(Stop(14 + ROW * at, _short(name, 26), words, kind) for at, (name, words, kind) in enumerate(rows))
    told = ", then ".join(f"{name} {words}".strip() for name, words, _ in rows)
    height = 14 + ROW * len(rows) - 8
    return Way(WIDTH, height, stops[-1].y, stops, f"From the top: {told}.")


def _short(name: str, longest: int = _LONGEST_NAME) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
