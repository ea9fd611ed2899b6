"""Companies to measure: members, sponsors and orders of any number, on a random tree or a deep one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import Plan, load_plan

PERIOD = Period.parse("2024-01")
PLAN = Path(__file__).parent / "plan.yaml"
SHARES = ((0, 3), (1_000_00, 6), (5_000_00, 9), (20_000_00, 12), (80_000_00, 15), (320_000_00, 18), (1_280_000_00, 21))
"""The plan's table for the peers: from so much team volume in cents, such a share in per cent."""
LEVELS = (5, 4, 3, 2, 2, 1, 1)
"""The plan's seven levels in per cent."""
Totals = dict[str, Any]
"""Per bonus what each member earns, in cents, by the number of the member."""
SHAPES = ("random", "deep")
"""``random``: each member's sponsor is any earlier member; ``deep``: one of the five who joined just before."""


@dataclass(frozen=True)
class Columns:
    """The same company as plain columns, for the peers: ``parent`` int64 [n] (−1: a root), ``own`` in cents [n]."""

    parent: np.ndarray[tuple[int], np.dtype[np.int64]]
    own: np.ndarray[tuple[int], np.dtype[np.int64]]

    def __len__(self) -> int:
        return len(self.parent)


def columns(size: int, shape: str) -> Columns:
    """Half of the members buy once, for 10 to 300; the same numbers give the same company."""
    random = np.random.default_rng(size)
    at = np.arange(size)
    before = random.integers(1, 6, size) if shape == "deep" else at - (random.random(size) * at).astype(np.int64)
    parent = np.maximum(at - before, 0)
    parent[0] = -1
    own = np.where(random.random(size) < 0.5, random.integers(1_000, 30_000, size), 0)
    return Columns(parent, own)


def facts_of(company: Columns) -> Facts:
    """Facts built in memory: member ids are their numbers, one order with one line for each member who buys."""
    ids = pa.array(np.arange(len(company))).cast(pa.string())
    parents = pa.array(np.maximum(company.parent, 0), mask=company.parent < 0)
    buyers = np.flatnonzero(company.own)
    orders = pa.array(buyers).cast(pa.string())
    times = pa.array(np.full(len(buyers), np.datetime64("2024-01-15T12:00:00", "s")))
    tables: dict[str, Any] = {
        "members": pa.table({"member": ids, "sponsor": ids.take(parents)}),
        "orders": pa.table({"order": orders, "buyer": ids.take(pa.array(buyers)), "time": times}),
        "order_lines": pa.table(
            {
                "order": orders,
                "line": pa.repeat("1", len(buyers)),
                "volume.cv": hundredths(company.own[buyers]),
            }
        ),
    }
    return Facts.from_arrow(Company("Measured", "UTC", "USD", {"cv": Fraction(1, 100)}), tables)


def plan() -> Plan:
    return load_plan(PLAN).at(PERIOD)


def hundredths(cents: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    """Cents as decimals with two digits."""
    wide = np.stack([cents, cents >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(38, 2), len(cents), [None, pa.py_buffer(wide.tobytes())])
