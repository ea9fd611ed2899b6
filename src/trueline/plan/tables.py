"""Rate tables and rates by level: from text to integers of one scale."""

from __future__ import annotations

from fractions import Fraction

from trueline.errors import nearest
from trueline.plan.arithmetic import number_type
from trueline.plan.bonuses import Rates
from trueline.plan.document import Path
from trueline.plan.model import RatesPart, TablePart
from trueline.plan.resolve import Resolver, Unresolved, parse_at
from trueline.plan.scope import Scope, text_domain
from trueline.plan.steps import TableRow, TableStep
from trueline.plan.typed import (
    COUNT,
    Add,
    Const,
    LevelRef,
    NumberType,
    RankType,
    Ref,
    TextType,
    Typed,
    common_scale,
    parts_of,
    references,
    whole_multiplier,
)
from trueline.plan.values import UNKNOWN, number, rate_or_unknown


def build_table(scope: Scope, path: Path, part: TablePart) -> TableStep | None:
    """The table step, or None after findings."""
    forms = [name for name in ("values", "cliff", "marginal", "joint") if getattr(part, name) is not None]
    if len(forms) != 1:
        scope.find(path, f"A table has one of values, cliff, marginal, joint; this has {len(forms)}.", "Keep one.", key=True)
        return None
    form = forms[0]
    texts = part.on if isinstance(part.on, list) else [part.on]
    if form != "joint" and len(texts) != 1:
        scope.find((*path, "on"), "Only a joint table has several keys.", "Use 'joint'.")
        return None
    try:
        keys = [_key(scope, (*path, "on", i) if isinstance(part.on, list) else (*path, "on"), t) for i, t in enumerate(texts)]
    except Unresolved:
        return None
    raw = _raw_rows(scope, path, part, form, keys)
    otherwise = None if part.otherwise is None else _value(scope, (*path, "otherwise"), part.otherwise)
    if raw is None or otherwise is _BROKEN or any(value is _BROKEN for _, value in raw):
        return None
    return _assemble(scope, path, form, keys, raw, part.otherwise is not None, otherwise)  # type: ignore[arg-type]


_BROKEN = object()


def _key(scope: Scope, path: Path, text: str) -> Typed:
    typed = Resolver(scope, path, "member").resolve(parse_at(scope, path, text))
    if not isinstance(typed.type, (NumberType, RankType, TextType)):
        scope.find(path, "A table is keyed by a number, a rank or a text, not by a condition.", "Use if(…).")
        raise Unresolved
    return typed


def _value(scope: Scope, path: Path, text: str) -> Fraction | None | object:
    if text.strip() == UNKNOWN:
        return None
    found = number(scope, path, text)
    return _BROKEN if found is None else found


def _raw_rows(
    scope: Scope, path: Path, part: TablePart, form: str, keys: list[Typed]
) -> list[tuple[tuple[Fraction | int | str, ...], object]] | None:
    rows: list[tuple[tuple[Fraction | int | str, ...], object]] = []
    good = True
    if form == "joint":
        for index, row in enumerate(part.joint or []):
            at = tuple(_threshold(scope, (*path, "joint", index, "at", i), t, keys[min(i, len(keys) - 1)]) for i, t in enumerate(row.at))
            if len(at) != len(keys):
                scope.find((*path, "joint", index), f"This row has {len(at)} thresholds for {len(keys)} keys.", "")
                good = False
            good = good and None not in at
            rows.append((at, _value(scope, (*path, "joint", index, "is"), row.is_)))  # type: ignore[arg-type]
    else:
        table: dict[str, str] = getattr(part, form)
        for text, value in table.items():
            if form == "values":
                at_one = _exact_key(scope, (*path, form, text), text, keys[0])
            else:
                at_one = _threshold(scope, (*path, form, text), text, keys[0])
            good = good and at_one is not None
            rows.append(((at_one,), _value(scope, (*path, form, text), value)))  # type: ignore[arg-type]
    if not rows:
        scope.find(path, "The table has no rows.", "Write at least one.", key=True)
        good = False
    if good and form != "values":
        good = _ascending(scope, (*path, form), rows)
    return rows if good else None


def _ascending(scope: Scope, path: Path, rows: list[tuple[tuple[Fraction | int | str, ...], object]]) -> bool:
    for (before, _), (after, _) in zip(rows, rows[1:], strict=False):
        if any(a > b for a, b in zip(before, after, strict=True)) or before == after:  # type: ignore[operator]
            scope.find(path, f"Thresholds must rise: {_show(after)} stands after {_show(before)}.", "Sort the rows.", key=True)
            return False
    return True


def _show(at: tuple[Fraction | int | str, ...]) -> str:
    return ", ".join(str(part) for part in at)


def _threshold(scope: Scope, path: Path, text: str, key: Typed) -> Fraction | int | None:
    if isinstance(key.type, RankType):
        return _rank(scope, path, text)
    if isinstance(key.type, TextType):
        scope.find(path, "A text has no thresholds.", "Use 'values'.", key=True)
        return None
    return number(scope, path, text)


def _exact_key(scope: Scope, path: Path, text: str, key: Typed) -> Fraction | int | str | None:
    if isinstance(key.type, RankType):
        return _rank(scope, path, text)
    if isinstance(key.type, TextType):
        domain = text_domain(key.type)
        if domain is not None and text not in domain:
            scope.find(path, f"'{text}' is no {key.type.what}.", nearest(text, domain), key=True)
            return None
        return text
    return number(scope, path, text)


def _rank(scope: Scope, path: Path, text: str) -> int | None:
    if text == "none":
        return -1
    if text not in scope.ranks:
        scope.find(path, f"Unknown rank '{text}'.", nearest(text, (*scope.ranks, "none")), key=True)
        return None
    return scope.ranks.index(text)


def _assemble(
    scope: Scope,
    path: Path,
    form: str,
    keys: list[Typed],
    raw: list[tuple[tuple[Fraction | int | str, ...], Fraction | None]],
    has_otherwise: bool,
    otherwise: Fraction | None,
) -> TableStep:
    resolver = Resolver(scope, path, "member")
    scales, times = [], []
    for index, key in enumerate(keys):
        marks = [at[index] for at, _ in raw]
        if isinstance(key.type, NumberType):
            scale = common_scale(key.type.scale, *(abs(Fraction(mark)) for mark in marks if mark))
            scales.append(scale)
            times.append(whole_multiplier(key.type.scale, scale))
        else:
            scales.append(Fraction(1))
            times.append(1)
    values = [value for _, value in raw if value] + ([otherwise] if otherwise else [])
    value_scale = common_scale(*(abs(v) for v in values)) if values else Fraction(1)

    def units(value: Fraction | None) -> int | None:
        return None if value is None else int(value / value_scale)

    rows = tuple(
        TableRow(tuple(_mark(m, s) for m, s in zip(at, scales, strict=True)), units(value)) for at, value in raw
    )
    if form == "values" and not has_otherwise:
        _complete(scope, path, keys[0], rows)
    scale = value_scale * scales[0] if form == "marginal" else value_scale
    return TableStep(
        form,  # type: ignore[arg-type]
        tuple(resolver.step_of(key) for key in keys),
        tuple(times),
        rows,
        units(otherwise) if has_otherwise else 0,
        has_otherwise,
        NumberType(scale),
    )


def _mark(mark: Fraction | int | str, scale: Fraction) -> int | str:
    return mark if isinstance(mark, str) else int(Fraction(mark) / scale)


def _complete(scope: Scope, path: Path, key: Typed, rows: tuple[TableRow, ...]) -> None:
    domain: list[str | int] | None = None
    if isinstance(key.type, RankType):
        domain = list(range(-1, len(scope.ranks)))
    elif isinstance(key.type, TextType) and key.type.domain is not None:
        domain = list(key.type.domain)
    listed = {row.at[0] for row in rows}
    missing = [value for value in domain or [] if value not in listed]
    if domain is None or missing:
        shown = ", ".join(_key_name(scope, value) for value in missing[:5]) or "any other value"
        scope.find((*path, "values"), f"No value for {shown}.", "List it or write 'otherwise'.", key=True)


def _key_name(scope: Scope, value: str | int) -> str:
    if isinstance(value, str):
        return value
    return "none" if value < 0 else scope.ranks[value]


def build_rates(scope: Scope, path: Path, part: RatesPart) -> Rates | None:
    """Rates by level under ``path``; None after findings. ``part.rates`` is given."""
    base = (*path, "rates")
    try:
        if isinstance(part.rates, list):
            if part.rates_on is not None:
                scope.find((*path, "rates on"), "'rates on' needs one row of rates per value.", "Write rows, or remove it.", key=True)
            return _scaled(None, "all", (), [_row(scope, base, part.rates)])
        on_text = part.rates_on or "rank"
        typed = Resolver(scope, (*path, "rates on"), "pair").resolve(parse_at(scope, (*path, "rates on"), on_text))
    except (Unresolved, ValueError):
        return None
    keys, rows, good = [], [], True
    for text, row in (part.rates or {}).items():
        exact = isinstance(typed.type, (RankType, TextType))
        key = _exact_key(scope, (*base, text), text, typed) if exact else _threshold(scope, (*base, text), text, typed)
        good = good and key is not None
        keys.append(key)
        try:
            rows.append(_row(scope, (*base, text), row))
        except ValueError:
            good = False
    if not keys:
        scope.find(base, "There are no rates.", "Write at least one row.", key=True)
        good = False
    if not good:
        return None
    return _keyed(scope, base, typed, keys, rows)


def _keyed(
    scope: Scope, base: Path, typed: Typed, keys: list[Fraction | int | str | None], rows: list[list[Fraction | None]]
) -> Rates | None:
    if not isinstance(typed.type, NumberType):
        return _scaled(typed, "exact", tuple(key for key in keys if not isinstance(key, (Fraction, type(None)))), rows)
    marks = [Fraction(key) for key in keys]  # type: ignore[arg-type]
    if any(a >= b for a, b in zip(marks, marks[1:], strict=False)):
        scope.find(base, "Thresholds must rise.", "Sort the rows.", key=True)
        return None
    scale = common_scale(number_type(typed).scale, *(abs(mark) for mark in marks if mark))
    return _scaled(_to_scale(typed, scale), "threshold", tuple(int(mark / scale) for mark in marks), rows)


def _to_scale(typed: Typed, scale: Fraction) -> Typed:
    from_scale = number_type(typed).scale
    if from_scale == scale:
        return typed
    return Add(typed, Const(0, COUNT), whole_multiplier(from_scale, scale), 0, NumberType(scale))


def _row(scope: Scope, path: Path, texts: list[str]) -> list[Fraction | None]:
    if not texts:
        scope.find(path, "A row of rates is empty.", "Write at least one rate, or leave the row out.", key=True)
        raise ValueError
    if len(texts) > 60:
        scope.find(path, "A row of rates has more than 60 levels.", "Use kind infinity for unlimited depth.", key=True)
        raise ValueError
    found, broken = [], False
    for index, text in enumerate(texts):
        try:
            found.append(rate_or_unknown(scope, (*path, index), text))
        except ValueError:
            broken = True
    if broken:
        raise ValueError
    return found


def _scaled(on: Typed | None, form: str, keys: tuple[int | str, ...], rows: list[list[Fraction | None]]) -> Rates:
    values = [value for row in rows for value in row if value]
    scale = common_scale(*values) if values else Fraction(1)
    whole_rows = tuple(tuple(None if v is None else int(v / scale) for v in row) for row in rows)
    return Rates(on, form, keys, whole_rows, scale)  # type: ignore[arg-type]


def receiver_only(typed: Typed | None) -> bool:
    """Whether an expression reads nothing of the source and not the level."""
    if typed is None:
        return True
    if any(ref.source for ref in references(typed)):
        return False
    return not _reads_level(typed)


def _reads_level(typed: Typed) -> bool:
    return isinstance(typed, LevelRef) or any(_reads_level(part) for part in parts_of(typed))


def highest_written(scope: Scope, typed: Typed) -> list[Fraction] | None:
    """Every value written in the table that ``typed`` names; None when it names none."""
    if not isinstance(typed, Ref):
        return None
    step = scope.steps.get(typed.step)
    if not isinstance(step, TableStep) or step.form == "marginal":
        return None
    values = [row.value for row in step.rows] + [step.otherwise]
    return [value * step.type.scale for value in values if value is not None]
