"""What a comparison says in a few sentences to three readers: who thinks of joining, a regulator, the company."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from trueline.analyse.books import Books
from trueline.analyse.definitions import DEFINITIONS
from trueline.compare.comparison import Comparison, Side
from trueline.report.page import Card, money, reason


def cards_of(comparison: Comparison, currency: str) -> tuple[Card, ...]:
    return (
        Card("For somebody who thinks of joining", _lines(_prospect(comparison, currency))),
        Card("For a regulator or an auditor", _lines(_regulator(comparison))),
        Card("For the company", _lines(_operator(comparison, currency))),
    )


def _lines(said: Iterable[str]) -> tuple[str, ...]:
    """Sentences in which no line ends between a number and its percent sign."""
    return tuple(one.replace(" %", "\N{NO-BREAK SPACE}%") for one in said)


def _prospect(comparison: Comparison, currency: str) -> Iterator[str]:
    mean = ", as the mean of the simulated companies" if comparison.simulated else ""
    for side in comparison.sides:
        yield f"{side.name}: paid anything at all: {_shown(side, 'paid_share')} of all participants{mean}."
        yield _losses(side, mean)
        median = _median(side)
        if median is not None:
            half = f"half of everyone got {money(median)} {currency} or less in all, zeros included"
            yield f"{side.name}: {half}{mean}."


def _regulator(comparison: Comparison) -> Iterator[str]:
    for side in comparison.sides:
        none, every = _shown(side, "recruit_share_alpha_0"), _shown(side, "recruit_share_alpha_1")
        yield (
            f"{side.name}: {none} of rewards are unrelated to sales to outsiders if no participant's order counts as "
            f"one, {every} if all do. {_turn(side)}"
        )
    ratios = [f"{side.name} {_shown(side, 'payout_ratio')}" for side in comparison.sides]
    yield f"Payout ratio: {', '.join(ratios)}."


def _turn(side: Side) -> str:
    """How much of participants' orders must be their own use before most rewards come from sales to users."""
    figure = side.figures.find("alpha_break_even")
    if figure is None or figure.value is None:
        return f"Break-even α: {_shown(side, 'alpha_break_even')}."
    if figure.value <= 0:
        return f"Half of the rewards come from sales to outsiders in any case (break-even α {figure.text})."
    if figure.value > 1:
        return f"Not even half of the rewards come from sales to users then (break-even α {figure.text})."
    share = DEFINITIONS["recruit_share_alpha_0"].shown(figure.value)
    return (
        f"Half come from sales to users once {share} of participants' orders are their own use "
        f"(break-even α {figure.text})."
    )


def _operator(comparison: Comparison, currency: str) -> Iterator[str]:
    first = " in the first of the simulated companies" if comparison.simulated else ""
    for side in comparison.sides:
        yield f"{side.name} costs {money(_total(side.books))} {currency}{first}."
    if comparison.shifts:
        everybody = comparison.shifts[0]
        yield (
            f"From the first plan to the second {everybody.gain} people gain, {everybody.lose} lose, "
            f"{everybody.same} see no change{first}."
        )
    most = [(mover, "gains") for mover in comparison.gains[:1]] + [(mover, "loses") for mover in comparison.losses[:1]]
    for mover, word in most:
        yield f"{mover.member} {word} most: {money(mover.before)} becomes {money(mover.after)} {currency}{first}."


def _total(books: Books) -> Fraction:
    return int(books.by_bonus.sum()) * books.unit


def _median(side: Side) -> Fraction | None:
    figure = side.figures.find("reward_percentile", ("percentile", "50"))
    return figure.value if figure else None


def _losses(side: Side, mean: str) -> str:
    loss = side.figures.find("net_loss_share")
    if loss is None or loss.value is None:
        return f"{side.name}: who ends with a loss is unknown{': ' + reason(loss) if loss else ''}."
    return (
        f"{side.name}: {loss.text} ended with a loss when goods for their own use count as spent, "
        f"{_counted(side)} when these are worth their price{mean}."
    )


def _counted(side: Side) -> str:
    """The share with a loss when people's own use counts at its price."""
    figure = side.figures.find("net_loss_share", ("counting", "own use and autoship at their price"))
    return figure.text if figure else "unknown"


def _shown(side: Side, measure: str) -> str:
    figure = side.figures.find(measure)
    if figure is None:
        return "unknown"
    return figure.text if figure.value is not None else f"unknown ({reason(figure)})"
