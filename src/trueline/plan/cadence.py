"""Cadences: a plan with bonuses that are paid more often than it is run, divided into what each of its runs computes.

docs/semantics.md, section 7.14.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from trueline.period import KINDS, Kind
from trueline.plan.bonuses import BoardBonus, Bonus, CompanyLimit, Limits, TakenBonus
from trueline.plan.late import POLICIES
from trueline.plan.model import PlanModel
from trueline.plan.parts import ForgivenPart
from trueline.plan.scope import Scope
from trueline.plan.steps import EarnedStep, HistoryStep, KeptStep, Step, bonus_key, reads, tree_key
from trueline.plan.typed import references

Steps = Mapping[str, Step]


@dataclass(frozen=True)
class Share:
    """What a run of one kind of period computes of a plan; ``shorter``: bonuses that shorter cadences have paid."""

    steps: Steps
    bonuses: Mapping[str, Bonus]
    limits: Limits
    shorter: tuple[str, ...]


# what does not go together --------------------------------------------------------------------------------------


def cadences(
    scope: Scope, model: PlanModel, bonuses: Mapping[str, Bonus], paces: Mapping[str, Kind]
) -> tuple[Kind, ...]:
    """The kinds of periods in which a plan is run, the shortest first, its own last. Adds findings.

    ``paces`` are the cadences of bonuses on other dates: a chain goes through all of them, also where nothing is paid.
    """
    for name, part in model.bonuses.items():
        pace = paces.get(name, part.every or model.period)
        if pace != (part.every or model.period):
            message = f"'{name}' is paid by the {pace} on another date, and keeps what it keeps by the {pace}."
            remedy = "Give it a name of its own from the date on which its cadence changes."
            scope.find(("bonuses", name), message, remedy, key=True)
    every = {name: part.every for name, part in model.bonuses.items() if part.every is not None}
    for name, kind in every.items():
        _check_bonus(scope, model, name, kind, bonuses.get(name))
    shorter = {kind for kind in (*every.values(), *paces.values()) if _shorter(kind, model.period)}
    if every or shorter:
        _check_plan(scope, model)
    return (*(kind for kind in KINDS if kind in shorter), model.period)


def _shorter(kind: Kind, than: Kind) -> bool:
    return KINDS.index(kind) < KINDS.index(than)


def _check_bonus(scope: Scope, model: PlanModel, name: str, kind: Kind, bonus: Bonus | None) -> None:
    part, path = model.bonuses[name], ("bonuses", name)
    if not _shorter(kind, model.period):
        message = f"'every: {kind}' is not more often than the plan's period, {model.period}."
        scope.find((*path, "every"), message, "Remove it: a bonus is paid with the plan.", key=True)
    if part.no_cadence:
        message = f"A bonus of kind '{part.kind}' has no 'every': {part.no_cadence}."
        scope.find((*path, "every"), message, "Remove it.", key=True)
    if part.paid_in is not None:
        message = "'paid in' does not go together with 'every'."
        scope.find((*path, "paid in"), message, "Keep one of them.", key=True)
    if isinstance(bonus, BoardBonus) and bonus.feeds in model.bonuses and model.bonuses[bonus.feeds].every != kind:
        message = f"'{name}' is played every {kind}, the board '{bonus.feeds}' that it feeds is not."
        scope.find((*path, "feeds"), message, "Give both the same 'every'.", key=True)


def _check_plan(scope: Scope, model: PlanModel) -> None:
    """Keys that settle periods of one kind only."""
    payout = model.limits.payout
    if payout is not None and isinstance(payout.negative, ForgivenPart):
        message = "A debt is forgiven after periods of one kind; this plan has bonuses with 'every'."
        scope.find(("limits", "payout", "negative"), message, "Write 'negative: carry'.", key=True)
    if model.returns is not None and model.returns.later == "recompute":
        message = "Closed periods are computed again in plans of one cadence only; this one has bonuses with 'every'."
        scope.find(("returns", "later"), message, "Write 'same amounts', 'average' or 'none'.", key=True)
    if model.late is not None:
        message = "Late rows are taken up in plans of one cadence only; this one has bonuses with 'every'."
        scope.find(("late",), message, "Remove 'late'.", key=True)
    for name, part in model.bonuses.items():
        policy = part.returns or (model.returns.later if model.returns is not None else "none")
        others = [one for one in getattr(part, "of", ()) if one in model.bonuses]
        across = [one for one in others if model.bonuses[one].every != part.every]
        if part.kind == "match" and policy in POLICIES and part.every is None and across:
            message = f"What one order brought by '{name}' cannot be told: '{across[0]}' is paid by other runs."
            scope.find(("bonuses", name), message, "Add 'returns: none' to the bonus.", key=True)


def check_readers(scope: Scope, model: PlanModel, shares: Mapping[Kind, Share]) -> None:
    """A finding for every bonus of a cadence that reads what a bonus of another one pays."""
    for kind, share in shares.items():
        if kind == model.period:
            continue
        for name, bonus in share.bonuses.items():
            other = None if isinstance(bonus, TakenBonus) else _foreign(share, bonus_key(name))
            if other is not None:
                message = f"'{name}' is paid every {kind} and reads what '{other}' pays in other runs."
                remedy = f"Let it read bonuses with 'every: {kind}' only, or leave out its own 'every'."
                scope.find(("bonuses", name, "every"), message, remedy, key=True)
    _check_deductions(scope, model, shares)


def _check_deductions(scope: Scope, model: PlanModel, shares: Mapping[Kind, Share]) -> None:
    """Deductions of a rate are taken in every run: who pays them is known in each."""
    for place, part in enumerate(model.limits.payout.deductions if model.limits.payout is not None else ()):
        for kind, share in shares.items():
            rules = [one for one in share.limits.payout.deductions if one.name == part.name and one.who is not None]
            others = [_foreign(share, rule.who or "") for rule in rules]
            if any(others):
                message = f"'{part.name}' is kept back every {kind} too, and '{others[0]}' is not paid then."
                path = ("limits", "payout", "deductions", place, "who")
                scope.find(path, message, "Let 'who' read what every run knows.")
                break


def _foreign(share: Share, root: str) -> str | None:
    """A bonus outside of the share that a step reads."""
    for key in sorted(_reached(share.steps, [root])):
        step = share.steps[key]
        if isinstance(step, EarnedStep) and not step.since and step.bonus not in share.bonuses:
            return step.bonus
    return None


# what each run computes -----------------------------------------------------------------------------------------


def divide(
    steps: Steps, bonuses: Mapping[str, Bonus], limits: Limits, kinds: tuple[Kind, ...], main_tree: str
) -> dict[Kind, Share]:
    """The share of each kind of period; with one kind all of the plan."""
    own = kinds[-1]
    if len(kinds) == 1:
        return {own: Share(steps, bonuses, limits, ())}
    found = {}
    for kind in kinds:
        here = {name: bonus for name, bonus in bonuses.items() if _is_of(bonus, kind, own)}
        shorter = tuple(name for name, bonus in bonuses.items() if bonus.terms.every is not None)
        part = _limits(limits, here, whole=kind == own)
        seen = {key: _seen(step, shorter, whole=kind == own) for key, step in steps.items()}
        for name in bonuses:
            if name not in here:
                del seen[bonus_key(name)]
        named = seen if kind == own else ()
        reached = _reached(seen, (*_roots(here, part, main_tree), *(key for key in named if not key.startswith("§"))))
        kept = {key: step for key, step in seen.items() if key in reached}
        found[kind] = Share(kept, here, part, shorter if kind == own else ())
    return found


def _is_of(bonus: Bonus, kind: Kind, own: Kind) -> bool:
    """Whether a run of such a period pays a bonus; each takes back what is its own."""
    return isinstance(bonus, TakenBonus) or (bonus.terms.every or own) == kind


def _seen(step: Step, shorter: tuple[str, ...], *, whole: bool) -> Step:
    """A step as a run of the plan's own period (``whole``) or of a shorter one computes it."""
    if whole:
        return replace(step, since=True) if isinstance(step, EarnedStep) and step.bonus in shorter else step
    return _KEPT.get(type(step).__name__, step)


_KEPT: dict[str, Step] = {"RankStep": KeptStep("rank"), "TitleStep": KeptStep("title")}


def _limits(limits: Limits, here: Mapping[str, Bonus], *, whole: bool) -> Limits:
    """Limits over several bonuses stand in runs of the plan's own period, and so do deductions of an amount."""
    kept = []
    for one in limits.payout.deductions:
        of = None if one.of is None else tuple(name for name in one.of if name in here)
        if of != () and (whole or one.amount is None):
            kept.append(replace(one, of=of))
    payout = replace(limits.payout, deductions=tuple(kept))
    return replace(limits, payout=payout) if whole else Limits(None, None, (), None, payout)


def _roots(bonuses: Iterable[str], limits: Limits, main_tree: str) -> Iterator[str]:
    """The steps that every run is for: its bonuses and limits, and what a result tells of everybody."""
    yield from map(bonus_key, bonuses)
    yield from ("rank", "title", "participant", "customer", tree_key("sponsor"), tree_key(main_tree))
    yield from limits.reads
    for limit in limits.shared:
        if isinstance(limit, CompanyLimit):
            yield from (ref.step for ref in references(limit.at_most))


def _reached(steps: Steps, roots: Iterable[str]) -> set[str]:
    """Every step that a run needs for some, themselves included."""
    found: set[str] = set()
    waiting = [key for key in roots if key in steps]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        step = steps[key]
        if isinstance(step, HistoryStep):  # the next run reads it from the state
            waiting.append(step.argument)
        waiting.extend(name for name, _ in reads(step) if name in steps)
    return found
