"""What an explanation reads of a result: values of single members, prepared once for many questions."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from trueline.errors import Finding, Refused, nearest
from trueline.network import Tree
from trueline.plan import Plan
from trueline.plan.steps import KeptStep, RankStep
from trueline.plan.typed import ConditionType, NumberType, RankType, Ref, Type, Typed
from trueline.reckon.evaluate import evaluate
from trueline.reckon.world import Bools, Int32s, PairLookup, World
from trueline.run import Result

Value = Fraction | bool | str | None
"""A number, a yes or no, a rank or a text; None stands for a text that is not given."""

NO_RANK = "none"
NO_ORDER = -1
"""The place of the order where a line has none."""


class Records:
    """A result and the caches that questions about it share."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.world: World = result.world
        self.plan: Plan = result.plan

    def index(self, member: str) -> int:
        """Canonical index of a member. Errors: ``Refused`` for one who is not in the run."""
        if self.result.has_member(member):
            return self.result.index(member)
        remedy = nearest(member, self.result.member_ids)
        raise Refused([Finding(f"run of {self.result.period}", 0, 0, f"There is no member '{member}'.", remedy)])

    def check_bonus(self, bonus: str) -> None:
        """Errors: ``Refused`` for a bonus that the plan does not have."""
        if bonus not in self.plan.bonuses:
            place = self.plan.document.place(("bonuses",), key=True)
            message, remedy = f"The plan has no bonus '{bonus}'.", nearest(bonus, list(self.plan.bonuses))
            written = self.plan.model.bonuses.get(bonus)
            if written is not None:  # of another cadence
                own = written.every or self.plan.kinds[-1]
                message = f"Bonus '{bonus}' is paid by the {own}, and {self.result.period} is a {self.plan.period}."
                remedy = f"Name the run of a {own}."
            raise Refused([Finding(self.plan.document.file, *place, message, remedy)])

    def id(self, member: int) -> str:
        return self.world.ids[member]

    def ids(self, members: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.world.ids[int(member)] for member in members)

    def order(self, place: int) -> str | None:
        """The id of an order by its place in the order of ids; None for −1."""
        found: str | None = self.world.order_texts(np.array([place]))[0].as_py()
        return found

    def order_line(self, place: int) -> str | None:
        """As :meth:`order`, of an order line."""
        found: str | None = self.world.order_line_texts(np.array([place]))[0].as_py()
        return found

    def tree(self, name: str) -> Tree:
        return self.world.trees[name]

    def money(self, units: int | np.integer) -> Fraction:
        """An amount from minor units."""
        return int(units) * self.plan.money_unit

    # values of one member ---------------------------------------------------------------------------------------

    def value(
        self, node: Typed, member: int, source: int | None = None, level: int = 0, order: int = NO_ORDER
    ) -> Value:
        """What an expression comes to for a member, or for a pair of receiver and source and the order between."""
        lookup = self.pair(member, source, level, order)
        found = np.broadcast_to(evaluate(node, lookup), (1,))[0]
        words = lookup.words(node) if not isinstance(node.type, (NumberType, ConditionType, RankType)) else []
        return self._typed(node.type, found, words)

    def step_value(self, key: str, member: int) -> Value:
        """The value of a step for a member."""
        return self.value(Ref(key, False, self.plan.steps[key].type), member)

    def number(self, key: str, member: int) -> Fraction:
        """The value of a number step for a member."""
        type_ = self.plan.steps[key].type
        scale = type_.scale if isinstance(type_, NumberType) else Fraction(1)
        return int(self.world.column(key)[member]) * scale

    def holds(self, key: str, member: int) -> bool:
        return bool(self.world.column(key)[member])

    def pair(self, member: int, source: int | None = None, level: int = 0, order: int = NO_ORDER) -> PairLookup:
        """Columns of one pair, as expressions read them; ``order`` is its place in the order of ids."""
        other = member if source is None else source
        return PairLookup(
            self.world,
            np.array([other], dtype=np.int32),
            np.array([member], dtype=np.int32),
            np.array([level], dtype=np.int64),
            np.array([order], dtype=np.int64),
        )

    @property
    def rank_step(self) -> RankStep:
        """The ladders; without any condition in a run of a shorter cadence, which takes ranks as they were found."""
        step = self.plan.steps["rank"]
        if isinstance(step, KeptStep):
            return RankStep(None, (("", (None,) * len(self.plan.ranks)),), 0)
        if not isinstance(step, RankStep):
            raise TypeError(step)
        return step

    def rank_name(self, code: int) -> str:
        return NO_RANK if code < 0 else self.plan.ranks[code]

    def _typed(self, type_: Type, value: object, words: list[str]) -> Value:
        if isinstance(type_, NumberType):
            return int(value) * type_.scale  # type: ignore[call-overload, no-any-return]  # an item of an array
        if isinstance(type_, ConditionType):
            return bool(value)
        code = int(value)  # type: ignore[call-overload]  # an item of an array
        if isinstance(type_, RankType):
            return self.rank_name(code)
        return words[code] if 0 <= code < len(words) else None

    # downlines --------------------------------------------------------------------------------------------------

    def inside(self, tree: Tree, members: Int32s, top: int) -> Bools:
        """Which members stand in the subtree of ``top``, itself included: its interval of the preorder."""
        first = int(tree.rank_of[top])
        if first < 0:
            return np.zeros(len(members), dtype=np.bool_)
        at = tree.rank_of[members]
        return np.asarray((at >= first) & (at < first + int(tree.size[top])))
