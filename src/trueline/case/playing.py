"""Playing a page: every period in a chain, every variant on the same facts, each compared with what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from trueline.case.comparing import Difference, differences
from trueline.case.model import Chapter, Page
from trueline.case.unknown import refuse_unknown
from trueline.case.world import facts_of
from trueline.period import Period, following, in_turn
from trueline.plan import PlanFile
from trueline.plan.document import Document
from trueline.run import run
from trueline.run.past import Kept, PastRun
from trueline.run.run import runs


@dataclass(frozen=True)
class Played:
    """One period of a page under one plan: how many values were compared, and which differ."""

    variant: str
    period: str
    compared: int
    differences: tuple[Difference, ...]


def play(page: Page) -> Iterator[Played]:
    """Run the page and then its variants. Errors: ``Refused`` when a plan, the facts or a run is refused."""
    yield from _chain(page, page.plan, page.chapters, "")
    for variant in page.variants:
        chapters = (*page.chapters[:-1], replace(page.chapters[-1], expect=variant.expect))
        *_, last = _chain(page, variant.plan, chapters, variant.name)
        yield last


def _chain(page: Page, document: Document, chapters: Sequence[Chapter], variant: str) -> Iterator[Played]:
    """Each period starts from the state that the one before has left."""
    plan_file = PlanFile(document, "")
    state, past = None, Kept()
    for chapter, period in _runs(plan_file, chapters):
        plan = plan_file.at(period)
        facts = facts_of(page, plan, chapter)
        result = run(plan, facts, state, period, past=past)
        past.add(PastRun(plan, facts, state, period))
        state = result.state
        if period != chapter.period:
            continue
        refuse_unknown(chapter.expect, result, page.members)
        members = [member.id for member in page.members if result.has_member(member.id)]
        found = differences(chapter.expect, result, members, list(plan.bonuses))
        yield Played(variant, period.label, len(chapter.expect), tuple(found))


def _runs(plan_file: PlanFile, chapters: Sequence[Chapter]) -> Iterator[tuple[Chapter, Period]]:
    """The runs up to each period of the page; of a plan with cadences also those that the page does not write."""
    before: Period | None = None
    for chapter in chapters:
        period, kinds = chapter.period, plan_file.at(chapter.period).kinds
        if before is None or len(kinds) == 1:
            due = runs(plan_file, None, period, period)
        else:
            due = in_turn(following(before, kinds), period, kinds)
        yield from ((chapter, one) for one in due)
        before = period
