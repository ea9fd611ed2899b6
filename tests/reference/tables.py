"""Tables (semantics, section 4): a value looked up with a member's own key."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.language import number_of

Table = dict[str, Any]


def written(text: str) -> Fraction:
    """A number or percentage of the plan; `unknown` is refused when somebody reaches it."""
    if text == "unknown":
        raise ValueError("the value needed here is unknown")
    return number_of(text)


def looked_up(values: Any, table: Table, member: str) -> Fraction:
    """The value of the table for a member."""
    otherwise = table.get("otherwise", "0")
    if "joint" in table:
        keys = [values.of(text, member) for text in table["on"]]
        found = otherwise
        for row in table["joint"]:
            if all(key >= threshold(values, key, at) for key, at in zip(keys, row["at"], strict=True)):
                found = row["is"]
        return written(found)
    key = values.of(table["on"], member)
    if "values" in table:
        word = key.name if hasattr(key, "name") else key
        if word not in table["values"] and "otherwise" not in table:
            raise ValueError(f"no row {word!r} in the table")
        return written(table["values"].get(word, otherwise))
    if "cliff" in table:
        reached = [(threshold(values, key, at), value) for at, value in table["cliff"].items()]
        reached = [one for one in reached if one[0] <= key]
        return written(max(reached, key=lambda one: one[0])[1] if reached else otherwise)
    steps = [(number_of(at), rate) for at, rate in table["marginal"].items()]
    amount = Fraction(0)
    for k, (start, rate) in enumerate(steps):
        top = min(key, steps[k + 1][0]) if k + 1 < len(steps) else key
        if top > start:
            amount += written(rate) * (top - start)
    return amount


def threshold(values: Any, key: Any, at: str) -> Any:
    """A threshold of the same type as the key."""
    return values.ranks[at] if hasattr(key, "place") else number_of(at)


def rates_written(table: Table) -> list[Fraction]:
    """Every known value written in a table."""
    found = [table["otherwise"]] if "otherwise" in table else []
    found += [row["is"] for row in table.get("joint", [])]
    for form in ("values", "cliff", "marginal"):
        found += table.get(form, {}).values()
    return [number_of(text) for text in found if text != "unknown"]
