"""Further positions of some members, put into the trees of a random world."""

from __future__ import annotations

from typing import Any

from tests.reference.luck import Luck
from tests.reference.periods import Period

Rows = dict[str, Any]
MORE = ("40", "41", "5", "B2", "m-2", "p", "zz")


class Places:
    """Every edge names a position from here on; some members have several."""

    def __init__(self, luck: Luck, ids: list[str], periods: list[Period], rows: Rows, matrix: Rows) -> None:
        self.luck, self.ids, self.periods, self.rows, self.edges = luck, ids, periods, rows, rows["edges"]
        self.trees = ["placement", "placement", "sponsor"]
        self.trees += ["binary"] * 3 if any(edge["tree"] == "binary" for edge in self.edges) else []
        self.trees += (
            ["matrix"] if any(edge["tree"] == "matrix" for edge in self.edges) and int(matrix["width"]) > 2 else []
        )

    def all(self) -> None:
        luck, rows = self.luck, self.rows
        for member in rows["members"]:
            if member.get("sponsor"):
                self.edges.append({"tree": "sponsor", "position": member["member"], "parent": member["sponsor"]})
            member.pop("sponsor", None)
        rows["positions"] = [{"position": member, "owner": member} for member in self.ids]
        for name in MORE[: luck.whole(1, 4)]:
            self.settle(name, luck.pick(self.ids))
        if luck.yes(3) and len(self.ids) > 1:
            self.rename(luck.pick(self.ids[1:]), "007")

    def settle(self, name: str, owner: str) -> None:
        """A further position in one or two trees, now and then with the owner beside it."""
        luck = self.luck
        self.rows["positions"].append({"position": name, "owner": owner})
        tree, other = luck.pick(self.trees), luck.pick(self.trees)
        self.below(tree, name, owner)
        if tree != "matrix":
            if not self.of(tree, owner):
                self.edges.append({"tree": tree, "position": owner, "parent": ""})
            if other != tree and luck.yes():
                self.head(other, name)
            elif other != tree:
                self.below(other, name, owner)

    def of(self, tree: str, position: str) -> list[Rows]:
        return [edge for edge in self.edges if (edge["tree"], edge["position"]) == (tree, position)]

    def below(self, tree: str, name: str, owner: str) -> None:
        """Under somebody, some of whose people then stand under the new position."""
        luck = self.luck
        there = [edge["position"] for edge in self.edges if edge["tree"] == tree and "from" not in edge]
        if tree == "matrix" and not there:
            return
        above = luck.pick([owner, luck.pick(there or [owner])] if tree != "matrix" else there)
        row = {"tree": tree, "position": name, "parent": above}
        children = [edge for edge in self.edges if edge["tree"] == tree and edge["parent"] == above]
        if tree in ("binary", "matrix"):
            free = [slot for slot in ("1", "2") if slot not in [place(edge) for edge in children]]
            if free and (tree == "binary" or not children):
                row["slot"] = luck.pick(free)
            else:
                moved = luck.pick(children)
                row |= {"slot": place(moved)} if place(moved) else {}
                moved |= {"parent": name, "slot": luck.pick(["left", "right"])}
        else:
            for edge in luck.some(children):
                edge["parent"] = name
        if tree == "placement" and luck.yes(6):
            row[luck.pick(["from", "to"])] = luck.pick(self.periods).end.isoformat()
        self.edges.append(row)

    def head(self, tree: str, name: str) -> None:
        """Over somebody who was a root, without an edge of its own."""
        mine = {edge["position"] for edge in self.edges if edge["tree"] == tree}
        roots = [edge for edge in self.edges if edge["tree"] == tree and not edge["parent"] and "from" not in edge]
        if name in mine or not roots or tree == "matrix":
            return
        edge = self.luck.pick(roots)
        edge["parent"] = name
        if tree == "binary":
            edge["slot"] = self.luck.pick(["1", "right"])

    def rename(self, member: str, name: str) -> None:
        """The first position of a member has another id than the member."""
        for row in [*self.rows["positions"], *self.edges, *self.rows["state"]]:
            for key in ("position", "parent"):
                if row.get(key) == member:
                    row[key] = name


def place(edge: Rows) -> str:
    return {"left": "1", "right": "2"}.get(edge.get("slot", ""), edge.get("slot", ""))
