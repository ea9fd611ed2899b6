"""The table of the two models filled with numbers and verdicts, for any plans over one history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from trueline.analyse.books import Books
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.net import NetResults
from trueline.compare.history import Mover, Shift, movers, shifts
from trueline.compare.statements import Row, read_statements
from trueline.compare.two_by_two import Effect
from trueline.compare.verdict import NOT_MEASURED, Verdict, Word, judge


@dataclass(frozen=True)
class Side:
    """One plan over the history: its name, its books, everything that was measured, and the text of the plan."""

    name: str
    books: Books
    figures: Figures
    text: str = ""
    net: NetResults | None = None
    """What everybody got and paid; None where it was not measured."""


def distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where one stands more than once: ``Plan (1)``, ``Plan (2)``."""
    found: list[str] = []
    for place, name in enumerate(names):
        number, many = names[: place + 1].count(name), names.count(name) > 1
        while many and (called := f"{name} ({number})") in (*names, *found):
            number += 1
        found.append(called if many else name)
    return found


@dataclass(frozen=True)
class Told:
    """One row of the table: what is said, what was measured under each plan, and the verdicts, plan by plan."""

    row: Row
    figures: tuple[tuple[Figure, ...], ...]
    """For each plan, the figures of the row's measures, in their order."""
    verdicts: tuple[tuple[Verdict, ...], ...]
    """For each plan, the verdicts of the row's statements, in their order."""


@dataclass(frozen=True)
class Comparison:
    """Plans side by side over one history.

    ``title`` names the history (a company, a scenario); ``simulated``: people behave as a scenario assumes. ``shifts``
    and ``gains``/``losses`` are from the first plan to the second. ``effects`` is the two-by-two, where one was run.
    """

    title: str
    simulated: bool
    sides: tuple[Side, ...]
    rows: tuple[Told, ...]
    shifts: tuple[Shift, ...] = ()
    gains: tuple[Mover, ...] = ()
    losses: tuple[Mover, ...] = ()
    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def count(self, side: int, model: str, word: Word) -> int:
        """How many statements said of a model (or of both) ended with this verdict under a plan."""
        return sum(
            verdict.word is word and verdict.statement.of in (model, "both")
            for told in self.rows
            for verdict in told.verdicts[side]
        )

    def asked(self, model: str) -> int:
        """How many statements are said of a model, those said of both included."""
        return sum(said.of in (model, "both") for told in self.rows for said in told.row.statements)


def compare_sides(
    title: str,
    sides: Sequence[Side],
    *,
    simulated: bool,
    rows: Sequence[Row] | None = None,
    effects: Sequence[Effect] = (),
    notes: Sequence[str] = (),
) -> Comparison:
    """Judge every statement under every plan. With two plans or more the first two are compared person by person."""
    told = tuple(_told(row, sides, simulated=simulated) for row in (rows if rows is not None else read_statements()))
    moved: tuple[Shift, ...] = ()
    gains: tuple[Mover, ...] = ()
    losses: tuple[Mover, ...] = ()
    same_span = len(sides) > 1 and sides[0].books.periods == sides[1].books.periods
    if len(sides) > 1 and not same_span:
        notes = [*notes, "The first two plans pay by other periods: nobody's rewards can be set side by side."]
    if same_span and sides[0].books.facts.hash == sides[1].books.facts.hash:
        moved = tuple(shifts(sides[0].books, sides[1].books))
        found = movers(sides[0].books, sides[1].books)
        gains, losses = tuple(found[0]), tuple(found[1])
    return Comparison(title, simulated, tuple(sides), told, moved, gains, losses, tuple(effects), tuple(notes))


def _told(row: Row, sides: Sequence[Side], *, simulated: bool) -> Told:
    figures = tuple(
        tuple(side.figures.find(measure) or Figure(measure, None, why=NOT_MEASURED) for measure in row.measures)
        for side in sides
    )
    verdicts = tuple(
        tuple(
            judge(said, side.figures, [other.figures for other in sides if other is not side], simulated=simulated)
            for said in row.statements
        )
        for side in sides
    )
    return Told(row, figures, verdicts)
