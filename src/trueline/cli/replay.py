"""``trueline replay``: prove that a stored run comes out the same."""

from __future__ import annotations

from pathlib import Path

import click

from trueline.cli.legible import say_data

_SAID_NO = 1


@click.command("replay")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON.")
@click.pass_context
def command(ctx: click.Context, run: Path, *, as_json: bool) -> None:
    """Compute the stored RUN again from its sealed inputs and compare every table."""
    from trueline.run.replay import replay
    from trueline.run.store import load_run

    found = replay(load_run(run))
    if as_json:
        say_data({"same": found.same, "different": found.different, "rows": found.rows})
    elif found.same:
        click.echo(f"{run}: the same result, table by table.")
    else:
        click.echo(f"{run}: different in {', '.join(found.different)}.")
        for row in found.rows:
            click.echo(row, err=True)
    if not found.same:
        ctx.exit(_SAID_NO)
