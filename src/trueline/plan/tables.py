"""Tables looked up with a member's own key: from text to integers of one scale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from trueline.errors import nearest
from trueline.plan.document import Path
from trueline.plan.parts import TablePart
from trueline.plan.resolve import value_at
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import Scope, text_domain
from trueline.plan.steps import TableRow, TableStep
from trueline.plan.typed import (
    NumberType,
    RankType,
    Ref,
    TextType,
    Typed,
    common_scale,
    whole_multiplier,
)
from trueline.plan.values import UNKNOWN, number

Form = Literal["values", "cliff", "marginal", "joint"]
FORMS: tuple[Form, ...] = ("values", "cliff", "marginal", "joint")

Mark = Fraction | str
"""What a row is for: a threshold, the code of a rank as a number, or a word."""


@dataclass(frozen=True)
class _Row:
    at: tuple[Mark, ...]
    value: Fraction | None


def build_table(scope: Scope, path: Path, part: TablePart) -> TableStep:
    """The table step; raises :class:`Unresolved` after findings."""
    form = _form(scope, path, part)
    texts = part.on if isinstance(part.on, list) else [part.on]
    if form != "joint" and len(texts) != 1:
        scope.find((*path, "on"), f"A table of {form} has one key, this has {len(texts)}.", "Use 'joint' for several.")
        raise Unresolved
    keys = [
        _key(scope, (*path, "on", i) if isinstance(part.on, list) else (*path, "on"), t) for i, t in enumerate(texts)
    ]
    if form == "marginal" and not isinstance(keys[0].type, NumberType):
        scope.find(
            (*path, "on"), f"Slices are cut from a number, this is a {keys[0].type}.", "Use 'cliff' or 'values'."
        )
        raise Unresolved
    return _Reader(scope, path, part, form, keys).table()


def _form(scope: Scope, path: Path, part: TablePart) -> Form:
    found = [form for form in FORMS if getattr(part, form) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"A table has one of {', '.join(FORMS)}; this has {' and '.join(found)}."
        scope.find((*path, found[1]), message, "Keep one.", key=True)
    else:
        scope.find(path, "The table has no rows.", f"Write them under one of {', '.join(FORMS)}.", key=True)
    raise Unresolved


def _key(scope: Scope, path: Path, text: str) -> Typed:
    typed = value_at(scope, path, text, "member")
    if not isinstance(typed.type, NumberType | RankType | TextType):
        scope.find(path, "A table is keyed by a number, a rank or a text, not by a condition.", "Use if(…).")
        raise Unresolved
    return typed


@dataclass
class _Reader:
    scope: Scope
    path: Path
    part: TablePart
    form: Form
    keys: list[Typed]
    good: bool = True

    def table(self) -> TableStep:
        rows = self._joint() if self.form == "joint" else self._rows()
        otherwise = None if self.part.otherwise is None else self._value(("otherwise",), self.part.otherwise)
        if not rows and self.good:
            self._wrong((self.form,), "The table has no rows.", "Write at least one.")
        if self.good and self.form != "values":
            self._check_rising(rows)
        if self.good and self.form == "values" and self.part.otherwise is None:
            self._check_complete(rows)
        if not self.good:
            raise Unresolved
        return self._step(rows, otherwise)

    def _wrong(self, inside: Path, message: str, remedy: str) -> None:
        self.scope.find((*self.path, *inside), message, remedy, key=True)
        self.good = False

    def _rows(self) -> list[_Row]:
        texts: dict[str, str] = getattr(self.part, self.form)
        read = exact_key if self.form == "values" else threshold
        found = []
        for text, value in texts.items():
            at = read(self.scope, (*self.path, self.form, text), text, self.keys[0])
            row_value = self._value((self.form, text), value)
            self.good = self.good and at is not None
            if at is not None:
                found.append(_Row((at,), row_value))
        return found

    def _joint(self) -> list[_Row]:
        found = []
        for index, row in enumerate(self.part.joint or []):
            inside: Path = ("joint", index)
            if len(row.at) != len(self.keys):
                self._wrong(
                    inside, f"This row has {len(row.at)} thresholds for {len(self.keys)} keys.", "Write one per key."
                )
                continue
            marks = [
                threshold(self.scope, (*self.path, *inside, "at", i), text, key)
                for i, (text, key) in enumerate(zip(row.at, self.keys, strict=True))
            ]
            value = self._value((*inside, "is"), row.is_)
            at = tuple(mark for mark in marks if mark is not None)
            self.good = self.good and len(at) == len(marks)
            found.append(_Row(at, value))
        return found

    def _value(self, inside: Path, text: str) -> Fraction | None:
        """The value of a row, None for unknown."""
        if text.strip() == UNKNOWN:
            return None
        found = number(self.scope, (*self.path, *inside), text)
        self.good = self.good and found is not None
        return found

    def _check_rising(self, rows: list[_Row]) -> None:
        for index, (one, next_) in enumerate(pairwise(rows), 1):
            pairs = list(zip(map(_number, one.at), map(_number, next_.at), strict=True))
            if any(before > after for before, after in pairs) or one.at == next_.at:
                texts = list(getattr(self.part, self.form)) if self.form != "joint" else []
                last: str | int = texts[index] if texts else index
                shown = (
                    f"'{last}' stands after '{texts[index - 1]}'"
                    if texts
                    else f"row {index + 1} is not above row {index}"
                )
                self._wrong((self.form, last), f"Thresholds must rise: {shown}.", "Sort the rows, lowest first.")
                return

    def _check_complete(self, rows: list[_Row]) -> None:
        key, scope = self.keys[0], self.scope
        listed = {row.at[0] for row in rows}
        missing: list[str] = []
        if isinstance(key.type, RankType):
            names = ("none", *scope.ranks)
            missing = [name for code, name in enumerate(names, -1) if code not in listed]
        elif isinstance(key.type, TextType) and key.type.domain is not None:
            missing = [word for word in key.type.domain if word not in listed]
        else:
            missing = ["any other value"]
        if missing:
            self._wrong((self.form,), f"No value for {', '.join(missing[:5])}.", "List it, or write 'otherwise'.")

    def _step(self, rows: list[_Row], otherwise: Fraction | None) -> TableStep:
        scales = [self._key_scale(index, key, rows) for index, key in enumerate(self.keys)]
        values = [abs(value) for value in (*(row.value for row in rows), otherwise) if value]
        value_scale = common_scale(*values) if values else Fraction(1)
        times = tuple(
            whole_multiplier(key.type.scale, scale) if isinstance(key.type, NumberType) else 1
            for key, scale in zip(self.keys, scales, strict=True)
        )
        return TableStep(
            self.form,
            tuple(self.scope.step_of(key, self.path) for key in self.keys),
            times,
            tuple(
                TableRow(
                    tuple(_mark(mark, s) for mark, s in zip(row.at, scales, strict=True)),
                    _units(row.value, value_scale),
                )
                for row in rows
            ),
            _units(otherwise, value_scale) if self.part.otherwise is not None else 0,
            self.part.otherwise is not None,
            NumberType(value_scale * scales[0] if self.form == "marginal" else value_scale),
            percent=self._is_percent(),
        )

    def _key_scale(self, index: int, key: Typed, rows: list[_Row]) -> Fraction:
        if not isinstance(key.type, NumberType):
            return Fraction(1)
        return common_scale(key.type.scale, *(abs(mark) for row in rows if (mark := _number(row.at[index]))))

    def _is_percent(self) -> bool:
        """Whether the values were written as percentages."""
        rows = (
            (row.is_ for row in self.part.joint or [])
            if self.form == "joint"
            else getattr(self.part, self.form).values()
        )
        return any("%" in text for text in rows)


def _number(mark: Mark) -> Fraction:
    """A threshold as a number; words are no thresholds and were refused before."""
    return mark if isinstance(mark, Fraction) else Fraction(0)


def _mark(mark: Mark, scale: Fraction) -> int | str:
    return mark if isinstance(mark, str) else int(mark / scale)


def _units(value: Fraction | None, scale: Fraction) -> int | None:
    return None if value is None else int(value / scale)


def threshold(scope: Scope, path: Path, text: str, key: Typed) -> Mark | None:
    """A number or a rank from which on a row holds; None after a finding."""
    if isinstance(key.type, RankType):
        return _rank(scope, path, text)
    if isinstance(key.type, TextType):
        scope.find(path, "A text has no thresholds.", "Use 'values'.", key=True)
        return None
    return number(scope, path, text, key=True)


def exact_key(scope: Scope, path: Path, text: str, key: Typed) -> Mark | None:
    """A rank, word or number that equals the key; None after a finding."""
    if isinstance(key.type, RankType):
        return _rank(scope, path, text)
    if not isinstance(key.type, TextType):
        return number(scope, path, text, key=True)
    domain = text_domain(key.type)
    if domain is None or text in domain:
        return text
    scope.find(path, f"'{text}' is no {key.type.what}.", nearest(text, domain), key=True)
    return None


def _rank(scope: Scope, path: Path, text: str) -> Fraction | None:
    if text == "none":
        return Fraction(-1)
    if text not in scope.ranks:
        scope.find(path, f"Unknown rank '{text}'.", nearest(text, (*scope.ranks, "none")), key=True)
        return None
    return Fraction(scope.ranks.index(text))


def highest_written(scope: Scope, typed: Typed) -> list[Fraction] | None:
    """Every value written in the table that ``typed`` names; None when it names none."""
    if not isinstance(typed, Ref):
        return None
    step = scope.steps.get(typed.step)
    if not isinstance(step, TableStep) or step.form == "marginal":
        return None
    values = [row.value for row in step.rows] + [step.otherwise]
    return [value * step.type.scale for value in values if value is not None]
