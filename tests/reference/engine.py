"""One run: plan, facts and state of a period in, everything that is paid out (semantics, sections 10 to 12)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from tests.reference.amounts import cut_per_source, round_lines, rounding_of
from tests.reference.beside import Beside
from tests.reference.binary import binary
from tests.reference.board import board
from tests.reference.difference import difference
from tests.reference.generation import generation
from tests.reference.handed_on import kept
from tests.reference.held import Entries, Held
from tests.reference.infinity import infinity
from tests.reference.known import learnt_late
from tests.reference.ladder import has_all
from tests.reference.language import Call, Name
from tests.reference.late import difference_of, taken_back
from tests.reference.level import level
from tests.reference.limits import (
    Amounts,
    Cell,
    Cut,
    Deducted,
    cut_company,
    cut_members,
    cut_owners,
    deducted,
    in_local,
    limited,
    paid_out,
    room,
    whole_cap,
)
from tests.reference.lines import Kind, Outcome, Paid, place_of
from tests.reference.milestone import milestone
from tests.reference.orders import day_of, in_order
from tests.reference.own_sales import customer, given, rebate, retail
from tests.reference.party_host import party_host
from tests.reference.pass_up import pass_up
from tests.reference.periods import Period, read_period
from tests.reference.plan import Book, dated, limit_of, load
from tests.reference.pool import pool
from tests.reference.rounding import minor_unit
from tests.reference.side import Side
from tests.reference.state import State, opening
from tests.reference.values import Values
from tests.reference.world import stand

KINDS: dict[str, Callable[[Kind], Outcome]] = {
    "rebate": rebate, "retail": retail, "customer": customer, "given": given, "level": level, "match": level,
    "difference": difference, "generation": generation, "infinity": infinity, "pool": pool, "milestone": milestone,
    "binary": binary, "board": board, "pass up": pass_up, "party host": party_host,
}  # fmt: skip


TAKEN = ("returns", "corrections")
EARNINGS = ("earned", "capped", "withheld", "released", "expired", "payable")


@dataclass
class ReferenceResult:
    """Everything that is compared with the fast engine."""

    lines: list[dict[str, Any]]
    earnings: dict[Cell, dict[str, Fraction]]
    payable: dict[str, Fraction]
    carried: dict[str, Fraction]
    forgiven: dict[str, Fraction]
    deductions: dict[str, Deducted]
    local: dict[str, tuple[str, Fraction]]
    held: Amounts
    ranks: dict[str, str]
    titles: dict[str, str]
    measures: dict[str, dict[str, Any]]
    parents: dict[str, dict[str, str | None]]
    promised: dict[str, Fraction]
    breakage: dict[str, dict[str, Fraction]]
    cuts: dict[tuple[str, str, str], Fraction]
    banks: dict[Cell, list[Side]]
    goods: dict[str, Fraction]
    state: State
    period: str
    rows: dict[str, Any]
    took: State | None
    again: dict[str, ReferenceResult]  # the periods before, where this run computed them again
    work: Run


Past = Sequence[ReferenceResult]


class Run:
    """The bonuses of one period, each worked out when it is first asked for."""

    def __init__(self, values: Values) -> None:
        self.values, self.book = values, values.book
        self.unit = minor_unit(self.book.currency)
        self.order = {name: k for k, name in enumerate(self.book.bonuses)}
        self.outcomes: dict[str, Outcome] = {}
        self.after_caps: dict[str, dict[str, Fraction]] = {}
        self.cuts: dict[tuple[str, str, str], Fraction] = {}
        self.after_members: Amounts = {}
        self.after_owners: Amounts = {}
        values.earned, values.outcome = self.earned, self.outcome

    def rule(self, name: str) -> Any:
        return rounding_of(self.book, self.book.bonuses[name])

    def outcome(self, name: str) -> Outcome:
        """The exact lines of a bonus, after the cap per source."""
        found: Outcome = self.values.once(("bonus", name), lambda: self.exact(name))
        return found

    def exact(self, name: str) -> Outcome:
        bonus = self.book.bonuses[name]
        if self.rests(bonus):
            self.outcomes[name] = Outcome()
            return self.outcomes[name]
        outcome = KINDS[bonus["kind"]](Kind(self.values, name, bonus))
        cut_per_source(bonus, outcome, self.unit)
        self.outcomes[name] = outcome
        return outcome

    def rests(self, bonus: dict[str, Any]) -> bool:
        """Whether this is none of the months in which the bonus is paid."""
        month = self.values.world.period.last.month
        return "paid in" in bonus and str(month) not in bonus["paid in"]

    def pay(self, name: str) -> None:
        """Round a bonus, alone or with those that are rounded together with it, and cap it per member."""
        outcome = self.outcome(name)
        if name in self.after_caps:
            return
        if outcome.exactly:
            for line in outcome.lines:
                line.amount = line.exact
            self.cap(name)
            return
        together = [n for n in self.book.bonuses if n == name or self.together(name, n)]
        round_lines(self.rule(name), [line for n in together for line in self.outcome(n).lines], self.order)
        for n in together:
            self.cap(n)

    def together(self, name: str, other: str) -> bool:
        """Whether two bonuses are rounded in one sum per member."""
        same = self.rule(name) == self.rule(other) and self.rule(name)[2] == "member"
        return same and not self.outcome(other).exactly

    def cap(self, name: str) -> None:
        outcome, bonus = self.outcome(name), self.book.bonuses[name]
        sums: dict[str, Fraction] = {}
        for line in outcome.lines:
            outcome.lost("rounded", line.exact - line.amount)
            sums[line.receiver] = sums.get(line.receiver, Fraction(0)) + line.amount
        for member in list(sums):
            if "cap per member" in bonus:
                cap = self.values.number(self.book.read(limit_of(bonus["cap per member"])[0]), member)
                left = room(bonus["cap per member"], cap, self.values.state, name, member)
                kept = min(sums[member], whole_cap(left, self.unit))
                outcome.lost("capped", sums[member] - kept)
                self.cut(member, name, "cap per member", sums[member] - kept)
                sums[member] = kept
        self.after_caps[name] = sums

    def cut(self, member: str, bonus: str, limit: str, amount: Fraction) -> None:
        """A row of the table `cuts`, where something was taken."""
        if amount:
            self.cuts[member, bonus, limit] = amount

    def limited(self, limit: str, rule: dict[str, Any], amounts: Amounts, how: Cut) -> Amounts:
        """One of the limits over several bonuses, and its rows; gives what it counted, after the cut."""
        before = dict(amounts)
        counted = limited(self.values, rule, amounts, self.unit, how)
        for (member, bonus), amount in before.items():
            self.cut(member, bonus, limit, amount - amounts[member, bonus])
        return counted

    def earned(self, name: str, member: str) -> Fraction:
        """What a bonus pays a member after its own caps, and one of a shorter cadence has paid in the period."""
        if name not in self.book.bonuses:
            return self.values.beside.earned.get((member, name), Fraction(0))
        self.pay(name)
        return self.after_caps[name].get(member, Fraction(0))


@dataclass(frozen=True)
class Again:
    """An earlier period computed again: without what came back later in some periods, with ranks that stay."""

    netted: list[Period]
    ranks: dict[str, str]


def run(
    plan: str | dict[str, Any],
    rows: dict[str, Any],
    state: State | None,
    period: str,
    past: Past = (),
    again: Again | None = None,
    beside: Beside | None = None,
) -> ReferenceResult:
    """Everything that one period pays, and the state for the next; `past` are the runs of the periods before."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(max(usual, 50_000))  # ranks of a deep line need each other
    try:
        return played(plan, rows, state, period, past, again, beside or Beside())
    finally:
        sys.setrecursionlimit(usual)


def played(
    plan: str | dict[str, Any],
    rows: dict[str, Any],
    state: State | None,
    period: str,
    past: Past,
    again: Again | None,
    beside: Beside,
) -> ReferenceResult:
    """The bonuses in the order of the plan, then what is paid of them."""
    span = read_period(period)
    book = Book(dated(load(plan), span.first))
    netted = book.late_returns() == "netted"
    later = again.netted if again is not None else []
    world = stand(rows, span, book.volumes, book.currency, book.late_returns(), later)
    before = opening(world, book) if state is None else deepcopy(state)
    closed = Closed(plan, book, rows, span, past, netted=netted) if again is None else None
    if closed is not None and closed.ranks_anew:
        settled = before
        before = deepcopy(closed.with_all[-1].state)
        before.carried, before.debts, before.held_since = settled.carried, settled.debts, settled.held_since
        before.goods = settled.goods
    if beside.first and state is not None:
        begin(before, opening(world, book), part=beside.part)
    if beside.part:  # who was not there at the end of the last plan period has what the balances say
        balances = beside.opened or opening(world, book)
        ranks = {m: rank.name for m, rank in balances.values.get(Call("previous", (Name("rank"),)), {}).items()}
        beside.ranks = ranks | (beside.ranks or {})
        beside.titles = {m: one.title for m, one in balances.standings.items()} | (beside.titles or {})
    has_all(book, before, beside)
    values = Values(book, world, before)
    beside.first = beside.first or state is None
    values.beside = beside
    values.as_it_was = {} if again is None else again.ranks
    work = Run(values)
    for name in book.bonuses:
        work.pay(name)
    for name in book.tables:  # a row that is unknown is refused when the key of any member falls on it
        for member in world.members:
            values.name(name, member)
    if "returns" in book.plan and not netted:
        known_now = closed.with_rows if closed is not None and closed.changed else past
        work.outcomes["returns"] = taken_back(work, known_now)
    elif "returns" in book.plan and closed is not None:
        work.outcomes["returns"] = difference_of(work, "returns", closed.with_rows, closed.with_all)
    if "late" in book.plan and closed is not None:
        work.outcomes["corrections"] = difference_of(work, "corrections", closed.as_known, closed.with_rows)
    left = closed.left if closed is not None else {}
    return finish(work, before, state, period, rows, left)


def begin(state: State, balances: State, *, part: bool) -> None:
    """The first run of a cadence reads the opening balances, but for what is carried."""
    state.values = balances.values
    state.banks |= balances.banks
    if not part:
        state.standings = balances.standings


class Closed:
    """The earlier periods computed again: as the run before knew them, with all rows known now, with what came back."""

    def __init__(
        self, plan: str | dict[str, Any], book: Book, rows: dict[str, Any], span: Period, past: Past, *, netted: bool
    ) -> None:
        self.plan, self.past = plan, past
        self.as_known: list[ReferenceResult] = []
        self.with_rows: list[ReferenceResult] = []
        self.with_all: list[ReferenceResult] = []
        old = past[-1].rows if past else rows
        changed = old is not rows and learnt_late(old, rows, span.first) != []
        if changed and "late" not in book.plan:
            raise ValueError("rows of closed periods were learnt late")
        self.changed = changed
        rule = late_rule(book) if changed else book.plan.get("returns", {})
        self.stay = rule.get("ranks", "stay") == "stay"
        closed = [read_period(one.period) for one in past if one.work.book.late_returns() in ("netted", "refused")]
        if past and (changed or netted):
            self.as_known = self.chain(old if changed else rows, closed)
            self.with_rows = self.chain(rows, closed) if changed else self.as_known
            self.with_all = self.chain(rows, [*closed, span]) if netted else self.with_rows
        came_back = netted and any(late_in(row, rows, span) for row in rows.get("returns", []))
        self.left = {one.period: one for one in self.with_all} if changed or came_back else {}
        self.ranks_anew = bool(self.with_all) and not self.stay and (changed or came_back)

    def chain(self, rows: dict[str, Any], netted: list[Period]) -> list[ReferenceResult]:
        """The earlier periods as they come out of some rows, without what came back later in the periods `netted`."""
        found: list[ReferenceResult] = []
        for one in self.past:
            state = found[-1].state if found and not self.stay else one.took
            again = Again(netted, one.ranks if self.stay else {})
            found.append(run(self.plan, rows, state, one.period, found, again))
        return found


def late_in(back: dict[str, Any], rows: dict[str, Any], span: Period) -> bool:
    """Whether something came back in a period later than it was sold."""
    sold = next(order["time"] for order in rows["orders"] if order["order"] == back["order"])
    return span.holds(day_of(back["time"])) and not span.holds(day_of(sold))


def late_rule(book: Book) -> dict[str, Any]:
    """`late`, whose ranks are found anew unless it says otherwise."""
    return {"ranks": "recompute"} | book.plan["late"]


def finish(
    work: Run, before: State, state: State | None, period: str, rows: dict[str, Any], again: dict[str, ReferenceResult]
) -> ReferenceResult:
    """Limits, holds and payout, then everything that is shown and kept."""
    values, book = work.values, work.book
    after: Amounts = {(m, n): work.after_caps[n][m] for n in book.bonuses for m in work.after_caps[n]}
    first = dict(after)
    limits = book.plan.get("limits", {})
    cash = {cell: amount for cell, amount in after.items() if not work.outcomes[cell[1]].in_goods}
    if "members" in limits:
        work.after_members = work.limited("members", limits["members"], cash, cut_members)
    if "owners" in limits:
        work.after_owners = work.limited("owners", limits["owners"], cash, cut_owners)
    for place, structure in enumerate(limits.get("structures", []), start=1):
        work.limited(f"structures {place}", structure, cash, cut_company)
    if "company" in limits:
        work.limited("company", limits["company"], cash, cut_company)
    after |= cash
    for cell, amount in after.items():
        work.outcomes[cell[1]].lost("capped", first[cell] - amount)
    earnings: dict[Cell, dict[str, Fraction]] = {}
    held: dict[Cell, Entries] = {}
    sums = {member: Fraction(0) for member in values.world.members if member in before.carried}
    for member in values.world.members:
        for name, bonus in book.bonuses.items():
            cell, zero = (member, name), Fraction(0)
            in_goods = work.outcomes[name].in_goods
            waiting = Held([] if in_goods else [(age + 1, amount) for age, amount in before.held_since.get(cell, [])])
            if cell not in after and not waiting.entries:
                continue
            amount, withheld, released, expired = after.get(cell, zero), zero, zero, zero
            when, longest = limit_of(bonus.get("hold until", ""))
            if when and not values.holds(when, member):
                withheld = amount
                waiting.add(amount)
                expired = waiting.expire(int(longest)) if longest else zero
                held[cell] = waiting.entries if longest else waiting.without_ages()
            else:
                released = waiting.total
            lines = sum((line.amount for line in work.outcomes[name].lines if line.receiver == member), zero)
            due = amount - withheld + released
            if not in_goods:
                owner = values.world.owner(member)
                sums[owner] = sums.get(owner, zero) + due
            earnings[cell] = {
                "earned": lines, "capped": lines - amount, "withheld": withheld, "released": released,
                "expired": expired, "payable": due,
            }  # fmt: skip
    taken = [name for name in TAKEN if name in work.outcomes]
    for line in (one for name in taken for one in work.outcomes[name].lines):
        line.amount = line.exact
        cell = earnings.setdefault((line.receiver, line.bonus), dict.fromkeys(EARNINGS, Fraction(0)))
        cell["earned"] += line.amount
        cell["payable"] += line.amount
        owner = values.world.owner(line.receiver)
        sums[owner] = sums.get(owner, Fraction(0)) + line.amount
    names = [*book.bonuses, *taken]
    settled = paid_out(limits.get("payout", {}), sums, before)
    in_kind = goods(work, before, after)
    kept_back = deducted(values, limits.get("payout", {}), settled.payable, after)
    local: dict[str, tuple[str, Fraction]] = {}
    if "currency" in limits.get("payout", {}):
        left = {m: amount - sum(kept_back[m].values(), Fraction(0)) for m, amount in settled.payable.items()}
        local = in_local(values, left)
    return ReferenceResult(
        lines=[shown(line) for name in names for line in sorted(work.outcomes[name].lines, key=shown_key)],
        earnings=earnings,
        payable=settled.payable,
        carried=settled.carried,
        forgiven=settled.forgiven,
        deductions=kept_back,
        local=local,
        held={cell: total for cell, waiting in held.items() if (total := Held(waiting).total)},
        ranks={m: values.placed(m).paid for m in values.world.members},
        titles={m: values.placed(m).title for m in values.world.members},
        measures=measures(values),
        parents={name: dict(values.forest(name).parent) for name in [*values.world.parents, *book.trees]},
        promised={name: work.outcomes[name].promised for name in names},
        breakage={name: {k: v for k, v in work.outcomes[name].breakage.items() if v} for name in names},
        cuts=work.cuts,
        banks=banks(work, before),
        goods={} if values.beside.part else in_kind,
        period=period,
        rows=rows,
        took=state,
        again=again,
        work=work,
        state=kept(work, before, held, settled, in_kind),
    )


def banks(work: Run, before: State) -> dict[Cell, list[Side]]:
    """The sides of everybody; those of members who are not in the tree wait as they were."""
    found = {
        (member, name): [Side(entries) for entries in sides]
        for (name, member), sides in before.banks.items()
        if work.book.bonuses.get(name, {}).get("kind") == "binary" and member in work.values.world.facts
    }
    for name, outcome in work.outcomes.items():
        found |= {(member, name): sides for member, sides in outcome.banks.items()}
    return found


def goods(work: Run, before: State, after: Amounts) -> dict[str, Fraction]:
    """Credit in kind after the period; who has used more than there was is refused."""
    world, found = work.values.world, dict(before.goods)
    for (member, name), amount in after.items():
        if work.outcomes[name].in_goods:
            found[member] = found.get(member, Fraction(0)) + amount
    hosts = before.hosts or any(outcome.in_goods for outcome in work.outcomes.values())
    if work.values.beside.part or not hosts:
        return found
    for line in (one for lines in world.lines.values() for one in lines):
        used = line.values.get("credit", Fraction(0))
        if used and world.period.holds(line.when):
            found[line.buyer] = found.get(line.buyer, Fraction(0)) - used
            if found[line.buyer] < 0:
                raise ValueError(f"{line.buyer} uses more credit than there is")
    return found


def measures(values: Values) -> dict[str, dict[str, Any]]:
    names = [*values.book.measures, *values.book.conditions, *values.book.moves]
    return {name: {m: values.name(name, m) for m in values.world.members} for name in names}


def shown(line: Paid) -> dict[str, Any]:
    return {key: value for key, value in asdict(line).items() if key != "exact"}


def shown_key(line: Paid) -> Any:
    names = (line.receiver, line.source, line.order, line.order_line)
    return [in_order(name) for name in names], line.level, place_of(line.part)
