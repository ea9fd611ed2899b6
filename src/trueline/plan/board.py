"""board: from its keys to what a run computes (docs/semantics.md, section 7.10)."""

from __future__ import annotations

from trueline.errors import nearest
from trueline.plan.bonus_parts import BoardPart
from trueline.plan.bonuses import BoardBonus, Sources
from trueline.plan.terms import BonusBuilder, Broken
from trueline.plan.values import money, whole

_SEATS = 100_000
"""No board has more seats."""


def build_board(builder: BonusBuilder) -> BoardBonus:
    """The bonus; raises :class:`Broken` or ``Unresolved`` after findings."""
    part, scope, path = _part(builder), builder.scope, builder.path
    width, height = (whole(scope, (*path, key), getattr(part, key), 1, 1000) for key in ("width", "height"))
    if sum(width**level for level in range(min(height, 20) + 1)) > _SEATS:
        scope.find((*path, "height"), f"The board has more than {_SEATS} seats.", "Make it smaller.", key=True)
        raise Broken
    base = builder.base("enters", by_order="enters")
    return BoardBonus(
        terms=builder.terms(),
        sources=Sources(base, builder.member("sources", part.sources), None, None),
        tree=builder.tree(),
        width=width,
        height=height,
        enters_at=part.enters_at,
        pays=money(scope, (*path, "pays"), part.pays),
        splits=part.splits == "yes",
        again=None if part.enters_again == "no" else part.enters_again,
        feeds=_fed(builder, part),
        at_most=whole(scope, (*path, "at most"), part.at_most, 1, 10_000_000),
        fed_by=_feeders(builder),
    )


def _part(builder: BonusBuilder) -> BoardPart:
    part: BoardPart = builder.part
    return part


def _written(builder: BonusBuilder) -> dict[str, dict[str, str]]:
    """The bonuses as they are written."""
    found: dict[str, dict[str, str]] = builder.scope.document.data["bonuses"]
    return found


def _fed(builder: BonusBuilder, part: BoardPart) -> str | None:
    """The board that is fed: it stands later, so that nothing feeds itself."""
    if part.feeds is None:
        return None
    names = list(_written(builder))
    later = [name for name in names[names.index(builder.name) + 1 :] if _written(builder)[name].get("kind") == "board"]
    if part.feeds not in later:
        message = f"'{part.feeds}' is no board bonus that stands later in the plan."
        builder.scope.find((*builder.path, "feeds"), message, nearest(part.feeds, later) or "Add one below.")
        raise Broken
    return part.feeds


def _feeders(builder: BonusBuilder) -> tuple[str, ...]:
    names = list(_written(builder))
    before = names[: names.index(builder.name)]
    return tuple(name for name in before if _written(builder)[name].get("feeds") == builder.name)
