"""``trueline simulate``: play a scenario under a plan, show what came of it, keep the facts."""

from __future__ import annotations

from pathlib import Path

import click

from trueline.cli.legible import say_data


@click.command("simulate")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--plan", type=click.Path(path_type=Path), required=True, help="The plan that pays in the company.")
@click.option("--seed", type=click.IntRange(0, 2**63), help="What draws begin with; default: as the scenario says.")
@click.option("--months", type=click.IntRange(1, 600), help="How many months; default: as the scenario says.")
@click.option("--way", help="Another way of working than the scenario's, such as 'customers first'.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the facts of the company to this new folder.")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
def command(
    scenario: Path,
    plan: Path,
    seed: int | None,
    months: int | None,
    way: str | None,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Invent a company month by month as SCENARIO says, let PLAN pay in it, and say what came of it.

    The same scenario, plan and seed give the same company. Nothing of it is true of a real one.
    """
    from trueline.cli.progress import progress
    from trueline.errors import Finding, Refused
    from trueline.facts.write import write_facts
    from trueline.plan import load_plan
    from trueline.simulate import load_scenario, simulate, working
    from trueline.simulate.summary import summary, summary_text

    if out is not None and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise Refused([Finding(str(out), 0, 0, "This is there already, and no empty folder.", "Name a new one.")])
    read = load_scenario(scenario)
    if way is not None:
        read = working(read, way)
    plan_file = load_plan(plan)
    with progress() as report:
        played = simulate(read, plan_file, seed, months=months, progress=report)
        if out is not None:
            report("writing facts", 0, 1)
            write_facts(played.facts, out)
    data = summary(played)
    if as_json:
        say_data(data)
        return
    click.echo(summary_text(data))
    if out is not None:
        click.echo(f"Facts written to {out}.")
