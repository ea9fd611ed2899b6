"""What a run hands on to the next one (semantics, section 12)."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

from tests.reference.held import Entries
from tests.reference.language import Call
from tests.reference.limits import Cell, Settled
from tests.reference.state import State, aged, memory
from tests.reference.values import Values


def kept(
    work: Any,
    before: State,
    held: dict[Cell, Entries],
    settled: Settled,
    in_kind: dict[str, Fraction],
) -> State:
    """The state that the next period takes."""
    values, book = work.values, work.book
    state = deepcopy(before)
    gone = {cell: waiting for cell, waiting in before.held_since.items() if cell[0] not in values.world.facts}
    waits = {name for name, outcome in work.outcomes.items() if outcome.in_goods}
    absent = {cell: w for cell, w in before.held_since.items() if cell[1] not in book.bonuses or cell[1] in waits}
    state.held_since, state.goods = gone | absent | held, in_kind
    state.hosts = before.hosts or bool(waits)
    let_through(state, work)
    elsewhere = {m: v for m, v in before.carried.items() if m not in values.world.members}
    state.carried, state.debts = elsewhere | settled.carried, settled.debts
    remember(state, before, values)
    for name in state.matrices.keys() - book.trees.keys():  # weights are those of the period before
        state.matrices[name].weights = {}
    for name, rule in book.trees.items():
        forest = values.forest(name)
        if "placed" in rule:
            state.matrices[name] = values.placings[name].after()
        elif "fixed" in rule:
            known = state.fixed.setdefault(name, {})
            for member in values.world.members:
                known[member] = (member in forest.parent, forest.parent.get(member))
    for member in values.world.members:
        state.standings[member] = values.placed(member).standing
    for name, bonus in book.bonuses.items():
        outcome = work.outcomes[name]
        for member, step in outcome.steps:
            state.steps.setdefault((name, member), []).append(step)
        if outcome.parts_left:
            state.parts_left[name] = state.parts_left.get(name, {}) | outcome.parts_left
        if outcome.boards is not None:
            state.boards[name] = outcome.boards
        if bonus["kind"] == "binary":
            for member, sides in work.outcomes[name].banks.items():
                state.banks[name, member] = [side.held.entries for side in sides]
            state.first_cycles[name] = state.first_cycles.get(name, set()) | work.outcomes[name].first_cycles
        if bonus["kind"] == "pool" and not work.rests(bonus):
            state.pools[name] = work.outcomes[name].breakage.get("carried", Fraction(0))
    return state


def remember(state: State, before: State, values: Values) -> None:
    """What history functions need; of those that the plan does not read a lifetime stays, and a window grows older."""
    members = values.world.members
    for key, old in before.values.items():
        if key.function == "last":
            state.values[key] = {**old, **{m: aged(old.get(m, []), Fraction(0)) for m in members}}
        elif key.function != "lifetime":
            state.values[key] = {member: value for member, value in old.items() if member not in members}
    for call in sorted(values.book.history(), key=length):  # of several lengths of `last` the longest
        known = before.values.get(memory(call), {})
        state.values[memory(call)] = {**known, **{m: values.remembered(call, m) for m in members}}


def length(call: Call) -> Fraction:
    return call.arguments[0].value if call.function == "last" else Fraction(0)


def let_through(state: State, work: Any) -> None:
    """What the caps that look back have let through, period by period; in one without the cap it was nothing."""
    limits, owner = work.book.plan.get("limits", {}), work.values.world.owner
    counted = {
        "limits.members": [(member, left) for (member, _), left in work.after_members.items()],
        "limits.owners": [(owner(position), left) for (position, _), left in work.after_owners.items()],
    }
    rules = {key: limits.get(key.removeprefix("limits."), {}) for key in counted}
    rules |= {name: bonus.get("cap per member", {}) for name, bonus in work.book.bonuses.items()}
    for key in dict.fromkeys([*rules, *state.windows, *state.lives]):
        rule = rules.get(key, {})
        over = rule.get("over", "period") if isinstance(rule, dict) else "period"
        for member in work.values.world.members:
            if over == "period":
                amount = Fraction(0)
            elif key in counted:
                amount = sum((left for whose, left in counted[key] if whose == member), Fraction(0))
            else:
                amount = work.after_caps[key].get(member, Fraction(0))
            if over == "lifetime":
                life = state.lives.setdefault(key, {})
                life[member] = life.get(member, Fraction(0)) + amount
            window = int(over.split()[1]) if over.startswith("last") else 0
            if window or key in state.windows:
                known = state.windows.setdefault(key, {})
                known[member] = aged(known.get(member, []), amount if window else Fraction(0), window)
