"""What facts say of closed periods, so that a later delivery can be compared with an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from trueline.facts.columns import ALWAYS, NEVER, Bools, Column, Table, translated
from trueline.facts.digest import table_digest
from trueline.facts.facts import Facts
from trueline.facts.spec import CODED, NUMERIC

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


def changes_before(old: Facts, new: Facts, seconds: int) -> list[str]:
    """What differs, row by row: ``order 3 is new (orders.csv:4)``, ``has changed (…)`` or ``is gone``. Cost O(rows)."""
    found: list[str] = []
    for name in changed_before(old, new, seconds):
        knew, knows = _rows(old, name, seconds), _rows(new, name, seconds)
        fresh = [(key[0], line) for key, lines in knows.items() for line in lines[len(knew.get(key, ())) :]]
        gone = {key[0]: None for key, lines in knew.items() if len(lines) > len(knows.get(key, ()))}
        for what, line in fresh:
            found.append(f"{what} {'has changed' if what in gone else 'is new'} ({new[name].file}:{line})")
        found += [f"{what} is gone" for what in gone if what not in dict(fresh)]
    return found


def given_since(old: Facts, new: Facts, seconds: int) -> list[tuple[str, str, str]]:
    """(member, bonus, amount) of what members earned before a moment (wall time) as only the new facts say."""
    knew = _given(old, seconds)
    return sorted(one[:3] for one in _given(new, seconds) if one not in knew)


_CALLED: Mapping[str, str] = MappingProxyType(
    {
        "orders": "order {order}",
        "order_lines": "line {line} of order {order}",
        "volumes": "an entry of {member}",
        "returns": "a return of order {order}",
        "edges": "the place of {position} in {tree}",
        "roles": "the role {role} of {member}",
        "overrides": "an override of {member}",
    }
)
"""How a row is called."""


def _rows(facts: Facts, name: str, seconds: int) -> dict[tuple[str, tuple[str, ...]], list[int]]:
    """The lines of the rows of closed periods, by how a row is called and all that it says."""
    found: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    table = _closed_rows(facts, name, seconds)
    if table is None:
        return found
    for row in range(table.rows):
        said = {one: _cell(column, row) for one, column in table.columns.items()}
        what = _CALLED[name].format_map(defaultdict(str, said))
        found[what, tuple(f"{one}={text}" for one, text in sorted(said.items()) if text)].append(table.line(row))
    return found


def _cell(column: Column, row: int) -> str:
    if column.blank[row]:
        return ""
    if column.kind in CODED:
        return column.text(row)
    return str(column.numbers[row] * column.unit if column.kind in NUMERIC else column.data[row])


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
    table = _closed_rows(facts, name, seconds)
    return b"" if table is None else table_digest(table)


def _closed_rows(facts: Facts, name: str, seconds: int) -> Table | None:
    """What a table says of closed periods, in the columns that are compared; None where it says nothing of them."""
    if not facts.has(name):
        return None
    table = facts[name]
    rows = np.flatnonzero((facts.effective(name) < seconds) & _of_known_people(facts, name, seconds))
    if rows.size == 0:
        return None
    names = [one for one in table.columns if one in _ASKED[name] or one.startswith("volume.")]
    columns = {one: _as_said(table[one].take(rows), seconds) for one in names}
    filled = {one: column for one, column in columns.items() if not np.all(column.blank)}
    return Table(table.spec, table.file, len(rows), filled, lambda: table.all_lines[rows])


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
