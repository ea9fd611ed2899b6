"""What of a plan the runs of one cadence compute (semantics, section 7.14)."""

from __future__ import annotations

import re
from typing import Any

Plan = dict[str, Any]
DECLARED = ("measures", "conditions", "tables", "trees")


def part_of(plan: Plan, kind: str) -> Plan:
    """What the runs of one cadence compute: its bonuses and, in a part run, no more than these read."""
    own = plan["period"]
    part = {**plan, "period": kind}
    part["bonuses"] = {name: bonus for name, bonus in plan["bonuses"].items() if bonus.get("every", own) == kind}
    limits, payout = dict(plan.get("limits", {})), dict(plan.get("limits", {}).get("payout", {}))
    charges = [
        one if "of" not in one else {**one, "of": [name for name in one["of"] if name in part["bonuses"]]}
        for one in payout.get("deductions", [])
    ]
    if kind != own:
        limits, charges = {}, [one for one in charges if "rate" in one]
    if charges:
        payout["deductions"] = charges
    else:
        payout.pop("deductions", None)
    if payout:
        limits["payout"] = payout
    part["limits"] = limits
    if kind == own:
        return part
    part["ranks"] = dict.fromkeys(plan.get("ranks", {}), "unknown")  # conditions of ranks are not looked at
    part.pop("ranks by", None)
    if not part["bonuses"] and "returns" not in part:
        part.pop("receivers", None)  # nobody is asked who may be paid
    return only_read(part)


def only_read(part: Plan) -> Plan:
    """Without the measures, conditions, tables and trees that nothing in it reads."""
    words = words_of([part["bonuses"], part["limits"], part.get("receivers", ""), part.get("tree", "")])
    named_in = {name: (key, name) for key in DECLARED for name in part.get(key, {})}
    named_in |= {
        moved: ("trees", tree) for tree, rule in part.get("trees", {}).items() for moved in rule.get("moves", {})
    }
    kept: set[tuple[str, str]] = set()
    while fresh := {named_in[word] for word in words if word in named_in} - kept:
        kept |= fresh
        words |= words_of([part[key][name] for key, name in fresh])
    return part | {
        key: {name: rule for name, rule in part.get(key, {}).items() if (key, name) in kept} for key in DECLARED
    }


def words_of(value: Any) -> set[str]:
    """Words that may be names; "half up", "roll up" and "where paid" speak of no tree called "up" or "paid"."""
    options = "'(mode|kind|compression|blocks)': '[^']*'|'(passes up|up to)':"
    return set(re.findall(r"\w+", re.sub(options, "", repr(value))))
