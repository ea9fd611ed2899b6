"""Many members from one row: ``count`` repeats it side by side, ``tree`` grows a regular tree below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trueline.case.model import Member

MOST = 1_000_000
"""No page grows to more members than this."""


@dataclass(frozen=True)
class Growth:
    """A regular tree below a member: ``frontline`` people, ``width`` below each further one, ``levels`` deep.

    ``each`` is the person who is repeated; its id and parents are those of its place.
    """

    frontline: int
    width: int
    levels: int
    each: Member

    @property
    def size(self) -> int:
        """How many people stand below the member; counting stops above ``MOST``."""
        people, level = 0, self.frontline
        for _ in range(self.levels):
            people, level = people + level, level * self.width
            if people > MOST:
                break
        return people


def side_by_side(member: Member, count: int | None) -> Iterator[Member]:
    """The member itself, or ``count`` like it with the ids id-1, id-2 and so on."""
    if count is None:
        yield member
        return
    for number in range(1, count + 1):
        yield replace(member, id=f"{member.id}-{number}")


def below(member: Member, growth: Growth, tree: str) -> Iterator[Member]:
    """The people of the tree, parents first; the k-th person below X has the id X-k."""
    level = [member.id]
    for depth in range(growth.levels):
        width = growth.frontline if depth == 0 else growth.width
        placed = [(f"{parent}-{number}", parent) for parent in level for number in range(1, width + 1)]
        for name, parent in placed:
            yield replace(growth.each, id=name, parents={tree: parent})
        level = [name for name, _ in placed]
