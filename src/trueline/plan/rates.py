"""Rates by level or generation: from text to integers of one scale."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Literal

from trueline.plan.arithmetic import number_type
from trueline.plan.bonus_parts import RatesPart
from trueline.plan.bonuses import Rates
from trueline.plan.document import Path
from trueline.plan.resolve import value_at
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import Scope
from trueline.plan.tables import Mark, exact_key, threshold
from trueline.plan.typed import (
    COUNT,
    Add,
    ConditionType,
    Const,
    LevelRef,
    NumberType,
    OrderSum,
    Typed,
    common_scale,
    parts_of,
    references,
    whole_multiplier,
)
from trueline.plan.values import rate_or_unknown

LONGEST = 60
"""Most levels or generations of a row; unlimited depth is the kind infinity."""

Row = list[Fraction | None]
"""Rates of one row, None for unknown."""


def build_rates(scope: Scope, path: Path, part: RatesPart) -> Rates:
    """Rates by level under ``path``; ``part.rates`` is given. Raises :class:`Unresolved` after findings."""
    base = (*path, "rates")
    if isinstance(part.rates, list):
        if part.rates_on is not None:
            message = "'rates on' needs one row of rates per value."
            scope.find((*path, "rates on"), message, "Write rows, or remove it.", key=True)
        return _scaled(None, "all", (), [_row(scope, base, part.rates)])
    at = (*path, "rates on")
    typed = value_at(scope, at, part.rates_on or "rank", "pair")
    if isinstance(typed.type, ConditionType):
        scope.find(at, "Rows are for a number, a rank or a text, not for a condition.", "Use if(…).")
        raise Unresolved
    read = threshold if isinstance(typed.type, NumberType) else exact_key
    keys: list[Mark] = []
    rows: list[Row] = []
    good = True
    for text, row in (part.rates or {}).items():
        key = read(scope, (*base, text), text, typed)
        try:
            rows.append(_row(scope, (*base, text), row))
        except Unresolved:
            good = False
        if key is not None:
            keys.append(key)
        good = good and key is not None
    if not part.rates:
        scope.find(base, "There are no rates.", "Write at least one row.", key=True)
    if not part.rates or not good:
        raise Unresolved
    return _keyed(scope, base, typed, keys, rows)


def _keyed(scope: Scope, base: Path, typed: Typed, keys: list[Mark], rows: list[Row]) -> Rates:
    if not isinstance(typed.type, NumberType):
        return _scaled(typed, "exact", tuple(key if isinstance(key, str) else int(key) for key in keys), rows)
    marks = [key for key in keys if isinstance(key, Fraction)]
    if any(one >= next_ for one, next_ in pairwise(marks)):
        scope.find(base, "Thresholds must rise.", "Sort the rows, lowest first.", key=True)
        raise Unresolved
    scale = common_scale(typed.type.scale, *(abs(mark) for mark in marks if mark))
    return _scaled(_to_scale(typed, scale), "threshold", tuple(int(mark / scale) for mark in marks), rows)


def _to_scale(typed: Typed, scale: Fraction) -> Typed:
    from_scale = number_type(typed).scale
    if from_scale == scale:
        return typed
    return Add(typed, Const(0, COUNT), whole_multiplier(from_scale, scale), 0, NumberType(scale))


def _row(scope: Scope, path: Path, texts: list[str]) -> Row:
    if not texts:
        message = "A row of rates is empty."
        scope.find(path, message, "Write at least one rate, or leave the row out.", key=True)
        raise Unresolved
    if len(texts) > LONGEST:
        message = f"A row of rates has more than {LONGEST} levels."
        scope.find(path, message, "Use the kind infinity for unlimited depth.", key=True)
        raise Unresolved
    found: Row = []
    for index, text in enumerate(texts):
        try:
            found.append(rate_or_unknown(scope, (*path, index), text))
        except ValueError:
            continue
    if len(found) < len(texts):
        raise Unresolved
    return found


def _scaled(
    on: Typed | None, form: Literal["all", "exact", "threshold"], keys: tuple[int | str, ...], rows: list[Row]
) -> Rates:
    values = [value for row in rows for value in row if value]
    scale = common_scale(*values) if values else Fraction(1)
    whole_rows = tuple(tuple(None if v is None else int(v / scale) for v in row) for row in rows)
    return Rates(on, form, keys, whole_rows, scale)


def receiver_only(typed: Typed | None) -> bool:
    """Whether an expression reads nothing of the source, not the level and not the order."""
    if typed is None:
        return True
    if any(ref.source for ref in references(typed)):
        return False
    return not _reads_the_line(typed)


def _reads_the_line(typed: Typed) -> bool:
    return isinstance(typed, (LevelRef, OrderSum)) or any(_reads_the_line(part) for part in parts_of(typed))
