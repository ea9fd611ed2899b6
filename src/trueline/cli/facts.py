"""``trueline facts``: check a folder of facts, or start an empty one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from trueline.cli.legible import say_data
from trueline.errors import Refused

_SHOWN = 50
_REFUSED = 2


@click.group("facts")
def command() -> None:
    """The tables of a company: members, orders, products and all else."""


@command.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the summary, or the findings, as JSON.")
@click.option("--all", "show_all", is_flag=True, help=f"Write every finding, not only the first {_SHOWN}.")
@click.pass_context
def check(ctx: click.Context, folder: Path, *, as_json: bool, show_all: bool) -> None:
    """Check the facts in FOLDER and say what they hold.

    Every mistake is written to standard error with its file, line and column, and the exit code is then 2.
    """
    from trueline.facts import Facts
    from trueline.facts.summary import summaries, summary_text

    try:
        facts = Facts.read(folder)
    except Refused as refused:
        _report(refused, as_json=as_json, show_all=show_all)
        ctx.exit(_REFUSED)
    if as_json:
        tables = [asdict(summary) for summary in summaries(facts)]
        say_data({"company": facts.company.name, "tables": tables, "hash": facts.hash, "findings": []})
        return
    click.echo(summary_text(facts))
    click.echo("no findings")


@command.command("template", short_help="Write an empty set of tables, each column explained.")
@click.argument("folder", type=click.Path(path_type=Path))
def template(folder: Path) -> None:
    """Write an empty set of tables to FOLDER, with what each column means.

    FOLDER must be new or empty.
    """
    from trueline.facts.template import write_template

    write_template(folder)
    click.echo(f"Wrote {folder}: fill in company.yaml, delete what you do not have, and read columns.md.")


def _report(refused: Refused, *, as_json: bool, show_all: bool) -> None:
    """Findings on standard error for people, or on standard output as JSON."""
    count = len(refused.findings)
    shown = refused.findings if show_all else refused.findings[:_SHOWN]
    if as_json:
        say_data({"findings": [asdict(finding) for finding in shown], "count": count})
        return
    for finding in shown:
        click.echo(" ".join(str(finding).split()), err=True)
    if count > len(shown):
        click.echo(f"… and {count - len(shown)} more findings; --all writes every one.", err=True)
    click.echo(f"{count} finding{'s' if count != 1 else ''}", err=True)
