"""Writes ``docs/validation.md``: every law, its target, the tolerance, and what came of it.

Run as ``python -m tests.simulate.validation``. A test computes every law again and compares the page with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.simulate import paid_laws, tree_laws
from tests.simulate.checks import Check, Value

from trueline.analyse.figure import rounded

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


class Law(NamedTuple):
    """A law as it is known: for which model, what it says, who found it; ``how`` it is checked here."""

    model: str
    formula: str
    basis: str
    how: str


_SIMULATED, _ENGINE, _ARITHMETIC = "simulated", "an identity of the engine", "arithmetic"
LAWS = {
    "V01": Law("uniform recruiting", "P(j recruits) = 2^-(j+1)", "Gastwirth 1977", _SIMULATED),
    "V02": Law("uniform recruiting", "P(member k of n has no recruit) = (k−1)/(n−1)", "product of 1 − 1/i", _SIMULATED),
    "V03": Law("uniform recruiting", "mean recruits of member k = H(n−1) − H(k−1)", "Gastwirth 1977", _SIMULATED),
    "V04": Law("uniform recruiting", "the last who can expect a recruit: k/n → 1/e", "Gastwirth 1977", _SIMULATED),
    "V05": Law("uniform recruiting", "P(team of m) = 1/(m(m+1)), P(m or more) = 1/m", "fringe subtrees", _SIMULATED),
    "V06": Law("uniform recruiting", "mean depth H(n) − 1, of the newest H(n−1)", "harmonic numbers", _SIMULATED),
    "V07": Law("any tree", "sum of team sizes = sum of depths", "counting", "an identity"),
    "V08": Law("uniform recruiting", "height about e ln n − 1.5 ln ln n", "Pittel 1994", _SIMULATED),
    "V09": Law("uniform recruiting", "largest frontline about log2 n", "Goh and Schmutz 2002", _SIMULATED),
    "V10": Law("any tree", "mean recruits = 1 − roots/n", "counting", "an identity"),
    "V11": Law("any tree", "share with k recruits or more ≤ 1/k", "Markov's inequality on V10", "a bound"),
    "V12": Law("growth with exits", "P(j recruits) = 2^-(j+1), whatever the exits", "derived", _SIMULATED),
    "V13": Law("growth with exits", "share who are there = 1 − exits/joiners", "derived", _SIMULATED),
    "V14": Law("constant size", "P(k recruits or more in a career) = 2^-k", "derived", _SIMULATED),
    "V15": Law("decline", "P(no recruit in a career) = μ/(λ+μ); in months of hazard m and rate L: m(2+L)/(2(L+m))", "derived", _SIMULATED),
    "V16": Law("share f never recruits", "P(no recruit) = 1/(2−f), P(k or more) = (1−f)/(2−f)^k", "derived", _SIMULATED),
    "V17": Law("preferential recruiting", "P(j recruits) = 4/((j+1)(j+2)(j+3)), P(team of m) = 2/(4m²−1)", "plane-oriented trees", _SIMULATED),
    "V18": Law("quota m", "P(j) = e/(1+e)^(j+1), P(m) = 1 − e, (1+e)^m (1−e) = 1", "derived; Bhattacharya and Gastwirth 1984", _SIMULATED),
    "V19": Law("binary with spill-over", "1/3 each with 0, 1, 2; mean depth 2(1+1/n)H(n) − 4; weaker leg 1/4", "binary search trees", _SIMULATED),
    "V20": Law("levels, everybody buys the same", "payout ratio = Σ rate × share at that depth or deeper", "counting", _ENGINE),
    "V21": Law("rate r on every level", "share whose team pays for what they buy = r/(1+r)", "V05 and V06", "the engine over simulated networks"),
    "V22": Law("closed system", "mean net result = −(1−φ) × spending − fees", "accounting", _ENGINE),
    "V23": Law("any", "net results sum to margin + rewards − what was kept − expenses", "accounting", _ENGINE),
    "V24": Law("full tree, k each", "bottom level (k−1)/k, bottom two (k²−1)/k²", "geometric sums", _ARITHMETIC),
    "V25": Law("full tree, k each", "members of L levels = (k^(L+1)−1)/(k−1)", "geometric sums", _ARITHMETIC),
    "V26": Law("constant hazard c a month", "gone within a year = 1 − (1−c)^12", "compounding", _ARITHMETIC),
    "V27": Law("median tenure T months", "gone within a year = 1 − 2^(−12/T)", "compounding", _ARITHMETIC),
    "V28": Law("Bass diffusion", "peak at ln(q/p)/(p+q), rate (p+q)²/(4q), joined 1/2 − p/(2q)", "Bass 1969", _ARITHMETIC),
    "V29": Law("saturating market", "V01 and V05 hold unchanged: only the order of entry matters", "derived", _SIMULATED),
    "V30": Law("half from customers", "payable = C + min(A, 49C/51)", "Vemma's revised plan", _ARITHMETIC),
    "V31": Law("uniform recruiting", "top 1 % and Gini of team size", "an independent simulation", _SIMULATED),
}  # fmt: skip

CHECKS: dict[str, Callable[[], Iterator[Check]]] = {
    law.__name__.upper(): law
    for law in sorted((*tree_laws.TREE_LAWS, *paid_laws.PAID_LAWS), key=lambda one: one.__name__)
}

_HEAD = """\
# Validation of the simulator

A simulator that is wrong in its simplest cases cannot be believed in the others. Growing networks obey laws that are
known from mathematics and hold whatever a plan pays; accounting has identities that hold to the cent. This page is
written by `python -m tests.simulate.validation`; a test computes all of it again.

*Simulated* values are means over networks of different seeds (numbers from 1 on). The tolerance is four standard errors
of the mean, found from the networks themselves, plus what is known to be left at a finite size. Loose checks say so.
Identities and bounds have no tolerance. Where a law speaks of continuous time, the simulator goes by months: joiners
come one after the other within a month and those who leave do so at its end. That changes V15 by less than half a
percentage point, and the page shows both forms.
"""


def shown(value: Value) -> str:
    """At most four digits after the point."""
    text = f"{float(rounded(value, 4)):.4f}".rstrip("0").rstrip(".")
    return text if text not in ("", "-0") else "0"


def section(name: str, checks: list[Check]) -> str:
    """The part of the page about one law."""
    law = LAWS[name]
    lines = [f"## {name}: {law.model}", "", f"{law.formula} ({law.basis}; {law.how}).", ""]
    lines += ["| quantity | target | tolerance | found |", "|---|---|---|---|"]
    for check in checks:
        tolerance = "at most" if check.at_most else shown(check.tolerance) if check.tolerance else "exact"
        lines.append(f"| {check.quantity} | {shown(check.target)} | {tolerance} | {shown(check.found)} |")
    return "\n".join([*lines, ""])


def page() -> str:
    return "\n".join([_HEAD, *(section(name, list(law())) for name, law in CHECKS.items())])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
