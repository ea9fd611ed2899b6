"""What one period hands to the next (semantics, section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.held import Entries
from tests.reference.language import Call, Name, number_of
from tests.reference.placement import Matrix
from tests.reference.plan import Book
from tests.reference.rank import Rank
from tests.reference.seats import Boards
from tests.reference.trees import Known
from tests.reference.world import World


@dataclass
class Standing:
    """A member's title and what the title rules count."""

    title: str = "none"
    misses: int = 0
    best: str = "none"
    below: int = 0


@dataclass
class State:
    """Values by `memory` and member; titles, milestones, what is held and carried, pools.

    `windows` and `lives` are what caps over some periods and over a lifetime let through, by cap and member.
    """

    values: dict[Call, dict[str, Any]] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    steps: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    held_since: dict[tuple[str, str], Entries] = field(default_factory=dict)
    windows: dict[str, dict[str, list[Fraction]]] = field(default_factory=dict)
    lives: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    carried: dict[str, Fraction] = field(default_factory=dict)
    debts: dict[str, dict[int, Fraction]] = field(default_factory=dict)
    pools: dict[str, Fraction] = field(default_factory=dict)
    banks: dict[tuple[str, str], list[Entries]] = field(default_factory=dict)
    first_cycles: dict[str, set[str]] = field(default_factory=dict)
    matrices: dict[str, Matrix] = field(default_factory=dict)
    boards: dict[str, Boards] = field(default_factory=dict)
    goods: dict[str, Fraction] = field(default_factory=dict)
    hosts: bool = False  # whether a plan of the chain has paid in goods, so that credit stands and is used
    parts_left: dict[str, dict[tuple[str, str], int]] = field(default_factory=dict)
    fixed: dict[str, Known] = field(default_factory=dict)


def memory(call: Call) -> Call:
    """What a history function is kept under: the same for every length of `last`."""
    return Call(call.function, (call.arguments[-1],))


def aged(before: list[Fraction], now: Fraction, window: int = 0) -> list[Fraction]:
    """What is known of the periods behind the next one, as many as its window asks for or were known before."""
    size = max(window - 1, len(before))
    return ([Fraction(0)] * size + [*before, now])[-size:] if size else []


def opening(world: World, book: Book) -> State:
    """The state before the first run: titles, lifetime sums, carried amounts and the banks of binaries."""
    state, balances, history = State(), world.balances, book.history()
    carried: dict[tuple[str, str, str], Fraction] = {}
    for row in balances:
        member = row["member"]
        if row["what"] == "title":
            state.standings[member] = Standing(title=row["name"])
        elif row["what"] in ("carried", "negative balance"):
            sign = 1 if row["what"] == "carried" else -1
            carried[member, row["what"], row.get("name") or ""] = sign * number_of(row["value"])
        elif row["what"] == "rank":
            found = Rank([*["none"], *book.ranks].index(row["name"]), row["name"])
            state.values.setdefault(Call("previous", (Name("rank"),)), {})[member] = found
        elif row["what"] in ("lifetime", "streak"):
            for call in history:
                if call.function == row["what"] and call.arguments[0] == Name(row["name"]):
                    sums = state.values.setdefault(call, {})
                    sums[member] = number_of(row["value"])
    for (member, _, _), amount in carried.items():
        state.carried[member] = state.carried.get(member, Fraction(0)) + amount
    for name, bonus in book.bonuses.items():
        whose: dict[tuple[str, str], str] = {}
        for row in world.openings if bonus["kind"] == "binary" else []:
            if row["tree"] == bonus["tree"]:
                if whose.setdefault((row["node"], row["name"]), row["position"]) != row["position"]:
                    raise ValueError(f"two positions of {row['node']} bring one bank")
                sides = state.banks.setdefault((name, row["node"]), [[], []])
                sides[("left", "right").index(row["name"])] = [(0, number_of(row["value"]))]
    return state
