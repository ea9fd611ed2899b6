"""``trueline compare``: plans side by side over one history, row by row, with verdicts; as text, JSON or a page."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trueline.cli.legible import say_data
from trueline.cli.span import period_of

if TYPE_CHECKING:
    from trueline.compare.comparison import Comparison


@click.command("compare")
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PLAN PLAN…")
@click.option("--facts", type=click.Path(path_type=Path), help="A folder of facts over which to compare.")
@click.option("--period", "first", help="The first period, such as 2025-01; default: that of the first order.")
@click.option("--to", "last", help="The last period; default: that of the last order.")
@click.option("--scenario", type=click.Path(path_type=Path), help="A scenario in whose simulated companies to compare.")
@click.option("--seeds", type=click.IntRange(2, 1000), default=5, show_default=True, help="How many such companies.")
@click.option("--months", type=click.IntRange(1, 600), help="How many months of the scenario; default: all.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as one web page, too.")
@click.option(
    "--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as PDF, too (extra pdf)."
)
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON instead of text.")
def command(
    plans: tuple[Path, ...],
    facts: Path | None,
    first: str | None,
    last: str | None,
    scenario: Path | None,
    seeds: int,
    months: int | None,
    html: Path | None,
    pdf: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare PLANS: what is said of multi-level and of network marketing, measured and judged, row by row.

    The history is a company's facts, or what a scenario assumes; with both, both are shown.
    """
    from trueline.cli.progress import progress
    from trueline.cli.written import write_page
    from trueline.plan import load_plan

    if facts is None and scenario is None:
        raise click.UsageError("Name a history: --facts FOLDER, --scenario FILE, or both.")
    if facts is None and (first or last):
        raise click.UsageError("--period and --to choose among facts; a scenario has --months.")
    start = None if first is None else period_of("--period", first)
    end = None if last is None else period_of("--to", last)
    files = [load_plan(plan) for plan in plans]
    found: list[Comparison] = []
    with progress() as report:
        if facts is not None:
            from trueline.compare.over_facts import over_facts
            from trueline.facts import Facts

            report("reading facts", 0, 1)
            found.append(over_facts(files, Facts.read(facts), start, end, progress=report))
        if scenario is not None:
            from trueline.compare.over_scenario import over_scenario
            from trueline.simulate import load_scenario

            read = load_scenario(scenario)
            found.append(over_scenario(files, read, seeds=seeds, months=months, progress=report))
        written = _written(found, html, pdf)
    _show(found, as_json=as_json)
    for file, page in written:
        write_page(file, page)
        if not as_json:
            click.echo(f"\nWrote {file}.")


def _written(found: list[Comparison], html: Path | None, pdf: Path | None) -> list[tuple[Path, str | bytes]]:
    """The report in the forms that were asked for."""
    if html is None and pdf is None:
        return []
    from trueline.report.page import Report, report_page
    from trueline.report.paper import report_paper
    from trueline.report.part import part_of

    parts = tuple(part_of(comparison, f"history-{number}") for number, comparison in enumerate(found, 1))
    report = Report("Multi-level marketing and network marketing, measured", parts)
    pages: list[tuple[Path, str | bytes]] = []
    if html is not None:
        pages.append((html, report_page(report)))
    if pdf is not None:
        pages.append((pdf, report_paper(report)))
    return pages


def _show(found: list[Comparison], *, as_json: bool) -> None:
    if as_json:
        from trueline.compare.data import as_data

        say_data([as_data(comparison) for comparison in found])
        return
    from trueline.cli.comparison import comparison_text
    from trueline.explain.text import as_text

    width = shutil.get_terminal_size((120, 40)).columns
    for number, comparison in enumerate(found):
        text = as_text(comparison_text(comparison), width, styled=sys.stdout.isatty())
        click.echo(("\n" if number else "") + text, nl=False)
