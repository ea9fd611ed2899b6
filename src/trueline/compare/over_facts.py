"""Plans compared over the facts of a company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trueline.analyse.keeping import keep_books
from trueline.analyse.measure import SELLERS, measure
from trueline.compare.comparison import Comparison, Side, compare_sides, distinct
from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import PlanFile
from trueline.reckon.steps import Progress


def over_facts(
    plans: Sequence[PlanFile],
    facts: Facts,
    first: Period | None = None,
    last: Period | None = None,
    *,
    title: str = "",
    sellers: int = SELLERS,
    progress: Progress | None = None,
) -> Comparison:
    """Every plan over the same history, from the first order to the last where no period is named.

    ``title`` defaults to the company's name; ``sellers`` make one more sale each, a sample of more. Errors: ``Refused``
    as a run does, or when no order tells the periods.
    """
    sides: list[Side] = []
    for plan_file in plans:
        start, end = _span(plan_file, facts, first, last)
        books = keep_books(plan_file, facts, start, end, progress=progress)
        found = measure(books, sellers=sellers, progress=progress)
        sides.append(Side(books.plan, books, found.figures, plan_file.text, found.net))
    names = distinct([side.name for side in sides])
    sides = [replace(side, name=name) for side, name in zip(sides, names, strict=True)]
    return compare_sides(title or facts.company.name, sides, simulated=False)


def _span(plan_file: PlanFile, facts: Facts, first: Period | None, last: Period | None) -> tuple[Period, Period]:
    if first is not None and last is not None:
        return first, last
    if not facts.has("orders") or facts["orders"].rows == 0:
        message = "Without orders the facts do not say which periods to compare."
        raise Refused([Finding(facts.company.name, 0, 0, message, "Name --period and --to.")])
    times = facts.effective("orders")
    days = [np.datetime64(int(seconds), "s").astype("datetime64[D]").item() for seconds in (times.min(), times.max())]
    kind = plan_file.on(days[1]).period
    return first or Period.containing(days[0], kind), last or Period.containing(days[1], kind)
