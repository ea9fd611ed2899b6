"""``trueline explain``: what a member gets and why, why not, and what the next rank needs."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trueline.cli.legible import say_data

if TYPE_CHECKING:
    from rich.console import Group

    from trueline.explain.model import Statement
    from trueline.explain.nextrank import NextRank
    from trueline.explain.whynot import WhyNot
    from trueline.run import Result


@click.command("explain")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("member")
@click.option("--bonus", help="Explain this bonus only.")
@click.option("--why-not", "missing", metavar="BONUS", help="Say why this bonus is not paid, or what limits it.")
@click.option("--next-rank", "higher", is_flag=True, help="Say what is missing for the next rank.")
@click.option("--all", "everything", is_flag=True, help="Show every line, not only the largest ones.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the statement as one web page.")
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON.")
def command(
    run: Path,
    member: str,
    bonus: str | None,
    missing: str | None,
    html: Path | None,
    *,
    higher: bool,
    everything: bool,
    as_json: bool,
) -> None:
    """Explain what MEMBER gets in a stored RUN, down to the order lines.

    RUN is a folder that 'trueline run' wrote; it is computed again from its sealed inputs.
    """
    from trueline.cli.progress import progress
    from trueline.cli.written import write_page
    from trueline.run.store import load_run

    _check_options(bonus, missing, html, higher=higher, as_json=as_json)
    with progress() as report:
        report("computing again", 0, 1)
        result = load_run(run).result()
        report("explaining", 1, 1)
        found = _asked(result, member, bonus, missing, higher=higher, everything=everything)
        page = _page(result, member, found) if html is not None else ""
    if html is not None:
        write_page(html, page)
        click.echo(f"Wrote {html}.")
    elif as_json:
        from trueline.explain.data import as_data

        say_data(as_data(found))
    else:
        from trueline.explain.text import as_text

        width = shutil.get_terminal_size((100, 40)).columns
        click.echo(as_text(_text(found), width, styled=sys.stdout.isatty()), nl=False)


def _check_options(bonus: str | None, missing: str | None, html: Path | None, *, higher: bool, as_json: bool) -> None:
    if sum((bonus is not None, missing is not None, higher)) > 1:
        raise click.UsageError("Ask one question: --bonus, --why-not or --next-rank.")
    if html is not None and (missing is not None or higher or as_json):
        raise click.UsageError(
            "--html writes the statement, which holds the next rank as well; leave out the other options."
        )


def _asked(
    result: Result, member: str, bonus: str | None, missing: str | None, *, higher: bool, everything: bool
) -> Statement | WhyNot | NextRank:
    from trueline.explain import next_rank, statement, why_not

    if missing is not None:
        return (
            why_not(result, member, missing, most=len(result.world.ids))
            if everything
            else why_not(result, member, missing)
        )
    if higher:
        return next_rank(result, member)
    return statement(result, member, bonus=bonus, most=None) if everything else statement(result, member, bonus=bonus)


def _text(found: Statement | WhyNot | NextRank) -> Group:
    from trueline.explain.answer_text import next_rank_text, why_not_text
    from trueline.explain.model import Statement
    from trueline.explain.text import statement_text
    from trueline.explain.whynot import WhyNot

    if isinstance(found, Statement):
        return statement_text(found)
    return why_not_text(found) if isinstance(found, WhyNot) else next_rank_text(found)


def _page(result: Result, member: str, found: Statement | WhyNot | NextRank) -> str:
    from trueline.explain import next_rank
    from trueline.explain.model import Statement
    from trueline.explain.page import statement_page

    if not isinstance(found, Statement):
        raise TypeError(found)
    return statement_page(found, next_rank(result, member, most=1))
