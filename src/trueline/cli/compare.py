"""``trueline compare``: plans side by side over one history, row by row, with verdicts; as text, JSON or a page."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from trueline.cli.span import period_of


@click.command("compare")
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PLAN PLAN…")
@click.option("--facts", type=click.Path(path_type=Path), help="The folder of facts over which to compare.")
@click.option("--period", "first", help="The first period, such as 2025-01; default: that of the first order.")
@click.option("--to", "last", help="The last period; default: that of the last order.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the report as one web page.")
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON.")
def command(
    plans: tuple[Path, ...],
    facts: Path | None,
    first: str | None,
    last: str | None,
    html: Path | None,
    *,
    as_json: bool,
) -> None:
    """Compare PLANS over one history: what is said of multi-level and of network marketing, measured and judged."""
    from trueline.cli.progress import progress
    from trueline.compare.over_facts import over_facts
    from trueline.facts import Facts
    from trueline.plan import load_plan

    if facts is None:
        raise click.UsageError("Name a history: --facts FOLDER.")
    start = None if first is None else period_of("--period", first)
    end = None if last is None else period_of("--to", last)
    files = [load_plan(plan) for plan in plans]
    with progress() as report:
        report("reading facts", 0, 1)
        known = Facts.read(facts)
        found = over_facts(files, known, start, end, progress=report)
    if html is not None:
        from trueline.cli.written import write_page
        from trueline.report.page import Report, report_page
        from trueline.report.part import part_of

        title = "Multi-level marketing and network marketing, measured"
        write_page(html, report_page(Report(title, (part_of(found, "history-1"),))))
        click.echo(f"Wrote {html}.")
    elif as_json:
        from trueline.compare.data import as_data

        click.echo(json.dumps([as_data(found)], indent=1, ensure_ascii=False))
    else:
        from trueline.cli.comparison import comparison_text
        from trueline.explain.text import as_text

        width = shutil.get_terminal_size((120, 40)).columns
        click.echo(as_text(comparison_text(found), width, styled=sys.stdout.isatty()), nl=False)
