"""What facts say of closed periods, so that a later delivery can be compared with an earlier one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from trueline.facts.columns import ALWAYS, NEVER, Bools, Column, Table, translated
from trueline.facts.digest import table_digest
from trueline.facts.facts import Facts
from trueline.facts.spec import NUMERIC

_ASKED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders": ("order", "buyer", "credited", "host", "region", "time", "kind", "currency"),
        "order_lines": ("order", "line", "sku", "quantity", "price", "credit"),
        "volumes": ("member", "volume", "amount", "effective"),
        "returns": ("order", "line", "quantity", "time", "refund"),
        "edges": ("tree", "position", "parent", "slot", "from", "to"),
        "roles": ("member", "role", "from", "to"),
        "overrides": ("member", "what", "value", "from", "to"),
    }
)
"""The columns by which a row of a closed period is known again; volumes of order lines come to them."""


def changed_before(old: Facts, new: Facts, seconds: int) -> list[str]:
    """Tables in which the two differ in rows whose time lies before ``seconds`` (wall time), by the order of tables.

    Members who joined later do not count, nor does an end of a row that lies later. Cost O(rows log rows).
    """
    return [name for name in _ASKED if _digest(old, name, seconds) != _digest(new, name, seconds)]


def given_since(old: Facts, new: Facts, seconds: int) -> list[tuple[str, str, str]]:
    """(member, bonus, amount) of what members earned before a moment (wall time) as only the new facts say."""
    knew = _given(old, seconds)
    return sorted(one[:3] for one in _given(new, seconds) if one not in knew)


def _given(facts: Facts, seconds: int) -> set[tuple[str, str, str, int]]:
    """(member, bonus, amount, moment) of the balances that are amounts earned before a moment."""
    if not facts.has("balances"):
        return set()
    table, since = facts["balances"], facts.effective("balances")
    return {
        (table.text(row, "member"), table.text(row, "name"), table.text(row, "value"), int(since[row]))
        for row in np.flatnonzero(since < seconds).tolist()
        if table.text(row, "what") == "earned"
    }


def _digest(facts: Facts, name: str, seconds: int) -> bytes:
    if not facts.has(name):
        return b""
    table = facts[name]
    rows = np.flatnonzero((facts.effective(name) < seconds) & _of_known_people(facts, name, seconds))
    if rows.size == 0:
        return b""
    names = [one for one in table.columns if one in _ASKED[name] or one.startswith("volume.")]
    columns = {one: _as_said(table[one].take(rows), seconds) for one in names}
    filled = {one: column for one, column in columns.items() if not np.all(column.blank)}
    return table_digest(Table(table.spec, table.file, len(rows), filled, table.lines))


def _of_known_people(facts: Facts, name: str, seconds: int) -> Bools:
    """Boolean (n): the member that a row belongs to, by itself or by a position, had joined."""
    table = facts[name]
    joined = np.full(len(facts.members) + 1, ALWAYS, dtype=np.int64)
    if "joined" in facts["members"]:
        joined[facts.index_of("members", "member")] = facts["members"]["joined"].seconds_or(ALWAYS)
    column = next((one for one in ("member", "position") if one in table), None)
    if column is None:
        return np.ones(table.rows, dtype=np.bool_)
    index = translated(table[column], facts.member_ids)
    if column == "position":
        index = facts.owners[facts.index_of(name, column)]
    found: Bools = joined[index] < seconds
    return found


def _as_said(column: Column, seconds: int) -> Column:
    """The column as the same words always come out: an end that lies later is no end yet, and a number does not depend
    on the unit that other rows, or a currency that came later, ask of its column.
    """
    if column.kind in NUMERIC:
        data, unit = column.numbers, column.unit
        while unit < 1 and not np.any(data % 10):
            data, unit = data // 10, unit * 10
        return Column(column.name, column.kind, column.number, data, column.missing, None, unit)
    if column.name != "to":
        return column
    late = column.seconds_or(NEVER) >= seconds
    return Column(column.name, column.kind, column.number, np.where(late, 0, column.data), late, None, column.scale)
