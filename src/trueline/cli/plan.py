"""``trueline plan``: check plan files, show them in plain words, write the schema for editors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data
from trueline.cli.main import ExitCode
from trueline.errors import Finding, Refused

if TYPE_CHECKING:
    from trueline.plan import Plan, PlanFile


@click.group("plan")
def command() -> None:
    """The plan file: checked, in plain words, and its schema."""


@command.command("check", short_help="Check plans on every date on which they change.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.pass_context
def check(ctx: click.Context, files: Sequence[Path], *, as_json: bool) -> None:
    """Check the plans in FILES on every date on which they change, and say what they hold and promise.

    Every mistake is written to standard error with its line and column, and the exit code is then 2.
    """
    from trueline.plan import load_plan

    findings: list[Finding] = []
    found: list[dict[str, Any]] = []
    for file in files:
        try:
            plan = load_plan(file)
            versions = versions_of(plan)
        except Refused as refused:
            findings.extend(refused.findings)
        else:
            found.append({"file": str(file), **versions[-1], "versions": versions if len(versions) > 1 else []})
    if as_json:
        say_data({"plans": found, "findings": [asdict(one) for one in findings]})
    else:
        for one in found:
            click.echo(summary_text(one))
        for finding in findings:
            click.echo(" ".join(str(finding).split()), err=True)
    if findings:
        ctx.exit(ExitCode.REFUSED)


def versions_of(file: PlanFile) -> list[dict[str, Any]]:
    """What the plan holds and promises from each date on (``from``) on which that changes; without dates once.

    Errors: ``Refused`` with the findings of all dates.
    """
    days = [day.isoformat() for day in file.dates()] or [""]
    found: list[dict[str, Any]] = []
    for day, plan in zip(days, file.check(), strict=True):
        version = {"from": day, **summary(plan)}
        if found and all(version[key] == found[-1][key] for key in version.keys() - {"from", "hash"}):
            version["from"] = found.pop()["from"]
        found.append(version)
    return found


def summary(plan: Plan) -> dict[str, Any]:
    """What a plan holds and promises, as plain data."""
    from trueline.plan.phrases import percent
    from trueline.plan.promise import promises, total_by_base
    from trueline.plan.telling import sources_in_words

    return {
        "name": plan.name,
        "measures": list(plan.measures),
        "ranks": list(plan.ranks),
        "bonuses": {name: bonus.terms.kind for name, bonus in plan.bonuses.items()},
        "unknown": unknown_in(plan.raw()),
        "promised": [
            {
                "bonus": one.bonus,
                "share": None if one.share is None else percent(one.share),
                "base": one.base,
                "sources": sources_in_words(plan, one.sources) if one.base else "",
                "at least": one.at_least,
                "why not": one.why,
            }
            for one in promises(plan)
        ],
        "total": {base: percent(share) for base, share in total_by_base(plan).items()},
        "more than all": [base for base, share in total_by_base(plan).items() if share > 1],
        "hash": plan.hash,
    }


def unknown_in(data: Any, path: tuple[str, ...] = ()) -> list[str]:
    """The paths at which ``unknown`` is written."""
    if isinstance(data, dict):
        return [one for key, part in data.items() for one in unknown_in(part, (*path, key))]
    if isinstance(data, list):
        return [one for index, part in enumerate(data, 1) for one in unknown_in(part, (*path, str(index)))]
    return [".".join(path)] if isinstance(data, str) and data.strip() == "unknown" else []


def summary_text(found: dict[str, Any]) -> str:
    """One line for the plan, and one for each promise and unknown below it; of a plan that changes by date the same
    for each date from which it holds or promises something else.
    """
    if not found["versions"]:
        return "\n".join([f"{found['file']}: {found['name']}; {_held(found)}", *_promised(found)])
    lines = [f"{found['file']}: {found['name']}"]
    for version in found["versions"]:
        lines += [f"from {version['from']}: {_held(version)}", *_promised(version)]
    return "\n".join(lines)


def _held(found: dict[str, Any]) -> str:
    bonuses = ", ".join(found["bonuses"]) or "none"
    ranks = ", ".join(found["ranks"]) or "none"
    measures = f"{len(found['measures'])} measure{'s' * (len(found['measures']) != 1)}"
    return f"{measures}; ranks: {ranks}; bonuses: {bonuses}"


def _promised(found: dict[str, Any]) -> list[str]:
    lines = [f"  unknown   {path}" for path in found["unknown"]]
    for one in found["promised"]:
        of = f" of {plain(one['base'])}" + (f" ({plain(one['sources'])})" if one["sources"] != "all" else "")
        share = f"{'at least ' if one['at least'] else ''}{one['share']}{of}"
        lines.append(f"  promised  {one['bonus']}: " + (share if one["share"] else f"not provable: {one['why not']}"))
    unsure = {one["base"] for one in found["promised"] if one["at least"]}  # unknown rates may be higher
    open_ = [one["bonus"] for one in found["promised"] if not one["share"]]
    beside = f", without {' and '.join(open_)}" if open_ else ""
    for base, share in found["total"].items():
        doubt = ", more than all of it; is a percent sign missing?" if base in found["more than all"] else ""
        lines.append(f"  total     at {'least' if base in unsure else 'most'} {share} of {plain(base)}{beside}{doubt}")
    return lines


def plain(text: str) -> str:
    return text.replace("*", "")


@command.command("show")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", "day", metavar="DATE", help="The plan in force on this date; default: after its last change.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--html", "form", flag_value="html", help="Print one page of HTML that needs nothing else.")
@click.option("--json", "form", flag_value="json", help="Print the parts of the document as JSON.")
def show(file: Path, day: str | None, form: str | None) -> None:
    """Print the plan in FILE as a document in plain words.

    The words are made from what will be computed, so they say what will be paid.
    """
    from trueline.cli.document import as_data, as_html, as_markdown, to_terminal
    from trueline.plan import load_plan
    from trueline.plan.telling import Paragraph, tell

    plan_file = load_plan(file)
    plan = in_force(plan_file, day)
    blocks = [*tell(plan)]
    if plan_file.dates():
        blocks.insert(1, Paragraph(_which(plan_file.dates(), day)))
    if form == "html":
        click.echo(as_html(blocks, plan.name).encode())  # what it says of itself: UTF-8, whatever the terminal knows
    elif form == "markdown":
        click.echo(as_markdown(blocks))
    elif form == "json":
        found = {"plan": plan.name, "hash": plan.hash, "blocks": as_data(blocks)}
        say_data(found)
    else:
        to_terminal(blocks)


def _which(dates: Sequence[dt.date], day: str | None) -> str:
    """Which of the versions of a plan with dated values is shown."""
    past = [one for one in dates if day is None or one <= dt.date.fromisoformat(day)]
    later = [one for one in dates if one not in past]
    until = f" until {later[0]}, when it changes" if later else ""
    earlier = "; `--on` shows it on an earlier day" if len(past) > 1 else ""
    return f"As it is from {past[-1]} on{until}{earlier}."


def in_force(file: PlanFile, day: str | None) -> Plan:
    """The plan on a day as written on the command line."""
    if day is None:
        return file.check()[-1]
    try:
        return file.on(dt.date.fromisoformat(day))
    except ValueError:
        raise click.BadParameter(f"'{day}' is no date; write it as 2026-01-31.", param_hint="--on") from None


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of plan files for editors.

    Save it beside the plan and begin the plan with the line
    "# yaml-language-server: $schema=plan.schema.json".
    """
    from trueline.plan.schema import plan_schema

    say_data(plan_schema())
