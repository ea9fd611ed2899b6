"""Expectations of somebody or something that a period does not hold: what a page may name, and a run need not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trueline.case.expecting import SHAPES, TOTAL
from trueline.case.model import Expectation, Member, Wanted, WantedLine
from trueline.case.reader import Place
from trueline.errors import Findings, nearest
from trueline.plan.bonuses import BinaryBonus
from trueline.run import Result


def refuse_unknown(expect: Sequence[Expectation], result: Result, members: Sequence[Member]) -> None:
    """Errors: ``Refused`` with a finding for each expectation of a member who is not there, or of a name that the plan
    in force does not have.
    """
    there = {member.id: member for member in members}
    plan, findings = result.plan, Findings()
    known: Mapping[str, Sequence[str]] = {
        "bonus": list(plan.bonuses),
        "bonus or total": [*plan.bonuses, TOTAL],
        "bonus with a bank": [name for name, bonus in plan.bonuses.items() if isinstance(bonus, BinaryBonus)],
        "value": list(plan.steps),
        "tree": list(result.world.trees),
        "deduction": list(result.payout.deductions),
    }
    for place, kind, name in _named(expect):
        if kind == "member" and not result.has_member(name):
            message = f"{name} is not there in {result.period}."
            findings.add(*place, message, _remedy(there[name], result))
        elif kind in known and name not in known[kind]:
            what = {"value": "measure, condition or table"}.get(kind, kind)
            message = f"The plan of {result.period} has no {what} '{name}'."
            findings.add(*place, message, nearest(name, known[kind]) or "Expect nothing of it.")
    findings.refuse_if_any()


def _named(expect: Sequence[Expectation]) -> Iterator[tuple[Place, str, str]]:
    """(place, what it names, name) of all that the expectations name."""
    for wanted in expect:
        if isinstance(wanted, Wanted):
            shape = ("bonus with a bank", "member", "side") if wanted.section == "bank" else SHAPES[wanted.section]
            pairs = list(zip(shape, wanted.keys, strict=True))
        elif isinstance(wanted, WantedLine):
            kinds = {"bonus": "bonus", "receiver": "member", "source": "member"}
            pairs = [(kinds[key], name) for key, name in wanted.keys.items() if key in kinds]
        else:
            pairs = [("bonus", wanted.bonus), *(("member", name) for name in sorted(wanted.members))]
        for kind, name in pairs:
            yield wanted.place, kind, name


def _remedy(member: Member, result: Result) -> str:
    if member.joined and member.joined >= result.world.period.end:
        return f"{member.id} joins on {member.joined}: expect it of a later period, or give an earlier 'joined'."
    return f"A position that stands nowhere beside another of '{member.owner}' has nothing of its own: expect it there."
