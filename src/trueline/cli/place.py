"""``trueline place``: propose seats for those who wait, carry out a reviewed list, roll up the terminated."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from trueline.cli.legible import say_data
from trueline.cli.span import day_of
from trueline.errors import Finding, Refused, nearest

if TYPE_CHECKING:
    from trueline.network.placement.proposal import Proposal, Rules
    from trueline.network.placement.seating import Fill

_SHOWN = 20
FILLS = "breadth, depth, left, right, slot K, alternate, weaker, smallest"


@click.command("place")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("plan", type=click.Path(path_type=Path), required=False)
@click.option("--tree", required=True, help="The tree, such as binary or matrix.")
@click.option("--on", "day", required=True, metavar="DATE", help="The day from which the new edges hold.")
@click.option("--width", type=click.IntRange(1, 100), help="Seats below one member; without it there are no slots.")
@click.option("--under", help="The tree in which a newcomer's upline is looked for.  [default: sponsor]")
@click.option("--fill", help=f"Where newcomers go: {FILLS}.  [default: breadth]")
@click.option("--choices", type=click.Path(path_type=Path), help="The reviewed list: position, parent, slot, reviewed.")
@click.option("--wait", type=click.IntRange(0), default=0, show_default=True, help="Days in the holding tank.")
@click.option("--only-choices", is_flag=True, help="Whoever is not in the list stays in the holding tank.")
@click.option("--roll-up", is_flag=True, help="The terminated leave; those below move up.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the rows of the edges table to this file.")
@click.option("--whole", is_flag=True, help="Write the whole edges table, not only the rows that change.")
@click.option("--json", "as_json", is_flag=True, help="Write what is proposed as JSON.")
def command(
    folder: Path,
    plan: Path | None,
    tree: str,
    day: str,
    width: int | None,
    under: str | None,
    fill: str | None,
    choices: Path | None,
    wait: int,
    out: Path | None,
    *,
    only_choices: bool,
    roll_up: bool,
    whole: bool,
    as_json: bool,
) -> None:
    """Propose dated edges of a tree for the facts in FOLDER; the facts themselves are never changed.

    With PLAN the width, upline tree and fill are those of its placed tree of that name. Choices come first, then the
    terminated leave (--roll-up), then those whose days of waiting are over are placed in the order of arrival.
    """
    from trueline.cli.written import write_page
    from trueline.facts import Facts
    from trueline.network.placement.choices import read_choices
    from trueline.network.placement.proposal import propose
    from trueline.network.placement.rows import changed_rows, table_text, whole_table
    from trueline.period import seconds_of

    start = seconds_of(day_of("--on", day))
    rules = _rules(plan, tree, day_of("--on", day), width, under, fill, None if only_choices else wait, roll_up=roll_up)
    listed = read_choices(choices) if choices else []
    facts = Facts.read(folder)
    proposal = propose(facts, rules, start, listed)
    table = whole_table(proposal)  # also without --whole: what is not sound is refused before anything is written
    if out is not None:
        write_page(out, table_text(table if whole else changed_rows(proposal)))
    if as_json:
        say_data(_data(proposal))
        return
    _show(proposal)
    if out is not None:
        click.echo(f"Wrote {out}" + (": it can take the place of edges.csv." if whole else "."))
        if whole and facts.has("edges") and facts["edges"].derived:
            click.echo("Take the column 'sponsor' out of members then: the sponsors are in that file too.")


def _rules(
    plan: Path | None,
    tree: str,
    day: dt.date,
    width: int | None,
    under: str | None,
    fill: str | None,
    wait: int | None,
    *,
    roll_up: bool,
) -> Rules:
    from trueline.network.placement.proposal import Rules

    if plan is not None:
        if width or under or fill:
            raise click.UsageError("With a PLAN its own width, upline tree and fill hold; leave the options out.")
        return _rules_of(plan, tree, day, wait, roll_up=roll_up)
    if fill and not width:
        raise click.UsageError("--fill needs --width: without slots everybody stands right under the upline.")
    way, slot = _fill(fill or "breadth", width or 1)
    return Rules(tree, under or "sponsor", width or 0, way, slot, wait, roll_up)


def _rules_of(plan: Path, tree: str, day: dt.date, wait: int | None, *, roll_up: bool) -> Rules:
    from trueline.network.placement.proposal import Rules
    from trueline.plan import load_plan
    from trueline.plan.steps import PlacedStep, tree_key

    loaded = load_plan(plan).on(day)
    step = loaded.steps.get(tree_key(tree))
    if not isinstance(step, PlacedStep):
        placed = [name for name in loaded.trees if isinstance(loaded.steps[tree_key(name)], PlacedStep)]
        message = f"The plan has no placed tree '{tree}'."
        raise Refused([Finding(str(plan), 0, 0, message, nearest(tree, placed) or "Give --width and --fill.")])
    if step.weight is not None or step.among is not None:
        message = f"Tree '{tree}' is placed by a measure of the plan, which only a run knows."
        raise Refused([Finding(str(plan), 0, 0, message, "Run the plan: it seats newcomers itself.")])
    return Rules(tree, step.base, step.width, step.fill, step.slot or 1, wait, roll_up)


def _fill(text: str, width: int) -> tuple[Fill, int]:
    from trueline.network.placement.seating import Fill

    sides = {"left": 1, "right": width}
    number = text.removeprefix("slot ")
    if text in sides or (text.startswith("slot ") and number.isdigit() and 1 <= int(number) <= width):
        return "slot", sides.get(text) or int(number)
    words: dict[str, Fill] = {word: word for word in get_args(Fill) if word != "slot"}
    if text not in words:
        raise Refused([Finding("--fill", 0, 0, f"'{text}' is no way to fill seats.", nearest(text, [*words, *sides]))])
    return words[text], 1


def _data(proposal: Proposal) -> dict[str, object]:
    changes = [{key: value for key, value in asdict(one).items() if key != "row"} for one in proposal.changes]
    left = [{"position": one.position, "line": one.line, "reviewed": one.reviewed} for one in proposal.left]
    return {
        "tree": proposal.tree,
        "changes": changes,
        "waiting": [asdict(one) for one in proposal.waiting],
        "left": left,
    }


def _show(proposal: Proposal) -> None:
    shown = [
        f"{one.position}: leaves (terminated)"
        if one.how == "leaves"
        else f"{one.position}: {_where(one.parent, one.slot)} ({one.reason})"
        for one in proposal.changes
    ]
    _list(f"{_many(len(shown), 'change')} in tree '{proposal.tree}'", shown)
    waiting = [
        f"{one.position}: joined {one.joined or 'at a time not said'}, "
        + (f"placed on {one.until} at the latest" if one.until else one.why)
        for one in proposal.waiting
    ]
    _list(f"{len(waiting)} in the holding tank", waiting)
    if proposal.left:
        left = [f"{one.position} (line {one.line}): {_why_left(one.reviewed)}" for one in proposal.left]
        _list(f"{len(left)} of the list not carried out", left)


def _why_left(reviewed: str) -> str:
    return "begins later" if reviewed else "not yet reviewed"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("s" if count != 1 else "")


def _where(parent: str, slot: int) -> str:
    return (f"under {parent}" + (f", slot {slot}" if slot else "")) if parent else "a root"


def _list(title: str, rows: list[str]) -> None:
    click.echo(title)
    for row in rows[:_SHOWN]:
        click.echo(f"  {row}")
    if len(rows) > _SHOWN:
        click.echo(f"  … and {len(rows) - _SHOWN} more; --json writes every one.")
