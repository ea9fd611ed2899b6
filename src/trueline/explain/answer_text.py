"""Why not, and what the next rank needs, as plain text."""

from __future__ import annotations

from rich.console import ConsoleRenderable, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from trueline.explain import figures
from trueline.explain.answers import (
    Answer,
    deposit_words,
    goal_head,
    lack_words,
    leg_words,
    missed_words,
    nearest_words,
    next_head,
)
from trueline.explain.nextrank import Goal, NextRank
from trueline.explain.text import failing_list, hanging, heading
from trueline.explain.whynot import Money, WhyNot


def why_not_text(found: WhyNot) -> Group:
    """The reasons one below the other, then where the money went."""
    answer = Answer(found)
    parts: list[ConsoleRenderable] = [
        Text(f"Why not '{found.bonus}': {found.member}, {figures.period(found.period)}", style="bold"),
        Text(f"Plan: {found.plan} ({found.place})."),
        Text(""),
        Text(answer.head()),
    ]
    for number, one in enumerate(found.missed, 1):
        parts.append(hanging(f"{number}. ", missed_words(one)))
        if one.check is not None:
            parts.append(Padding(failing_list((one.check,)), (0, 0, 0, 3)))
    parts += [hanging("· ", answer.cut(cut)) for cut in found.cuts]
    if found.money is not None:
        parts += money_parts(answer, found, found.money)
    if found.instead is not None:
        parts += [Text(""), *(Text(sentence) for sentence in answer.instead(found.instead))]
    return Group(*parts)


def money_parts(answer: Answer, found: WhyNot, money: Money) -> list[ConsoleRenderable]:
    """The totals, what was lost at the member, and the largest sources."""
    sources = figures.counted(money.sources, "source")
    below = figures.counted(found.people, "person", "people")
    parts: list[ConsoleRenderable] = [heading("Where the money went")]
    if not money.sources:
        return [*parts, Text(f"Neither you nor the {below} below you are a source of this bonus.")]
    parts += [
        Text(f"{sources} among you and the {below} below you. Exact amounts, before rounding:"),
        _sums(answer, money),
    ]
    parts += [Text(sentence) for sentence in answer.at_you(money.at_you)]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", max_width=24)
    table.add_column(overflow="fold")
    for source in money.largest:
        head = f"{answer.money(source.promised)} promised on {figures.number(source.base, answer.unit)}"
        order = f", order {source.order}" if source.order else ""
        order += f", its part '{source.part}'" if source.part else ""
        table.add_row(source.source, "\n".join([head + order, *(answer.share(share) for share in source.shares)]))
    more = money.sources - len(money.largest)
    if more:
        table.add_row("and more", figures.counted(more, "smaller source"))
    return [*parts, heading("By source, the largest first"), table]


def _sums(answer: Answer, money: Money) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right", overflow="fold")
    for words, amount in answer.money_rows(money):
        table.add_row(words, figures.number(amount, answer.unit))
    return table


# next rank --------------------------------------------------------------------------------------------------------


def next_rank_text(found: NextRank) -> Group:
    """What each higher rank needs."""
    parts: list[ConsoleRenderable] = [
        Text(f"Next rank: {found.member}, {figures.period(found.period)}", style="bold"),
        Text(f"Plan: {found.plan}."),
        Text(""),
        Text(next_head(found)),
    ]
    for goal in found.goals:
        parts += [heading(goal.rank), *goal_parts(goal)]
    return Group(*parts)


def goal_parts(goal: Goal) -> list[ConsoleRenderable]:
    parts: list[ConsoleRenderable] = [Text(goal_head(goal)), Text(f"the plan asks: {goal.words}")]
    for number, lack in enumerate(goal.lacks, 1):
        parts.append(hanging(f"{number}. ", lack_words(lack)))
        parts += [hanging("   leg ", leg_words(leg)) for leg in lack.legs]
        parts += [hanging("   nearest: ", nearest_words(one)) for one in lack.nearest]
    if goal.add:
        parts.append(Text("This would be enough, all else unchanged:"))
        parts += [hanging("   + ", deposit_words(one)) for one in goal.add]
    return parts
