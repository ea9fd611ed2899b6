"""A statement judged against figures: confirmed, contradicted or not decided, and on what ground that rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure, Figures
from trueline.compare.statements import Bound, DecidedBy, Statement

NOT_MEASURED = "not measured here"
OWN_USE = (("counting", "own use and autoship at their price"),)
"""The other reading of a net result. What people used themselves is neither a sale nor a loss that we could assign."""
By = tuple[tuple[str, str], ...]


class Word(StrEnum):
    """The three verdicts."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_DECIDED = "not decided"


class Ground(StrEnum):
    """What a verdict rests on."""

    CONSTRUCTION = "by construction of the plan"
    ASSUMPTION = "by an assumption of the scenario"
    MEASUREMENT = "by measurement"


@dataclass(frozen=True)
class Verdict:
    """What became of a statement under one plan. ``why`` is one sentence; ``figure`` is what was looked at."""

    statement: Statement
    word: Word
    ground: Ground
    figure: Figure
    value: Fraction | None
    why: str

    @property
    def told(self) -> str:
        """Why, and for a decided statement on what ground."""
        return self.why if self.word is Word.NOT_DECIDED else f"{self.why}; {self.ground.value}"


def judge(statement: Statement, figures: Figures, others: Sequence[Figures], *, simulated: bool) -> Verdict:
    """The verdict of one statement for the plan of ``figures``; ``others`` are those of the other plans compared.

    With an interval the whole interval has to lie beyond the bound; against other plans, wherever within their
    intervals these are. An unknown figure decides nothing, nor does a net
    result that says something else when what people used themselves is worth its price.
    """
    found = _judged(statement, figures, others, (), simulated=simulated)
    if found.value is None or figures.find(statement.metric, *OWN_USE) is None:
        return found
    again = _judged(statement, figures, others, OWN_USE, simulated=simulated)
    if again.value is None or again.word is found.word:
        return found
    why = f"{_shown(statement, found.value)}, but {_shown(statement, again.value)} if own use is worth its price"
    return replace(found, word=Word.NOT_DECIDED, why=why)


def _judged(statement: Statement, figures: Figures, others: Sequence[Figures], by: By, *, simulated: bool) -> Verdict:
    """The verdict on the figures of a group; () is everybody, counted as the definition says."""
    ground = _ground(statement, simulated=simulated)
    figure = figures.find(statement.metric, *by) or Figure(statement.metric, None, why=NOT_MEASURED)
    if figure.value is None:
        why = f"unknown: {', '.join(figure.missing)} not given" if figure.missing else f"unknown: {figure.why}"
        return Verdict(statement, Word.NOT_DECIDED, ground, figure, None, why)
    low, value, high = figure.value, figure.value, figure.value
    if figure.interval is not None:
        low, high = figure.interval
    if statement.than_others:
        found = [side.find(statement.metric, *by) for side in others]
        known = [(one.value, one.interval or (one.value, one.value)) for one in found if one and one.value is not None]
        if not known:
            why = "there is no other plan to compare with"
            return Verdict(statement, Word.NOT_DECIDED, ground, figure, None, why)
        value -= sum((one for one, _ in known), Fraction(0)) / len(known)
        low -= sum((end for _, (_, end) in known), Fraction(0)) / len(known)
        high -= sum((end for _, (end, _) in known), Fraction(0)) / len(known)
    for word, bound in ((Word.CONFIRMED, statement.confirmed), (Word.CONTRADICTED, statement.contradicted)):
        if bound.holds(low) and bound.holds(high):
            return Verdict(statement, word, ground, figure, value, f"{_shown(statement, value)} is {bound.text}")
    return Verdict(statement, Word.NOT_DECIDED, ground, figure, value, _between(statement, value, figure))


def _ground(statement: Statement, *, simulated: bool) -> Ground:
    if statement.decided_by is DecidedBy.PLAN:
        return Ground.CONSTRUCTION
    return Ground.ASSUMPTION if simulated else Ground.MEASUREMENT


def _shown(statement: Statement, value: Fraction) -> str:
    definition = DEFINITIONS[statement.metric]
    return f"the difference of {definition.apart(value)}" if statement.than_others else definition.shown(value)


def _between(statement: Statement, value: Fraction, figure: Figure) -> str:
    if figure.interval is not None and _one_side(statement.confirmed, statement.contradicted, value):
        return f"{_shown(statement, value)}, but its interval reaches beyond the bound"
    return f"{_shown(statement, value)} is neither {statement.confirmed.text} nor {statement.contradicted.text}"


def _one_side(confirmed: Bound, contradicted: Bound, value: Fraction) -> bool:
    return confirmed.holds(value) or contradicted.holds(value)
