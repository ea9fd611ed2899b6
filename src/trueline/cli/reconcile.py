"""``trueline reconcile``: a stored run against another system's result, differences grouped by probable cause."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data

if TYPE_CHECKING:
    from trueline.run.reconcile import Reconciled

_SHOWN = 10


@click.command("reconcile")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("legacy", type=click.Path(path_type=Path), metavar="LEGACY.CSV")
@click.option("--all", "everything", is_flag=True, help="Show every difference, not only the largest of each group.")
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON.")
@click.pass_context
def command(ctx: click.Context, run: Path, legacy: Path, *, everything: bool, as_json: bool) -> None:
    """Compare a stored RUN with what another system paid: a CSV file with member, amount and, if it knows, bonus.

    Differences are grouped by probable cause: a way to compute that gives exactly the other system's amount. Exit code
    1: they differ.
    """
    from trueline.cli.progress import progress
    from trueline.run.difference import Made
    from trueline.run.legacy import read_legacy
    from trueline.run.reconcile import reconcile
    from trueline.run.store import load_run

    theirs = read_legacy(legacy)
    with progress() as report:
        found = reconcile(Made.of(load_run(run)), theirs, progress=report)
    if as_json:
        say_data(_data(found))
    else:
        click.echo(_text(found, everything=everything), nl=False)
    if found.groups:
        ctx.exit(1)


def _data(found: Reconciled) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "here": str(found.ours),
        "there": str(found.theirs),
        "agree": found.agreed,
        "meant": dict(found.meant),
        "groups": [
            {
                "cause": group.cause,
                "sum": str(group.sum),
                "differences": [
                    {"member": gap.member, "bonus": gap.bonus, "here": str(gap.ours), "there": str(gap.theirs)}
                    for gap in group.gaps
                ],
            }
            for group in found.groups
        ],
    }


def _text(found: Reconciled, *, everything: bool) -> str:
    import shutil
    import sys

    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

    from trueline.explain.text import as_text
    from trueline.facts.currencies import minor_unit
    from trueline.money import format_number

    differ = sum(len(group.gaps) for group in found.groups)
    money = partial(format_number, unit=minor_unit(found.currency), group=True)
    agree = "1 amount agrees" if found.agreed == 1 else f"{found.agreed} amounts agree"
    head = f"{agree}, {differ} differ{'s' * (differ == 1)}. Here {money(found.ours)}, there {money(found.theirs)}"
    parts: list[RenderableType] = [Text(f"{head} {found.currency}.")]
    if found.groups:
        table = Table(title="Probable causes", title_justify="left")
        for name, justify in (("cause", "left"), ("amounts", "right"), ("there less here", "right")):
            table.add_column(name, justify="right" if justify == "right" else "left")
        for group in found.groups:
            table.add_row(group.cause, str(len(group.gaps)), money(group.sum))
        table.add_row("together", str(differ), money(found.theirs - found.ours), style="bold")
        parts.append(table)
    for group in found.groups:
        table = Table(title=group.cause, title_justify="left")
        for name in ("member", "bonus"):
            table.add_column(name)
        for name in ("here", "there", "there less here"):
            table.add_column(name, justify="right")
        shown = group.gaps if everything else group.gaps[:_SHOWN]
        for gap in shown:
            table.add_row(gap.member, gap.bonus or "all", money(gap.ours), money(gap.theirs), money(gap.gap))
        parts.append(table)
        if len(shown) < len(group.gaps):
            parts.append(Text(f"{len(group.gaps) - len(shown)} more; --all shows them."))
        strange = dict.fromkeys(name for gap in shown for name in (gap.member, gap.bonus) if name in found.meant)
        parts.extend(Text(f"'{name}' is not known here. {found.meant[name]}") for name in strange)
    width = shutil.get_terminal_size((100, 40)).columns
    return as_text(Group(*parts), width, styled=sys.stdout.isatty())
