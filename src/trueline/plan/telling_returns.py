"""What a plan does when goods come back, or facts are booked, after the run of their period: in plain words."""

from __future__ import annotations

from trueline.plan.bonuses import AmountBonus, TakenBonus
from trueline.plan.phrases import listed
from trueline.plan.plan import Plan

_LATER = {
    "same amounts": "each member gives back what they brought",
    "average": "each member gives back the average of what was paid on so much",
    "recompute": "the period of the sale is computed again without them, and the differences are settled",
    "none": "what was paid on them stays paid",
}


def returns_in_words(plan: Plan) -> list[str]:
    """One sentence for each rule, none where the plan has none (docs/semantics.md, section 10.1)."""
    told = []
    if plan.returns is not None:
        told.append(f"When goods come back in a later period than they were sold in, {_LATER[plan.returns.later]}.")
        told += _exceptions(plan, plan.returns.later)
        if plan.returns.later == "recompute":
            told.append(_ranks(new=plan.returns.new_ranks))
        else:
            less = "are less by them" if plan.returns.volume else "are as if nothing had come back"
            told.append(f"Volumes of the period in which they come back {less}.")
    if plan.late is not None:
        told.append("When facts are booked late, closed periods are computed again, and the differences are settled.")
        if plan.returns is None or plan.returns.later != "recompute":
            told.append(_ranks(new=plan.late.new_ranks))
    return told


def _exceptions(plan: Plan, later: str) -> list[str]:
    """What is not as ``later`` says, by bonus; of amounts nothing is taken by what an order brought."""
    if later == "recompute":
        return []
    other: dict[str, list[str]] = {}
    for name, bonus in plan.bonuses.items():
        policy = "none" if isinstance(bonus, AmountBonus) else bonus.terms.returns or later
        if policy != later and not isinstance(bonus, TakenBonus):
            other.setdefault(policy, []).append(name)
    return [f"Of {listed(names)}, {_LATER[policy]}." for policy, names in other.items()]


def _ranks(*, new: bool) -> str:
    return f"Ranks of closed periods {'are found anew' if new else 'stay as they were'}."
