"""A comparison as text for a terminal: the table row by row, who gains and loses, and plan against way of working."""

from __future__ import annotations

from fractions import Fraction

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trueline.analyse.definitions import DEFINITIONS
from trueline.cli.figures import value_text
from trueline.compare.comparison import Comparison, Told
from trueline.compare.history import NEARNESS_WORDS
from trueline.compare.verdict import Word

_STYLES = {Word.CONFIRMED: "bold green", Word.CONTRADICTED: "bold red", Word.NOT_DECIDED: "yellow"}
_SIGNS = {Word.CONFIRMED: "✓", Word.CONTRADICTED: "✗", Word.NOT_DECIDED: "?"}


def comparison_text(found: Comparison) -> Group:
    """Everything there is to print, top to bottom."""
    parts: list[RenderableType] = [_head(found)]
    for told in found.rows:
        parts += [Text(), _row(found, told)]
    parts += [Text(), _count(found)]
    if found.shifts:
        parts += [Text(), _shifts(found)]
    if found.effects:
        parts += [Text(), _effects(found)]
    return Group(*parts)


def _head(found: Comparison) -> Text:
    periods = found.sides[0].books.periods
    span = f"{periods[0].label} to {periods[-1].label}"
    text = Text(f"{found.title}, {span}\n", style="bold")
    text.append(" · ".join(side.name for side in found.sides), style="default")
    for note in found.notes:
        text.append(f"\n{note}", style="dim")
    return text


def _row(found: Comparison, told: Told) -> Group:
    table = Table(show_edge=False, pad_edge=False, box=None, expand=False)
    table.add_column("", ratio=3)
    for side in found.sides:
        table.add_column(side.name, justify="right", ratio=2)
    for place, measure in enumerate(told.row.measures):
        table.add_row(f"  {DEFINITIONS[measure].name}", *(value_text(side[place]) for side in told.figures))
    said = [
        Text.assemble((told.row.name, "bold underline")),
        Text(f"  MLM: {told.row.mlm}", style="dim"),
        Text(f"  NM:  {told.row.nm}", style="dim"),
    ]
    return Group(*said, table, *_verdicts(found, told))


def _verdicts(found: Comparison, told: Told) -> list[RenderableType]:
    """Each statement, and below it what became of it under each plan."""
    lines: list[RenderableType] = []
    for place, said in enumerate(told.row.statements):
        lines.append(Text.assemble("  “", said.says, "” ", (f"said of {said.of}", "dim")))
        table = Table(show_header=False, show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
        for side, verdicts in zip(found.sides, told.verdicts, strict=True):
            word = verdicts[place].word
            why = Text(verdicts[place].told, style="dim")
            table.add_row("    ", Text(f"{_SIGNS[word]} {word.value}", style=_STYLES[word]), side.name, why)
        lines.append(table)
    return lines


def _count(found: Comparison) -> Table:
    table = Table(title="Statements: confirmed, contradicted, not decided", title_justify="left")
    table.add_column("plan")
    for model in ("MLM", "NM"):
        table.add_column(f"of {found.asked(model)} said of {model}", justify="right")
    for place, side in enumerate(found.sides):
        counts = [" / ".join(str(found.count(place, model, word)) for word in Word) for model in ("MLM", "NM")]
        table.add_row(side.name, *counts)
    return table


def _shifts(found: Comparison) -> Group:
    """Two tables, since one with every column fits no terminal: who changes by how much, and on whose sales."""
    currency = found.sides[0].books.facts.company.currency
    people = Table(title=f"From {found.sides[0].name} to {found.sides[1].name}, {currency}", title_justify="left")
    people.add_column("group")
    for head in ("people", "gain", "lose", "before", "after", "change"):
        people.add_column(head, justify="right", no_wrap=True)
    whose = Table(title="The change, by whose sales it was made on", title_justify="left")
    whose.add_column("group")
    for words in NEARNESS_WORDS.values():
        whose.add_column(words, justify="right")
    for shift in found.shifts:
        counts = (str(shift.people), str(shift.gain), str(shift.lose))
        people.add_row(shift.group, *counts, _whole(shift.before), _whole(shift.after), _whole(shift.change))
        whose.add_row(shift.group, *(_whole(amount) for amount in shift.nearness.values()))
    return Group(people, whose)


def _effects(found: Comparison) -> Table:
    """Means only: intervals and the joint effect are in the page and in the data."""
    table = Table(
        title="Plan against way of working; pp: percentage points",
        title_justify="left",
        box=SIMPLE,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("measure")
    for plan, way in found.effects[0].cells:
        table.add_column(f"{plan},\n{way}", justify="right")
    for head in ("effect of\nthe plan", "effect of\nthe way"):
        table.add_column(head, justify="right", style="bold")
    for effect in found.effects:
        if effect.plan is None or effect.way is None:
            continue
        middles = [figure.text for figure in effect.cells.values()]
        ends = [DEFINITIONS[effect.measure].apart(value, "pp") for value in (effect.plan, effect.way)]
        table.add_row(DEFINITIONS[effect.measure].name, *middles, *ends)
    return table


def _whole(amount: Fraction | int) -> str:
    return f"{round(amount):,}".replace(",", "\u202f").replace("-", "−")
