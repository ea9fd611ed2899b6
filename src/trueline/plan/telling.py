"""A plan as a document in plain words: headings, paragraphs, lists and tables, whatever they are printed on.

It is told from the compiled plan, so it says what will pay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from trueline.money import format_number
from trueline.plan.bonuses import CompanyLimit, Deduction, MemberLimit
from trueline.plan.phrases import amount, human, listed, percent, plural, said, volume_name
from trueline.plan.plan import Plan
from trueline.plan.promise import promises, total_by_base
from trueline.plan.steps import (
    DerivedTree,
    ExprStep,
    LineStep,
    MovedStep,
    PlacedStep,
    RankStep,
    Step,
    TableStep,
    TitleStep,
    TreeStep,
)
from trueline.plan.telling_bonuses import MODES, receivers_of, tell_bonus, window_words
from trueline.plan.telling_returns import returns_in_words
from trueline.plan.typed import ConditionType, NumberType, RankType, Ref
from trueline.plan.words import Words


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Bullets | Grid


def tell(plan: Plan) -> list[Block]:
    """The whole document."""
    parts = (_introduction, _definitions, _tables, _trees, _ranks, _bonuses, _limits, _returns, _promise, _clauses)
    return [_said(block) for part in parts for block in part(plan)]


def _said(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(said(block.text))
    if isinstance(block, Bullets):
        return Bullets(tuple(map(said, block.items)))
    return block


_HOW_OFTEN = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


def _introduction(plan: Plan) -> Iterator[Block]:
    yield Heading(1, plan.name)
    often = [_HOW_OFTEN[kind] for kind in plan.kinds]
    volumes = listed([f"{volume_name(name)} (to {format_number(unit)})" for name, unit in plan.volumes.items()])
    yield Paragraph(
        f"Run {listed(often)}; amounts in {plan.currency}. Where no other tree is named, “below”, “above” and"
        f" “frontline” are meant in the tree *{human(plan.main_tree)}*."
        + (f" Volumes read from orders: {volumes}." if volumes else "")
    )
    rounding = plan.model.rounding
    places = {"line": "payment line", "source": "source member", "bonus": "bonus of a member", "member": "member"}
    yield Paragraph(f"Amounts are rounded {MODES[rounding.mode]} to {rounding.to} once per {places[rounding.per]}.")
    if any(bonus.terms.every is not None for bonus in plan.bonuses.values()):
        yield Paragraph(
            f"Some bonuses are paid more often than every {plan.period}: they see the ranks of the last {plan.period},"
            f" and what they pay counts in the {plan.period} in which their last day lies. Limits over several bonuses"
            f" are drawn at the end of a {plan.period}, lessened by what was paid inside it."
        )
    elif len(plan.kinds) > 1:
        yield Paragraph(
            f"No bonus is paid more often than every {plan.period} now; runs in between keep what they hold for dates"
            " on which one is."
        )
    key = receivers_of(plan)
    if key is not None:
        yield Paragraph(f"Paid are only members who {plural(Words(plan).who(key))}.")


def _definitions(plan: Plan) -> Iterator[Block]:
    words = Words(plan)
    if plan.measures:
        yield Heading(2, "Measures")
        yield Bullets(tuple(f"**{human(name)}**: {_measure(words, plan.steps[name])}." for name in plan.measures))
    if plan.conditions:
        yield Heading(2, "Conditions")
        texts = [(name, plan.steps[name]) for name in plan.conditions]
        yield Bullets(
            tuple(
                f"**{human(name)}** is met by a member who {words.condition(step.expression)}."
                for name, step in texts
                if isinstance(step, ExprStep)
            )
        )


def _measure(words: Words, step: Step) -> str:
    if isinstance(step, ExprStep):
        return words.number(step.expression)
    if isinstance(step, MovedStep):
        what = words.step(step.argument)
        return f"{what}, with what moved to the member in the tree *{human(step.tree)}*"
    return words.step("")


def _tables(plan: Plan) -> Iterator[Block]:
    if plan.tables:
        yield Heading(2, "Tables")
    for name in plan.tables:
        step = plan.steps[name]
        if isinstance(step, TableStep):
            yield Paragraph(f"**{human(name)}**: {_how_read(plan, step)}")
            yield _grid(plan, step)


def _how_read(plan: Plan, step: TableStep) -> str:
    words = Words(plan)
    keys = listed([words.step(key) for key in step.keys])
    if step.form == "values":
        return f"by {keys}."
    if step.form == "marginal":
        return f"an amount; each slice of {keys} counts at its own rate."
    return f"by {keys}; the last row reached holds for the whole amount."


def _grid(plan: Plan, step: TableStep) -> Grid:
    words = Words(plan)
    scale = step.type.scale
    if step.form == "marginal":
        scale /= _key_scale(plan, step, 0)
    from_ = "" if step.form == "values" else "from "
    head = tuple(from_ + words.step(key) for key in step.keys)
    rows = [
        (*(_mark(plan, step, index, mark) for index, mark in enumerate(row.at)), _value(step, row.value, scale))
        for row in step.rows
    ]
    if step.has_otherwise:
        rows.append((*("otherwise" for _ in step.keys), _value(step, step.otherwise, scale)))
    return Grid((*head, "value"), tuple(rows))


def _key_scale(plan: Plan, step: TableStep, index: int) -> Fraction:
    type_ = plan.steps[step.keys[index]].type
    return type_.scale / step.key_times[index] if isinstance(type_, NumberType) else Fraction(1)


def _mark(plan: Plan, step: TableStep, index: int, mark: int | str) -> str:
    if isinstance(mark, str):
        return mark
    if isinstance(plan.steps[step.keys[index]].type, RankType):
        return "none" if mark < 0 else plan.ranks[mark]
    return amount(mark * _key_scale(plan, step, index))


def _value(step: TableStep, value: int | None, scale: Fraction) -> str:
    if value is None:
        return "unknown"
    return percent(value * scale) if step.percent else amount(value * scale)


def _trees(plan: Plan) -> Iterator[Block]:
    if plan.trees:
        yield Heading(2, "Trees")
        found = [(name, plan.steps[f"tree:{name}"]) for name in plan.trees]
        yield Bullets(tuple(f"**{human(name)}**: {_tree(plan, s)}" for name, s in found if isinstance(s, DerivedTree)))


def _tree(plan: Plan, step: DerivedTree) -> str:
    if isinstance(step, PlacedStep):
        return _placed(plan, step)
    found = _line(plan, step) if isinstance(step, LineStep) else _made_of(plan, step)
    return f"{found} The place found in a member's first period is kept for ever." if step.fixed else found


def _line(plan: Plan, step: LineStep) -> str:
    who = f" those who {plural(Words(plan).who(step.among))}" if step.among else " everybody"
    return f"one line of{who}: each stands under the one who joined just before."


def _placed(plan: Plan, step: PlacedStep) -> str:
    words = Words(plan)
    who = f"Everybody who {words.who(step.among)}" if step.among else "Everybody"
    weight = "fewest people" if step.weight is None else f"smallest {words.step(step.weight)}"
    fills = {
        "breadth": "the nearest member below with a free seat, from left to right",
        "depth": "the first free seat, each leg down to its end before the next",
        "slot": f"the first free seat down slot {step.slot}",
        "alternate": "the first free seat down one of the slots, each slot in turn",
        "weaker": f"the first free seat at the outer edge of the leg with the {weight}",
        "smallest": f"the first free seat, going down the leg with the {weight} each time",
    }
    leaves = {
        False: "The seat of a terminated member stays taken.",
        True: "The seat of a terminated member goes to the child who was placed first, and so on down.",
    }
    return (
        f"at most {step.width} seats below a member. {who} is seated in the order of joining, from the nearest seated"
        f" upline in the tree *{human(step.base)}*: {fills[step.fill]}. {leaves[step.promotes]}"
    )


def _made_of(plan: Plan, step: TreeStep) -> str:
    words = Words(plan)
    base, who = f"the tree *{human(step.base)}*", words.who(step.condition)
    if step.form == "passes up":
        to = f" Only a member takes them who {words.who(step.to)}; others hand them on upwards." if step.to else ""
        return (
            f"{base}, in which a member who {who} belongs to whom the upline belongs, the others to their upline."
            f" Below a root nobody is passed up.{to}"
        )
    if step.form == "leaders":
        return f"{base}, in which everybody is attached to the nearest upline who {who}; who has none becomes a root."
    leaves = f"{base} without those who do not match: a member stays who {who}."
    if step.form == "keep" or step.measure is None or step.reaches is None:
        return f"{leaves} The frontline of those who leave moves to the nearest remaining upline."
    also = f" or who {words.who(step.always)}" if step.always else ""
    landing = "hands everything on to its own taker" if step.onward else "loses it, and the frontline become roots"
    return (
        f"{leaves} What a member leaves, volume and frontline, goes to the nearest upline whose"
        f" {words.step(step.measure)} is at least {words.step(step.reaches)} of the one who leaves{also};"
        f" a taker who leaves too {landing}."
    )


def _ranks(plan: Plan) -> Iterator[Block]:
    step, title = plan.steps["rank"], plan.steps["title"]
    if not plan.ranks or not isinstance(step, RankStep) or not isinstance(title, TitleStep):
        return
    yield Heading(2, "Ranks")
    yield Paragraph("Lowest first; the rank earned is the highest whose condition is met.")
    head = (
        ("rank", *(f"{human(step.by)} “{value}”" for value, _ in step.ladders)) if step.by else ("rank", "a member who")
    )
    rows = []
    for index, rank in enumerate(plan.ranks):
        cells = [_rank_cell(plan, rank, value, ladder[index]) for value, ladder in step.ladders]
        rows.append((rank, *cells))
    yield Grid(head, tuple(rows))
    rules = {
        "best ever": "The title is the highest rank ever held.",
        "paid as": "The title is the rank of the period.",
        "falls": f"The title falls after {title.after} periods below it, to the best rank of these.",
    }
    grace = (
        f" The old title is still paid in the first {step.grace} period{'s' * (step.grace > 1)} below it."
        if step.grace
        else ""
    )
    yield Paragraph(rules[title.rule] + grace)


def _rank_cell(plan: Plan, rank: str, value: str, key: str | None) -> str:
    if key is not None:
        return Words(plan).who(key)
    rule = plan.model.ranks[rank]
    there = not isinstance(rule, dict) or value in rule
    return "unknown: never earned, may be given" if there else "does not exist"


def _bonuses(plan: Plan) -> Iterator[Block]:
    yield Heading(2, "Bonuses")
    for name, bonus in plan.bonuses.items():
        yield Heading(3, name[:1].upper() + name[1:])
        told = tell_bonus(plan, bonus)
        yield Paragraph(" ".join(told.sentences))
        if told.head:
            yield Grid(told.head, told.rows)


def _limits(plan: Plan) -> Iterator[Block]:
    words, limits, unit = Words(plan), plan.limits, plan.money_unit
    items = []
    if limits.members is not None:
        spared = _spared(plan, limits.members)
        window = "" if limits.members.over == 1 else f" {window_words(limits.members.over)}"
        items.append(f"A member is paid at most {words.step(limits.members.at_most)} over all bonuses{window}{spared}.")
    if limits.owners is not None:
        most, spared = words.step(limits.owners.at_most), _spared(plan, limits.owners)
        window = "" if limits.owners.over == 1 else f" {window_words(limits.owners.over)}"
        items.append(f"An owner is paid at most {most} over all positions and bonuses{window}{spared}.")
    for together in (*limits.structures, *((limits.company,) if limits.company is not None else ())):
        how = {
            "pro rata": "all are cut in proportion",
            "lower ranks first": "the lowest ranks are cut first",
            "plan order": "the last bonuses of the plan are cut first",
        }[together.how]
        subject = "All together are paid"
        if together.of is not None:
            many = listed(list(together.of))
            subject = f"{many[:1].upper()}{many[1:]} together cost" if len(together.of) > 1 else f"All of {many} costs"
        most, spared = words.number(together.at_most), _spared(plan, together)
        items.append(f"{subject} at most {most}{spared}; above it {how}.")
    if limits.payout.at_least:
        below = "carried to the next period" if limits.payout.carry else "lost"
        least = format_number(limits.payout.at_least * unit, unit, group=True)
        items.append(f"Amounts below {least} {plan.currency} are {below}.")
    if plan.model.limits.payout is not None and "negative" in plan.model.limits.payout.model_fields_set:
        periods = limits.payout.forgiven_after
        until = "until it is earned back" if periods is None else f"for {periods} × {plan.period}, then forgiven"
        items.append(f"A sum below 0 is owed {until}; what is earned goes to it first.")
    items += [_deduction(plan, words, one) for one in limits.payout.deductions]
    if limits.payout.in_local:
        items.append("What is paid out is told in the currency of the member too, at the rate when the period begins.")
    if items:
        yield Heading(2, "Limits")
        yield Bullets(tuple(items))


def _returns(plan: Plan) -> Iterator[Block]:
    told = returns_in_words(plan)
    if told:
        yield Heading(2, "Returns and late bookings")
        yield Bullets(tuple(told))


def _spared(plan: Plan, limit: MemberLimit | CompanyLimit) -> str:
    """What a limit neither counts nor cuts."""
    parts = [
        name if step is None else f"the first {Words(plan).step(step)} of {name} per member"
        for name, step in sorted(limit.exempt.items())
    ]
    return f", not counting {listed(parts)}" if parts else ""


def _deduction(plan: Plan, words: Words, one: Deduction) -> str:
    of = (
        "what is payable" if one.of is None else f"what {listed(list(one.of))} come{'s' if len(one.of) == 1 else ''} to"
    )
    kept = f"{percent(one.rate)} of {of}" if one.amount is None else f"{words.step(one.amount)} {plan.currency}"
    whose = "" if one.who is None else f" from members who {plural(words.who(one.who))}"
    return f"{one.name[:1].upper()}{one.name[1:]}: {kept} kept back of the payout{whose}."


def _promise(plan: Plan) -> Iterator[Block]:
    found = [promise for promise in promises(plan) if promise.share is not None]
    if found:
        yield Heading(2, "What is promised")
        yield Paragraph("The most that each bonus takes of one unit of its base, from the plan alone.")
        rows = [
            (one.bonus, percent(one.share or Fraction(0)), one.base, sources_in_words(plan, one.sources))
            for one in found
        ]
        rows += [("all together", percent(share), base, "any") for base, share in total_by_base(plan).items()]
        yield Grid(("bonus", "at most", "of", "sources"), tuple(rows))
        beside = [f"{one.bonus} ({one.why})" for one in promises(plan) if one.share is None]
        if beside:
            yield Paragraph(f"Not in these figures, since the plan alone proves no share: {', '.join(beside)}.")


def sources_in_words(plan: Plan, key: str) -> str:
    """The sources of a promise as a noun."""
    if not key:
        return "all"
    ref = Ref(key.removeprefix("!"), source=False, type=ConditionType())
    return f"members who {plural(Words(plan).condition(ref, negated=key.startswith('!')))}"


def _clauses(plan: Plan) -> Iterator[Block]:
    if plan.model.clauses:
        yield Heading(2, "Clauses")
        rows = [(text, listed([keys] if isinstance(keys, str) else keys)) for text, keys in plan.model.clauses.items()]
        yield Grid(("the plan document says", "carried out by"), tuple(rows))
