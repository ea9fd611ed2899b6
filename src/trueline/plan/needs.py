"""The steps that a bonus reads, found in its fields by their type."""

from __future__ import annotations

from trueline.plan.bonuses import Bonus, GenerationBonus, OwnBonus
from trueline.plan.steps import bonus_key, tree_key
from trueline.plan.typed import Typed, references


def needs_of(bonus: Bonus) -> set[str]:
    """Every step that a bonus reads."""
    found: set[str] = {"rank"} if isinstance(bonus, GenerationBonus) else set()
    if isinstance(bonus, OwnBonus):
        found |= {"participant", "customer"}
    waiting: list[object] = [bonus]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        if not hasattr(part, "__dataclass_fields__"):
            continue
        if isinstance(part, Typed):
            found.update(ref.step for ref in references(part))
            continue
        for name, field in part.__dataclass_fields__.items():
            value = getattr(part, name)
            if "StepKey" in field.type:
                found.update(() if value is None else (value,))
            elif name == "fed_by":
                found.update(map(bonus_key, value))
            elif name == "tree" and isinstance(value, str):
                found.add(tree_key(value))
            elif name not in ("volume", "rounding", "type"):
                waiting.append(value)
    return found
