"""Bonuses as a run computes them: every name looked up, every rate an integer of a declared scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from trueline.money import Rounding
from trueline.period import Kind, Period
from trueline.plan.steps import VolumeStep
from trueline.plan.typed import Typed

StepKey = str
"""The key of a step that a bonus reads. A field of this type is all it takes: ``needs.py`` goes by it."""

CapWindow = int | None
"""Periods over which a cap holds, this one included; None for a lifetime."""

Per = Literal["line", "source", "bonus", "member"]
Grain = Literal["member", "order", "order line"]


@dataclass(frozen=True)
class RoundingRule:
    """Unit and mode of a rounding and where it happens."""

    rounding: Rounding
    per: Per


@dataclass(frozen=True)
class Terms:
    """What every bonus has. ``who``, ``cap`` (money) and ``hold`` are step keys of the receiver.

    ``cap_over`` is the window of the cap; what is held expires after ``hold_for`` periods; ``months`` are those of the
    calendar in which it is computed, None for all; ``every`` is its cadence, None for the plan's period.
    """

    name: str
    kind: str
    who: StepKey
    cap: StepKey | None
    hold: StepKey | None
    rounding: RoundingRule
    returns: Literal["same amounts", "average", "none"] | None = None
    cap_over: CapWindow = 1
    hold_for: int | None = None
    months: frozenset[int] | None = None
    every: Kind | None = None

    def due(self, period: Period) -> bool:
        """Whether the bonus is computed in a period."""
        return self.months is None or (period.end - timedelta(days=1)).month in self.months


@dataclass(frozen=True)
class Base:
    """What a rate applies to: the step's value per source, or per order (line): ``volume`` × ``sign``.

    Without ``volume`` the base is no ``orders(…)`` × constants, and nothing says what one order brought.
    """

    step: StepKey
    scale: Fraction
    grain: Grain
    volume: VolumeStep | None
    sign: int


@dataclass(frozen=True)
class Caps:
    """``cap per source`` in money units: one amount for every level, or one per level from ``first`` on."""

    amounts: tuple[int, ...]
    first: int
    everywhere: bool

    def at(self, level: int) -> int | None:
        """The cap at a level; None where there is none."""
        if self.everywhere:
            return self.amounts[0]
        place = level - self.first
        return self.amounts[place] if 0 <= place < len(self.amounts) else None


@dataclass(frozen=True)
class Sources:
    """Where lines start: base, condition of the source, condition of the pair, cap per source."""

    base: Base
    condition: StepKey | None
    pair: Typed | None
    caps: Caps | None


@dataclass(frozen=True)
class Rates:
    """Rates by level. ``on`` is None for one row for everybody; keys are rank codes, words or thresholds.

    ``rows[i][l]`` is the rate of level l+1 (or generation ``first`` + l) in units of ``scale``; None is unknown.
    """

    on: Typed | None
    form: Literal["all", "exact", "threshold"]
    keys: tuple[int | str, ...]
    rows: tuple[tuple[int | None, ...], ...]
    scale: Fraction

    @property
    def depth(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def best(self, level: int) -> int:
        """Highest known rate of any row at a level counted from 0."""
        return max((row[level] or 0 for row in self.rows if level < len(row)), default=0)


@dataclass(frozen=True)
class Entitled:
    """``entitled: before each order``: what a rate's table looks up before each order of the period.

    ``key`` × ``key_times`` is the key of ``table`` at the end of the period, ``volume`` × ``volume_times`` what one
    order adds to it, both in units of ``marks``. It is added to the member itself or, with ``tree``, to every upline
    there, up to a ``cut`` member. ``values`` [marks + 1]: below the first mark, then from each; None is unknown.
    """

    table: str
    key: str
    key_times: int
    volume: VolumeStep
    volume_times: int
    tree: str | None
    cut: StepKey | None
    marks: tuple[int, ...]
    values: tuple[int | None, ...]


@dataclass(frozen=True)
class OwnBonus:
    """rebate: to the source itself, ``tree`` None; retail, customer: to the nearest participant above a customer."""

    terms: Terms
    sources: Sources
    rate: Typed
    tree: str | None
    entitled: Entitled | None = None


@dataclass(frozen=True)
class LevelBonus:
    """level and match. Exactly one of ``rates`` and ``rate``."""

    terms: Terms
    sources: Sources
    tree: str
    rates: Rates | None
    rate: Typed | None
    depth: int
    compression: Literal["none", "standard", "dynamic", "roll up"]
    counts: StepKey | None
    from_self: bool
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class DifferenceBonus:
    """difference in source form; all rates in units of ``scale`` (``rate`` × ``rate_times``)."""

    terms: Terms
    sources: Sources
    tree: str
    rate: StepKey
    rate_times: int
    start: StepKey | None
    start_times: int
    scale: Fraction
    from_self: bool
    ceiling: int | None
    reserve: int
    minimum: int
    consumes: bool
    stop: StepKey | None
    top: int | None
    entitled: Entitled | None = None


@dataclass(frozen=True)
class GroupBonus:
    """difference in group form: own rate on the group less the legs' rates on theirs."""

    terms: Terms
    sources: Sources
    tree: str
    rate: StepKey
    scale: Fraction


@dataclass(frozen=True)
class GenerationBonus:
    """``boundary`` is a condition step, or None for the same rank or higher."""

    terms: Terms
    sources: Sources
    tree: str
    rates: Rates
    boundary: StepKey | None
    first: int
    leader_in_own: bool
    skip_empty: bool


@dataclass(frozen=True)
class InfinityBonus:
    """``distinct`` holds the positive rates written in the table behind ``rate``, None when it is no table."""

    terms: Terms
    sources: Sources
    tree: str
    rate: StepKey
    rate_times: int
    scale: Fraction
    from_level: int
    full: bool
    stops: bool
    always: bool
    ceiling: int | None
    distinct: tuple[int, ...] | None


@dataclass(frozen=True)
class PassUpBonus:
    """pass up: ``rate`` is a step in units of ``rate_scale``, ``floor`` one in minor units."""

    terms: Terms
    sources: Sources
    tree: str
    rate: StepKey
    rate_scale: Fraction
    floor: StepKey


@dataclass(frozen=True)
class BoardBonus:
    """board: ``sources`` give entries by order line; ``pays`` in minor units; ``fed_by`` are bonuses that feed it."""

    terms: Terms
    sources: Sources
    tree: str
    width: int
    height: int
    enters_at: Literal["sponsor", "oldest"]
    pays: int
    splits: bool
    again: Literal["sponsor", "oldest"] | None
    feeds: str | None
    at_most: int
    fed_by: tuple[str, ...]


@dataclass(frozen=True)
class PartyHostBonus:
    """party host: credit in kind; ``rate`` is a step of the host in units of ``rate_scale``."""

    terms: Terms
    sources: Sources
    rate: StepKey
    rate_scale: Fraction


@dataclass(frozen=True)
class Cycle:
    """What one cycle takes from the stronger and from the weaker side, in units of the base."""

    strong: int
    weak: int


@dataclass(frozen=True)
class BinaryBonus:
    """binary. Volumes are in units of the base; ``rate`` is None with a ``schedule`` (threshold, minor units or None).

    ``rate`` is a percentage of matched volume, or with ``per_cycle`` money for a cycle; ``most_scale`` is the unit of
    the step ``most``. ``carry_most`` None is no limit; ``carry_for`` 0 is for ever.
    """

    terms: Terms
    sources: Sources
    tree: str
    own: Literal["none", "weaker", "left", "right"]
    gathers: StepKey | None
    windows: Literal["period", "day", "week"]
    at_least: int
    cycle: Cycle | None
    first_cycle: Cycle | None
    schedule: tuple[tuple[int, int | None], ...]
    rate: StepKey | None
    rate_scale: Fraction
    per_cycle: bool
    ratio: bool
    most: StepKey | None
    most_scale: Fraction
    flush_excess: bool
    carry: Literal["all", "none", "difference"]
    carry_most: int | None
    carry_for: int
    flush_failing: bool


@dataclass(frozen=True)
class PlacesRule:
    """A ranked pool: the step ``by`` puts members in order, the k-th gets the k-th of ``shares``."""

    by: StepKey
    shares: tuple[int, ...]


@dataclass(frozen=True)
class PoolBonus:
    """One of ``shares`` (a step of the member) and ``places``; ``value`` is the rounding of one share's value.

    ``share_cap`` is a part of the fund, ``floor`` an amount of money.
    """

    terms: Terms
    fund: Typed
    shares: StepKey | None
    places: PlacesRule | None
    share_scale: Fraction
    value: Rounding | None
    share_cap: Fraction | None
    floor: Fraction | None
    unclaimed: Literal["company", "carry", "shared"]


@dataclass(frozen=True)
class MilestoneStep:
    """``key`` is how the state knows the step: by its name, else by the words of its condition, not by its place."""

    condition: StepKey
    amount: int
    name: str
    key: str


@dataclass(frozen=True)
class MilestoneBonus:
    """An amount is paid in ``instalments`` parts (1: at once), later ones while the step ``lasting`` holds."""

    terms: Terms
    steps: tuple[MilestoneStep, ...]
    highest: bool
    once: bool
    instalments: int
    lasting: StepKey | None


@dataclass(frozen=True)
class GivenBonus:
    terms: Terms


@dataclass(frozen=True)
class TakenBonus:
    """``returns`` and ``corrections``: differences of closed periods, brought along by a run and outside of limits."""

    terms: Terms


WalkBonus = OwnBonus | LevelBonus | DifferenceBonus | GroupBonus | GenerationBonus | InfinityBonus
"""Bonuses that pay a rate on sources, one by one."""

SalelessBonus = PoolBonus | MilestoneBonus | GivenBonus
"""Bonuses whose lines name no sale: their source is nobody, or the receiver who reached something."""

AmountBonus = PassUpBonus | BoardBonus | PartyHostBonus | BinaryBonus | SalelessBonus | TakenBonus
"""Bonuses that pay amounts: no walk leads from a source to a receiver."""

Bonus = WalkBonus | AmountBonus


IN_KIND = "party host"
"""The kind of bonus that pays in goods."""

Exempt = Mapping[str, str | None]
"""What a limit spares: a bonus whole (None), or of each amount the first so much (a step of the member in money)."""


@dataclass(frozen=True)
class MemberLimit:
    at_most: str
    exempt: Exempt
    over: CapWindow = 1


@dataclass(frozen=True)
class CompanyLimit:
    """A limit for everybody together; over all bonuses, or over those ``of`` a structure."""

    at_most: Typed
    how: Literal["pro rata", "lower ranks first", "plan order"]
    exempt: Exempt
    of: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Deduction:
    """Kept back of a payout: ``amount`` (a step in minor units), or ``rate`` of the bonuses ``of`` (None: of all)."""

    name: str
    amount: str | None
    rate: Fraction
    of: tuple[str, ...] | None
    who: str | None


@dataclass(frozen=True)
class PayoutRule:
    """Payables below ``at_least`` (money units) are carried, or lost; debts are forgiven after so many periods.

    ``in_local``: what is paid out is also told in each member's currency.
    """

    at_least: int = 0
    carry: bool = True
    forgiven_after: int | None = None
    deductions: tuple[Deduction, ...] = ()
    in_local: bool = False


@dataclass(frozen=True)
class ReturnsRule:
    """What is taken back for late returns; ``takes``: something, by what was paid on a line; ``volume``: measures see
    the goods leave when they come back.
    """

    later: Literal["same amounts", "average", "recompute", "none"]
    takes: bool
    volume: bool
    new_ranks: bool


@dataclass(frozen=True)
class LateRule:
    """Late rows are taken up by computing closed periods again."""

    new_ranks: bool


@dataclass(frozen=True)
class Limits:
    members: MemberLimit | None
    owners: MemberLimit | None
    structures: tuple[CompanyLimit, ...]
    company: CompanyLimit | None
    payout: PayoutRule

    @property
    def shared(self) -> tuple[MemberLimit | CompanyLimit, ...]:
        """The limits over several bonuses, in the order in which they cut."""
        limits = (self.members, self.owners, *self.structures, self.company)
        return tuple(limit for limit in limits if limit is not None)

    @property
    def reads(self) -> frozenset[str]:
        """The steps that limits read by themselves; what ``company`` reads is in steps of its own."""
        caps = [limit.at_most for limit in (self.members, self.owners) if limit is not None]
        spared = [key for limit in self.shared for key in limit.exempt.values()]
        kept = [key for one in self.payout.deductions for key in (one.amount, one.who)]
        return frozenset(key for key in (*caps, *spared, *kept) if key is not None)
