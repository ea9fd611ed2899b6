"""What a run gives: amounts, lines, ranks, measures, breakage, and the state for the next period."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property

import numpy as np
import pyarrow as pa

from trueline.money.columns import total
from trueline.network import Tree
from trueline.plan import Plan
from trueline.plan.bonuses import BinaryBonus
from trueline.plan.typed import ConditionType, NumberType, RankType, TextType
from trueline.reckon.bank import SIDES
from trueline.reckon.payout import Payout
from trueline.reckon.results import BonusResult, bonus_results
from trueline.reckon.state import State
from trueline.reckon.world import World
from trueline.run.doubts import (
    money_of_who_is_gone,
    nobody_there,
    unpaid_given,
    unread_balances,
)
from trueline.run.payments import Line, payment_lines
from trueline.run.tables import (
    bank_table,
    breakage_table,
    cuts_table,
    earnings_table,
    lines_table,
    members_table,
    trees_table,
)


class Result:
    """A computed period.

    The tables are Arrow tables (Polars, pandas and DuckDB read them as they are): ``lines``, ``earnings``, ``members``,
    ``breakage``. The methods answer for one member or bonus, in exact fractions of the plan's currency.
    """

    def __init__(self, world: World, payout: Payout, state: State) -> None:
        self._world = world
        self._payout = payout
        self.state = state

    # what it was made of --------------------------------------------------------------------------------------------

    @property
    def plan(self) -> Plan:
        return self._world.plan

    @property
    def period(self) -> str:
        return self._world.period.label

    @property
    def world(self) -> World:
        """Columns and trees of the run, for explanation and analysis."""
        return self._world

    @cached_property
    def doubts(self) -> tuple[str, ...]:
        """Sentences about what may not be meant so: nobody is there, opening balances that nothing reads, money of
        members who are gone, amounts given too late.
        """
        asked = (nobody_there, unread_balances, money_of_who_is_gone, unpaid_given)
        return tuple(doubt for ask in asked for doubt in ask(self._world))

    @property
    def knows_past(self) -> bool:
        """Whether the run was compared with earlier ones, so that late returns and rows were seen."""
        return bool(self._world.results.get("knows past"))

    @property
    def payout(self) -> Payout:
        return self._payout

    @property
    def bonuses(self) -> dict[str, BonusResult]:
        return bonus_results(self._world)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {member: index for index, member in enumerate(self._world.ids)}

    @property
    def member_ids(self) -> list[str]:
        """Members of the run in the order of ids."""
        ids: list[str] = self._world.id_texts(self._world.by_id).to_pylist()
        return ids

    def has_member(self, member: str) -> bool:
        return member in self._index

    def index(self, member: str) -> int:
        """Canonical index of a member; ``KeyError`` for one who is not in the run."""
        return self._index[member]

    # money ----------------------------------------------------------------------------------------------------------

    def amount(self, member: str, bonus: str) -> Fraction:
        """What a bonus comes to for a member after all caps, before holds and payout."""
        return int(self.bonuses[bonus].earned[self._index[member]]) * self.plan.money_unit

    def total(self, bonus: str | None = None) -> Fraction:
        """What a bonus (or all together) comes to for the company after all caps."""
        names = self.bonuses if bonus is None else (bonus,)
        return sum((total(self.bonuses[name].earned) for name in names), 0) * self.plan.money_unit

    def payable(self, member: str) -> Fraction:
        return int(self._payout.payable[self._index[member]]) * self.plan.money_unit

    def goods(self, member: str) -> Fraction:
        """Credit in kind at the end of the period."""
        goods = self._payout.goods
        return int(goods[self._index[member]]) * self.plan.money_unit if goods.size else Fraction(0)

    def carried(self, member: str) -> Fraction:
        """What is carried into the next period: a sum below the payout minimum, or below 0 a debt."""
        return int(self._payout.carried[self._index[member]]) * self.plan.money_unit

    def forgiven(self, member: str) -> Fraction:
        """A debt that the company bears from the end of this period on."""
        return int(self._payout.forgiven[self._index[member]]) * self.plan.money_unit

    def held(self, member: str, bonus: str) -> Fraction:
        """What a bonus with ``hold until`` keeps for the member at the end of the period."""
        held = self._payout.state.get(f"held:{bonus}")
        return int(held.values[self._index[member]]) * self.plan.money_unit if held else Fraction(0)

    def expired(self, member: str, bonus: str) -> Fraction:
        """What was withheld for so long that it stays with the company from the end of this period on."""
        row = self._payout.bonuses.index(bonus)
        return int(self._payout.expired[row, self._index[member]]) * self.plan.money_unit

    def deduction(self, member: str, name: str) -> Fraction:
        """What a deduction keeps back of what is payable; ``KeyError`` for a name that the plan does not have."""
        return int(self._payout.deductions[name][self._index[member]]) * self.plan.money_unit

    def paid_out(self, member: str) -> Fraction:
        """What is payable less all deductions."""
        return int(self._payout.paid_out[self._index[member]]) * self.plan.money_unit

    def paid_in(self, member: str, currency: str) -> Fraction:
        """What is paid out in a currency: all in that of the member, where the plan tells it so, else in the plan's."""
        local, place = self._payout.local, self._index[member]
        if local is None:
            return self.paid_out(member) if currency == self.plan.currency else Fraction(0)
        own = local.currencies[int(local.code[place])]
        return int(local.amount[place]) * own.unit if currency == own.currency else Fraction(0)

    def bank(self, member: str, bonus: str, side: str) -> Fraction:
        """What stands on a side (``left``, ``right``) of a member at the end of the period, in volume."""
        found = self.bonuses[bonus].bank
        if found is None:
            return Fraction(0)
        return int(found.closing[SIDES.index(side), self._index[member]]) * found.scale

    @property
    def promised(self) -> dict[str, Fraction]:
        return {name: result.promised for name, result in self.bonuses.items()}

    @property
    def breakage(self) -> dict[str, dict[str, Fraction]]:
        """Per bonus, what was promised and not paid, by name."""
        return {name: dict(result.breakage) for name, result in self.bonuses.items()}

    # members --------------------------------------------------------------------------------------------------------

    def rank(self, member: str) -> str | None:
        return self._rank_name(int(self._world.numbers("rank")[self._index[member]]))

    def title(self, member: str) -> str | None:
        return self._rank_name(int(self._world.numbers("title")[self._index[member]]))

    def _rank_name(self, code: int) -> str | None:
        return None if code < 0 else self.plan.ranks[code]

    def measure(self, member: str, name: str) -> Fraction | bool | str | None:
        """The value of a measure, condition, table, attribute or built-in name; ``KeyError`` for an unknown one."""
        step = self.plan.steps[name]
        value = self._world.column(name)[self._index[member]]
        if isinstance(step.type, NumberType):
            return int(value) * step.type.scale
        if isinstance(step.type, ConditionType):
            return bool(value)
        if isinstance(step.type, RankType):
            return self._rank_name(int(value))
        assert isinstance(step.type, TextType)
        return self._world.words[name][int(value)] if value >= 0 else None

    def tree(self, name: str) -> Tree:
        return self._world.trees[name]

    def parent(self, tree: str, member: str) -> str | None:
        above = int(self._world.trees[tree].parent[self._index[member]])
        return self._world.ids[above] if above >= 0 else None

    def in_tree(self, tree: str, member: str) -> bool:
        return int(self._world.trees[tree].rank_of[self._index[member]]) >= 0

    # lines and tables -----------------------------------------------------------------------------------------------

    def lines(self, bonus: str | None = None, receiver: str | None = None) -> Iterator[Line]:
        """Payment lines in canonical order: bonus in plan order, receiver, source, order, order line, level, part."""
        wanted = None if receiver is None else self._index[receiver]
        for name, result in self.bonuses.items():
            if bonus is None or name == bonus:
                yield from payment_lines(self._world, result, wanted)

    @cached_property
    def lines_table(self) -> pa.Table:
        """Payment lines: bonus, receiver, source, order, order_line, part, level, rate, base, amount, apportioned."""
        return lines_table(self._world)

    @cached_property
    def earnings(self) -> pa.Table:
        """One row per member and bonus with an amount: earned, capped, withheld, released."""
        return earnings_table(self._world, self._payout)

    @cached_property
    def members(self) -> pa.Table:
        """One row per member: rank, title, payable, carried, and every declared measure, condition and table.

        A measure with the name of another column stands as ``plan: NAME``.
        """
        return members_table(self._world, self._payout)

    @cached_property
    def breakage_table(self) -> pa.Table:
        """One row per bonus and name: promised, paid and each breakage, as exact text and rounded to the minor unit."""
        return breakage_table(self._world)

    @cached_property
    def trees(self) -> pa.Table:
        """One row per tree that the plan reads and member in it: tree, member, parent."""
        return trees_table(self._world)

    @cached_property
    def bank_table(self) -> pa.Table:
        """One row per binary bonus, member and side with volume: opening, new, taken, each flushing, closing."""
        return bank_table(self._world)

    @cached_property
    def cuts_table(self) -> pa.Table:
        """One row per member, bonus and cap or limit that took something: the limit by its key, and the amount."""
        return cuts_table(self._world)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables: ``bank`` is there when the plan has a binary bonus, ``cuts`` when it has caps."""
        bonuses = self.plan.bonuses.values()
        caps = self.plan.limits.shared or any(bonus.terms.cap is not None for bonus in bonuses)
        banks = any(isinstance(bonus, BinaryBonus) for bonus in bonuses)
        more = (("cuts", bool(caps)), ("bank", banks))
        return ("lines", "earnings", "members", "breakage", "trees", *(name for name, there in more if there))

    def table(self, name: str) -> pa.Table:
        """A table by name, one of :attr:`tables`."""
        return {
            "lines": lambda: self.lines_table,
            "earnings": lambda: self.earnings,
            "members": lambda: self.members,
            "breakage": lambda: self.breakage_table,
            "trees": lambda: self.trees,
            "cuts": lambda: self.cuts_table,
            "bank": lambda: self.bank_table,
        }[name]()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each table's canonical content and of the state."""
        found = {name: table_hash(self.table(name)) for name in self.tables}
        found["state"] = self.state.hash
        return found


def table_hash(table: pa.Table) -> str:
    """SHA-256 over column names and values, independent of the container's version."""
    digest = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name)
        digest.update(f"{name}\0{column.type}\0".encode())
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if pa.types.is_string(array.type):
            for text in array.to_pylist():
                digest.update(b"\x01" if text is None else b"\x02" + text.encode() + b"\0")
        elif len(array) == 0:
            continue
        elif pa.types.is_decimal(array.type):
            limbs = np.frombuffer(array.buffers()[1], dtype="<i8", count=2 * (array.offset + len(array)))
            digest.update(limbs[2 * array.offset :].tobytes())
        else:
            digest.update(np.ascontiguousarray(array.to_numpy(zero_copy_only=False)).tobytes())
    return digest.hexdigest()
