"""The names that a page may use because its plan declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trueline.plan.late import TAKEN

_IN_TREE = re.compile(r"\bin ([A-Za-z_][A-Za-z0-9_]*)\b")
_WORDS_ONLY = {"plan", "source", "clauses", "currency", "period"}


@dataclass(frozen=True)
class Vocabulary:
    """Names by what they stand for. ``fact_trees`` are those that members may be placed in, ``trees`` all."""

    volumes: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    main_tree: str
    fact_trees: tuple[str, ...]
    trees: tuple[str, ...]
    ranks: tuple[str, ...]
    bonuses: tuple[str, ...]
    values: tuple[str, ...]
    deductions: tuple[str, ...]

    @classmethod
    def of(cls, plan: Mapping[str, Any]) -> Vocabulary:
        """The names in a plan; where the plan is not well formed its own reader says so."""
        derived = _names(plan.get("trees"))
        main = plan.get("tree")
        main_tree = main if isinstance(main, str) and main not in derived else "sponsor"
        used = [main_tree, "sponsor", "placement", *_trees_read(plan)]
        fact_trees = tuple(dict.fromkeys(tree for tree in used if tree not in derived))
        values = [name for section in ("measures", "conditions", "tables") for name in _names(plan.get(section))]
        return cls(
            volumes=_names(plan.get("volumes")),
            attributes={name: _texts(_part(plan, "attributes", name)) for name in _names(plan.get("attributes"))},
            main_tree=main_tree,
            fact_trees=fact_trees,
            trees=fact_trees + derived,
            ranks=_names(plan.get("ranks")),
            bonuses=(*_names(plan.get("bonuses")), *(name for key, name in TAKEN.items() if key in plan)),
            values=(*values, *(moved for tree in derived for moved in _names(_part(plan, "trees", tree, "moves")))),
            deductions=tuple(_deductions(_part(plan, "limits", "payout", "deductions"))),
        )


def _deductions(rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            yield row["name"]


def _names(section: Any) -> tuple[str, ...]:
    return tuple(section) if isinstance(section, dict) else ()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _part(plan: Any, *keys: str) -> Any:
    for key in keys:
        plan = plan.get(key) if isinstance(plan, Mapping) else None
    return plan


def _trees_read(plan: Mapping[str, Any]) -> Iterator[str]:
    """Trees that bonuses walk, that others are derived from, and that expressions name after ``in``."""
    for bonus in _names(plan.get("bonuses")):
        yield from _one(_part(plan, "bonuses", bonus, "tree"))
    for tree in _names(plan.get("trees")):
        yield from _one(_part(plan, "trees", tree, "from"))
        yield from _one(_part(plan, "trees", tree, "placed", "under"))
    for key, value in plan.items():
        if key not in _WORDS_ONLY:
            for text in _all_texts(value):
                yield from _IN_TREE.findall(text)


def _one(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else []


def _all_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _all_texts(part)
