"""What bonuses came to: amounts of members, what was promised, and why the rest is not paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from trueline.plan.document import Path
from trueline.reckon.bank import Bank
from trueline.reckon.lines import PARTS, Lines
from trueline.reckon.world import Int64s, World


@dataclass(frozen=True)
class LimitCut:
    """What one cap or limit took of a bonus: ``amount`` in minor units, per ``member`` who lost something.

    ``path`` is where the plan says so.
    """

    path: Path
    member: Int64s
    amount: Int64s


@dataclass
class BonusResult:
    """What a bonus came to. ``earned`` int64 [n] are minor units after its own caps (``capped`` is what they took).

    ``rate_scale`` and ``base_scale`` give the lines' units; ``promised`` and ``breakage`` are exact money. ``parts``
    are the names behind the codes of the lines' parts; ``bank`` is that of a binary bonus; ``cuts`` make up ``capped``.
    """

    name: str
    kind: str
    rate_scale: Fraction
    base_scale: Fraction
    earned: Int64s
    capped: Int64s
    promised: Fraction
    breakage: dict[str, Fraction]
    lines: Lines | None
    parts: tuple[str, ...] = PARTS
    bank: Bank | None = None
    cuts: list[LimitCut] = field(default_factory=list)


def bonus_results(world: World) -> dict[str, BonusResult]:
    """What the bonuses computed so far came to; after a run all, in the order of the plan."""
    found: dict[str, BonusResult] = world.results["bonuses"]
    return found
