"""The steps of a plan: what each computes and what it reads.

``order`` sorts them; ``trueline.reckon`` computes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from trueline.plan.nodes import Window
from trueline.plan.typed import RANK, NumberType, RankType, Type, Typed, references

Relation = Literal["here", "below", "elsewhere"]
"""Whose value a step reads: the same member's, of members strictly below, or of anybody (uplines, whole trees)."""

BOTTOM_UP = {"group", "downline", "frontline", "levels", "legs", "enrolled_legs", "leg", "rest", "capped"}
"""Folds that a bottom-up pass can do position by position."""


@dataclass(frozen=True)
class VolumeStep:
    """Σ, largest order or number of orders of a volume over the member's own lines in a window.

    ``late``: goods that come back in a later period than they were sold count there, below 0.
    """

    how: Literal["sum", "largest", "count"]
    volume: str
    where: Typed | None
    window: Window
    type: NumberType
    late: bool = True


@dataclass(frozen=True)
class FoldStep:
    """A function over a tree: the argument step's values of other members brought to each member."""

    function: str
    tree: str
    argument: str | None
    cut: str | None
    k: int
    last: int
    cap: str | None
    type: Type


@dataclass(frozen=True)
class ExprStep:
    expression: Typed

    @property
    def type(self) -> Type:
        return self.expression.type


@dataclass(frozen=True)
class TableRow:
    """Thresholds (integers of the keys' scales), a rank code or a word, and the value; None stands for unknown."""

    at: tuple[int | str, ...]
    value: int | None


@dataclass(frozen=True)
class TableStep:
    """A lookup table; ``key_times`` bring each key to the scale of its thresholds.

    ``percent`` says for readers that the values were written as percentages.
    """

    form: Literal["values", "cliff", "marginal", "joint"]
    keys: tuple[str, ...]
    key_times: tuple[int, ...]
    rows: tuple[TableRow, ...]
    otherwise: int | None
    has_otherwise: bool
    type: NumberType
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class AttributeStep:
    attribute: str
    type: Type


@dataclass(frozen=True)
class BuiltinStep:
    name: str
    type: Type


@dataclass(frozen=True)
class OverrideStep:
    what: str
    type: Type


@dataclass(frozen=True)
class RankStep:
    """Paid-as rank. ``ladders`` holds per value of ``by`` (or once) each rank's condition step, None where absent."""

    by: str | None
    ladders: tuple[tuple[str, tuple[str | None, ...]], ...]
    grace: int
    type: RankType = RANK


@dataclass(frozen=True)
class TitleStep:
    rule: Literal["best ever", "paid as", "falls"]
    after: int
    type: RankType = RANK


@dataclass(frozen=True)
class TreeStep:
    """A tree derived from ``base``; with ``fixed`` a member's place is that of its first period.

    ``to`` are those who can take what is passed up.
    """

    form: Literal["keep", "leaders", "taker", "passes up"]
    base: str
    condition: str
    measure: str | None = None
    reaches: str | None = None
    reaches_times: tuple[int, int] = (1, 1)
    always: str | None = None
    onward: bool = True
    to: str | None = None
    fixed: bool = False
    type: Type = RANK


@dataclass(frozen=True)
class LineStep:
    """Everybody (or those ``among``) in one line, in the order of joining."""

    among: str | None
    fixed: bool
    type: Type = RANK


@dataclass(frozen=True)
class PlacedStep:
    """A tree whose seats the plan gives: ``width`` below one member, newcomers under their upline in ``base``.

    ``slot`` is meant by ``fill: slot``. ``weight`` is the step of a group in the previous period; None: people.
    ``promotes``: the earliest child takes the seat of a terminated member.
    """

    base: str
    width: int
    fill: Literal["breadth", "depth", "slot", "alternate", "weaker", "smallest"]
    slot: int
    weight: str | None
    among: str | None
    promotes: bool
    type: Type = RANK


DerivedTree = TreeStep | LineStep | PlacedStep
"""The steps of ``trees:``."""


@dataclass(frozen=True)
class MovedStep:
    """A measure moved by a compression: own value plus what moved to the member."""

    tree: str
    argument: str
    type: NumberType


@dataclass(frozen=True)
class HistoryStep:
    """``name`` is what the state keeps the values under: a declared name, or a digest of the expression as written."""

    function: Literal["previous", "lifetime", "last", "streak"]
    argument: str
    n: int
    type: Type
    name: str


@dataclass(frozen=True)
class EarnedStep:
    """What a bonus pays in the run; with ``since`` what one of a shorter cadence paid in the runs that belong to it."""

    bonus: str
    type: NumberType
    since: bool = False


@dataclass(frozen=True)
class KeptStep:
    """``rank`` or ``title`` in a run of a shorter cadence: as the last run of the plan's period left it."""

    name: Literal["rank", "title"]
    type: RankType = RANK


@dataclass(frozen=True)
class BonusStep:
    """A bonus as a step; ``reads`` lists the steps that its rule needs."""

    bonus: str
    needs: tuple[str, ...]
    type: Type = RANK


Step = (
    VolumeStep
    | FoldStep
    | ExprStep
    | TableStep
    | AttributeStep
    | BuiltinStep
    | OverrideStep
    | RankStep
    | TitleStep
    | TreeStep
    | LineStep
    | PlacedStep
    | MovedStep
    | HistoryStep
    | EarnedStep
    | KeptStep
    | BonusStep
)


def tree_key(tree: str) -> str:
    return f"tree:{tree}"


def bonus_key(bonus: str) -> str:
    return f"bonus:{bonus}"


def reads(step: Step) -> list[tuple[str, Relation]]:
    """The steps that a step reads, each with whose value it reads."""
    if isinstance(step, ExprStep):
        return [(ref.step, "here") for ref in references(step.expression)]
    if isinstance(step, FoldStep):
        return _fold_reads(step)
    if isinstance(step, TableStep):
        return [(key, "here") for key in step.keys]
    if isinstance(step, RankStep):
        conditions = [key for _, ladder in step.ladders for key in ladder if key]
        return [(key, "here") for key in ([step.by] if step.by else []) + conditions]
    if isinstance(step, TitleStep):
        return [("rank", "here")]
    if isinstance(step, TreeStep):
        names = [step.condition, step.measure, step.reaches, step.always, step.to, tree_key(step.base)]
        return [(name, "elsewhere") for name in names if name]
    if isinstance(step, LineStep):
        return [(step.among, "elsewhere")] if step.among else []
    if isinstance(step, PlacedStep):
        names = [step.weight, step.among, "status" if step.promotes else None, tree_key(step.base)]
        return [(name, "elsewhere") for name in names if name]
    if isinstance(step, MovedStep):
        return [(step.argument, "elsewhere"), (tree_key(step.tree), "elsewhere")]
    if isinstance(step, HistoryStep):
        return [] if step.function == "previous" else [(step.argument, "here")]
    if isinstance(step, EarnedStep):
        return [] if step.since else [(bonus_key(step.bonus), "elsewhere")]
    if isinstance(step, BonusStep):
        return [(name, "elsewhere") for name in step.needs]
    return []


def _fold_reads(step: FoldStep) -> list[tuple[str, Relation]]:
    found: list[tuple[str, Relation]] = [(tree_key(step.tree), "elsewhere")]
    below: Relation = "below" if step.function in BOTTOM_UP else "elsewhere"
    if step.argument:
        if step.function == "group":
            found.append((step.argument, "here"))
        found.append((step.argument, below))
    if step.cut:
        found.append((step.cut, below))
    if step.cap:
        found.append((step.cap, "here"))
    if step.function == "customers":
        found += [("participant", "elsewhere"), ("customer", "elsewhere")]
    return found
