"""Each bonus as sentences and a table of its rates, told from what a run computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from trueline.money import format_number
from trueline.plan.bonuses import (
    BinaryBonus,
    BoardBonus,
    Bonus,
    CapWindow,
    DifferenceBonus,
    GenerationBonus,
    GivenBonus,
    GroupBonus,
    InfinityBonus,
    LevelBonus,
    MilestoneBonus,
    OwnBonus,
    PartyHostBonus,
    PassUpBonus,
    PoolBonus,
    Rates,
    Sources,
    TakenBonus,
    Terms,
)
from trueline.plan.phrases import amount, bracketed, human, listed, percent, plural
from trueline.plan.plan import Plan
from trueline.plan.steps import ExprStep
from trueline.plan.typed import Both, Const, NumberType, RankType, Ref, Typed, references
from trueline.plan.words import Words

MODES = {
    "half up": "half up (ties away from zero)",
    "half even": "half to even",
    "half down": "half down (ties towards zero)",
    "down": "down (towards zero)",
    "up": "up (away from zero)",
    "floor": "to the lower unit",
    "ceiling": "to the higher unit",
}


_TAKEN = {
    "returns": "What is taken back for goods that come back in a later period",
    "corrections": "What changes in closed periods because of facts that were booked late",
}


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def window_words(over: CapWindow) -> str:
    """The window of a cap."""
    if over is None:
        return "in a life"
    return "and period" if over == 1 else f"over {over} periods"


_BEFORE_ORDERS = (
    "The rate follows the orders of the period: each is paid at the rates before it, cut where it reaches the next.",
)
"""Said of ``entitled: before each order``."""


@dataclass(frozen=True)
class Told:
    """Sentences, and a table where there is one."""

    sentences: tuple[str, ...]
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def receivers_of(plan: Plan) -> str | None:
    """The step of those who may be paid at all: what the 'who' of all bonuses begins with."""
    for bonus in plan.bonuses.values():
        for key in (bonus.terms.who, _first_part(plan, bonus.terms.who)):  # the whole first: it may itself be an "and"
            if key is not None and _is_receivers(plan, key):
                return key
    return None


def _is_receivers(plan: Plan, key: str) -> bool:
    """Whether every bonus is paid only to those who meet a step."""
    return all(key in (bonus.terms.who, _first_part(plan, bonus.terms.who)) for bonus in plan.bonuses.values())


def _first_part(plan: Plan, key: str) -> str | None:
    step = plan.steps[key]
    if isinstance(step, ExprStep) and isinstance(step.expression, Both) and step.expression.operator == "and":
        first = step.expression.parts[0]
        return first.step if isinstance(first, Ref) else None
    return None


def tell_bonus(plan: Plan, bonus: Bonus) -> Told:
    """One bonus in words."""
    teller = _Teller(plan, Words(plan), Words(plan, pair=True))
    return teller.told(bonus)


@dataclass(frozen=True)
class _Teller:
    plan: Plan
    words: Words
    pair: Words

    def told(self, bonus: Bonus) -> Told:
        rates = getattr(bonus, "rates", None)
        table = self._rates(rates, bonus) if isinstance(rates, Rates) else Told(())
        sources = getattr(bonus, "sources", None)
        after = self._sources(sources) if isinstance(sources, Sources) else ()
        sentences = (*self._kind(bonus), *after, *self._terms(bonus.terms))
        return Told(sentences, table.head or self._steps(bonus).head, table.rows or self._steps(bonus).rows)

    def _kind(self, bonus: Bonus) -> tuple[str, ...]:
        match bonus:
            case OwnBonus():
                return self._own(bonus)
            case LevelBonus():
                return self._level(bonus)
            case DifferenceBonus():
                return self._difference(bonus)
            case GroupBonus():
                return self._group(bonus)
            case GenerationBonus():
                return self._generation(bonus)
            case InfinityBonus():
                return self._infinity(bonus)
            case PassUpBonus():
                return self._pass_up(bonus)
            case BoardBonus():
                return self._board(bonus)
            case PartyHostBonus():
                return self._party_host(bonus)
            case BinaryBonus():
                return self._binary(bonus)
            case PoolBonus():
                return self._pool(bonus)
            case MilestoneBonus():
                return self._milestone(bonus)
            case GivenBonus():
                return ("Amounts worked out outside of the plan and given as facts.",)
            case TakenBonus():
                return (f"{_TAKEN[bonus.terms.name]}, outside of every limit.",)
        assert_never(bonus)

    def _base(self, sources: Sources) -> str:
        each = {"member": "", "order": ", order by order", "order line": ", order line by order line"}
        noun = Words(self.plan).step(sources.base.step, own=False)
        return (f"({noun})" if " plus " in noun or " minus " in noun else noun) + each[sources.base.grain]

    def _in(self, tree: str | None) -> str:
        return "" if tree in (None, self.plan.main_tree) else f", in the tree *{human(tree or '')}*"

    def _own(self, bonus: OwnBonus) -> tuple[str, ...]:
        one = bonus.terms.kind == "rebate" or isinstance(bonus.rate, Const)
        rate = bracketed((self.words if one else self.pair).number(bonus.rate))
        base, tree = self._base(bonus.sources), self._in(bonus.tree)
        if bonus.terms.kind == "rebate":
            return (f"A member is paid {rate} of the own {base}.", *_BEFORE_ORDERS[: bonus.entitled is not None])
        if bonus.terms.kind == "customer":
            return (f"The nearest participant above a customer is paid {rate} of the customer's {base}{tree}.",)
        return (f"A member is paid {rate} of {base}, of the own orders and of those of own customers{tree}.",)

    def _level(self, bonus: LevelBonus) -> tuple[str, ...]:
        first = "Counted from the source itself (level 0), each" if bonus.from_self else "Each"
        matched = listed([f"“{name}”" for name in bonus.of])
        base = f"what is earned by {matched}" if bonus.of else self._base(bonus.sources)
        rate = "" if bonus.rate is None else f", at {self.pair.number(bonus.rate)}"
        counts = self.words.who(bonus.counts) if bonus.counts else None
        forms = {
            "none": "Every upline holds a level, whether or not it can be paid.",
            "standard": f"Levels are numbered over uplines who {_many(counts)}; the others are passed over.",
            "dynamic": "A level is held by the nearest upline above the one before who can be paid for it"
            + (f" and who {counts}." if counts else "."),
            "roll up": "What the holder of a level cannot be paid goes to the nearest upline above who can"
            + (f"; only uplines who {_many(counts)} count." if counts else "."),
        }
        who = f"{first} of {bonus.depth} levels of uplines"
        if bonus.depth == 1:
            who = "The source itself, at level 0," if bonus.from_self else "One upline, at level 1,"
        return (
            f"{who} is paid a rate of {base}{rate}{self._in(bonus.tree)}.",
            forms[bonus.compression],
        )

    def _difference(self, bonus: DifferenceBonus) -> tuple[str, ...]:
        scale = bonus.scale
        start = f" It begins with {self.words.step(bonus.start)} of the source as received." if bonus.start else ""
        first = "The source itself comes first. " if bonus.from_self else ""
        gap = f"the gap between their own {self.words.step(bonus.rate)} and the highest rate paid before"
        on = f"on {self._base(bonus.sources)}{self._in(bonus.tree)}"
        parts = [f"On each sale the uplines, nearest first, are paid {gap}, {on}.", first.strip() + start]
        if bonus.ceiling is not None:
            parts.append(f"All together get at most {percent(bonus.ceiling * scale)} of a sale.")
        if bonus.reserve:
            parts.append(f"Where the direct upline has no gap, {percent(bonus.reserve * scale)} are kept back.")
        if bonus.minimum:
            parts.append(f"The first upline with exactly the same rate is paid {percent(bonus.minimum * scale)}.")
        if bonus.consumes:
            parts.append("The gap of an upline who may not be paid is used up.")
        else:
            parts.append("An upline who may not be paid is passed over.")
        if bonus.stop is not None:
            parts.append(f"The walk ends at an upline who {self.words.who(bonus.stop)}.")
        parts += _BEFORE_ORDERS[: bonus.entitled is not None]
        return tuple(part.strip() for part in parts if part.strip())

    def _group(self, bonus: GroupBonus) -> tuple[str, ...]:
        base, rate = self.words.step(bonus.sources.base.step), self.words.step(bonus.rate)
        less = "less the same of each frontline member's, at that one's own rate but at most the member's own"
        return (f"A member is paid {rate} of {base}, {less}{self._in(bonus.tree)}.",)

    def _generation(self, bonus: GenerationBonus) -> tuple[str, ...]:
        leader = "of the same rank or higher"
        if bonus.boundary is not None:
            leader = f"who {plural(self.words.who(bonus.boundary))}"
        own = f"belong to the generation {'that the leader opens' if bonus.leader_in_own else 'above'}"
        empty = " A leader without volume in the own group does not count." if bonus.skip_empty else ""
        base = f"{self._base(bonus.sources)} of each generation below{self._in(bonus.tree)}"
        return (
            f"Leaders are paid a rate of {base}. Generations are separated by members {leader}.",
            f"The first rate is for generation {bonus.first}; a leader's own sales {own}.{empty}",
        )

    def _infinity(self, bonus: InfinityBonus) -> tuple[str, ...]:
        pays = "in full" if bonus.full else "less the last rate paid"
        blocked = "ends the walk" if bonus.stops else "is passed over"
        base = f"{self._base(bonus.sources)} of everybody below"
        where = f"{pays}, from level {bonus.from_level} on{self._in(bonus.tree)}"
        parts = [
            f"Every upline with a rate is paid {self.words.step(bonus.rate)} of {base}, {where}.",
            f"An upline whose rate is not above the last one paid {blocked}.",
        ]
        if bonus.always and bonus.from_level > 1:
            parts.append("Nearer uplines are not paid, but their rates count as paid.")
        if bonus.ceiling is not None:
            parts.append(f"All together get at most {percent(bonus.ceiling * bonus.scale)} of a sale.")
        return tuple(parts)

    def _pass_up(self, bonus: PassUpBonus) -> tuple[str, ...]:
        own = f"{self.words.step(bonus.rate)} of {self._base(bonus.sources)}"
        return (
            f"Each member hands {own} to the upline{self._in(bonus.tree)}.",
            f"From what comes from below it first makes that up to {self.words.step(bonus.floor)}, and keeps the rest.",
        )

    def _board(self, bonus: BoardBonus) -> tuple[str, ...]:
        seats = sum(bonus.width**level for level in range(bonus.height + 1))
        ways = {"sponsor": "the board of the nearest upline with a seat", "oldest": "the oldest open board"}
        where = self._in(bonus.tree)
        levels = "1 level" if bonus.height == 1 else f"{bonus.height} levels"
        pays = format_number(bonus.pays * self.plan.money_unit, self.plan.money_unit, group=True)
        parts = [
            f"Boards of {seats} seats, {bonus.width} below each, {levels} below the top.",
            f"There is one entry for each unit of {self._base(bonus.sources)}, on {ways[bonus.enters_at]}{where}.",
            f"The top of a full board is paid {pays}.",
            f"The board then splits into {bonus.width}." if bonus.splits else "The board then ends.",
        ]
        if bonus.again is not None:
            parts.append(f"The top enters again, on {ways[bonus.again]}.")
        if bonus.feeds is not None:
            parts.append(f"The top also enters “{bonus.feeds}”.")
        return (*parts, f"At most {bonus.at_most} boards fill in one period; other entries wait.")

    def _party_host(self, bonus: PartyHostBonus) -> tuple[str, ...]:
        base = self._base(bonus.sources)
        what = f"The host of a party is credited {self.words.step(bonus.rate)} of {base} placed there"
        return (f"{what}.", "The credit is in kind: it is not paid out, and orders draw on it.")

    def _binary(self, bonus: BinaryBonus) -> tuple[str, ...]:
        each = {"period": "", "day": ", day by day", "week": ", week by week"}[bonus.windows]
        base = self._base(bonus.sources)
        sides = f"Each member has a left and a right side in the tree *{human(bonus.tree)}*"
        parts = [f"{sides}; {base} of everybody there counts{each}."]
        own = {"weaker": "the weaker", "left": "the left", "right": "the right"}
        if bonus.own in own:
            parts.append(f"The member's own counts on {own[bonus.own]} side.")
        if bonus.gathers is not None:
            parts.append(f"New volume reaches the sides only of a member who {self.words.who(bonus.gathers)}.")
        parts += self._matched(bonus)
        if bonus.most is not None:
            unit = " cycles" if bonus.cycle is not None else " of each side"
            window = "period" if bonus.windows == "period" else bonus.windows
            rest = "where more could be matched both sides are emptied" if bonus.flush_excess else "the rest waits"
            parts.append(f"At most {self.words.step(bonus.most)}{unit} per {window}; {rest}.")
        return (*parts, *self._left(bonus))

    def _matched(self, bonus: BinaryBonus) -> list[str]:
        """What is matched and what it pays."""
        unit = bonus.sources.base.scale
        least = f" as soon as both sides reach {amount(bonus.at_least * unit)}" if bonus.at_least else ""
        if bonus.schedule:
            return [f"The highest step that both sides reach is paid and taken from both{least}."]
        rate = self.words.step(bonus.rate) if bonus.rate is not None else ""
        if bonus.cycle is None:
            ratio = ", times the weaker by the stronger side" if bonus.ratio else ""
            return [f"A member is paid {rate} of what both sides have{ratio}{least}; both give it."]
        strong, weak = (amount(volume * unit) for volume in (bonus.cycle.strong, bonus.cycle.weak))
        pays = rate if bonus.per_cycle else f"{rate} of {weak}"
        found = [f"A cycle takes {strong} from the stronger and {weak} from the weaker side and pays {pays}{least}."]
        if bonus.first_cycle is not None:
            strong, weak = (amount(volume * unit) for volume in (bonus.first_cycle.strong, bonus.first_cycle.weak))
            found.append(f"A member's very first cycle takes {strong} and {weak}.")
        return found

    def _left(self, bonus: BinaryBonus) -> list[str]:
        """What becomes of volume that is not matched."""
        unit = bonus.sources.base.scale
        carries = {
            "all": "What is left on the sides is carried.",
            "none": "What is left on the sides is lost.",
            "difference": "Only what the stronger side has more is carried.",
        }
        found = [carries[bonus.carry]]
        if bonus.carry_most is not None:
            found.append(f"A side carries at most {amount(bonus.carry_most * unit)}.")
        if bonus.carry_for:
            found.append(f"Volume counts for {bonus.carry_for} period{'s' if bonus.carry_for > 1 else ''}.")
        if bonus.flush_failing:
            found.append("The sides of a member who may not be paid are lost.")
        return found

    def _pool(self, bonus: PoolBonus) -> tuple[str, ...]:
        fund = self.words.number(bonus.fund)
        shares = (
            ""
            if bonus.shares is None or self._steps(bonus).rows
            else f" in proportion to {self.words.step(bonus.shares)}"
        )
        if bonus.places is not None:
            shares = f" among the {len(bonus.places.shares)} with the largest {self.words.step(bonus.places.by)}"
        people = " of all" if bonus.places is not None else " among all"
        how = f"{fund[:1].upper() + fund[1:]} is split{shares}{people} who may be paid."
        rounded = "The last cents go to the largest remainders."
        if bonus.value is not None:
            rounded = f"The value of one share is rounded to {format_number(bonus.value.unit)}."
        left = {
            "company": "What nobody gets is kept by the company.",
            "carry": "What nobody gets is carried to the next period.",
            "shared": "What one may not have goes to the others.",
        }[bonus.unclaimed]
        if bonus.places is None and bonus.share_cap is None and bonus.floor is None and bonus.unclaimed != "shared":
            whose = "carried to the next period" if bonus.unclaimed == "carry" else "kept by the company"
            left = f"If nobody has a share, the fund is {whose}."
        bounds = []
        if bonus.share_cap is not None:
            bounds.append(f"Nobody gets more than {percent(bonus.share_cap)} of it.")
        if bonus.floor is not None:
            bounds.append(f"Everybody with a share gets at least {format_number(bonus.floor, self.plan.money_unit)}.")
        return how, rounded, *bounds, left

    def _milestone(self, bonus: MilestoneBonus) -> tuple[str, ...]:
        pays = "the highest step reached" if bonus.highest else "every step reached"
        again = "once in a life" if bonus.once else "in every period"
        found = f"A fixed amount for {pays}, {again}."
        if bonus.instalments == 1:
            return (found,)
        later = "" if bonus.lasting is None else f", later ones only to a member who {self.words.who(bonus.lasting)}"
        return (found, f"It is paid in {bonus.instalments} parts, one in each period{later}.")

    def _sources(self, sources: Sources) -> tuple[str, ...]:
        parts = []
        if sources.condition is not None:
            parts.append(f"Only sales of members count who {plural(self.words.who(sources.condition))}.")
        if sources.pair is not None:
            parts.append(f"A line is paid only if {self.pair.condition(sources.pair)}.")
        unit = self.plan.money_unit
        if sources.caps is not None and sources.caps.everywhere:
            parts.append(f"At most {format_number(sources.caps.amounts[0] * unit, unit)} from one source at one level.")
        elif sources.caps is not None:
            amounts = listed([format_number(cap * unit, unit) for cap in sources.caps.amounts])
            parts.append(f"At most {amounts} from one source at the levels in turn.")
        return tuple(parts)

    def _terms(self, terms: Terms) -> tuple[str, ...]:
        parts = []
        step, key = self.plan.steps[terms.who], receivers_of(self.plan)
        if terms.who != key and isinstance(step, ExprStep):
            who: Typed = step.expression
            if isinstance(who, Both) and _first_part(self.plan, terms.who) == key:
                who = who.parts[-1]
            parts.append(f"Paid are members who {plural(self.words.condition(who))}.")
        if terms.every is not None:
            parts.append(f"It is computed and paid every {terms.every}.")
        if terms.cap is not None:
            parts.append(f"At most {self.words.step(terms.cap)} per member {window_words(terms.cap_over)}.")
        if terms.hold is not None:
            parts.append(f"Earnings are kept back until the member is one who {self.words.who(terms.hold)}.")
        if terms.hold_for is not None:
            later = f"{terms.hold_for} × {terms.every or self.plan.period} later"
            parts.append(f"What is still kept back {later} stays with the company.")
        if terms.months is not None:
            named = listed([_MONTHS[month - 1] for month in sorted(terms.months)])
            parts.append(f"It is paid only in periods that end in {named}.")
        part = self.plan.model.bonuses.get(terms.name)
        if part is not None and part.rounding is not None:
            rule = part.rounding
            parts.append(f"Rounded {MODES[rule.mode]} to {rule.to} once per {rule.per}.")
        return tuple(parts)

    # tables -----------------------------------------------------------------------------------------------------

    def _rates(self, rates: Rates, bonus: Bonus) -> Told:
        first = bonus.first if isinstance(bonus, GenerationBonus) else 0 if getattr(bonus, "from_self", False) else 1
        what = "generation" if isinstance(bonus, GenerationBonus) else "level"
        head = tuple(f"{what} {first + i}" for i in range(rates.depth))
        rows = []
        for index, row in enumerate(rates.rows):
            cells = ["unknown" if v is None else "–" if v == 0 else percent(v * rates.scale) for v in row]
            label = () if rates.on is None else (self._key(rates.on, rates.keys[index]),)
            rows.append((*label, *cells, *("–" for _ in range(rates.depth - len(row)))))
        on = () if rates.on is None else (self._on(rates),)
        return Told((), (*on, *head), tuple(rows))

    def _on(self, rates: Rates) -> str:
        if rates.on is None:
            return ""
        words = self.pair if any(ref.source for ref in references(rates.on)) else self.words
        return ("from " if rates.form == "threshold" else "") + words.number(rates.on)

    def _key(self, on: Typed, key: int | str) -> str:
        if isinstance(key, str):
            return key
        if isinstance(on.type, RankType):
            return self.words.rank(key)
        return amount(key * on.type.scale) if isinstance(on.type, NumberType) else str(key)

    def _steps(self, bonus: Bonus) -> Told:
        """Milestones, and the shares of a pool by rank."""
        if isinstance(bonus, MilestoneBonus):
            unit = self.plan.money_unit
            rows = [
                (self.words.who(step.condition), format_number(step.amount * unit, unit, group=True), step.name)
                for step in bonus.steps
            ]
            width = 3 if any(step.name for step in bonus.steps) else 2
            return Told((), ("a member who", "amount", "name")[:width], tuple(row[:width] for row in rows))
        if isinstance(bonus, BinaryBonus) and bonus.schedule:
            scale, unit = bonus.sources.base.scale, self.plan.money_unit
            steps = [
                (amount(at * scale), "unknown" if paid is None else format_number(paid * unit, unit, group=True))
                for at, paid in bonus.schedule
            ]
            return Told((), ("both sides reach", "amount"), tuple(steps))
        part = self.plan.model.bonuses.get(bonus.terms.name)
        shares = getattr(part, "shares", None)
        if isinstance(bonus, PoolBonus) and bonus.places is not None:
            units = [amount(share * bonus.share_scale) for share in bonus.places.shares]
            return Told((), ("place", "shares"), tuple((str(k), text) for k, text in enumerate(units, 1)))
        if isinstance(bonus, PoolBonus) and isinstance(shares, dict):
            return Told((), ("rank", "shares"), tuple(shares.items()))
        return Told(())


def _many(who: str | None) -> str:
    return plural(who) if who else "exist"
