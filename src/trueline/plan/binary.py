"""binary: from its keys to what a run computes (docs/semantics.md, section 7.9)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from trueline.money import format_number
from trueline.plan.arithmetic import number_type
from trueline.plan.bonus_parts import BinaryPart, CarryPart
from trueline.plan.bonuses import BinaryBonus, Cycle, Sources
from trueline.plan.document import Path
from trueline.plan.resolve import money_at
from trueline.plan.steps import LineStep, PlacedStep, TreeStep, tree_key
from trueline.plan.terms import BonusBuilder, Broken
from trueline.plan.values import UNKNOWN, money, number, whole

_PAYS = ("rate", "amount", "schedule")


def build_binary(builder: BonusBuilder) -> BinaryBonus:
    """The bonus; raises :class:`Broken` or ``Unresolved`` after findings."""
    part: BinaryPart = builder.part
    return _Binary(builder, part).build()


class _Binary:
    def __init__(self, builder: BonusBuilder, part: BinaryPart) -> None:
        self.builder = builder
        self.part = part
        self.scope = builder.scope
        self.path: Path = builder.path

    def build(self) -> BinaryBonus:
        part, builder = self.part, self.builder
        tree = self.tree()
        self.check_pay()
        by_order = "" if part.windows == "period" else "windows"
        base = builder.base(by_order=by_order)
        if (
            by_order
            and base.volume is not None
            and base.volume.window.form not in ("period", "first days", "first months")
        ):
            raise self.refuse(
                "base", "Windows match the volume of their own days.", "Leave out the window of orders(…)."
            )
        rate, rate_scale = self.rate()
        most, most_scale = None, Fraction(1)
        if part.at_most is not None:
            most, most_scale = builder.measure("at most", part.at_most)
        carry = part.carry if isinstance(part.carry, CarryPart) else None
        return BinaryBonus(
            terms=builder.terms(),
            sources=Sources(base, builder.member("sources", part.sources), None, None),
            tree=tree,
            own=part.own,
            gathers=builder.member("gathers", part.gathers),
            windows=part.windows,
            at_least=0 if part.at_least is None else self.volume(("at least",), part.at_least, base.scale),
            cycle=self.cycle("cycle", part.cycle, base.scale),
            first_cycle=self.cycle("first cycle", part.first_cycle, base.scale),
            schedule=self.schedule(base.scale),
            rate=rate,
            rate_scale=rate_scale,
            per_cycle=part.amount is not None,
            ratio=part.pays == "ratio",
            most=most,
            most_scale=most_scale,
            flush_excess=part.excess == "flush",
            carry="all" if isinstance(part.carry, CarryPart) else part.carry,
            carry_most=self.volume(("carry", "at most"), carry.at_most, base.scale)
            if carry and carry.at_most
            else None,
            carry_for=whole(self.scope, (*self.path, "carry", "for"), carry.for_, 1, 60) if carry and carry.for_ else 0,
            flush_failing=part.on_failing == "flush",
        )

    def refuse(self, key: str, message: str, remedy: str) -> Broken:
        self.scope.find((*self.path, key), message, remedy, key=True)
        return Broken()

    def tree(self) -> str:
        """A tree that can have slots."""
        name = self.builder.tree()
        step = self.scope.steps.get(tree_key(name))
        if isinstance(step, PlacedStep) and step.width > 2:
            message = f"Tree '{name}' has {step.width} places below everybody; a binary bonus has two sides."
            raise self.refuse("tree", message, "Write 'width: 2' there, or name another tree.")
        if isinstance(step, TreeStep | LineStep):
            remedy = "Name a placed tree of width 2, or a tree of the facts with a slot for every edge."
            raise self.refuse("tree", f"Tree '{name}' has no slots.", remedy)
        return name

    def check_pay(self) -> None:
        """One way of paying, and only keys that mean something with it."""
        part = self.part
        given = [key for key in _PAYS if getattr(part, key) is not None]
        if not given:
            raise self.builder.needs("rate")
        if len(given) > 1:
            message = f"A binary bonus has one of {', '.join(_PAYS)}; this has {' and '.join(given)}."
            raise self.refuse(given[1], message, "Keep one.")
        if part.amount is not None and part.cycle is None:
            raise self.refuse("amount", "'amount' is paid for a cycle.", "Add 'cycle:', or write a 'rate'.")
        if part.first_cycle is not None and part.cycle is None:
            raise self.refuse("first cycle", "'first cycle' needs a 'cycle'.", "Add 'cycle:'.")
        for key, text in (("cycle", part.cycle), ("at most", part.at_most)):
            if part.schedule is not None and text is not None:
                raise self.refuse(key, f"'{key}' has no meaning with a schedule.", "Remove it.")
        if part.pays == "ratio" and (part.rate is None or part.cycle is not None):
            raise self.refuse("pays", "'ratio' belongs to a 'rate' without cycles.", "Remove it, or the cycle.")
        if part.excess == "flush" and part.at_most is None:
            raise self.refuse("excess", "Nothing is above a limit that is not there.", "Add 'at most:', or remove it.")

    def rate(self) -> tuple[str | None, Fraction]:
        """The step of the rate, or of the amount per cycle, with its unit."""
        part, builder = self.part, self.builder
        if part.rate is not None:
            typed = builder.rate(part.rate, "member")
            scale = getattr(typed.type, "scale", Fraction(1))
            return self.scope.step_of(typed, (*self.path, "rate")), scale
        if part.amount is not None:
            path = (*self.path, "amount")
            typed = money_at(self.scope, path, part.amount, "member")
            return self.scope.step_of(typed, path), number_type(typed).scale
        return None, Fraction(1)

    def volume(self, inside: Sequence[str | int], text: str, unit: Fraction) -> int:
        """A volume above 0 in units of the base."""
        path = (*self.path, *inside)
        value = number(self.scope, path, text)
        if value is None:
            raise Broken
        if value <= 0 or (value / unit).denominator != 1:
            message = f"'{text}' is no volume above 0 in whole units of {format_number(unit)}."
            self.scope.find(path, message, "The base counts in these units.")
            raise Broken
        return int(value / unit)

    def cycle(self, key: str, written: str | list[str] | None, unit: Fraction) -> Cycle | None:
        if written is None:
            return None
        texts = [written, written] if isinstance(written, str) else written
        if len(texts) != 2:
            raise self.refuse(key, f"'{key}' takes two volumes.", "Write [stronger side, weaker side].")
        inside = [(key,) if isinstance(written, str) else (key, place) for place in (0, 1)]
        strong, weak = (self.volume(at, text, unit) for at, text in zip(inside, texts, strict=True))
        if strong < weak:
            raise self.refuse(
                key, "The stronger side gives at least as much as the weaker one.", "Write the larger first."
            )
        return Cycle(strong, weak)

    def schedule(self, unit: Fraction) -> tuple[tuple[int, int | None], ...]:
        rows: list[tuple[int, int | None]] = []
        for text, amount in (self.part.schedule or {}).items():
            inside = ("schedule", text)
            paid = None if amount.strip() == UNKNOWN else money(self.scope, (*self.path, *inside), amount)
            rows.append((self.volume(inside, text, unit), paid))
        if self.part.schedule is not None and not rows:
            raise self.refuse("schedule", "The schedule has no steps.", "Write 'volume: amount' lines.")
        if any(one[0] >= two[0] for one, two in pairwise(rows)):
            raise self.refuse("schedule", "The steps of the schedule must rise.", "Sort them, lowest first.")
        return tuple(rows)
