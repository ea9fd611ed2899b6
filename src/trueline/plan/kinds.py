"""One builder per kind of bonus: from its keys to what a run computes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

from trueline.errors import nearest
from trueline.money import Mode, Rounding, format_number
from trueline.plan import bonuses as made
from trueline.plan import parts
from trueline.plan.arithmetic import add, constant, number_type
from trueline.plan.binary import build_binary
from trueline.plan.board import build_board
from trueline.plan.bonus_parts import PlacesPart
from trueline.plan.entitled import build_entitled
from trueline.plan.rates import receiver_only
from trueline.plan.resolve import condition_step, money_at, number_at
from trueline.plan.resolver import Unresolved
from trueline.plan.steps import EarnedStep
from trueline.plan.tables import highest_written
from trueline.plan.terms import BonusBuilder, Broken
from trueline.plan.typed import (
    COUNT,
    RANK,
    Add,
    Choice,
    Compare,
    Const,
    NumberType,
    RankConst,
    Ref,
    Typed,
    common_scale,
    whole_multiplier,
)
from trueline.plan.values import money, number, whole


class KindBuilder(BonusBuilder):
    """Builds one bonus of any kind."""

    def build(self) -> made.Bonus:
        try:
            return self.MAKERS[self.part.kind](self)
        except (Unresolved, Broken):
            self.sweep()
            raise Broken from None

    def _own(self) -> made.Bonus:
        tree = None if self.part.kind == "rebate" else self.tree()
        rate, sources, entitled = self.rate(self.part.rate), self.sources(), None
        if self.part.kind == "rebate":
            entitled, sources = build_entitled(self, rate, sources)
        return made.OwnBonus(self.terms(), sources, rate, tree, entitled)

    def _level(self) -> made.Bonus:
        part, scope = self.part, self.scope
        base = self._earned_base() if part.kind == "match" else None
        rates, rate, depth = None, None, 0
        if (part.rates is None) == (part.rate is None):
            if part.rates is None:
                raise self.needs("rates")
            message = f"Bonus '{self.name}' has both 'rates' and 'rate'."
            scope.find((*self.path, "rate"), message, "Keep one of them.", key=True)
            raise Broken
        if part.rates is not None:
            if part.depth is not None:
                message = "'depth' belongs to 'rate'; rows of 'rates' have their own length."
                scope.find((*self.path, "depth"), message, "Remove it.", key=True)
            rates = self.rates()
            depth = rates.depth
        else:
            rate = self.rate(part.rate)
            if part.depth is None:
                raise self.needs("depth")
            depth = whole(scope, (*self.path, "depth"), part.depth, 1, 60)
        self._check_compression(rates, rate)
        return made.LevelBonus(
            self.terms(),
            self.sources(base),
            self.tree(),
            rates,
            rate,
            depth,
            part.compression,
            self.member("counts", part.counts),
            part.from_ == "self",
            tuple(part.of) if part.kind == "match" else (),
        )

    def _check_compression(self, rates: made.Rates | None, rate: Typed | None) -> None:
        part, scope = self.part, self.scope
        if part.compression == "standard" and part.counts is None:
            raise self.needs("counts")
        if part.counts is not None and part.compression == "none":
            remedy = "Add 'compression: standard', or remove 'counts'."
            scope.find((*self.path, "counts"), "Without compression every upline counts.", remedy, key=True)
        keyed = rate if rates is None else rates.on
        if part.compression in ("dynamic", "roll up") and not receiver_only(keyed):
            scope.find(
                (*self.path, "compression"),
                f"'{part.compression}' needs rates that depend on the receiver only.",
                "Leave out 'source.' and 'level'.",
            )
            raise Broken

    def _earned_base(self) -> made.Base:
        total: Typed | None = None
        for index, name in enumerate(self.part.of):
            path = (*self.path, "of", index)
            if name not in self.scope.bonuses:
                self.scope.find(path, f"Unknown bonus '{name}'.", nearest(name, self.scope.bonuses))
                raise Broken
            type_ = NumberType(self.scope.money_scale)
            ref: Typed = Ref(self.scope.name(EarnedStep(name, type_), path), False, type_)
            total = ref if total is None else Add(total, ref, 1, 1, type_)
        if total is None:
            raise self.needs("of")
        step = self.scope.step_of(total, self.path)
        return made.Base(step, self.scope.money_scale, "member", None, 1)

    def _rate_step(self) -> tuple[str, Typed]:
        typed = self.rate(self.part.rate, "member")
        return self.scope.step_of(typed, (*self.path, "rate")), typed

    def _difference(self) -> made.Bonus:
        part, scope = self.part, self.scope
        step, typed = self._rate_step()
        if part.form == "group":
            return self._group(step, typed)
        start, start_scale = None, None
        if part.start is not None:
            start, start_scale = self.measure("start", part.start)
        fixed = {key: self.percent(key) for key in ("ceiling", "reserve", "minimum")}
        if fixed["reserve"] is not None and fixed["ceiling"] is None:
            scope.find(
                (*self.path, "reserve"), "'reserve' needs a 'ceiling' to be taken from.", "Add 'ceiling'.", key=True
            )
            raise Broken
        written = highest_written(scope, typed)
        scales = [number_type(typed).scale, *(v for v in fixed.values() if v), *(v for v in written or [] if v)]
        scale = common_scale(*scales, *([start_scale] if start_scale else []))
        units = {key: None if v is None else int(v / scale) for key, v in fixed.items()}
        entitled, sources = build_entitled(self, typed, self.sources())
        times = whole_multiplier(number_type(typed).scale, scale)
        top = None if written is None else int(max(written, default=Fraction(0)) / scale)
        if entitled is not None:
            top = max(value for value in entitled.values if value is not None) * times
        return made.DifferenceBonus(
            self.terms(),
            sources,
            self.tree(),
            step,
            times,
            start,
            whole_multiplier(start_scale, scale) if start_scale else 1,
            scale,
            part.from_ == "self",
            units["ceiling"],
            units["reserve"] or 0,
            units["minimum"] or 0,
            part.unqualified == "consumes",
            self.member("stop at", part.stop_at),
            top,
            entitled,
        )

    def _group(self, step: str, typed: Typed) -> made.Bonus:
        part = self.part
        keys = ("sources", "cap_per_source", "start", "ceiling", "reserve", "minimum", "stop_at")
        for key in keys:
            if getattr(part, key) is not None:
                name = key.replace("_", " ")
                self.scope.find(
                    (*self.path, name), f"'{name}' has no meaning in the group form.", "Remove it.", key=True
                )
        if part.entitled != "at the end":
            message = "'entitled' has no meaning in the group form, which has no orders."
            self.scope.find((*self.path, "entitled"), message, "Remove it, or 'form: group'.", key=True)
        if part.lines != "member":
            self.scope.find((*self.path, "lines"), "The group form has lines per member.", "Remove it.", key=True)
            raise Broken
        return made.GroupBonus(self.terms(), self.sources(), self.tree(), step, number_type(typed).scale)

    def _generation(self) -> made.Bonus:
        part, scope = self.part, self.scope
        if part.rates is None:
            raise self.needs("rates")
        same = part.boundary == "same rank"
        boundary = None if same else self.member("boundary", part.boundary)
        if same and part.empty == "skipped":
            scope.find((*self.path, "empty"), "'empty: skipped' needs a boundary condition.", "Remove it.", key=True)
        first = whole(scope, (*self.path, "first"), part.first, 0, 60)
        in_own = part.leader_volume == "own generation"
        skip = part.empty == "skipped"
        return made.GenerationBonus(
            self.terms(), self.sources(), self.tree(), self.rates(), boundary, first, in_own, skip
        )

    def _infinity(self) -> made.Bonus:
        part, scope = self.part, self.scope
        step, typed = self._rate_step()
        ceiling = self.percent("ceiling")
        written = highest_written(scope, typed)
        positive = sorted({value for value in written or [] if value > 0})
        scale = common_scale(number_type(typed).scale, *([ceiling] if ceiling else []), *positive)
        return made.InfinityBonus(
            self.terms(),
            self.sources(),
            self.tree(),
            step,
            whole_multiplier(number_type(typed).scale, scale),
            scale,
            whole(scope, (*self.path, "from level"), part.from_level, 1, 1000),
            part.pays == "full",
            part.when_blocked == "stop",
            part.blocks == "always",
            None if ceiling is None else int(ceiling / scale),
            None if written is None else tuple(int(value / scale) for value in positive),
        )

    def _pass_up(self) -> made.Bonus:
        part = self.part
        rate, typed = self._rate_step()
        sources = made.Sources(self.base(), self.member("sources", part.sources), None, None)
        floor = self.money_step("floor", part.floor)
        return made.PassUpBonus(self.terms(), sources, self.tree(), rate, number_type(typed).scale, floor)

    def _party_host(self) -> made.Bonus:
        if self.part.hold_until is not None:
            message = "'hold until' has no meaning for credit in kind, which is not paid out."
            self.scope.find((*self.path, "hold until"), message, "Remove it, or write it as 'who'.", key=True)
            raise Broken
        rate, typed = self._rate_step()
        base = replace(self.base(by_order="base"), grain="order")
        sources = made.Sources(base, self.member("sources", self.part.sources), None, None)
        return made.PartyHostBonus(self.terms(), sources, rate, number_type(typed).scale)

    def _pool(self) -> made.Bonus:
        part, scope = self.part, self.scope
        fund = money_at(scope, (*self.path, "fund"), part.fund, "company")
        if (part.shares is None) == (part.places is None):
            if part.shares is None:
                raise self.needs("shares")
            scope.find((*self.path, "places"), "A pool has one of 'shares' and 'places'.", "Keep one.", key=True)
            raise Broken
        step, places = None, None
        if part.places is not None:
            places, scale = self._places(part.places)
        else:
            if isinstance(part.shares, str):
                shares = number_at(scope, (*self.path, "shares"), part.shares, "member")
            else:
                shares = self._shares_by_rank(part.shares)
            step, scale = scope.step_of(shares, self.path), number_type(shares).scale
        value = None
        if part.share_value is not None:
            value = self._share_value(part.share_value)
        terms = self.terms()
        most, least = self._bounds(terms)
        return made.PoolBonus(terms, fund, step, places, scale, value, most, least, part.unclaimed)

    def _places(self, part: PlacesPart) -> tuple[made.PlacesRule, Fraction]:
        path = (*self.path, "places")
        by = number_at(self.scope, (*path, "by"), part.by, "member")
        values = [number(self.scope, (*path, "shares", i), text) for i, text in enumerate(part.shares)]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            raise Broken
        if not known or any(value <= 0 for value in known):
            self.scope.find((*path, "shares"), "Every place has shares above 0.", "Such as [5, 3, 1].", key=True)
            raise Broken
        scale = common_scale(*known)
        step = self.scope.step_of(by, (*path, "by"))
        return made.PlacesRule(step, tuple(int(value / scale) for value in known)), scale

    def _bounds(self, terms: made.Terms) -> tuple[Fraction | None, Fraction | None]:
        """``share cap`` and ``floor``: one of them, and not where the value of a share is rounded."""
        part, scope = self.part, self.scope
        given = [
            key for key in ("share value", "share cap", "floor") if getattr(part, key.replace(" ", "_")) is not None
        ]
        if part.places is not None:
            given = ["places", *given] if "share value" in given else given
        if len(given) > 1:
            message = f"'{given[1]}' does not go together with '{given[0]}'."
            scope.find((*self.path, given[1]), message, "Keep one of them.", key=True)
            raise Broken
        if part.floor is None:
            return self.percent("share_cap"), None
        floor = number(scope, (*self.path, "floor"), part.floor)
        if floor is None:
            raise Broken
        if floor <= 0 or (floor / terms.rounding.rounding.unit).denominator != 1:
            message = f"'{part.floor}' is no whole multiple, above 0, of the unit to which this pool is rounded."
            scope.find((*self.path, "floor"), message, f"The unit is {format_number(terms.rounding.rounding.unit)}.")
            raise Broken
        return None, floor

    def _share_value(self, part: parts.ShareValuePart) -> Rounding:
        unit = number(self.scope, (*self.path, "share value", "to"), part.to)
        if unit is None or unit <= 0:
            self.scope.find((*self.path, "share value", "to"), "A unit above 0 is needed.", "Such as 0.01.")
            raise Broken
        return Rounding(Mode.named(part.mode), unit)

    def _shares_by_rank(self, rows: dict[str, str]) -> Typed:
        """The shares of the member's own rank, 0 for ranks that are not named."""
        scope = self.scope
        total: Typed = constant(Fraction(0))
        if not rows:
            scope.find((*self.path, "shares"), "There are no shares.", "Write one entry per rank.", key=True)
            raise Broken
        for rank, text in rows.items():
            path = (*self.path, "shares", rank)
            if rank not in (*scope.ranks, "none"):
                scope.find(path, f"Unknown rank '{rank}'.", nearest(rank, (*scope.ranks, "none")), key=True)
                raise Broken
            holds = Compare(
                "=",
                Ref("rank", source=False, type=RANK),
                RankConst(-1 if rank == "none" else scope.ranks.index(rank)),
                1,
                1,
            )
            given = number_at(scope, path, text, "member")
            total = add(total, Choice(holds, given, Const(0, COUNT), 1, 0, number_type(given)), minus=False)
        return total

    def _milestone(self) -> made.Bonus:
        part, scope = self.part, self.scope
        steps = []
        for index, step in enumerate(part.steps):
            path = (*self.path, "steps", index)
            key = condition_step(scope, (*path, "when"), step.when)
            words = step.name or " ".join(step.when.split())
            again = sum(1 for other in part.steps[:index] if (other.name or " ".join(other.when.split())) == words)
            known = hashlib.sha256(f"{words}\0{again}".encode()).hexdigest()[:16]
            amount = money(scope, (*path, "amount"), step.amount)
            steps.append(made.MilestoneStep(key, amount, step.name or "", known))
        if not steps:
            raise self.needs("steps")
        parts = 1
        if part.instalments is not None:
            parts = whole(scope, (*self.path, "instalments"), part.instalments, 2, 600)
            if part.again != "never":
                message = "An amount that is due in every period has no instalments."
                scope.find((*self.path, "instalments"), message, "Remove it, or 'again'.", key=True)
        elif part.while_ is not None:
            message = "'while' belongs to 'instalments'."
            scope.find((*self.path, "while"), message, "Add 'instalments:', or remove it.", key=True)
        lasting = self.member("while", part.while_)
        once = part.again == "never"
        return made.MilestoneBonus(self.terms(), tuple(steps), part.pays == "highest", once, parts, lasting)

    def _given(self) -> made.Bonus:
        return made.GivenBonus(self.terms())

    MAKERS: ClassVar[dict[str, Callable[[KindBuilder], made.Bonus]]] = {
        "rebate": _own,
        "retail": _own,
        "customer": _own,
        "level": _level,
        "match": _level,
        "difference": _difference,
        "generation": _generation,
        "infinity": _infinity,
        "pass up": _pass_up,
        "board": build_board,
        "party host": _party_host,
        "binary": build_binary,
        "pool": _pool,
        "milestone": _milestone,
        "given": _given,
    }
    """What makes a bonus of each kind."""
