"""Figures as text for a terminal and as a table for files."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trueline.analyse.books import Books
from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure, Figures
from trueline.errors import Finding, Refused, nearest

ALWAYS = {"percentile", "counting", "qualifications", "from"}
"""Groups that are shown without being asked for: they say how a figure is meant, not for whom."""


def figures_text(books: Books, found: Figures, groups: Sequence[str] = ()) -> Group:
    """Every figure of everybody with its definition, topic by topic; ``groups`` adds those by rank, bonus and so on.

    Errors: ``Refused`` for a group by which there is no figure.
    """
    known = {key for figure in found for key, _ in figure.by}
    for name in groups:
        if name not in known:
            there = ", ".join(sorted(known))
            message = f"No figure is by '{name}'. {nearest(name, sorted(known))}".rstrip()
            raise Refused([Finding("--by", 0, 0, message, f"There are: {there}.")])
    wanted = [figure for figure in found if {key for key, _ in figure.by} <= ALWAYS | set(groups)]
    parts: list[RenderableType] = [_head(books)]
    for topic in dict.fromkeys(definition.topic for definition in DEFINITIONS.values()):
        of_topic = [figure for figure in wanted if figure.definition.topic == topic]
        if of_topic:
            parts += [Text(), _topic(topic, of_topic)]
    parts += [Text(), _rules(books)]
    return Group(*parts)


def _head(books: Books) -> Text:
    company, periods = books.facts.company, books.periods
    title = f"{books.plan} at {company.name}, {periods[0].label} to {periods[-1].label}"
    people = f"{int(books.participants.sum())} participants, amounts in {company.currency}"
    return Text.assemble((title, "bold"), f"\n{people}")


def _topic(topic: str, figures: Sequence[Figure]) -> Group:
    """A measure with its meaning, below it the same for groups or counted otherwise."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for ratio, justify in ((4, "left"), (3, "right"), (8, "left")):
        table.add_column(ratio=ratio, justify=justify)  # type: ignore[arg-type]  # rich lists the words in a type of its own
    for measure in dict.fromkeys(figure.measure for figure in figures):
        rows = sorted((figure for figure in figures if figure.measure == measure), key=lambda figure: bool(figure.by))
        meaning = Text(rows[0].definition.meaning, style="dim")
        if rows[0].by:
            table.add_row(rows[0].definition.name, "", meaning)
        for figure in rows:
            if not figure.by:
                table.add_row(figure.definition.name, value_text(figure), meaning)
            elif (
                figure.value is not None or rows[0].value is not None or rows[0].by
            ):  # one unknown need not be told twice
                table.add_row(Padding(Text(groups_text(figure), style="dim"), (0, 0, 0, 2)), value_text(figure), "")
    return Group(Text(topic.capitalize(), style="bold underline"), table)


def groups_text(figure: Figure) -> str:
    """For whom, or how counted: "rank Leader, percentile 50"."""
    return ", ".join(f"{key} {value}" for key, value in figure.by)


def value_text(figure: Figure) -> Text:
    """The value, its interval if it has one, or why it is unknown."""
    if figure.value is None:
        reason = f"no {', '.join(figure.missing)}" if figure.missing else figure.why
        return Text(f"unknown: {reason}", style="yellow")
    text = Text(figure.text)
    if figure.interval is not None:
        low, high = (figure.definition.shown(end) for end in figure.interval)
        text.append(f"  [{low} to {high}]", style="dim")
    return text


def _rules(books: Books) -> Table:
    table = Table(title="How rewards found their cause", title_justify="left", title_style="bold underline", box=None)
    table.add_column("bonus")
    table.add_column("rule", style="dim")
    for bonus, rule in books.rules.items():
        table.add_row(bonus, rule or "Every line names its order line.")
    return table


def figures_table(found: Figures) -> pa.Table:
    """One row per figure; ``value`` is exact, as text such as 1/3, and null where it is unknown."""
    rows = [
        {
            "measure": figure.measure,
            "by": ", ".join(f"{key}={value}" for key, value in figure.by),
            "value": None if figure.value is None else str(figure.value),
            "shown": figure.text,
            "unit": figure.definition.unit,
            "count": figure.count,
            "missing": ", ".join(figure.missing),
            "why": figure.why,
        }
        for figure in found
    ]
    kinds = {name: pa.int64() if name == "count" else pa.string() for name in rows[0]}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
