"""A statement in plain English sentences, for every rendering alike."""

from __future__ import annotations

from trueline.explain import figures
from trueline.explain.checks import Check
from trueline.explain.model import (
    Bank,
    Between,
    BonusStatement,
    Cut,
    HandedOn,
    Hosted,
    Level,
    LocalPayout,
    Match,
    Payment,
    Payout,
    Pool,
    Seats,
    Settled,
    Side,
    Standing,
    Statement,
)
from trueline.explain.origins import OrderLine, Origin
from trueline.plan.phrases import listed
from trueline.reckon.bonus.entitled import piece_of

KINDS = {
    "rebate": "A share of what you bought yourself.",
    "retail": "The margin on what was sold through you.",
    "customer": "A share of what your customers bought.",
    "level": "A rate on what people below you bought, by how far below they stand.",
    "match": "A share of what people below you earned.",
    "difference": "Your rate on what was bought below you, less what those between were given.",
    "generation": "A rate on what was bought below you, by how many leaders stand between.",
    "infinity": "A rate on everything below you, however far, until somebody of the same rate.",
    "pass up": "Leaders below you make up your guaranteed amount; what comes beyond it is yours.",
    "board": "A fixed amount for the top of a board when all its seats are taken.",
    "party host": "Credit in kind for what was ordered in your parties; it is not paid out.",
    "binary": "Pays for volume that both your left and your right side have.",
    "pool": "A part of a fund that is shared among those who qualify.",
    "milestone": "A fixed amount for something reached.",
    "returns": "Pay that is taken back for goods that came back after the period in which they were paid for.",
    "corrections": "What changes for you in closed periods, because something was booked late.",
    "given": "An amount that was worked out outside this plan.",
}
"""What each kind of bonus is, in one sentence."""

FLUSHED = {
    "not gathered": "not counted, because your condition for new volume did not hold",
    "failing": "lost, because you could not be paid",
    "excess": "lost, because more could be matched than your limit",
    "netted": "given by both sides alike",
    "not carried": "not kept",
    "over limit": "above what a side keeps",
    "expired": "too old",
}
"""Why volume left a side without being matched (docs/semantics.md, section 7.9)."""

_NAMED = 3
"""How many people or orders a sentence names before it counts the others."""


class Voice:
    """Writes amounts of one statement in its currency."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.unit = statement.money_unit
        self.currency = statement.currency

    def money(self, amount: object) -> str:
        """An amount with its currency."""
        return figures.money(amount, self.unit, self.currency)  # type: ignore[arg-type]  # templates hand over anything

    def bare(self, amount: object) -> str:
        """An amount without its currency, as in a column."""
        return figures.money(amount, self.unit)  # type: ignore[arg-type]  # templates hand over anything

    # the whole --------------------------------------------------------------------------------------------------

    def summary(self) -> tuple[str, str, str]:
        """What you get, where it comes from, and why it is that much."""
        return self._paid(), self._comes_from(), self._because()

    def _paid(self) -> str:
        payout = self.statement.payout
        period = figures.period(self.statement.period)
        if payout.owner:
            return f"For {period} all that this position earns is paid to its owner, {payout.owner}."
        if payout.payable > 0:
            local = "" if payout.local is None else f", which is {self.local(payout.local)}"
            text = f"For {period} you are paid {self.money(payout.paid_out)}{local}."
            if payout.deductions:
                kept = listed([f"{self.money(amount)} {name}" for name, amount in payout.deductions])
                text = f"{text[:-1]}, after {kept}."
            if payout.carried_in > 0:
                text = f"{text[:-1]}, {self.money(payout.carried_in)} of it carried over from before."
            if payout.carried_in < 0:
                text = f"{text[:-1]}, after a debt of {self.money(-payout.carried_in)}."
            return text
        if payout.carried < 0:
            return f"For {period} nothing is paid out: you owe {self.money(-payout.carried)}, which is kept as a debt."
        if payout.forgiven:
            return f"For {period} nothing is paid out; your debt of {self.money(payout.forgiven)} is forgiven."
        if payout.carried:
            return (
                f"For {period} nothing is paid out yet: your {self.money(payout.carried)} are below the smallest "
                f"payout of {self.money(payout.minimum)} and are kept for the next period."
            )
        if payout.lost:
            return (
                f"For {period} nothing is paid out: {self.money(payout.lost)} are below the smallest payout and lapse."
            )
        return f"For {period} there is nothing to pay out."

    def _comes_from(self) -> str:
        paid = [bonus for bonus in self.statement.bonuses if bonus.amount and bonus.kind != "party host"]
        brought = [f"{name} {self.bare(amount)}" for name, amount in self.statement.payout.positions if amount]
        if brought:
            more = f"Your further positions bring {listed(brought)} {self.currency}."
            return f"{self._of(paid)} {more}" if paid else more
        if not paid:
            return "No bonus came to an amount for you."
        return self._of(paid)

    def _of(self, paid: list[BonusStatement]) -> str:
        parts = [f"{bonus.name} {self.bare(bonus.amount)}" for bonus in sorted(paid, key=lambda one: -one.amount)]
        return f"It comes from {figures.counted(len(paid), 'bonus', 'bonuses')}: {listed(parts)} {self.currency}."

    def _because(self) -> str:
        return self.rank(self.statement.standing)

    def rank(self, standing: Standing) -> str:
        """Rank and title, and what gave them."""
        title = "" if standing.title == standing.rank else f" Your title is {standing.title}."
        if standing.how == "earlier":
            found = "You have no rank" if standing.rank == "none" else f"You are paid as {standing.rank}"
            return f"{found}: ranks are found when the whole period of the plan ends, this is from the last one.{title}"
        if not standing.ladder and standing.rank == "none":
            return "The plan has no ranks for you; what you get depends on your figures alone."
        if standing.how == "none":
            return (
                f"You have no rank this period, because the conditions of {standing.ladder[0]} do not all hold.{title}"
            )
        if standing.how == "earned":
            return f"You are paid as {standing.rank}, because every condition of that rank holds.{title}"
        if standing.how == "grace":
            given = f"your figures gave {standing.earned}, and the grace of your title holds"
            return f"You are paid as {standing.rank}: {given}.{title}"
        paid = "You have no rank" if standing.rank == "none" else f"You are paid as {standing.rank}"
        gave = "no rank" if standing.earned == "none" else standing.earned
        return f"{paid}, which the company set; your figures gave {gave}.{title}"

    # conditions -------------------------------------------------------------------------------------------------

    def check(self, check: Check) -> str:
        """One condition with what there is and what is needed."""
        return check_words(check)

    def reason(self, check: Check) -> str:
        """The comparisons at the ends of a condition, in one line."""
        return "; ".join(dict.fromkeys(map(_brief, leaves(check))))

    # lines ------------------------------------------------------------------------------------------------------

    def level(self, bonus: BonusStatement, level: Level) -> str:
        """The head of one level's lines."""
        people = self.people(bonus, level)
        return f"{self.level_name(bonus, level)}: {self.money(level.amount)}" + (f" from {people}" if people else "")

    def people(self, bonus: BonusStatement, level: Level) -> str:
        """How many people a level's lines come from, where they may be others."""
        own_group = bonus.kind == "generation"
        return figures.counted(level.sources, "person", "people") if level.level or own_group else ""

    def level_name(self, bonus: BonusStatement, level: Level) -> str:
        """``Level 2``, ``Generation 1``, ``Your own orders``; generation 0 is one's own group."""
        parts = {payment.part for payment in level.lines}
        if parts & {"gross", "less"}:
            return "Your group" if "gross" in parts else "Less the groups of your frontline"
        if level.level == 0:
            return "Your own group" if bonus.kind == "generation" else "Your own orders"
        if bonus.kind in ("retail", "customer"):
            return "Your customers"
        return f"{'Generation' if bonus.kind == 'generation' else 'Level'} {level.level}"

    def calculation(self, bonus: BonusStatement, payment: Payment) -> str:
        """``82.80 × 3% = 2.484, rounded to 2.48``."""
        base, rate = figures.number(payment.base, bonus.base_unit), figures.percent(payment.rate.rate)
        text = f"{base} × {rate} = {self.bare(payment.exact)}"
        left = payment.exact - payment.cut
        if payment.cut:
            text += f", cut to {self.bare(left)}"
        if payment.apportioned:
            return f"{text}, your share of the rounded sum {self.bare(payment.amount)}"
        return text if left == payment.amount else f"{text}, rounded to {self.bare(payment.amount)}"

    def distance(self, payment: Payment) -> str:
        """How far the source stands, where that is not the level that is counted."""
        if not payment.distance or payment.distance == payment.level:
            return ""
        return f"{figures.counted(payment.distance, 'step')} below you in the tree"

    def passed_over(self, payment: Payment) -> list[str]:
        """Who stood between and was passed over or not paid, each with the reason."""
        return [self.between(one) for one in payment.between if one.why]

    def between(self, one: Between) -> str:
        return f"{one.member} {one.why}" + (f": {self.reason(one.check)}" if one.check else "")

    def paid_between(self, payment: Payment) -> str:
        """Who between was paid on the same orders."""
        paid = [f"{one.member} {figures.percent(one.rate)}" for one in payment.between if not one.why and one.rate]
        return listed(paid)

    # origins ----------------------------------------------------------------------------------------------------

    def bought(self, payment: Payment) -> list[str]:
        """Where the base of a line comes from; of an order that a threshold cuts, whose part it is."""
        if payment.origin is None:
            return []
        found = self.origin(payment.origin)
        return [f"a part of {sentence}" for sentence in found] if piece_of(payment.part) else found

    def origin(self, origin: Origin) -> list[str]:
        """Where a base comes from, one sentence per order or member."""
        if origin.how == "orders":
            return self.orders(origin.orders)
        found: list[str] = []
        covered = any(part.value == origin.own for part in origin.parts)
        if origin.own is not None and not covered:
            found.append(f"own {figures.number(origin.own)}")
        shown = [f"{one.member} {figures.number(one.amount)}" for one in origin.members[:_NAMED]]
        if shown:
            more = len(origin.members) - len(shown)
            tail = f" and {more} more" if more else ""
            what = "moved in from" if origin.how == "moved" else "from the legs of"
            found.append(f"{what} {', '.join(shown)}{tail}")
        for part in origin.parts:
            inner = self.origin(part)
            if part.value and inner:
                found.append(f"{figures.plain(part.words)} {figures.number(part.value)}: {'; '.join(inner)}")
        return found

    def orders(self, lines: tuple[OrderLine, ...]) -> list[str]:
        """One sentence per order: ``order 101193 of 2025-12-24: 2 × clean-1 28.80``."""
        orders: dict[str, list[str]] = {}
        for line in lines:
            head = f"order {line.order} of {line.day}" if line.order else f"booked on {line.day}"
            orders.setdefault(head, []).append(self._line(line))
        return [f"{head}: {'; '.join(parts)}" for head, parts in orders.items()]

    def _line(self, line: OrderLine) -> str:
        amount = figures.number(line.amount, self.unit)
        if line.order is None:
            return f"{line.reason} {amount}" if line.reason else amount
        back = f", {line.returned} returned" if line.returned else ""
        what = f"{line.quantity} × {line.sku}" if line.sku else f"line {line.line}"
        return f"{what}{back}: {amount}"

    # pools, cuts, payout ----------------------------------------------------------------------------------------

    def settled(self, one: Settled) -> str:
        """One amount of a closed period."""
        goods = f" on line {one.line} of order {one.order} of {one.source}, which came back" if one.order else ""
        return f"{self.money(one.amount)}: {one.bonus} of {figures.period(one.period)}{goods or ', computed again'}."

    def pool(self, pool: Pool, amount: object) -> list[str]:
        """How a share of a fund came about."""
        held = figures.counted(pool.people, "person holds", "people hold")
        found = [f"The fund is {self.money(pool.fund)} ({pool.words})."]
        if pool.carried_in:
            found.append(f"{self.money(pool.carried_in)} of it come from an earlier period.")
        everybody, own = figures.shares(pool.total_shares - pool.empty_shares), figures.number(pool.shares)
        empty = f", places that nobody holds {figures.number(pool.empty_shares)}" if pool.empty_shares else ""
        found.append(f"{held} {everybody} together{empty}; you hold {own} ({pool.shares_words}).")
        if pool.shares:
            how = ", rounded as the plan says" if pool.rounded_value else ""
            worth, exact = figures.money(pool.value, self.unit), self.bare(pool.exact)
            paid = f", paid as {self.bare(amount)}" if exact != self.bare(amount) else ""
            found.append(f"One share is worth {worth}{how}; yours come to {exact}{paid}.")
            if pool.most is not None:
                found.append(f"Nobody gets more than {self.money(pool.most)} of this fund.")
            if pool.least is not None:
                less = "; where the fund is too small for that, all get the same"
                found.append(f"Everybody with shares gets at least {self.money(pool.least)}{less}.")
        return found

    def hosted(self, one: Hosted) -> str:
        """The credit for one order of a party."""
        what = f"{figures.number(one.base)} × {figures.percent(one.rate)} = {self.money(one.amount)} in goods"
        return f"Order {one.order} of {one.source}: {what}."

    def seats(self, seats: Seats) -> list[str]:
        """Which boards of one's own were filled, and where one stands now."""
        found = [f"Your board was filled by {member}." for member in seats.filled_by]
        for seat in seats.open:
            where = "the top" if seat.number == 0 else f"seat {seat.number + 1}"
            found.append(f"You hold {where} of a board with {seat.taken} of {seat.size} seats taken.")
        if seats.waiting:
            found.append(f"{figures.counted(seats.waiting, 'entry', 'entries')} of yours wait for the next period.")
        return found

    def handed_on(self, flow: HandedOn) -> list[str]:
        """What came from below, what went on to the upline, and what stayed."""
        found = [f"Your own amount of {self.money(flow.own)} goes to your upline."]
        if flow.below:
            people = listed([f"{member} {self.bare(amount)}" for member, amount in flow.below])
            found.append(f"From below came {self.money(flow.came)} ({people}).")
        made_up = flow.passed - flow.own
        if made_up:
            found.append(f"{self.money(made_up)} of it go on to your upline, whose floor is {self.money(flow.floor)}.")
        return [*found, f"{self.money(flow.kept)} stay with you."]

    def bank(self, bank: Bank) -> list[str]:
        """Both sides with what came and what became of it, and what was matched."""
        return [*map(self._side, bank.sides), *(self._match(bank, match) for match in bank.matches)]

    def _side(self, side: Side) -> str:
        leg = f" ({side.leg} and everybody below)" if side.leg else ""
        parts = [f"{figures.number(side.opening)} from before", f"{figures.number(side.new)} new"]
        parts.append(f"{figures.number(side.taken)} matched")
        parts += [f"{figures.number(volume)} {FLUSHED[reason]}" for reason, volume in side.flushed]
        return f"Your {side.name} side{leg}: {', '.join(parts)}; {figures.number(side.closing)} stay."

    def _match(self, bank: Bank, match: Match) -> str:
        window = f"Window {match.window}: " if match.window else ""
        if bank.pays == "schedule":
            return f"{window}The step that both sides reach pays {self.money(match.amount)}."
        if bank.pays == "amount":
            cycles = figures.counted(int(match.base), "cycle")
            return f"{window}{cycles} × {self.bare(match.rate)} = {self.money(match.amount)}."
        what = f"{figures.number(match.base)} × {figures.percent(match.rate)}"
        return f"{window}{what} = {self.money(match.amount)}."

    def cut(self, cut: Cut) -> str:
        """One amount taken off or added."""
        amount = self.money(abs(cut.amount))
        if cut.name == "capped":
            return f"{amount} are cut: at most {cut.words} ({cut.place})."
        if cut.name == "withheld":
            why = f": {self.reason(cut.check)}" if cut.check is not None else ""
            return f"{amount} are kept for you until {cut.words} ({cut.place}){why}."
        why = f"{cut.words} holds" if cut.words else "the bonus keeps nothing back any more"
        return f"{amount} kept from earlier periods are paid now, because {why} ({cut.place})."

    def payout(self, payout: Payout) -> list[tuple[str, str]]:
        """The rows from the sum of bonuses to the amount paid."""
        rows = [("Sum of the bonuses", self.money(payout.bonuses))]
        rows += [(f"of it by position {name}", self.money(amount)) for name, amount in payout.positions]
        if payout.owner:
            return [(f"All that this position earns is paid to {payout.owner}", "")]
        if payout.carried_in:
            words = "Carried over from before" if payout.carried_in > 0 else "Debt from before"
            rows.append((words, self.money(payout.carried_in)))
        if payout.minimum is not None:
            rows.append(("Smallest payout", self.money(payout.minimum)))
        if payout.forgiven:
            rows.append(("Debt that is forgiven", self.money(payout.forgiven)))
        if payout.carried:
            words = "Kept for the next period" if payout.carried > 0 else "Debt kept for the next period"
            rows.append((words, self.money(payout.carried)))
        if payout.lost:
            rows.append(("Lapses, below the smallest payout", self.money(payout.lost)))
        if payout.deductions:
            rows.append(("Payable", self.money(payout.payable)))
            rows += [(f"Kept back: {name}", self.money(amount)) for name, amount in payout.deductions]
        rows.append(("Paid out", self.money(payout.paid_out)))
        if payout.local is not None:
            rate = figures.number(payout.local.rate)
            words = f"Paid out in {payout.local.currency}, at {rate} {self.currency} for 1 {payout.local.currency}"
            rows.append((words, self.local(payout.local)))
        return rows

    def local(self, local: LocalPayout) -> str:
        """An amount in the member's currency."""
        return figures.money(local.amount, local.money_unit, local.currency)


def check_words(check: Check) -> str:
    """One condition with what there is and what is needed; others with yes or no."""
    if check.kind == "comparison":
        need = figures.asked(check.operator, check.need)
        return f"{figures.plain(check.about)}: {figures.value(check.have)} ({need} needed)"
    return f"{figures.plain(check.words)}: {'yes' if check.holds else 'no'}"


def _brief(check: Check) -> str:
    """A condition inside a longer sentence: ``own points 0, at least 60 needed``."""
    if check.kind == "comparison":
        need = figures.asked(check.operator, check.need)
        return f"{figures.plain(check.about)} {figures.value(check.have)}, {need} needed"
    return f"{figures.plain(check.words)} {'holds' if check.holds else 'does not hold'}"


def leaves(check: Check) -> list[Check]:
    """The conditions at the ends, left to right; a condition that stands on no others is its own end."""
    if not check.parts:
        return [check]
    return [leaf for part in check.parts for leaf in leaves(part)]
