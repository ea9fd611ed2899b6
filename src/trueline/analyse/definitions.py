"""The definitions of every measure, read from ``definitions.yaml``: no number is shown without its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import yaml

UNITS = ("share", "money", "count", "ratio", "months", "days", "hours", "points")


@dataclass(frozen=True)
class Definition:
    """One measure. ``needs`` are the tables of facts without which it is unknown; ``digits`` are shown after the point
    (of a percentage, for a share); ``source`` names the rule, paper or company document it is taken from; ``topic`` is
    the heading of the file under which it stands.
    """

    key: str
    name: str
    meaning: str
    unit: str
    digits: int
    needs: tuple[str, ...]
    source: str
    topic: str

    def shown(self, value: Fraction) -> str:
        """A value as people read it, rounded half even."""
        scaled = value * 100 if self.unit == "share" else value
        exact = Decimal(scaled.numerator) / Decimal(scaled.denominator)
        text = f"{exact.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_EVEN):,f}".replace(",", "\u202f")
        return f"{text} %" if self.unit == "share" else text

    def apart(self, value: Fraction, points: str = "percentage points") -> str:
        """A difference of two values with its sign, rounded half even; of two shares in ``points`` ("pp" in tables)."""
        text = self.shown(abs(value)).replace(" %", f" {points}")
        return f"{'−' if value < 0 else '+'}{text}"


_HEADING = re.compile(r"# --- (.+?) -+$")


def _topics(text: str) -> dict[str, str]:
    """Measure -> the heading above it."""
    found, topic = dict[str, str](), ""
    for line in text.splitlines():
        if heading := _HEADING.match(line):
            topic = heading[1]
        elif line[:1].isalpha():
            found[line.partition(":")[0]] = topic
    return found


def _read() -> dict[str, Definition]:
    text = Path(__file__).with_name("definitions.yaml").read_text(encoding="utf-8")
    topics = _topics(text)
    found: dict[str, Definition] = {}
    for key, row in yaml.safe_load(text).items():
        if row["unit"] not in UNITS:
            raise ValueError(f"definitions.yaml: '{key}' has the unit '{row['unit']}'; known are {', '.join(UNITS)}.")
        digits = row.get("digits", 2 if row["unit"] == "money" else 1)
        needs, source = tuple(row.get("needs", ())), row.get("source", "ours")
        found[key] = Definition(key, row["name"], row["meaning"], row["unit"], digits, needs, source, topics[key])
    return found


DEFINITIONS = _read()
"""Measure -> its definition, in the order of the file."""
