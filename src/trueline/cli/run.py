"""``trueline run``: compute periods and store them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data
from trueline.cli.span import day_of, period_of
from trueline.errors import Finding, Refused
from trueline.period import SECONDS_PER_DAY, Period, seconds_of

if TYPE_CHECKING:
    from trueline.facts import Facts
    from trueline.run import Result

_REACH = 366 * SECONDS_PER_DAY


@click.command("run")
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--period", "first", required=True, help="The period, such as 2026-03; the first one with --to.")
@click.option("--to", "last", help="The last period of a chain.")
@click.option("--state", type=click.Path(path_type=Path), help="A stored run whose state to go on from.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("runs"), show_default=True, help="The store.")
@click.option("--name", help="Name of the run in the store (one period only); default: period and plan.")
@click.option("--booked-before", metavar="DATE", help="Read only what was booked before this day.")
@click.option("--dry", is_flag=True, help="Compute and show, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON.")
def command(
    plan: Path,
    facts: Path,
    first: str,
    last: str | None,
    state: Path | None,
    out: Path,
    name: str | None,
    booked_before: str | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    """Compute the PLAN on the FACTS and store results, sealed inputs and the state for the next period."""
    from trueline.cli.progress import progress
    from trueline.cli.summary import summary_data, summary_text, table_width
    from trueline.facts import Facts
    from trueline.plan import load_plan
    from trueline.run import chain
    from trueline.run.store import StoredPast, load_run, run_name, save_run

    start, end = period_of("--period", first), period_of("--to", last or first)
    if end.kind != start.kind:
        raise click.UsageError(f"--period names a {start.kind} and --to a {end.kind}; name two of one kind.")
    if end < start or (name and start != end):
        raise click.UsageError("--to names a later period; --name works for one period only.")
    plan_file = load_plan(plan)
    kinds = plan_file.at(start).kinds
    if name and start.kind == kinds[-1] and len(kinds) > 1:
        raise click.UsageError(f"--name works for one run; {start.label} has several, one for each of its cadences.")
    shown: list[dict[str, Any]] = []
    with progress() as report:
        report("reading facts", 0, 1)
        known = Facts.read(facts)
        before = None if booked_before is None else seconds_of(day_of("--booked-before", booked_before))
        read = known if before is None else known.known_by(before)
        _check_reach(read, end, "--to" if last else "--period")
        earlier = load_run(state) if state else None
        opening = earlier.state() if earlier else None
        results: list[tuple[Result, str]] = []
        for result in chain(plan_file, read, opening, start, end, progress=report, past=StoredPast(earlier)):
            folder = ""
            if not dry:
                report("storing", 1, 1)
                called = name or run_name(result.plan.name, Period.parse(result.period))
                folder = str(save_run(out, called, result, plan_file, read, opening, before, earlier))
                earlier = load_run(folder)
            results.append((result, folder))
            opening = result.state
    for result, folder in results:
        data = summary_data(result, folder)
        if state is None and result is results[0][0]:
            data["doubts"] += _left_behind(out, result)
        shown.append(data)
        if not as_json:
            click.echo(("\n" if len(shown) > 1 else "") + summary_text(data, table_width()))
    if as_json:
        say_data(shown)


def _check_reach(facts: Facts, end: Period, option: str) -> None:
    """Refuse periods long after everything that the facts know: a slip of a digit would begin thousands of runs."""
    from trueline.facts.columns import moment
    from trueline.facts.summary import last_of_all

    last = last_of_all(facts)
    if last is not None and end.start_seconds > last + _REACH:
        message = f"{end.label} begins more than a year after the last fact, of {moment(last)}."
        raise Refused([Finding(option, 0, 0, message, "Name an earlier period, or give the facts of later ones.")])


def _left_behind(store: Path, result: Result) -> list[str]:
    """What to say of a first run beside the stored run of the period before: carried amounts may be lost."""
    from trueline.run.manifest import MANIFEST
    from trueline.run.store import run_name

    before = store / run_name(result.plan.name, Period.parse(result.period).previous())
    if not (before / MANIFEST).is_file():
        return []
    return [f"Began from the opening balances. To go on from the period before, name it: --state {before}."]
