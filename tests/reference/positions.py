"""Whom the positions of the facts stand for (semantics, section 5.1)."""

from __future__ import annotations

from typing import Any

from tests.reference.orders import in_order


class Positions:
    """A position stands for its owner, or it is a node of its own: `owners` has the owner of each of these."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self.owner_of = {row["position"]: row["owner"] for row in rows.get("positions", [])}
        self.owners: dict[str, str] = {}
        for owner in sorted(set(self.owner_of.values())):
            mine = [position for position, one in self.owner_of.items() if one == owner]
            trees = [{row["position"] for row in rows.get("edges", []) if row["tree"] == tree} for tree in names(rows)]
            if any(len(tree.intersection(mine)) > 1 for tree in trees):
                mine.sort(key=lambda position: (position != owner, in_order(position)))
                self.owners |= dict.fromkeys(mine[1:], owner)
        for row in rows.get("members", []):
            if row["member"] in self.owners:
                raise ValueError(f"position {row['member']} has the id of a member")

    def node(self, position: str) -> str:
        """The id that the position has in the trees."""
        return position if position in self.owners else self.owner_of.get(position, position)


def names(rows: dict[str, Any]) -> set[str]:
    """The trees of the facts."""
    return {row["tree"] for row in rows.get("edges", [])}
