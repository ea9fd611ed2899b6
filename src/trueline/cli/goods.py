"""``trueline return``: goods that come back. ``preview`` says what a return would do before it is booked."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data
from trueline.cli.span import day_of, period_of
from trueline.errors import Finding, Refused
from trueline.period import Period, following, seconds_of

if TYPE_CHECKING:
    from trueline.facts import Facts
    from trueline.plan import Plan, PlanFile
    from trueline.run import Result
    from trueline.run.preview import Effect
    from trueline.run.store import StoredRun


@click.group("return")
def command() -> None:
    """Goods that come back: what a return would do to whom."""


@command.command("preview", short_help="Show what changes for whom if an order came back.")
@click.argument("facts", type=click.Path(path_type=Path))
@click.argument("order")
@click.option("--line", help="One line of the order; default: all that is left of it.")
@click.option("--quantity", type=click.IntRange(min=1), help="How many of the line; default: all that are left.")
@click.option("--on", "day", metavar="DATE", help="The day of the return; default: the first of the open period.")
@click.option("--state", type=click.Path(path_type=Path), help="The stored run of the last closed period.")
@click.option("--plan", "plan_path", type=click.Path(path_type=Path), help="The plan; default: that of the stored run.")
@click.option("--period", help="The open period, where there is no stored run yet.")
@click.option("--json", "as_json", is_flag=True, help="Write exact data as JSON.")
def preview(
    facts: Path,
    order: str,
    line: str | None,
    quantity: int | None,
    day: str | None,
    state: Path | None,
    plan_path: Path | None,
    period: str | None,
    *,
    as_json: bool,
) -> None:
    """Show what changes for whom if ORDER of FACTS came back in the open period. Nothing is booked.

    The open period follows that of the stored run named by --state. It is computed twice, without and with the return.
    """
    from trueline.cli.progress import progress
    from trueline.cli.summary import table_width
    from trueline.facts import Facts
    from trueline.plan import load_plan
    from trueline.run import run
    from trueline.run.preview import effects
    from trueline.run.store import StoredPast, load_run

    if quantity is not None and line is None:
        raise click.UsageError("--quantity says how many of one line; name it with --line.")
    stored = load_run(state) if state else None
    plan_file = _plan(stored, load_plan(plan_path) if plan_path else None)
    open_period = _open(stored, plan_file, period)
    plan = plan_file.at(open_period)
    with progress() as report:
        report("reading facts", 0, 1)
        known = Facts.read(facts)
        back, moment = _returned(known, order, line, quantity, open_period, day)
        results: list[Result] = []
        for one, words in ((known, "without the return"), (back, "with the return")):
            report(words, len(results), 2)
            opening = stored.state() if stored else None
            results.append(run(plan, one, opening, open_period, past=StoredPast(stored)))
    found = effects(*results)
    data = _data(found, order, str(dt.date(1970, 1, 1) + dt.timedelta(seconds=moment)), open_period, plan)
    if as_json:
        say_data(data)
    else:
        click.echo(_text(data, table_width()))


def _open(stored: StoredRun | None, plan_file: PlanFile, period: str | None) -> Period:
    """The period in which the goods come back."""
    if (stored is None) == (period is None):
        raise click.UsageError("Name the run of the last closed period with --state, or the open one with --period.")
    if stored is not None:
        return following(stored.period, plan_file.at(stored.period).kinds)
    return period_of("--period", period or "")


def _plan(stored: StoredRun | None, named: PlanFile | None) -> PlanFile:
    if named is not None:
        return named
    if stored is None:
        raise click.UsageError("Without a stored run the plan is named with --plan.")
    return stored.plan_file()


def _returned(
    facts: Facts, order: str, line: str | None, quantity: int | None, period: Period, day: str | None
) -> tuple[Facts, int]:
    """The facts with the return, and its moment in seconds of wall time."""
    from trueline.facts.returned import lines_of, with_returns

    rows = lines_of(facts, order, line)
    if not rows:
        raise Refused([Finding("return", 0, 0, f"All of order '{order}' came back already.", "Name another order.")])
    sold = int(facts.effective("order_lines")[rows[0]])
    moment = max(period.start_seconds, sold) if day is None else seconds_of(day_of("--on", day))
    if not max(sold // 86_400 * 86_400, period.start_seconds) <= moment < period.end_seconds:
        message = f"Order '{order}' cannot come back then: the open period is {period.label}."
        remedy = (
            f"It was sold on {dt.date(1970, 1, 1) + dt.timedelta(seconds=sold)}; name a day after it in the period."
        )
        raise Refused([Finding("--on" if day else "return", 0, 0, message, remedy)])
    left = facts.sold.left_over()
    return with_returns(facts, {row: quantity or int(left[row]) for row in rows}, max(moment, sold)), moment


def _data(found: list[Effect], order: str, day: str, period: Period, plan: Plan) -> dict[str, Any]:
    """The preview as plain values; amounts are exact text."""
    from trueline.money import format_number

    unit = plan.money_unit
    return {
        "format": 1,
        "kind": "return preview",
        "order": order,
        "day": day,
        "period": period.label,
        "currency": plan.currency,
        "members": [
            {
                "member": one.member,
                "bonuses": {name: format_number(amount, unit) for name, amount in one.bonuses.items()},
                "payable": [format_number(amount, unit) for amount in one.payable],
                "carried": [format_number(amount, unit) for amount in one.carried],
                "debt": [format_number(amount, unit) for amount in one.debt],
                "rank": list(one.rank),
                "title": list(one.title),
            }
            for one in found
        ],
    }


def _text(data: dict[str, Any], width: int) -> str:
    """A table: who loses what, and what becomes of ranks and debts."""
    from rich.console import Console
    from rich.table import Table

    if not data["members"]:
        return f"If order {data['order']} came back on {data['day']}, no amount, rank or debt would change for anybody."
    table = Table(
        title=f"If order {data['order']} came back on {data['day']}: changes in {data['period']}, {data['currency']}",
        title_justify="left",
    )
    carries = any(Fraction(one["carried"][1]) for one in data["members"])
    accounts = {"payable": "paid then", **({"carried": "carried then"} if carries else {}), "debt": "owed then"}
    for heading in ("member", "bonus", "change", *accounts.values(), "rank and title"):
        table.add_column(heading, justify="right" if heading in ("change", *accounts.values()) else "left")
    for one in data["members"]:
        standing = "; ".join(
            f"{what} {was or 'none'} → {now or 'none'}"
            for what, (was, now) in (("rank", one["rank"]), ("title", one["title"]))
            if was != now
        )
        rows = list(one["bonuses"].items()) or [("", "")]
        for place, (bonus, change) in enumerate(rows):
            first = place == 0
            table.add_row(
                one["member"] if first else "",
                bonus,
                change,
                *(one[name][1] if first else "" for name in accounts),
                standing if first else "",
            )
    buffer = StringIO()
    Console(file=buffer, width=width, color_system=None).print(table)
    return buffer.getvalue().rstrip()
