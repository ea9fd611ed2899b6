"""One column as it was read -> one typed column, with the cells that could not be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trueline.facts import parse
from trueline.facts.columns import Column, Int32s, Int64s
from trueline.facts.currencies import DIGITS
from trueline.facts.spec import BY_VOLUME, CODED, NUMERIC, ColumnSpec, Kind
from trueline.facts.units import digits_of, unit_from_text
from trueline.facts.zones import wall_seconds

_CURRENCIES = tuple(DIGITS)
_MOST_BYTES = 2**31 - 1  # what one Arrow array of strings may hold
_AS_NUMBER = {Kind.WHOLE: parse.WHOLE, Kind.NUMBER: "a number", Kind.MONEY: "an amount of money"}


class BadCell(NamedTuple):
    """A cell that was refused: its row (from 0), what is wrong and what to do."""

    row: int
    message: str
    remedy: str


@dataclass(frozen=True)
class Context:
    """What a company fixes for all its columns.

    ``money``: the finest minor unit among the currencies in use. ``volumes``: unit of each volume.
    """

    zone: ZoneInfo
    money: Fraction
    volumes: Mapping[str, Fraction]

    def unit(self, spec: ColumnSpec, name: str) -> Fraction:
        """The unit in which a numeric column is stored."""
        if spec.kind is Kind.MONEY:
            return self.money
        if spec.unit != BY_VOLUME:
            return unit_from_text(spec.unit)
        if spec.open_ended:
            return self.volumes[name.removeprefix(spec.name[:-1])]
        return min(self.volumes.values(), default=Fraction(1))


class Unreadable(Exception):
    """A whole column is stored in a type that cannot be taken; the text says why and what to do."""


def typed_column(
    spec: ColumnSpec, name: str, number: int, raw: Any, context: Context, allowed: tuple[str, ...] = ()
) -> tuple[Column, list[BadCell]]:
    """Type a column (an Arrow array or chunked array of n cells) as ``spec`` says.

    ``allowed`` overrides the allowed values of the declaration. Blank cells, bad cells and Arrow nulls are missing.
    Errors: :class:`Unreadable` for a stored type from which the cells cannot be taken exactly.
    """
    chunked = raw if isinstance(raw, pa.ChunkedArray) else pa.chunked_array([raw])
    quick = _stored(spec, name, number, chunked, context)
    if quick is not None:
        return quick
    codes, distinct = _distinct(_as_text(spec, name, chunked))
    if spec.kind in {Kind.ID, Kind.TEXT} and not allowed:
        return Column(name, spec.kind, number, codes, None, distinct), []
    parsed = _parse(spec, name, distinct, context, allowed)
    bad = np.zeros(len(distinct) + 1, dtype=np.bool_)
    bad[list(parsed.complaints)] = True
    values = np.append(parsed.values, 0)
    cells = [BadCell(int(row), *parsed.complaints[int(codes[row])]) for row in np.flatnonzero(bad[codes])]
    missing = (codes < 0) | bad[codes]
    column = _finished(spec, name, number, np.where(missing, 0, values[codes]), missing, context, allowed)
    return column, cells


def _finished(
    spec: ColumnSpec, name: str, number: int, data: Int64s, missing: Any, context: Context, allowed: tuple[str, ...]
) -> Column:
    """The column for parsed values (n) and where they are missing (n)."""
    if spec.kind in CODED:
        known = allowed or (_CURRENCIES if spec.kind is Kind.CURRENCY else spec.allowed)
        return Column(name, spec.kind, number, np.where(missing, -1, data).astype(np.int32), None, pa.array(known))
    gaps = missing if missing.any() else None
    if spec.kind is Kind.FLAG:
        return Column(name, spec.kind, number, data.astype(np.bool_), gaps)
    unit = context.unit(spec, name) if spec.kind in NUMERIC else None
    return Column(name, spec.kind, number, data.astype(np.int64), gaps, None, unit)


def _parse(spec: ColumnSpec, name: str, distinct: Any, context: Context, allowed: tuple[str, ...]) -> parse.Parsed:
    if spec.kind in NUMERIC:
        parsed = parse.numbers(distinct, digits_of(context.unit(spec, name)), _AS_NUMBER[spec.kind])
        if spec.least is not None:
            low = parsed.values < spec.least
            low[list(parsed.complaints)] = False
            parsed.complain(distinct, low, f"{{}} is less than {spec.least}.", f"The least is {spec.least}.")
        return parsed
    if spec.kind is Kind.TIME:
        return parse.times(distinct, context.zone)
    if spec.kind is Kind.FLAG:
        return parse.flags(distinct)
    if spec.kind is Kind.CURRENCY:
        return parse.choices(distinct, _CURRENCIES, "a currency of ISO 4217")
    return parse.choices(distinct, allowed or spec.allowed, f"a {name.removeprefix('attribute.')} that is known here")


def _stored(
    spec: ColumnSpec, name: str, number: int, chunked: Any, context: Context
) -> tuple[Column, list[BadCell]] | None:
    """The quick way for integers and times that are stored as such; None where the text has to be looked at."""
    stored = chunked.type
    if spec.kind is Kind.TIME and pa.types.is_timestamp(stored):
        seconds, missing = _integers(pc.cast(chunked, pa.timestamp("s", stored.tz), safe=False))
        if stored.tz is not None:
            from_zone = np.where(missing, 0, seconds)
            seconds = wall_seconds(from_zone, context.zone)
        column = _finished(spec, name, number, np.where(missing, 0, seconds), missing, context, ())
        return column, []
    if spec.kind in NUMERIC and spec.least is None and pa.types.is_signed_integer(stored):
        counts, missing = _integers(chunked)
        factor = context.unit(spec, name).denominator
        limit = (2**63 - 1) // factor
        if not len(counts) or (int(counts.max()) <= limit and int(counts.min()) >= -limit):
            return _finished(spec, name, number, counts * factor, missing, context, ()), []
    return None


def _integers(chunked: Any) -> tuple[Int64s, Any]:
    """Arrow integers or times (n) -> int64 (n) with 0 for nulls, and where the nulls are (n)."""
    numbers = pc.cast(chunked, pa.int64())
    missing = np.array(numbers.is_null(), dtype=np.bool_)
    return np.array(pc.fill_null(numbers, 0), dtype=np.int64), missing


def _as_text(spec: ColumnSpec, name: str, chunked: Any) -> Any:
    """The cells as strings or as dictionary-encoded strings."""
    stored = chunked.type
    types = pa.types
    if types.is_dictionary(stored):
        if types.is_string(stored.value_type):
            return chunked
        return _as_text(spec, name, pc.cast(chunked, stored.value_type))
    if types.is_string(stored):
        return chunked
    if types.is_null(stored) or types.is_large_string(stored) or types.is_string_view(stored):
        return pc.cast(chunked, pa.string())
    if types.is_floating(stored):
        raise Unreadable(
            f"Column '{name}' is stored as binary floating point, which is not exact.",
            "Store it as decimal, as a whole number or as text.",
        )
    exact = types.is_integer(stored) or types.is_decimal(stored)
    times = types.is_timestamp(stored) or types.is_date(stored)
    fits = {Kind.TIME: times, Kind.FLAG: types.is_boolean(stored)}.get(spec.kind, exact)
    if not fits or (spec.kind in {Kind.CHOICE, Kind.CURRENCY}):
        raise Unreadable(f"Column '{name}' is stored as {stored}; it holds {spec.kind.value}.", "Store it as text.")
    if types.is_date(stored):
        chunked = pc.cast(chunked, pa.date32())
    return pc.cast(chunked, pa.string())


def _distinct(texts: Any) -> tuple[Int32s, Any]:
    """Strings (n) -> codes int32 (n), -1 where blank, and the distinct texts, trimmed, by first appearance."""
    joined = _one_chunk(texts)
    handed_over = pa.types.is_dictionary(joined.type)
    encoded = joined if handed_over else joined.dictionary_encode()
    codes = np.array(pc.fill_null(encoded.indices, -1), dtype=np.int32)
    dictionary = pc.cast(encoded.dictionary, pa.string())
    trimmed = pc.utf8_trim_whitespace(dictionary)
    if not handed_over and trimmed.equals(dictionary) and not pc.any(pc.equal(dictionary, "")).as_py():
        return codes, dictionary
    again = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed).dictionary_encode()
    recode = np.append(np.array(pc.fill_null(again.indices, -1), dtype=np.int32), np.int32(-1))
    return recode[codes], again.dictionary


def _one_chunk(texts: Any) -> Any:
    """A chunked array as one array; chunks with dictionaries of their own are written out first."""
    if texts.num_chunks == 1:
        return texts.chunk(0)
    if pa.types.is_dictionary(texts.type):
        texts = pc.cast(texts, pa.string())
    if texts.nbytes >= _MOST_BYTES:
        texts = pc.cast(texts, pa.large_string())
    joined = texts.combine_chunks()
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
