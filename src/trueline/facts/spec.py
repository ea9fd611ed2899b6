"""How a table of facts is declared: its columns, their kinds, and what they refer to.

The declarations themselves are in ``trueline.facts.tables``; reading, checking, the documentation of columns and the
empty template all follow from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the cells of a column hold."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    CURRENCY = "currency"
    WHOLE = "whole number"
    NUMBER = "exact number"
    MONEY = "money"
    TIME = "time"
    FLAG = "yes or no"


CODED = frozenset({Kind.ID, Kind.TEXT, Kind.CHOICE, Kind.CURRENCY})
NUMERIC = frozenset({Kind.WHOLE, Kind.NUMBER, Kind.MONEY})

BY_VOLUME = "volume"
"""A unit that is looked up among the volumes of the company."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column: its name (``volume.*`` stands for any name after the dot), kind and meaning.

    ``required``: the table may not leave the column out; its cells must be filled unless ``blank`` allows gaps.
    ``refers_to``: the table whose key the cell repeats. ``allowed``: the only values of a choice.
    ``unit``: the unit of an exact number as text such as "0.01", or ``BY_VOLUME``.
    ``least``: the smallest whole number allowed. ``instead``: the table that is given in place of this column.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    blank: bool = False
    refers_to: str = ""
    allowed: tuple[str, ...] = ()
    unit: str = "1"
    least: int | None = None
    instead: str = ""

    @property
    def open_ended(self) -> bool:
        """Whether the name stands for a family of columns, as ``volume.*`` does."""
        return self.name.endswith(".*")

    def names(self, header: str) -> bool:
        """Whether ``header`` is this column or one of its family."""
        return header.startswith(self.name[:-1]) if self.open_ended else header == self.name


@dataclass(frozen=True)
class TableSpec:
    """One table: what a row is, its columns, its key and the column that says when a row counts.

    ``time`` names that column; a table without a natural one has ``effective``. Every table also takes ``booked``.
    ``spans``: pairs of columns (start, end) whose order is checked. ``past``: a row tells of something that has
    happened, so it cannot be booked before it is effective. ``timeless``: a row counts when what it belongs to does.
    """

    name: str
    meaning: str
    columns: tuple[ColumnSpec, ...]
    key: tuple[str, ...] = ()
    time: str = "effective"
    spans: tuple[tuple[str, str], ...] = ()
    past: bool = False
    timeless: bool = False

    @property
    def all_columns(self) -> tuple[ColumnSpec, ...]:
        """The declared columns, then ``effective`` and ``booked`` where the table does not declare them."""
        declared = {column.name for column in self.columns}
        extra = []
        if self.time not in declared and not self.timeless:
            extra.append(ColumnSpec("effective", Kind.TIME, "When the row counts; blank: always."))
        if "booked" not in declared:
            extra.append(
                ColumnSpec(
                    "booked",
                    Kind.TIME,
                    "When the company knew the row; blank: "
                    + ("as what it belongs to." if self.timeless else f"as `{self.time}`."),
                )
            )
        return self.columns + tuple(extra)

    @property
    def plain_headers(self) -> list[str]:
        """The names of columns that are not families, without those that another table stands in for."""
        return [column.name for column in self.all_columns if not (column.open_ended or column.instead)]

    def column(self, header: str) -> ColumnSpec | None:
        """The declaration that ``header`` falls under, or None."""
        return next((column for column in self.all_columns if column.names(header)), None)
