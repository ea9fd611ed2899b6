"""A sample of people that is the same on every machine, and what can be said of everybody from it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from trueline.analyse.books import Int64s
from trueline.analyse.figure import rounded

NORMAL_95 = 1.959964
"""The point that a normal variable exceeds either way in one case of twenty."""


@dataclass(frozen=True)
class Sample:
    """Some of a population, evenly spaced within strata. ``members`` int64 (n), ``stratum`` int64 (n) from 0.

    ``sizes`` says how many the population has per stratum. It is ``full`` when everybody was taken.
    """

    members: Int64s
    stratum: Int64s
    sizes: Int64s

    @classmethod
    def of(cls, members: Int64s, strata: Int64s, most: int) -> Sample:
        """About ``most`` of ``members``, in proportion to the strata (a number each), at least two of a stratum."""
        _, stratum, sizes = np.unique(strata, return_inverse=True, return_counts=True)
        if len(members) <= most:
            return cls(members, stratum.reshape(-1), sizes)
        picked, codes = [], []
        for code, size in enumerate(sizes.tolist()):
            rows = np.flatnonzero(stratum.reshape(-1) == code)
            taken = min(size, max(2, most * size // len(members)))
            picked.append(members[rows[(2 * np.arange(taken) + 1) * size // (2 * taken)]])
            codes.append(np.full(taken, code, dtype=np.int64))
        return cls(np.concatenate(picked), np.concatenate(codes), sizes)

    @property
    def full(self) -> bool:
        return len(self.members) == int(self.sizes.sum())

    def ratio(self, values: Int64s, counts: Int64s) -> Fraction | None:
        """Σ values / Σ counts over the population (both int64 (n), per person taken); None without any count."""
        weights = self._weights()
        below = sum((w * int(c) for w, c in zip(weights, counts, strict=True)), Fraction(0))
        above = sum((w * int(v) for w, v in zip(weights, values, strict=True)), Fraction(0))
        return above / below if below else None

    def interval(self, values: Int64s, counts: Int64s) -> tuple[Fraction, Fraction] | None:
        """Where the ratio lies, in about 95 of 100 such samples: linearised, normal, finite; None if full."""
        found = self.ratio(values, counts)
        if self.full or found is None:
            return None
        rest = values - float(found) * counts
        variance, whole = 0.0, 0.0
        for code, size in enumerate(self.sizes.tolist()):
            rows = self.stratum == code
            taken = int(rows.sum())
            whole += size / taken * float(counts[rows].sum())
            if taken > 1:
                variance += size**2 * (1 - taken / size) * float(rest[rows].var(ddof=1)) / taken
        margin = Fraction(NORMAL_95 * sqrt(variance) / whole)
        return rounded(found - margin), rounded(found + margin)

    def _weights(self) -> list[Fraction]:
        taken = np.bincount(self.stratum, minlength=len(self.sizes))
        weight = [Fraction(size, int(n)) for size, n in zip(self.sizes.tolist(), taken.tolist(), strict=True)]
        return [weight[code] for code in self.stratum.tolist()]
