"""Names of bonuses and ranks exchanged for others, wherever a drawn plan says them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.reference.any_expression import quoted

Plan = dict[str, Any]
NAMED = ("of", "exempt", "bonus", "feeds")
"""Keys under which a plan names bonuses."""


def renamed(plan: Plan, names: Mapping[str, str]) -> Plan:
    """The plan with bonuses under other names, in their places."""
    found: Plan = _with_bonuses(plan, names, "")
    found["bonuses"] = {names.get(name, name): bonus for name, bonus in found["bonuses"].items()}
    return found


def spoken_of(plan: Plan, name: str) -> bool:
    """Whether anything in the plan names a bonus."""
    return _with_bonuses(plan, {name: "another"}, "") != plan


def _with_bonuses(value: Any, names: Mapping[str, str], key: str) -> Any:
    if isinstance(value, dict):
        return {one: _with_bonuses(part, names, one) for one, part in value.items()}
    if isinstance(value, list):
        return [_with_bonuses(part, names, key) for part in value]
    if key in NAMED:
        return names.get(value, value)
    if value.startswith("bonuses."):
        return "bonuses." + names.get(value[8:], value[8:])
    return re.sub(r'(?<=earned\(")[^"]+', lambda found: names.get(found[0], found[0]), value)


def with_rank(value: Any, gone: str, other: str) -> Any:
    """The same with another rank in the place of one; of two rows that become one the first stays."""
    if isinstance(value, list):
        return [with_rank(part, gone, other) for part in value]
    if isinstance(value, dict):
        found: Plan = {}
        for key, part in value.items():
            found.setdefault(other if key == gone else key, with_rank(part, gone, other))
        return found
    return re.sub(rf'(?<![\w-])"?{re.escape(gone)}"?(?![\w-])', quoted(other), value)
