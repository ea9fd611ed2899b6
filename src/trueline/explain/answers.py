"""Why not, and what the next rank needs, in plain English sentences."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain import figures
from trueline.explain.lacking import Lack, LegRoom, Nearest
from trueline.explain.model import Cut, Missed
from trueline.explain.nextrank import Goal, NextRank
from trueline.explain.raising import ORDERS, Deposit
from trueline.explain.records import NO_RANK
from trueline.explain.whynot import Broken, Instead, Money, Share, WhyNot
from trueline.plan.bonus_parts import KINDS
from trueline.plan.phrases import listed

MISSED = {
    "receivers": "Nobody is paid any bonus unless this holds",
    "who": "This bonus is paid only to those for whom this holds",
    "counts": "You count as a level only when this holds",
    "boundary": "You count as a leader only when this holds",
    "if": "Each line is paid only when this holds between you and the source",
    "rates": "Your row of rates is 0 at every level; a row that pays needs this",
    "rate": "Your rate is 0; the first rate that pays needs this",
    "shares": "You hold no shares; for shares this is needed",
    "entitled": "You came to a rate only after the last order of the period that this bonus pays on",
    "places": "Your place holds no shares; for the last place that does this is needed",
    "fund": "There is nothing in the fund",
    "sources": "Nothing was bought that this bonus pays on",
    "earned": "Nobody below you earned anything that this bonus pays on",
    "gathers": "New volume reaches your sides only while this holds",
    "amount": "Your amount for a cycle is 0; the first amount that pays needs this",
    "sides": "Too little stands on your sides to be matched; this is needed",
    "at most": "What may be matched for you comes to nothing; this is needed",
    "windows": "What stood on your sides never met in one of the bonus's windows",
    "tree": "You have no place in the tree whose sides this bonus matches",
    "base": "You bought nothing that this bonus pays on",
    "while": "A part that is due is paid only while this holds",
    "given": "The amount of this bonus is given to the engine, and none was given for you",
    "paid before": "You were paid this step once already, and it is paid once in a lifetime",
    "payout": "The sum of your bonuses is below the smallest payout",
    "closed": "Nothing is to be settled",
    "expired": "It was kept too long and stays with the company",
    "paid in": "It is paid in other months only",
    "debt": "What you earned went to what you owe",
}
"""Why something that is missed matters, by what it is; a step of a milestone is named by itself."""


def missed_words(one: Missed) -> str:
    """Why a condition matters, in the plan's words and with its place."""
    intro = MISSED.get(one.what, f"For '{one.what}' this is needed")
    lines = f" It fails on {figures.counted(one.lines, 'line')}." if one.lines else ""
    return f"{intro}: {one.words} ({one.place}).{lines}"


REASONS = {
    "no upline": "there was nobody to receive it",
    "unqualified": "whoever stood there was not qualified",
    "blocked": "a condition of the bonus did not hold",
    "depth": "whoever stood there has no rate from that level on",
    "rank": "whoever stood there has a lower rate than the best one",
    "reserved": "it is set aside by the plan",
    "capped": "it was above a cap",
    "unclaimed": "nobody held a share",
    "carried": "it is kept for a later period",
    "flushed": "it could have been matched but was above the limit, and was not kept",
    "rounded": "roundings",
}
"""Names of breakage (docs/semantics.md, section 7) as sentences."""


class Answer:
    """Writes a why-not in sentences."""

    def __init__(self, found: WhyNot) -> None:
        self.found = found
        self.unit = found.money_unit
        self.currency = found.currency

    def money(self, amount: Fraction) -> str:
        """An amount with its currency; finer than a cent where it is exact."""
        return figures.money(amount, self.unit, self.currency)

    def head(self) -> str:
        """What was paid, or that nothing was."""
        found = self.found
        if found.amount > 0:
            limits = " What limits it:" if found.missed or found.cuts else ""
            return f"For {figures.period(found.period)} you get {self.money(found.amount)} of '{found.bonus}'.{limits}"
        count = len(found.missed)
        reasons = "one thing is in the way" if count == 1 else f"{count} things are in the way"
        tail = f": {reasons}." if count else f"; no condition of yours fails{self._nothing_below()}."
        return f"For {figures.period(found.period)} you get nothing of '{found.bonus}'{tail}"

    def _nothing_below(self) -> str:
        """That everything the bonus pays on is the member's own, where it pays on what is below."""
        found, money = self.found, self.found.money
        if found.bonus_kind in ("retail", "customer") and money is not None and money.sources:
            return ", but no sale to a customer was yours: each counts for the nearest participant above the customer"
        part = KINDS.get(found.bonus_kind)  # none for what is taken back
        if part is None or not part.pays_on_below or money is None or money.sources > len(money.largest):
            return ""
        if any(source.source != found.member for source in money.largest):
            return ""
        return ", but there is nothing below you that it pays on"

    def money_rows(self, money: Money) -> list[tuple[str, Fraction]]:
        """Where the promise on the downline went; the rows add up to the last one."""
        rows = [("paid to you", money.yours)]
        rows += [(f"paid to {one.member}", one.amount) for one in money.others]
        more = money.others_count - len(money.others)
        if more:
            rows.append((f"paid to {figures.counted(more, 'other member')}", money.others_more))
        rows += [(f"left to the company: {REASONS[one.reason]}", one.amount) for one in money.company]
        return [*rows, ("promised in all", money.promised)]

    def at_you(self, lost: tuple[Broken, ...]) -> list[str]:
        """What was lost on levels that the member held."""
        return [f"{self.money(one.amount)} of it on levels that you held: {_yours(one.reason)}." for one in lost]

    def share(self, share: Share) -> str:
        """One part of a source's promise."""
        level = "" if share.level is None else f", level {share.level}"
        if share.to is not None:
            return f"{self.money(share.amount)} to {share.to}{level}"
        holder = f" ({share.holder}{level})" if share.holder else ""
        return f"{self.money(share.amount)} to nobody: {REASONS[share.reason]}{holder}"

    def cut(self, cut: Cut) -> str:
        """An amount taken off or added, with the rule that says so."""
        words = f", {cut.words}" if cut.words else ""
        return f"{cut.name}: {self.money(cut.amount)}{words} ({cut.place})"

    def instead(self, instead: Instead) -> list[str]:
        """What would have come had the conditions held, and who received it."""
        more = self.money(instead.gain)
        found = [
            f"Had this held and nothing else changed, {more} more would have come to you before rounding and caps."
        ]
        received = [f"{one.member} {self.money(one.amount)}" for one in instead.from_members if one.amount > 0]
        if received:
            found.append(f"Received instead by {listed(received)}.")
        kept = [f"{self.money(one.amount)} ({REASONS[one.reason]})" for one in instead.from_company if one.amount > 0]
        if kept:
            found.append(f"Left to the company: {listed(kept)}.")
        return found


def _yours(reason: str) -> str:
    return {
        "unqualified": "you were not qualified",
        "blocked": "a condition of the bonus did not hold",
        "depth": "you have no rate from that level on",
        "rank": "your rate is lower than the best one",
    }.get(reason, REASONS[reason])


# next rank --------------------------------------------------------------------------------------------------------


def next_head(found: NextRank) -> str:
    """Where the member stands."""
    if not found.goals:
        rank = "has no rank" if found.rank == NO_RANK else f"is paid as {found.rank}"
        return f"{found.member} {rank}; there is no higher rank to reach."
    if found.rank == NO_RANK:
        return f"{found.member} has no rank in {figures.period(found.period)}."
    return f"{found.member} is paid as {found.rank} in {figures.period(found.period)}."


def goal_head(goal: Goal) -> str:
    count = "one thing is" if len(goal.lacks) == 1 else f"{len(goal.lacks)} things are"
    return f"For {goal.rank}, {count} missing ({goal.place}):"


def lack_words(lack: Lack) -> str:
    """One missing part: how much is missing, what there is now, what is needed."""
    about = figures.plain(lack.about)
    needed = figures.asked(lack.operator, lack.need)
    if isinstance(lack.need, bool):
        return f"{about} must be {figures.value(lack.need)}"
    if lack.missing is None or not isinstance(lack.need, Fraction):
        return f"{about} is {figures.value(lack.have)}, {needed} is needed"
    text = f"{about}: {figures.number(lack.missing)} more ({figures.value(lack.have)} now, {needed} needed)"
    if not lack.known and not lack.nearest and not lack.add:
        return f"{text}; added volume alone cannot do it"
    return text


def leg_words(leg: LegRoom) -> str:
    """What a leg counts for now, and how much more of it would count."""
    if leg.room > 0:
        return f"{leg.leg} {figures.number(leg.value)}, of which up to {figures.number(leg.room)} more would count"
    return f"{leg.leg} {figures.number(leg.value)}, counts no further"


def nearest_words(one: Nearest) -> str:
    """A leg that does not count yet and what its nearest person lacks."""
    who = one.person if one.person == one.leg else f"{one.person} in the leg of {one.leg}"
    if not one.lacks:
        return who
    return f"{who}: {'; '.join(lack_words(lack) for lack in one.lacks)}"


def deposit_words(deposit: Deposit) -> str:
    """One thing to add."""
    one = deposit.amount == 1 and deposit.volume == ORDERS
    amount = f"{figures.number(deposit.amount)} more {'order' if one else deposit.volume}"
    if deposit.member is None:
        return f"{amount} bought by somebody new directly below {deposit.under}"
    return f"{amount} bought by {deposit.member}, as {deposit.words} counts it"
