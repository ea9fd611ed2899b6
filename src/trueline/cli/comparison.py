"""A comparison as text for a terminal: the table row by row, who gains and loses, and plan against way of working."""

from __future__ import annotations

from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure
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
        table.add_row(f"  {DEFINITIONS[measure].name}", *(_cell(side[place]) for side in told.figures))
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


def _cell(figure: Figure) -> Text:
    if figure.value is None:
        reason = f"no {', '.join(figure.missing)}" if figure.missing else figure.why
        return Text(f"unknown: {reason}", style="yellow")
    text = Text(figure.text)
    if figure.interval is not None:
        low, high = (figure.definition.shown(end) for end in figure.interval)
        text.append(f"  [{low} to {high}]", style="dim")
    return text


def _count(found: Comparison) -> Table:
    table = Table(title="Statements: confirmed, contradicted, not decided", title_justify="left")
    table.add_column("plan")
    for model in ("MLM", "NM"):
        table.add_column(f"of {found.asked(model)} said of {model}", justify="right")
    for place, side in enumerate(found.sides):
        counts = [" / ".join(str(found.count(place, model, word)) for word in Word) for model in ("MLM", "NM")]
        table.add_row(side.name, *counts)
    return table


def _shifts(found: Comparison) -> Table:
    currency = found.sides[0].books.facts.company.currency
    title = f"The same history: from {found.sides[0].name} to {found.sides[1].name}, {currency}"
    table = Table(title=title, title_justify="left")
    table.add_column("group")
    for head in ("people", "gain", "lose", "before", "after", "change"):
        table.add_column(head, justify="right")
    for words in NEARNESS_WORDS.values():
        table.add_column(words, justify="right", style="dim")
    for shift in found.shifts:
        counts = (str(shift.people), str(shift.gain), str(shift.lose))
        amounts = (shift.before, shift.after, shift.change, *shift.nearness.values())
        table.add_row(shift.group, *counts, *(_whole(amount) for amount in amounts))
    return table


def _effects(found: Comparison) -> Table:
    table = Table(title="Plan against way of working", title_justify="left")
    table.add_column("measure")
    for plan, way in found.effects[0].cells:
        table.add_column(f"{plan}, {way}", justify="right")
    for head in ("plan", "way", "together"):
        table.add_column(head, justify="right")
    for effect in found.effects:
        ends = [_signed(effect.measure, value) for value in (effect.plan, effect.way, effect.together)]
        middles = [figure.text for figure in effect.cells.values()]
        table.add_row(DEFINITIONS[effect.measure].name, *middles, *ends)
    return table


def _signed(measure: str, value: Fraction | None) -> str:
    if value is None:
        return "unknown"
    return f"{'−' if value < 0 else '+'}{DEFINITIONS[measure].shown(abs(value)).replace('%', 'points')}"


def _whole(amount: Fraction | int) -> str:
    return f"{round(amount):,}".replace(",", "\u202f").replace("-", "−")
