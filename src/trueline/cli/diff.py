"""``trueline diff``: who gets another amount in another run, by how much, and which input caused it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data
from trueline.errors import Finding, Refused

if TYPE_CHECKING:
    from trueline.run.difference import Change, Difference

_SHOWN = 20


@click.command("diff")
@click.argument("first", type=click.Path(path_type=Path), metavar="RUN")
@click.argument("second", type=click.Path(path_type=Path), metavar="[RUN]", required=False)
@click.option("--plan", type=click.Path(path_type=Path), help="Compare with this plan on the inputs of the first run.")
@click.option(
    "--order", default="facts,trees,plan,state", show_default=True, help="Swaps, one after the other; + joins."
)
@click.option("--all", "everything", is_flag=True, help="Show every change, not only the largest ones.")
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    first: Path,
    second: Path | None,
    plan: Path | None,
    order: str,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Say who gets another amount in the second RUN than in the first, by how much, and why.

    Inputs are swapped one at a time in the order shown, so the causes add up exactly. Exit code 1: they differ.
    """
    from trueline.cli.progress import progress
    from trueline.plan import load_plan
    from trueline.run.difference import CAUSES, Made, difference, is_order
    from trueline.run.store import load_run

    if (second is None) == (plan is None):
        raise click.UsageError("Name a second run, or --plan FILE.")
    causes = [cause.strip() for cause in order.split(",")]
    if not is_order(causes):
        message = f"'{order}' does not name each of {', '.join(CAUSES)} once."
        raise Refused([Finding("--order", 0, 0, message, f"Write {','.join(CAUSES)} in the order you want.")])
    one = Made.of(load_run(first))
    if second is not None:
        other = Made.of(load_run(second))
    else:
        assert plan is not None
        other = replace(one, label=str(plan), plan_file=load_plan(plan))
    with progress() as report:
        try:
            found = difference(one, other, causes, progress=report)
        except Refused:
            if plan is None:
                raise
            # Another plan may not understand the state of this one: it then starts from the opening balances.
            causes = ["facts", "trees", "plan+state"]
            found = difference(one, replace(other, state=None, past=None), causes, progress=report)
    if as_json:
        say_data(_data(found))
    else:
        click.echo(_text(found, everything=everything), nl=False)
    if not found.same:
        ctx.exit(1)


def _data(found: Difference) -> dict[str, Any]:
    def change(one: Change) -> dict[str, Any]:
        causes = {cause: str(part) for cause, part in zip(found.order, one.causes, strict=True)}
        return {
            "member": one.member,
            "bonus": one.bonus or "payable",
            "before": str(one.before),
            "after": str(one.after),
            "causes": causes,
        }

    return {
        "first": found.first,
        "second": found.second,
        "currency": found.currency,
        "order": list(found.order),
        "same": found.same,
        "totals": [change(one) for one in found.totals],
        "changes": [change(one) for one in found.changes],
        "ranks": [
            {"member": one.member, "before": one.before, "after": one.after, "cause": one.cause} for one in found.ranks
        ],
    }


def _text(found: Difference, *, everything: bool) -> str:
    import shutil
    import sys

    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

    from trueline.explain.text import as_text
    from trueline.facts.currencies import minor_unit
    from trueline.money import format_number
    from trueline.plan.phrases import listed
    from trueline.run.difference import MEANING

    unit = minor_unit(found.currency)

    def money(amount: Fraction) -> str:
        return format_number(amount, unit, group=True) if amount else "–"

    every = (*found.totals, *found.changes)
    at = [place for place in range(len(found.order)) if any(one.causes[place] for one in every)]

    def table(title: str, rows: list[Change], heads: tuple[str, ...]) -> Table:
        drawn = Table(title=title, title_justify="left")
        for head in heads:
            drawn.add_column(head, overflow="fold")
        for head in ("before", "after", "change", *(found.order[place] for place in at)):
            drawn.add_column(head, justify="right", no_wrap=True)
        for one in rows:
            named = (one.member, one.bonus or "payable")[2 - len(heads) :]
            causes = (one.causes[place] for place in at)
            drawn.add_row(*named, *map(money, (one.before, one.after, one.change, *causes)))
        return drawn

    parts: list[RenderableType] = [Text(f"{found.first} → {found.second}, {found.currency}", style="bold")]
    if found.same:
        parts.append(Text("Nobody gets another amount or rank."))
    else:
        meant = {cause: "; ".join(MEANING[part] for part in cause.split("+")) for cause in found.order}
        swaps = [f"{place}. {cause}: {meant[cause]}" for place, cause in enumerate(found.order, 1)]
        parts.append(Text("Inputs swapped one after the other:\n  " + "\n  ".join(swaps)))
        idle = [cause for place, cause in enumerate(found.order) if place not in at]
        if idle:
            parts.append(Text(f"Of {listed(idle, 'or')} comes no difference in money."))
        parts.append(table("All members", list(found.totals), ("bonus",)))
        shown = list(found.changes) if everything else list(found.changes[:_SHOWN])
        parts.append(
            table("Largest changes" if len(shown) < len(found.changes) else "Changes", shown, ("member", "bonus"))
        )
        if len(shown) < len(found.changes):
            parts.append(Text(f"{len(found.changes) - len(shown)} more; --all shows them."))
        if found.ranks:
            ranks = Table(title="Ranks", title_justify="left")
            for head in ("member", "before", "after", "first moved by"):
                ranks.add_column(head)
            for rank in found.ranks:
                ranks.add_row(rank.member, rank.before or "none", rank.after or "none", rank.cause)
            parts.append(ranks)
    width = shutil.get_terminal_size((100, 40)).columns
    return as_text(Group(*parts), width, styled=sys.stdout.isatty())
