"""Laws of growing trees, V01 to V19, V29 and V31: what the simulator's networks have to obey, whatever is paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from math import e, log, log2
from typing import Any

import numpy as np
from tests.simulate.checks import Check, harmonic, mean
from tests.simulate.companies import bare

from trueline.analyse.spread import gini, top_share
from trueline.network import Tree, build
from trueline.simulate.people import People
from trueline.simulate.simulation import grown

SEEDS = 30
LARGE = 20_000


@cache
def _uniform(seed: int) -> People:
    return grown(bare(LARGE, seed)).people


@cache
def _small(seed: int) -> People:
    return grown(bare(200, seed)).people


def _tree(people: People) -> Tree:
    return build("sponsor", people.sponsor.astype(np.int32))


def _share(mask: Any) -> Fraction:
    return Fraction(int(mask.sum()), len(mask))


def _each(count: int, measure: Callable[[int], Fraction]) -> list[Fraction]:
    return [measure(seed) for seed in range(1, count + 1)]


def v01() -> Iterator[Check]:
    for j in range(5):
        found = _each(SEEDS, lambda seed, j=j: _share(_uniform(seed).recruits == j))
        yield mean(
            "V01", f"share with {j} recruits", Fraction(1, 2 ** (j + 1)), found, bias=Fraction(1, LARGE) if j else 0
        )


def v02() -> Iterator[Check]:
    for k in (20, 100, 150):
        found = _each(1000, lambda seed, k=k: Fraction(int(_small(seed).recruits[k - 1] == 0)))
        yield mean("V02", f"share of networks in which member {k} of 200 has no recruit", Fraction(k - 1, 199), found)


def v03() -> Iterator[Check]:
    for k in (2, 20, 100):
        found = _each(1000, lambda seed, k=k: Fraction(int(_small(seed).recruits[k - 1])))
        yield mean("V03", f"mean recruits of member {k} of 200", harmonic(199) - harmonic(k - 1), found)


def v04() -> Iterator[Check]:
    recruits = sum(_small(seed).recruits for seed in range(1, 1001))
    found = _share(np.asarray(recruits) >= 1000)
    exact = Fraction(sum(1 for k in range(1, 201) if harmonic(199) - harmonic(k - 1) >= 1), 200)
    yield Check(
        "V04", "share of 200 whose mean of 1 000 networks is one recruit or more", exact, found, Fraction(1, 50)
    )
    yield Check("V04", "the same share by the formula, against 1/e", 1 / e, exact, Fraction(1, 100))


def v05() -> Iterator[Check]:
    for m in (1, 2, 3, 5, 10):
        found = _each(SEEDS, lambda seed, m=m: _share(_tree(_uniform(seed)).size == m))
        yield mean("V05", f"share whose team with themselves counts {m}", Fraction(1, m * (m + 1)), found)
    found = _each(SEEDS, lambda seed: _share(_tree(_uniform(seed)).size >= 100))
    yield mean("V05", "share whose team counts 100 or more", Fraction(1, 100), found, bias=Fraction(1, LARGE))


def v06() -> Iterator[Check]:
    found = _each(SEEDS, lambda seed: Fraction(int(_tree(_uniform(seed)).depth.sum()), LARGE))
    yield mean("V06", f"mean depth of {LARGE} members", harmonic(LARGE) - 1, found)
    found = _each(SEEDS, lambda seed: Fraction(int(_tree(_uniform(seed)).depth[-200:].sum()), 200))
    yield mean("V06", "mean depth of the newest 200", harmonic(LARGE - 100) - 0, found, bias=Fraction(1, 200))


def v07() -> Iterator[Check]:
    tree = _tree(_uniform(1))
    below, depths = int((tree.size - 1).sum()), int(tree.depth.sum())
    yield Check("V07", "sum of team sizes against sum of depths", Fraction(depths), Fraction(below))


def v08() -> Iterator[Check]:
    found = _each(SEEDS, lambda seed: Fraction(int(_tree(_uniform(seed)).depth.max())))
    yield Check("V08", "mean height, a loose check", e * log(LARGE) - 1.5 * log(log(LARGE)), sum(found) / SEEDS, 4)


def v09() -> Iterator[Check]:
    found = _each(SEEDS, lambda seed: Fraction(int(_uniform(seed).recruits.max())))
    yield Check("V09", "mean of the largest frontline, a loose check", log2(LARGE), sum(found) / SEEDS, 2)


def v10() -> Iterator[Check]:
    people = grown(bare(5000, 3, people={"start": 5000, "founders": 40})).people
    found = Fraction(int(people.recruits.sum()), len(people))
    yield Check("V10", "mean recruits, 40 founders among 5 000", 1 - Fraction(40, 5000), found)


def v11() -> Iterator[Check]:
    laws: list[dict[str, Any]] = [{}, {"law": "preferential"}, {"law": "quota", "quota": 3}, {"never": "3/5"}]
    networks = [grown(bare(5000, 4, recruiting=law)).people for law in laws]
    for k in (2, 3, 5, 10):
        most = max(_share(people.recruits >= k) for people in networks)
        yield Check(
            "V11",
            f"largest share with {k} recruits or more, four laws of recruiting",
            Fraction(1, k),
            most,
            at_most=True,
        )


CHURN = {Fraction(3, 10): 60, Fraction(6, 10): 110, Fraction(8, 10): 220}
"""Exit rate over recruit rate, and months until some ten thousand have joined."""


@cache
def _churning(ratio: Fraction, seed: int) -> People:
    """A recruit rate of 1/10 a month; the hazard at the ends of months makes exits / joiners equal to the ratio."""
    rate = Fraction(1, 10)
    hazard = ratio * rate / (1 + rate)
    rules: dict[str, Any] = {"joiners": {"per active": rate}, "leaving": {"chance": hazard}, "people": {"start": 60}}
    return grown(bare(60, seed, months=CHURN[ratio], **rules)).people


def v12() -> Iterator[Check]:
    for ratio, months in CHURN.items():
        worlds = [_churning(ratio, seed) for seed in range(1, 11)]
        bias = max(Fraction(60, len(people)) for people in worlds)
        for j in range(3):
            ever = [_share(people.recruits == j) for people in worlds]
            active = [_share(people.recruits[people.participants(months)] == j) for people in worlds]
            target = Fraction(1, 2 ** (j + 1))
            name = f"share with {j} recruits, exits {ratio} of joiners"
            yield mean("V12", f"{name}, of all who ever joined", target, ever, bias=bias)
            yield mean("V12", f"{name}, of those who are there", target, active, bias=bias)


def v13() -> Iterator[Check]:
    for ratio, months in CHURN.items():
        worlds = [_churning(ratio, seed) for seed in range(1, 11)]
        found = [Fraction(len(people.participants(months)), len(people)) for people in worlds]
        bias = max(Fraction(60, len(people)) for people in worlds)
        yield mean("V13", f"share who are there, exits {ratio} of joiners", 1 - ratio, found, bias=bias)


def v14() -> Iterator[Check]:
    rate = Fraction(1, 20)
    rules: dict[str, Any] = {"joiners": {"per active": rate}, "leaving": {"chance": rate / (1 + rate)}}
    worlds = [grown(bare(2000, seed, months=240, **rules)).people for seed in range(1, 11)]
    for k in (1, 2, 3):
        found = [_share(people.recruits[(people.month > 0) & (people.month <= 120)] >= k) for people in worlds]
        yield mean(
            "V14", f"share with {k} recruits or more in a career", Fraction(1, 2**k), found, bias=Fraction(1, 500)
        )


def v15() -> Iterator[Check]:
    rate, hazard = Fraction(1, 100), Fraction(2, 100)
    rules: dict[str, Any] = {"joiners": {"per active": rate}, "leaving": {"chance": hazard}}
    worlds = [grown(bare(8_000, seed, months=260, **rules)).people for seed in range(1, 11)]
    # In months: the first one from the day of joining counts half, later ones 1 / (1 + rate) each; see the page.
    exact = hazard * (2 + rate) / (2 * (rate + hazard))
    found = [_share(people.recruits[(people.month > 0) & (people.month <= 60)] == 0) for people in worlds]
    yield mean(
        "V15",
        "share without a recruit in a career, joiners half of exits, in months",
        exact,
        found,
        bias=Fraction(1, 1000),
    )
    yield Check("V15", "the same by the formula in months, against 2/3", Fraction(2, 3), exact, Fraction(1, 200))


def v16() -> Iterator[Check]:
    for never in ("0.3", "0.592", "0.715", "0.9"):
        worlds = [grown(bare(LARGE, seed, recruiting={"never": never})).people for seed in range(1, 11)]
        f = Fraction(never)
        none = [_share(people.recruits == 0) for people in worlds]
        three = [_share(people.recruits >= 3) for people in worlds]
        yield mean("V16", f"share without a recruit when {never} never recruit", 1 / (2 - f), none)
        yield mean("V16", f"share with 3 recruits or more when {never} never recruit", (1 - f) / (2 - f) ** 3, three)


def v17() -> Iterator[Check]:
    worlds = [grown(bare(LARGE, seed, recruiting={"law": "preferential"})).people for seed in range(1, SEEDS + 1)]
    small = Fraction(1, LARGE)
    for j in range(4):
        found = [_share(people.recruits == j) for people in worlds]
        yield mean("V17", f"share with {j} recruits", Fraction(4, (j + 1) * (j + 2) * (j + 3)), found, bias=small)
    pairs = [_share(_tree(people).size == 2) for people in worlds]
    yield mean("V17", "share whose team with themselves counts 2", Fraction(2, 15), pairs, bias=small)
    large = [_share(_tree(people).size >= 100) for people in worlds]
    yield mean("V17", "share whose team counts 100 or more", Fraction(1, 199), large, bias=small)
    depth = [Fraction(int(_tree(people).depth[-200:].sum()), 200) for people in worlds]
    target = Fraction(sum(10**20 // (2 * i - 1) for i in range(1, LARGE - 100)), 10**20)
    yield mean("V17", "mean depth of the newest 200", target, depth, bias=Fraction(1, 200))


def v18() -> Iterator[Check]:
    for m, months in ((2, 10), (3, 10), (5, 10)):
        root = _root(m)
        rule = {"law": "quota", "quota": m}
        worlds = [grown(bare(LARGE, seed, recruiting=rule)).people for seed in range(1, months + 1)]
        for j in range(m if m < 5 else 1):
            found = [_share(people.recruits == j) for people in worlds]
            yield mean(
                "V18",
                f"quota {m}: share with {j} recruits",
                root / (1 + root) ** (j + 1),
                found,
                bias=Fraction(1, LARGE),
            )
        full = [_share(people.recruits == m) for people in worlds]
        yield mean("V18", f"quota {m}: share with {m} recruits", 1 - root, full, bias=Fraction(1, LARGE))


def _root(m: int) -> float:
    """E in (0, 1) with (1 + e)^m (1 − e) = 1, by halving."""
    low, high = 0.05, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 + middle) ** m * (1 - middle) > 1 else (low, middle)
    return low


def v19() -> Iterator[Check]:
    n = 2000
    rule = {"rule": "anywhere", "width": 2}
    worlds = [grown(bare(n, seed, placement=rule)).people for seed in range(1, 301)]
    below = [np.bincount(people.placed[1:], minlength=n) for people in worlds]
    for j in range(3):
        yield mean(
            "V19",
            f"share with {j} of 2 slots taken",
            Fraction(1, 3),
            [_share(b == j) for b in below],
            bias=Fraction(1, n),
        )
    trees = [build("placement", people.placed.astype(np.int32)) for people in worlds]
    depth = [Fraction(int(tree.depth.sum()), n) for tree in trees]
    yield mean("V19", f"mean depth of {n}", 2 * (1 + Fraction(1, n)) * harmonic(n) - 4, depth)
    weaker = []
    for people, tree in zip(worlds, trees, strict=True):
        legs = tree.size[np.flatnonzero(people.placed == 0)]
        weaker.append(Fraction(int(legs.min()) if len(legs) == 2 else 0, n - 1))
    yield mean("V19", "weaker leg of the founder, of everybody below", Fraction(1, 4), weaker, bias=Fraction(1, n))


def v29() -> Iterator[Check]:
    bass = {"bass": {"innovation": "0.03", "imitation": "0.38", "market": 20_000}}
    worlds = [grown(bare(1, seed, months=40, joiners=bass)).people for seed in range(1, 11)]
    yield Check(
        "V29",
        "share of the market that joined in 40 months",
        Fraction(1),
        Fraction(len(worlds[0]), 20_000),
        Fraction(1, 50),
    )
    for j in range(3):
        found = [_share(people.recruits == j) for people in worlds]
        yield mean(
            "V29", f"Bass timing: share with {j} recruits", Fraction(1, 2 ** (j + 1)), found, bias=Fraction(1, 10_000)
        )
    found = [_share(_tree(people).size >= 10) for people in worlds]
    yield mean(
        "V29", "Bass timing: share whose team counts 10 or more", Fraction(1, 10), found, bias=Fraction(1, 10_000)
    )


def v31() -> Iterator[Check]:
    for n, seeds, top, coefficient in (
        (1000, 30, 0.515, 0.902),
        (10_000, 20, 0.641, 0.928),
        (100_000, 5, 0.706, 0.941),
    ):
        teams = [np.sort(_tree(grown(bare(n, seed)).people).size.astype(np.int64) - 1) for seed in range(1, seeds + 1)]
        yield Check("V31", f"team size of the top 1 % of {n}", top, sum(top_share(t, 1) for t in teams) / seeds, 0.03)
        yield Check("V31", f"Gini of team size, {n}", coefficient, sum(gini(t) for t in teams) / seeds, 0.01)


TREE_LAWS = (v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, v11, v12, v13, v14, v15, v16, v17, v18, v19, v29, v31)
