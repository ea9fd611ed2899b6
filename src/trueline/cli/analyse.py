"""``trueline analyse``: one plan over one history, measured."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from trueline.cli.legible import say_data
from trueline.cli.span import day_of, period_of
from trueline.period import seconds_of


@click.command("analyse")
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--period", "first", required=True, help="The first period, such as 2025-04.")
@click.option("--to", "last", help="The last period.")
@click.option("--state", type=click.Path(path_type=Path), help="A stored run whose state to go on from.")
@click.option("--booked-before", metavar="DATE", help="Read only what was booked before this day.")
@click.option("--by", "groups", multiple=True, metavar="GROUP", help="Also by bonus, rank, cohort…; repeatable.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Write figures and people as tables.")
@click.option("--json", "as_json", is_flag=True, help="Write every figure as JSON, with exact values.")
def command(
    plan: Path,
    facts: Path,
    first: str,
    last: str | None,
    state: Path | None,
    booked_before: str | None,
    groups: tuple[str, ...],
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Measure what the PLAN does on the FACTS: where the money comes from, who gets it, who ends with a profit.

    Every figure is shown with its definition. What the facts do not say is unknown and names what is missing.
    """
    from trueline.analyse.keeping import keep_books
    from trueline.analyse.measure import measure
    from trueline.analyse.net import person_table
    from trueline.cli.figures import figures_table, figures_text
    from trueline.cli.progress import progress
    from trueline.cli.written import write_tables
    from trueline.compare.data import figure_data
    from trueline.explain.text import as_text
    from trueline.facts import Facts
    from trueline.plan import load_plan
    from trueline.run.store import StoredPast, load_run

    start, end = period_of("--period", first), period_of("--to", last or first)
    if end.kind != start.kind:
        raise click.UsageError(f"--period names a {start.kind} and --to a {end.kind}; name two of one kind.")
    if end < start:
        raise click.UsageError("--to names a later period.")
    plan_file = load_plan(plan)
    plan_file.at(start)
    with progress() as report:
        report("reading facts", 0, 1)
        known = Facts.read(facts)
        if booked_before is not None:
            known = known.known_by(seconds_of(day_of("--booked-before", booked_before)))
        earlier = load_run(state) if state else None
        opening = earlier.state() if earlier else None
        books = keep_books(plan_file, known, start, end, state=opening, past=StoredPast(earlier), progress=report)
        found = measure(books, progress=report)
    if out is not None:
        write_tables(out, {"figures": figures_table(found.figures), "people": person_table(books, found.net)})
    if as_json:
        about = {"plan": books.plan, "plan hash": books.plan_hash, "facts": known.hash, "rules": books.rules}
        about |= {} if booked_before is None else {"booked before": booked_before}
        span = {"periods": [period.label for period in books.periods], "currency": known.company.currency}
        shown = {**about, **span, "figures": [figure_data(figure) for figure in found.figures]}
        say_data(shown)
        return
    width = shutil.get_terminal_size((120, 40)).columns
    click.echo(as_text(figures_text(books, found.figures, groups), width, styled=sys.stdout.isatty()), nl=False)
    if out is not None:
        click.echo(f"Wrote figures and people to {out}.")
