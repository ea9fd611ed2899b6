"""A statement as plain text: headings, tables and sentences that fit any width."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, ConsoleRenderable, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from trueline.explain import figures
from trueline.explain.answers import missed_words
from trueline.explain.checks import Check
from trueline.explain.model import BonusStatement, Level, Payment, Statement
from trueline.explain.sentences import KINDS, Voice, check_words

ORDERS_SHOWN = 4
"""Orders that are listed below one line; the others are counted."""


def as_text(shown: ConsoleRenderable, width: int = 100, *, styled: bool = False) -> str:
    """What is printed: lines without blanks at their ends; ``[`` and ``:x:`` in names mean nothing."""
    target = io.StringIO()
    Console(
        file=target,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=styled,
        color_system="standard" if styled else None,
        legacy_windows=False,
    ).print(shown)
    written = target.getvalue().replace(figures.THIN, " ")
    return "\n".join(line.rstrip() for line in written.splitlines()) + "\n"


def statement_text(statement: Statement) -> Group:
    """The whole statement."""
    voice = Voice(statement)
    head = f"Statement of {statement.member} for {figures.period(statement.period)}"
    parts: list[ConsoleRenderable] = [
        Text(head, style="bold"),
        Text(f"Plan: {statement.plan} ({statement.plan_file}). Amounts in {statement.currency}."),
        Text(""),
        *(Text(sentence) for sentence in voice.summary()[:2]),
        heading("Your rank"),
        *rank_parts(voice, statement),
        heading("Your figures"),
        measures_table(statement),
    ]
    if statement.team.legs:
        parts += [heading("Your frontline"), team_table(statement)]
    for bonus in statement.bonuses:
        parts += [heading(f"{bonus.name}: {voice.money(bonus.amount)}"), *bonus_parts(voice, bonus)]
    parts += [heading("Payout"), pairs(voice.payout(statement.payout))]
    return Group(*parts)


def heading(words: str) -> ConsoleRenderable:
    return Padding(Rule(Text(words, style="bold"), align="left", characters="─"), (1, 0, 0, 0))


def rank_parts(voice: Voice, statement: Statement) -> list[ConsoleRenderable]:
    standing = statement.standing
    found: list[ConsoleRenderable] = [Text(voice.rank(standing))]
    if standing.condition is not None:
        found.append(Padding(check_list(voice, standing.condition.parts), (0, 0, 0, 2)))
    return found


def check_list(voice: Voice, checks: Iterable[Check], deep: int = 0) -> Group:
    """Conditions with a mark and a word each, one below the other."""
    rows: list[ConsoleRenderable] = []
    for check in checks:
        if check.kind in ("all", "any"):
            if check.kind == "any":
                rows.append(Text("  " * deep + "one of these:"))
            rows.append(check_list(voice, check.parts, deep + (check.kind == "any")))
            continue
        mark = "✓ " if check.holds else "✗ "
        where = f" ({check.place})" if check.place else ""
        rows.append(hanging("  " * deep + mark, f"{voice.check(check)}{where}"))
        if check.parts:
            rows.append(check_list(voice, check.parts, deep + 1))
    return Group(*rows)


def failing_list(checks: Iterable[Check], deep: int = 0) -> Group:
    """Failing comparisons, each named condition above its parts."""
    rows: list[ConsoleRenderable] = []
    for check in checks:
        if check.kind == "all":
            rows.append(failing_list(check.parts, deep))
            continue
        if check.kind == "any":
            rows.append(Text("  " * deep + "one of these:"))
        else:
            where = f" ({check.place})" if check.place else ""
            rows.append(hanging("  " * deep + ("✓ " if check.holds else "✗ "), f"{check_words(check)}{where}"))
        rows.append(failing_list(check.parts, deep + 1))
    return Group(*rows)


def hanging(mark: str, words: str) -> Table:
    """A mark and a text beside it that wraps under itself."""
    row = Table.grid(padding=0)
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(mark, words)
    return row


def pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """Words left, figures right."""
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for left, right in rows:
        table.add_row(left, right)
    return table


def _columns(*heads: tuple[str, bool]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="italic", pad_edge=False)
    for head, right in heads:
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    return table


def measures_table(statement: Statement) -> Table:
    table = _columns(("figure", False), ("value", True), ("what it is", False), ("plan", False))
    for measure in statement.measures:
        table.add_row(figures.plain(measure.name), figures.number(measure.value), measure.words, measure.place)
    for check in statement.conditions:
        words = "; ".join(part.words for part in check.parts)
        table.add_row(figures.plain(check.words), "yes" if check.holds else "no", words, check.place)
    return table


def team_table(statement: Statement) -> Table:
    team = statement.team
    heads = [
        ("leg", False),
        ("people", True),
        ("rank", False),
        *((figures.plain(name), True) for name in team.measures),
    ]
    table = _columns(*heads)
    for leg in team.legs:
        table.add_row(leg.member, figures.number(leg.people), leg.rank, *map(figures.number, leg.values))
    if team.others:
        table.add_row(f"and {team.others} more")
    return table


# bonuses ----------------------------------------------------------------------------------------------------------


def bonus_parts(voice: Voice, bonus: BonusStatement) -> list[ConsoleRenderable]:
    if not bonus.sum and not bonus.cuts:
        return [Text(KINDS[bonus.kind]), *bank_parts(voice, bonus), *missed_parts(bonus)]
    found: list[ConsoleRenderable] = [Text(f"{KINDS[bonus.kind]} {bonus.note}".strip())]
    if bonus.pool is not None:
        found += [Text(sentence) for sentence in voice.pool(bonus.pool, bonus.sum)]
    found += bank_parts(voice, bonus)
    found += [Text(voice.settled(one)) for one in bonus.settled]
    for step in bonus.reached:
        found += [
            Text(f"{step.name}: {voice.money(step.amount)} for {step.words}"),
            check_list(voice, (step.condition,), 1),
        ]
    for level in bonus.levels:
        found += [
            Text(voice.level(bonus, level), style="bold"),
            Padding(level_table(voice, bonus, level), (0, 0, 0, 2)),
        ]
    if bonus.cuts:
        found.append(Text(f"Sum of the lines: {voice.money(bonus.sum)}"))
        found += [Text(voice.cut(cut)) for cut in bonus.cuts]
    return found + (missed_parts(bonus) if bonus.missed else [])


def bank_parts(voice: Voice, bonus: BonusStatement) -> list[ConsoleRenderable]:
    """Both sides of a binary bonus; what was handed on in a pass-up bonus."""
    found = [] if bonus.bank is None else voice.bank(bonus.bank)
    if bonus.handed_on is not None:
        found = voice.handed_on(bonus.handed_on)
    if bonus.seats is not None:
        found = voice.seats(bonus.seats)
    return [Text(sentence) for sentence in (*found, *map(voice.hosted, bonus.hosted))]


def missed_parts(bonus: BonusStatement) -> list[ConsoleRenderable]:
    """Why nothing came of a bonus."""
    found: list[ConsoleRenderable] = []
    for one in bonus.missed:
        found.append(hanging("· ", missed_words(one)))
        if one.check is not None:
            found.append(Padding(failing_list((one.check,)), (0, 0, 0, 2)))
    return found or [Text("Nothing this period.")]


def level_table(voice: Voice, bonus: BonusStatement, level: Level) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(overflow="fold", max_width=24)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(justify="right", no_wrap=True)
    for payment in level.lines:
        table.add_row(
            payment.source or "", "\n".join(payment_lines(voice, bonus, level, payment)), voice.bare(payment.amount)
        )
    if level.others:
        more = f"{figures.counted(level.others, 'smaller line')}, summed up"
        table.add_row("and more", more, voice.bare(level.others_amount))
    return table


def payment_lines(voice: Voice, bonus: BonusStatement, level: Level, payment: Payment) -> list[str]:
    """The calculation of a line, its rate, its orders, and who was passed over."""
    part = f"{payment.part}: " if payment.part else ""
    where = f" ({payment.rate.place})" if payment is level.lines[0] else ""
    found = [f"{part}{voice.calculation(bonus, payment)}", f"rate: {payment.rate.words}{where}"]
    sources = voice.bought(payment)
    found += sources[:ORDERS_SHOWN]
    if len(sources) > ORDERS_SHOWN:
        found.append(f"and {figures.counted(len(sources) - ORDERS_SHOWN, 'more order')}")
    if voice.distance(payment):
        found.append(voice.distance(payment))
    if voice.paid_between(payment):
        same = "orders" if sources else "earnings"
        found.append(f"paid between on the same {same}: {voice.paid_between(payment)}")
    found += [f"passed over: {one}" for one in voice.passed_over(payment)]
    return found
