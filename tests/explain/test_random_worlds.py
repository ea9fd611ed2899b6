"""On random worlds of every kind: statements and answers add up to what the run says, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction

import pytest
from tests.properties.two_engines import fast_runs, legal, whole_plan
from tests.reference.worlds import seeded_world

from trueline.errors import Refused
from trueline.explain import figures, next_rank, statement, why_not
from trueline.explain.answer_text import next_rank_text, why_not_text
from trueline.explain.model import BonusStatement
from trueline.explain.origins import Origin, Origins
from trueline.explain.page import statement_page
from trueline.explain.records import Records
from trueline.explain.text import as_text, statement_text
from trueline.money.rounding import round_ratio
from trueline.plan.bonuses import AmountBonus
from trueline.plan.steps import FoldStep, MovedStep, Step, VolumeStep
from trueline.plan.typed import NumberType
from trueline.run import Result

SEEDS = range(128)
PARTS = [field.name for field in fields(BonusStatement)]
SAID = PARTS[PARTS.index("levels") + 1 : PARTS.index("missed")]
"""What a statement of a kind of amounts says its sum is for."""


def results(seed: int) -> Iterator[Result]:
    """The periods of a random world, as far as the engine does not refuse them."""
    plan, rows, periods = seeded_world(seed)
    try:
        yield from fast_runs(whole_plan(plan, rows["company"].get("volumes", {})), legal(rows), periods)
    except Refused:
        return


def lines_of(bonus: BonusStatement) -> Iterator[Fraction]:
    for level in bonus.levels:
        for payment in level.lines:
            yield payment.amount


@pytest.mark.parametrize("block", range(4))
def test_amounts_add_up_and_every_line_is_recomputed(block: int) -> None:
    compared = 0
    for seed in SEEDS[block::4]:
        for result in list(results(seed))[-1:]:
            for member in result.member_ids:
                compared += check_statement(result, member)

    assert compared > 100


def check_statement(result: Result, member: str) -> int:
    """Compare one statement with the result; gives how many lines were recomputed."""
    found = statement(result, member, most=None)
    at = result.index(member)
    paid = Fraction(0)
    for row, bonus in enumerate(found.bonuses):
        cut = sum((one.amount for one in bonus.cuts), Fraction(0))
        unit = result.plan.money_unit
        assert bonus.sum == int(result.payout.earned[row, at]) * unit
        assert bonus.amount == bonus.sum + cut
        assert -cut == (result.payout.capped + result.payout.withheld - result.payout.released)[row, at] * unit
        if bonus.name in ("returns", "corrections"):
            assert sum((one.amount for one in bonus.settled), Fraction(0)) == bonus.sum
        elif not isinstance(result.plan.bonuses[bonus.name], AmountBonus):
            assert sum(lines_of(bonus), Fraction(0)) == bonus.sum
        elif bonus.sum and bonus.kind != "given":
            assert any(getattr(bonus, name) for name in SAID), (
                f"the statement does not say what {bonus.kind} pays {bonus.sum} for"
            )
        assert sum((level.amount for level in bonus.levels), Fraction(0)) == sum(lines_of(bonus), Fraction(0))
        paid += bonus.amount if bonus.kind != "party host" else 0
    payout = found.payout
    if payout.owner:  # what a further position comes to is its owner's
        assert payout.bonuses == payout.payable == result.payable(member) == 0
        return sum(check_lines(result, bonus) for bonus in found.bonuses)
    assert payout.bonuses == paid + sum((amount for _, amount in payout.positions), Fraction(0))
    assert payout.bonuses + payout.carried_in + payout.forgiven == payout.payable + payout.carried + payout.lost
    assert payout.payable == result.payable(member)
    return sum(check_lines(result, bonus) for bonus in found.bonuses)


def check_lines(result: Result, bonus: BonusStatement) -> int:
    """Exact product and rounding of every line, from its own figures."""
    rounding = result.plan.bonuses[bonus.name].terms.rounding.rounding
    count = 0
    for level in bonus.levels:
        for line in level.lines:
            exact = line.base * line.rate.rate
            assert line.exact == exact
            left = (exact - line.cut) / rounding.unit
            if line.apportioned:
                assert abs(line.amount - (exact - line.cut)) < rounding.unit
            else:
                assert line.amount == round_ratio(left.numerator, left.denominator, rounding.mode) * rounding.unit
            count += 1
    return count


@pytest.mark.parametrize("block", range(4))
def test_why_not_accounts_for_every_promise(block: int) -> None:
    compared = 0
    for seed in SEEDS[block::4]:
        for result in list(results(seed))[-1:]:
            for member in result.member_ids[:8]:
                compared += sum(check_money(result, member, bonus) for bonus in result.plan.bonuses)

    assert compared > 50


def check_money(result: Result, member: str, bonus: str) -> bool:
    """Where the money went adds up to what was promised, in all and per source; gives whether there was any."""
    found = why_not(result, member, bonus, most=1_000)
    if found.money is None:
        return False
    money = found.money
    others = sum((one.amount for one in money.others), money.others_more)
    company = sum((one.amount for one in money.company), Fraction(0))
    assert money.yours + others + company == money.promised
    for source in money.largest:
        assert sum((share.amount for share in source.shares), Fraction(0)) == source.promised
    if len(money.largest) == money.sources:
        assert sum((source.promised for source in money.largest), Fraction(0)) == money.promised
    if found.instead is not None:
        gone = [one.amount for one in (*found.instead.from_members, *found.instead.from_company)]
        if len(found.instead.from_members) < 1_000:
            assert sum(gone, found.instead.promised) == found.instead.gain
    return bool(money.promised)


def test_next_ranks_are_above_and_lack_something() -> None:
    asked = 0
    for seed in SEEDS[:30]:
        for result in list(results(seed))[-1:]:
            for member in result.member_ids[:6]:
                for goal in next_rank(result, member).goals:
                    asked += 1
                    assert goal.lacks
                    assert goal.check.holds is False

    assert asked > 20


@pytest.mark.parametrize("block", range(4))
def test_the_parts_of_a_number_add_up_to_it(block: int) -> None:
    """Order lines to their sum, legs to their group, and what a compression moved in to what stands there."""
    seen: set[str] = set()
    for seed in SEEDS[block::4]:
        for result in list(results(seed))[-1:]:
            origins = Origins(Records(result))
            for key, step in result.plan.steps.items():
                if isinstance(step.type, NumberType):
                    seen |= {
                        check_origin(step, origins.of(key, result.index(member))) for member in result.member_ids[:10]
                    }

    assert seen >= {"sum", "group", "downline", "frontline", "moved"}


def check_origin(step: Step, found: Origin) -> str:
    """Compare a number with its parts where they add up; gives what kind of number it was."""
    parts = sum((one.amount for one in found.members), found.own or Fraction(0))
    if isinstance(step, VolumeStep) and step.how == "sum":
        assert sum((line.amount for line in found.orders), Fraction(0)) == found.value
        return "sum"
    if isinstance(step, MovedStep):
        assert parts == found.value
        return "moved"
    if isinstance(step, FoldStep) and found.how == "legs" and step.function in ("group", "downline", "frontline"):
        assert parts == found.value
        return step.function
    return ""


@pytest.mark.parametrize("block", range(4))
def test_texts_and_pages_tell_every_amount(block: int) -> None:
    """Whatever a plan does, its statement can be written, and the sums paid stand in it as money is written."""
    told = 0
    for seed in SEEDS[:64][block::4]:
        for result in list(results(seed))[-1:]:
            told += sum(check_texts(result, member) for member in result.member_ids[:3])

    assert told > 20


def check_texts(result: Result, member: str) -> int:
    """Read a statement as text and as a page, and the answers; gives how many amounts were found in them."""
    found, unit = statement(result, member, most=3), result.plan.money_unit
    goals = next_rank(result, member, most=2)
    written = as_text(statement_text(found), 400)
    page = statement_page(found, goals)
    assert member in as_text(next_rank_text(goals), 400)
    amounts = [bonus.amount for bonus in found.bonuses if bonus.amount] + [found.payout.payable]
    for amount in amounts:
        assert figures.money(amount, unit) in written
        assert figures.money(amount, unit) in page
    for bonus in result.plan.bonuses:
        answer = why_not(result, member, bonus, most=2)
        said = as_text(why_not_text(answer), 400)
        assert f"'{bonus}'" in said
        assert answer.amount <= 0 or figures.money(answer.amount, unit) in said
    return len(amounts)
