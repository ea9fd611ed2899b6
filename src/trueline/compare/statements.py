"""The statements of the comparison, read from ``statements.yaml``: metric, direction, threshold and ground."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from trueline.analyse.definitions import DEFINITIONS
from trueline.errors import Finding, Refused, nearest

FILE = Path(__file__).with_name("statements.yaml")


class DecidedBy(StrEnum):
    """What settles a statement: the rules of the plan, or how people work."""

    PLAN = "plan"
    BEHAVIOUR = "behaviour"


@dataclass(frozen=True)
class Bound:
    """``at least X`` or ``at most X``."""

    least: bool
    value: Fraction
    text: str

    def holds(self, value: Fraction) -> bool:
        return value >= self.value if self.least else value <= self.value


@dataclass(frozen=True)
class Statement:
    """One thing that is said, of whom, and when it is called confirmed or contradicted."""

    key: str
    row: str
    of: str
    says: str
    metric: str
    confirmed: Bound
    contradicted: Bound
    decided_by: DecidedBy
    than_others: bool
    why: str


@dataclass(frozen=True)
class Row:
    """One attribute of the table: what is said of either model, what is measured, and the statements to judge."""

    key: str
    name: str
    mlm: str
    nm: str
    measures: tuple[str, ...]
    statements: tuple[Statement, ...]


def read_statements(path: Path = FILE) -> tuple[Row, ...]:
    """The rows in the order of the file. Errors: ``Refused`` for an unknown measure or a bound that is none."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["rows"]
    return tuple(_row(path, key, row) for key, row in rows.items())


def _row(path: Path, key: str, row: dict[str, Any]) -> Row:
    for measure in row["measures"]:
        _known(path, key, measure)
    statements = tuple(_statement(path, key, name, said) for name, said in row["statements"].items())
    return Row(key, row["name"], row["MLM"], row["NM"], tuple(row["measures"]), statements)


def _statement(path: Path, row: str, key: str, said: dict[str, Any]) -> Statement:
    _known(path, f"{row}.{key}", said["metric"])
    if said["of"] not in ("MLM", "NM", "both"):
        raise _refused(path, f"{row}.{key}: 'of' is {said['of']}.", "Write MLM, NM or both.")
    than_others = said.get("than") == "others"
    confirmed, contradicted = (
        _bound(path, f"{row}.{key}", str(said[word]), apart=than_others) for word in ("confirmed", "contradicted")
    )
    if confirmed.least == contradicted.least:
        raise _refused(path, f"{row}.{key}: both bounds look the same way.", "One is 'at least', the other 'at most'.")
    return Statement(
        key,
        row,
        said["of"],
        said["says"],
        said["metric"],
        confirmed,
        contradicted,
        DecidedBy(said["decided by"]),
        than_others,
        said["why"],
    )


def _bound(path: Path, place: str, text: str, *, apart: bool) -> Bound:
    """``apart``: of a difference, so that a bound on shares is one in percentage points."""
    words = text.split()
    if len(words) != 3 or words[:2] not in (["at", "least"], ["at", "most"]):
        raise _refused(path, f"{place}: '{text}' is no bound.", "Write 'at least X' or 'at most X'.")
    number = words[2]
    value = Fraction(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
    return Bound(words[1] == "least", value, text.replace("%", " percentage points") if apart else text)


def _known(path: Path, place: str, measure: str) -> None:
    if measure not in DEFINITIONS:
        raise _refused(path, f"{place}: there is no measure '{measure}'.", nearest(measure, list(DEFINITIONS)))


def _refused(path: Path, message: str, remedy: str) -> Refused:
    return Refused([Finding(path.name, 0, 0, message, remedy)])
