"""Expressions back into words: measures as nouns, conditions as what follows 'who'.

Everything is said from the compiled steps, so that the words tell what will be computed and not what somebody meant.
Names that the plan declares stand between asterisks; their own definitions say what they mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from trueline.plan.phrases import (
    MIRRORED,
    OPPOSITE,
    THAN,
    amount,
    bracketed,
    human,
    is_long,
    listed,
    one_of,
    ordinal,
    percent,
    plural,
    said,
    than_rank,
    volume_name,
)
from trueline.plan.plan import Plan
from trueline.plan.steps import (
    AttributeStep,
    BuiltinStep,
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    OverrideStep,
    Step,
    VolumeStep,
)
from trueline.plan.typed import (
    Add,
    Both,
    Cell,
    Choice,
    Compare,
    ConditionType,
    Const,
    Highest,
    LevelRef,
    Multiply,
    Negate,
    NumberType,
    OrderSum,
    RankConst,
    Ratio,
    Ref,
    TextIs,
    TextSame,
    Typed,
    Whole,
)


@dataclass(frozen=True)
class Words:
    """The words of one plan. ``pair`` says 'the receiver' and 'the source' where two members are meant."""

    plan: Plan
    pair: bool = False

    # numbers ----------------------------------------------------------------------------------------------------

    def number(self, node: Typed, *, own: bool = True) -> str:
        """A number, rank or text as a noun; ``own`` says that it is the member's and not added up over others."""
        if isinstance(node, Const):
            return self._constant(node)
        if isinstance(node, Ref):
            return self._owner(node) + self.step(node.step, own=own and not self.pair)
        if isinstance(node, LevelRef):
            return "the level"
        if isinstance(node, OrderSum):
            name = volume_name(node.volume) if node.volume in self.plan.volumes else human(node.volume)
            return f"the {name} of the order"
        if isinstance(node, RankConst):
            return self.rank(node.code)
        if isinstance(node, Cell):
            return volume_name(node.column) if node.column in self.plan.volumes else human(node.column)
        if isinstance(node, Add):
            return self._sum(node, own=own)
        if isinstance(node, Multiply):
            return self._product(node, own=own)
        if isinstance(node, Highest):
            return self._highest(node, own=own)
        if isinstance(node, Choice):
            then, other = self.number(node.then, own=own), self.number(node.other, own=own)
            return f"{then} if {self._clause(node.condition)}, otherwise {other}"
        if isinstance(node, Ratio):
            left, right = self.number(node.left, own=own), self.number(node.right, own=own)
            return f"{bracketed(left)} divided by {bracketed(right)}, rounded down to {amount(node.type.scale)}"
        if isinstance(node, Whole):
            return f"{bracketed(self.number(node.part, own=own))} rounded down to a whole number"
        return f"1 if {self._clause(node)}, otherwise 0"

    def _owner(self, ref: Ref) -> str:
        if not self.pair:
            return ""
        return "the source's " if ref.source else "the receiver's "

    def _constant(self, node: Const) -> str:
        value = node.value * node.type.scale
        return percent(value) if node.percent else amount(value)

    def _sum(self, node: Add, *, own: bool) -> str:
        if node.right_times == 0:
            return self.number(node.left, own=own)
        if node.left_times == 0 and node.right_times > 0:
            return self.number(node.right, own=own)
        word = "minus" if node.right_times < 0 else "plus"
        return f"{self.number(node.left, own=own)} {word} {bracketed(self.number(node.right, own=own))}"

    def _product(self, node: Multiply, *, own: bool) -> str:
        factors = list(_factors(node))
        constants = [one for one in factors if isinstance(one, Const)]
        others = [one for one in factors if not isinstance(one, Const)]
        value = math.prod((one.value * one.type.scale for one in constants), start=Fraction(1))
        share = any(one.percent for one in constants)
        if not others:
            return percent(value) if share else amount(value)
        noun = " times ".join(bracketed(self.number(one, own=own)) for one in others)
        right = others[0]
        if isinstance(right, Whole) and len(others) == 1 and value == right_unit(right):
            return self.number(right.part, own=own)
        if value < 0:
            return f"minus {self._scaled(-value, noun, share=share)}"
        return self._scaled(value, noun, share=share)

    def _scaled(self, value: Fraction, noun: str, *, share: bool) -> str:
        """A noun times a constant that is not below 0; ``share``: the plan writes a percentage."""
        if share:
            return f"{percent(value)} of {noun}"
        if value == 1:
            return noun
        if value.numerator == 1 and value.denominator > 1:
            return f"{noun} divided by {amount(1 / value)}"
        return f"{amount(value)} times {noun}"

    def _highest(self, node: Highest, *, own: bool) -> str:
        parts = listed([self.number(part, own=own) for part in node.parts])
        two = len(node.parts) == 2
        if node.k == 1:
            return f"the {'larger' if two else 'largest'} of {parts}"
        if node.k == len(node.parts):
            return f"the {'smaller' if two else 'smallest'} of {parts}"
        return f"the {ordinal(node.k)}largest of {parts}"

    def rank(self, code: int) -> str:
        return "no rank" if code < 0 else self.plan.ranks[code]

    # steps ------------------------------------------------------------------------------------------------------

    def is_declared(self, key: str) -> bool:
        plan = self.plan
        return key in plan.measures or key in plan.conditions or key in plan.tables

    def step(self, key: str, *, own: bool = True) -> str:
        """The value of a step as a noun."""
        step = self.plan.steps[key]
        if self.is_declared(key):
            return f"*{human(key)}*"
        if isinstance(step, ExprStep):
            return self.number(step.expression, own=own)
        if isinstance(step, VolumeStep):
            return ("own " if own else "") + self.volume(step)
        if isinstance(step, FoldStep):
            return self.fold(step)
        if isinstance(step, HistoryStep):
            return self._history(step)
        if isinstance(step, EarnedStep):
            return f"earnings from “{step.bonus}”"
        return self._fact(key, step)

    def _fact(self, key: str, step: Step) -> str:
        if isinstance(step, AttributeStep):
            return human(step.attribute)
        known = {"days": "days since joining", "ordinal": "number among the sponsor's recruits", "rank": "rank"}
        return known.get(key, human(key)) if isinstance(step, BuiltinStep) else human(key)

    def volume(self, step: VolumeStep) -> str:
        """A volume over order lines, without its owner."""
        noun = {"sum": "{}", "largest": "largest single order in {}", "count": "number of orders"}[step.how]
        windows = {
            "period": "",
            "previous period": " of the previous period",
            "lifetime": " since joining",
            "last periods": f" of the last {step.window.count} periods",
            "first days": f" of the first {step.window.count} days after joining",
            "first months": f" of the first {step.window.count} months after joining",
        }
        kept = f" from order lines with {self._row(step.where)}" if step.where is not None else ""
        return noun.format(volume_name(step.volume)) + kept + windows[step.window.form]

    def _row(self, node: Typed) -> str:
        if isinstance(node, Both):
            return listed([self._row(part) for part in node.parts], node.operator)
        if isinstance(node, Negate):
            return f"not ({self._row(node.part)})"
        if isinstance(node, TextIs) and isinstance(node.part, Cell):
            return f"{node.part.column} {'other than ' if node.negated else ''}“{node.word}”"
        if isinstance(node, Compare):
            left, right = self.number(node.left), self.number(node.right)
            return f"{left} of {THAN[node.operator]} {right}"
        return self._clause(node)

    def fold(self, step: FoldStep) -> str:
        """A function over a tree as a noun."""
        tree = "" if step.tree == self.plan.main_tree else f" in the tree *{human(step.tree)}*"
        if step.function == "depth":
            return f"number of members above{tree}"
        if step.function == "position":
            return f"place in the tree *{human(step.tree)}*"
        if step.argument is None or step.function == "company":
            return self._company(step)
        if isinstance(self.plan.steps[step.argument].type, ConditionType):
            return self._counted(step, step.argument) + tree
        noun = self.step(step.argument, own=False)
        inside = bracketed(noun)
        k = ordinal(step.k)
        forms = {
            "frontline": f"{inside} of the frontline",
            "customers": f"{inside} of own customers",
            "downline": f"{inside} of everybody below",
            "group": f"{inside} of the member and everybody below",
            "levels": f"{inside} of levels {step.k} to {step.last} below",
            "leg": f"the {k}largest {inside} among the frontline",
            "rest": f"{inside} of the frontline without the {step.k} largest",
            "capped": f"{inside} of the frontline, of each at most {self.step(step.cap) if step.cap else ''}",
            "parent": f"{inside} of the member directly above",
            "owner": f"{inside} of the owner",
            "slot": f"{inside} of slot {step.k} and everybody below it",
        }
        cut = ""
        if step.cut is not None:
            cut = f", without the groups of those who {plural(self.who(step.cut))}"
        return said(forms[step.function] + tree + cut)

    def _company(self, step: FoldStep) -> str:
        if step.argument is None:
            return f"being in the tree *{human(step.tree)}*"
        if isinstance(self.plan.steps[step.argument].type, ConditionType):
            return f"number of all members who {plural(self.who(step.argument))}"
        return f"the company's {bracketed(self.step(step.argument, own=False))}"

    def _counted(self, step: FoldStep, argument: str) -> str:
        who, many = self.who(argument), plural(self.who(argument))
        forms = {
            "frontline": f"frontline members who {many}",
            "customers": f"own customers who {many}",
            "downline": f"members below who {many}",
            "group": f"members of the group who {many}",
            "levels": f"members on levels {step.k} to {step.last} below who {many}",
            "legs": f"legs with somebody who {who}",
            "enrolled_legs": f"legs with somebody personally sponsored who {who}",
            "parent": f"whether the member directly above {who}",
            "owner": f"whether the owner {who}",
            "slot": f"members of slot {step.k} and below who {many}",
        }
        return forms[step.function]

    def _history(self, step: HistoryStep) -> str:
        noun = "" if step.function == "streak" else bracketed(self.step(step.argument, own=False))
        if step.function == "previous":
            return f"{noun} of the previous period"
        if step.function == "lifetime":
            return f"{noun} of all periods so far"
        if step.function == "last":
            return f"{noun} of the last {step.n} periods"
        return f"periods in a row as somebody who {self.who(step.argument)}"

    def is_count(self, node: Typed) -> bool:
        """Whether a noun is a number of people, legs or orders: 'at least 2 legs'."""
        step = self.plan.steps[node.step] if isinstance(node, Ref) and not self.is_declared(node.step) else None
        if isinstance(step, FoldStep) and step.argument and step.function not in ("parent", "company"):
            return isinstance(self.plan.steps[step.argument].type, ConditionType)
        return isinstance(step, HistoryStep) and step.function == "streak"

    # conditions -------------------------------------------------------------------------------------------------

    def who(self, key: str) -> str:
        """A condition step as what follows 'a member who'; :func:`said` puts both together."""
        return self.condition(Ref(key, source=False, type=ConditionType()))

    def _clause(self, node: Typed) -> str:
        """A condition as a clause of its own, after 'if'."""
        text = self.condition(node)
        return text if self.pair or text.startswith("the ") else f"the member {text}"

    def condition(self, node: Typed, *, negated: bool = False) -> str:
        """What follows 'who'; for a pair, a clause with its subject."""
        if isinstance(node, Negate):
            return self.condition(node.part, negated=not negated)
        if isinstance(node, Both):
            word = {"and": "or", "or": "and"}[node.operator] if negated else node.operator
            return self._joined(node, word, negated=negated)
        if isinstance(node, Ref):
            return self._reference(node, negated=negated)
        if isinstance(node, TextIs):
            differs = node.negated != negated
            verb = "does not have" if differs else "has"
            noun = Words(self.plan).number(node.part, own=False)
            return f"{self._subject(node.part)}{verb} {noun} “{node.word}”"
        if isinstance(node, TextSame):
            no = " not" if node.negated != negated else ""
            left, right = self.number(node.left), self.number(node.right)
            return f"{self._for_whom()}{left} is{no} the same as {right}"
        if isinstance(node, Compare):
            return self._compare(node, OPPOSITE[node.operator] if negated else node.operator)
        if isinstance(node, Choice):
            then, other = self.condition(node.then, negated=negated), self.condition(node.other, negated=negated)
            return f"({then} where the condition holds that it {self.condition(node.condition)}, otherwise {other})"
        return f"is a {node.type}"

    def _joined(self, node: Both, word: str, *, negated: bool) -> str:
        parts = []
        for part in node.parts:
            text = self.condition(part, negated=negated)
            inner = self._unfolded(part)
            mixed = isinstance(inner, Both) and inner.operator != node.operator
            parts.append(f"({text})" if mixed else text)
        verbs = [next((verb for verb in ("has ", "meets ") if part.startswith(verb)), "") for part in parts]
        for index in range(len(parts) - 1, 0, -1):
            if verbs[index] and verbs[index] == verbs[index - 1]:
                parts[index] = parts[index].removeprefix(verbs[index])  # "has a and b", not "has a and has b"
        return listed(parts, word)

    def _unfolded(self, node: Typed) -> Typed:
        """What an unnamed reference stands for."""
        step = self.plan.steps[node.step] if isinstance(node, Ref) and not self.is_declared(node.step) else None
        return step.expression if isinstance(step, ExprStep) else node

    def _for_whom(self) -> str:
        return "" if self.pair else "for whom "

    def _subject(self, node: Typed) -> str:
        if not self.pair:
            return ""
        return "the source " if isinstance(node, Ref) and node.source else "the receiver "

    def _reference(self, node: Ref, *, negated: bool) -> str:
        step, subject = self.plan.steps[node.step], self._subject(node)
        no = "not " if negated else ""
        if node.step in self.plan.conditions:
            return f"{subject}{'does not meet' if negated else 'meets'} *{human(node.step)}*"
        if isinstance(step, ExprStep):
            return self.condition(step.expression, negated=negated)
        if isinstance(step, OverrideStep):
            return f"{subject}{'has no' if negated else 'has an'} override “{step.what}”"
        if isinstance(step, FoldStep) and step.function == "kept":
            return f"{subject}is {no}in the tree *{human(step.tree)}*"
        if isinstance(step, FoldStep) and step.argument:
            above = self.who(step.argument)
            if step.function == "owner":
                return f"{self._for_whom()}the owner {'does not match: ' if negated else ''}{above}"
            return f"{self._for_whom()}the member directly above {'does not match: ' if negated else ''}{above}"
        if isinstance(step, HistoryStep):
            return (
                f"{subject}in the previous period {'was not somebody who' if negated else 'was somebody who'} "
                + self.who(step.argument)
            )
        known = {"participant": f"is {no}a participant", "customer": f"is {no}a customer"}
        new = "did not join in this period" if negated else "joined in this period"
        return subject + known.get(node.step, new)

    def _compare(self, node: Compare, operator: str) -> str:
        left, right = node.left, node.right
        if isinstance(left, Const | RankConst) and not isinstance(right, Const | RankConst):
            left, right, operator = right, left, MIRRORED[operator]
        if isinstance(right, RankConst):
            return self._ranked(left, right, operator)
        if not isinstance(left.type, NumberType):
            return f"{self._for_whom()}{self.number(left)} {than_rank(operator)} {self.number(right)}"
        noun, value = self.number(left), bracketed(self.number(right))
        if self.is_count(left) and not self.pair and isinstance(right, Const):
            return f"has {THAN[operator]} {value} {one_of(noun) if value == '1' else noun}"
        if isinstance(left, LevelRef) or not isinstance(right, Const) or self.pair or is_long(noun):
            than = "" if operator == "=" else f"{THAN[operator]} "
            return f"{self._for_whom()}{noun} is {than}{value}"
        return f"has {noun} of {THAN[operator]} {value}"

    def _ranked(self, left: Typed, right: RankConst, operator: str) -> str:
        what = Words(self.plan).number(left, own=False)
        subject, rank = self._subject(left), self.rank(right.code)
        if right.code < 0:
            has = operator in (">", "!=")
            return f"{subject}has {'a' if has else 'no'} {what}"
        forms = {
            ">=": f"has {what} {rank} or higher",
            ">": f"has a {what} above {rank}",
            "<": f"has a {what} below {rank}, or none",
            "<=": f"has {what} {rank} or lower, or none",
            "=": f"has {what} {rank}",
            "!=": f"does not have {what} {rank}",
        }
        return subject + forms[operator]


def _factors(node: Typed) -> Iterator[Typed]:
    """What a product multiplies, products inside taken apart; a number below 0 is a product with −1."""
    if isinstance(node, Multiply):
        yield from _factors(node.left)
        yield from _factors(node.right)
    else:
        yield node


def right_unit(node: Whole) -> Fraction:
    """The unit to which a rounding down to minor units brings a number; it is not worth a word."""
    return Fraction(1, 100) if node.units >= 1 else Fraction(1)
