"""A comparison as data for JSON: exact values as text, one entry per figure, verdict and shift."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from trueline.analyse.figure import Figure
from trueline.compare.comparison import Comparison, Side, Told
from trueline.compare.history import Mover, Shift
from trueline.compare.two_by_two import Effect
from trueline.compare.verdict import Verdict


def as_data(found: Comparison) -> dict[str, Any]:
    """Dictionaries, lists and texts only. Exact values are fractions as text, such as "1/3"; unknown is null."""
    return {
        "title": found.title,
        "simulated": found.simulated,
        "notes": list(found.notes),
        "facts": found.sides[0].books.facts.hash,
        "periods": [period.label for period in found.sides[0].books.periods],
        "currency": found.sides[0].books.facts.company.currency,
        "plans": [_side(side) for side in found.sides],
        "rows": [_told(told, found.sides) for told in found.rows],
        "same history": {
            "shifts": [_shift(shift) for shift in found.shifts],
            "gain most": [_mover(mover) for mover in found.gains],
            "lose most": [_mover(mover) for mover in found.losses],
        },
        "two by two": [_effect(effect) for effect in found.effects],
    }


def figure_data(figure: Figure) -> dict[str, Any]:
    """One figure: measure, groups, exact value, as shown, interval, and what is missing."""
    definition = figure.definition
    return {
        "measure": figure.measure,
        "name": definition.name,
        "unit": definition.unit,
        "by": dict(figure.by),
        "value": _exact(figure.value),
        "shown": figure.text,
        "count": figure.count,
        "interval": None if figure.interval is None else [_exact(end) for end in figure.interval],
        "missing": list(figure.missing),
        "why": figure.why,
        "definition": definition.meaning,
        "source": definition.source,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "plan": side.name,
        "plan hash": side.books.plan_hash,
        "figures": [figure_data(figure) for figure in side.figures],
    }


def _told(told: Told, sides: tuple[Side, ...]) -> dict[str, Any]:
    return {
        "row": told.row.name,
        "MLM": told.row.mlm,
        "NM": told.row.nm,
        "measured": {
            side.name: {figure.measure: _exact(figure.value) for figure in figures}
            for side, figures in zip(sides, told.figures, strict=True)
        },
        "verdicts": {
            side.name: [_verdict(verdict) for verdict in verdicts]
            for side, verdicts in zip(sides, told.verdicts, strict=True)
        },
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    said = verdict.statement
    return {
        "of": said.of,
        "says": said.says,
        "metric": said.metric,
        "confirmed": said.confirmed.text,
        "contradicted": said.contradicted.text,
        "against the other plans": said.than_others,
        "value": _exact(verdict.value),
        "verdict": verdict.word.value,
        "ground": verdict.ground.value,
        "why": verdict.why,
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "group": shift.group,
        "people": shift.people,
        "gain": shift.gain,
        "lose": shift.lose,
        "same": shift.same,
        "before": _exact(shift.before),
        "after": _exact(shift.after),
        "by whose sales": {words: _exact(value) for words, value in shift.nearness.items()},
        "by cause": {words: _exact(value) for words, value in shift.causes.items()},
    }


def _mover(mover: Mover) -> dict[str, Any]:
    return {
        "member": mover.member,
        "before": _exact(mover.before),
        "after": _exact(mover.after),
        "by whose sales": {words: _exact(value) for words, value in mover.nearness.items()},
    }


def _effect(effect: Effect) -> dict[str, Any]:
    cells = {f"{plan}, {way}": figure_data(figure) for (plan, way), figure in effect.cells.items()}
    return {
        "measure": effect.measure,
        "cells": cells,
        "plan": _exact(effect.plan),
        "way": _exact(effect.way),
        "together": _exact(effect.together),
        "larger": effect.larger,
    }


def _exact(value: Fraction | int | None) -> str | None:
    return None if value is None else str(Fraction(value))
