"""Many simulated companies side by side: every figure as its mean over seeds, with an interval.

Chance decides much in one company. Figures of an ensemble are means over companies that differ by their seed only, and
their interval is the 95 % confidence interval of that mean by Student's t: it says how well the mean is known under the
assumptions of the scenario, and nothing about whether the assumptions are true. Student's t does not know that a share
lies between 0 and 1; where no company's value is below 0, or none of a share above 1, the interval ends there.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from fractions import Fraction
from math import sqrt

from trueline.analyse.figure import Figure, rounded
from trueline.analyse.measure import measure
from trueline.plan import PlanFile
from trueline.simulate.scenario import Scenario
from trueline.simulate.simulation import Simulation, simulate

Measure = Callable[[Simulation], Iterable[Figure]]
Job = tuple[Scenario, PlanFile, int, int | None, Measure]

SELLERS = 40
INTERVAL = "95 % confidence interval of the mean over seeds (Student's t)"
# fmt: off
_T = (
    12_706, 4_303, 3_182, 2_776, 2_571, 2_447, 2_365, 2_306, 2_262, 2_228, 2_201, 2_179, 2_160, 2_145, 2_131,
    2_120, 2_110, 2_101, 2_093, 2_086, 2_080, 2_074, 2_069, 2_064, 2_060, 2_056, 2_052, 2_048, 2_045, 2_042,
)
# fmt: on
"""The 97.5 % quantiles of Student's t with 1 to 30 degrees of freedom in thousandths, from the tables of textbooks."""
_T_BEYOND = {120: 1_980, 60: 2_000, 40: 2_021, 30: 2_042}


def usual_figures(played: Simulation) -> list[Figure]:
    """Everything that is measured of books; of more sellers a sample makes one more sale."""
    return list(measure(played.books, sellers=SELLERS).figures)


def ensemble(
    scenarios: Mapping[str, Scenario],
    plans: Mapping[str, PlanFile],
    seeds: Sequence[int],
    *,
    figures: Measure = usual_figures,
    months: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Figure]:
    """Every scenario under every plan with every seed: each figure's mean, ``by`` scenario and plan before its groups.

    Jobs go to ``executor`` (default: two processes of its own); their order, and so the result, does not depend on it.
    ``figures`` runs where the job runs: a function of a module. A figure that is unknown with one seed is unknown.
    Errors: ``ValueError`` for fewer than two seeds; :class:`~trueline.errors.Refused` as ``simulate`` does.
    """
    if len(set(seeds)) < 2 or len(set(seeds)) != len(seeds):
        raise ValueError("An interval needs two seeds or more, each given once.")
    cells = [(scenario, plan) for scenario in scenarios for plan in plans]
    jobs = [(scenarios[scenario], plans[plan], seed, months, figures) for scenario, plan in cells for seed in seeds]
    if executor is None:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as own:
            found = _collected(own, jobs, progress)
    else:
        found = _collected(executor, jobs, progress)
    means: list[Figure] = []
    for number, (scenario, plan) in enumerate(cells):
        part = found[number * len(seeds) : (number + 1) * len(seeds)]
        means += _means(part, (("scenario", scenario), ("plan", plan)))
    return means


def _collected(
    executor: Executor, jobs: Sequence[Job], progress: Callable[[str, int, int], None] | None
) -> list[list[Figure]]:
    found = []
    for done, figures in enumerate(executor.map(played_figures, jobs)):
        found.append(figures)
        if progress:
            progress("companies", done + 1, len(jobs))
    return found


def played_figures(job: Job) -> list[Figure]:
    """One job: a simulated company's figures. One thread each, since the jobs stand side by side."""
    scenario, plan, seed, months, figures = job
    return list(figures(simulate(scenario, plan, seed, months=months, threads=1)))


def _means(found: Sequence[Sequence[Figure]], by: tuple[tuple[str, str], ...]) -> Iterator[Figure]:
    """The mean of each figure that every company has; groups that some lack (a cohort, a rank) are left out."""
    tables = [{(one.measure, one.by): one for one in figures} for figures in found]
    for key, first in tables[0].items():
        same = [table[key] for table in tables if key in table]
        if len(same) < len(tables):
            continue
        values = [one.value for one in same if one.value is not None]
        if len(values) < len(same):
            lacking = next(one for one in same if one.value is None)
            yield Figure(first.measure, None, by + first.by, len(same), missing=lacking.missing, why=lacking.why)
            continue
        centre, half = mean_and_half_width(values)
        digits = first.definition.digits + 4
        low, high = centre - half, centre + half
        if min(values) >= 0:
            low = max(low, Fraction(0))
        if first.definition.unit == "share" and max(values) <= 1:
            high = min(high, Fraction(1))
        interval = (rounded(low, digits), rounded(high, digits))
        yield Figure(first.measure, rounded(centre, digits), by + first.by, len(values), interval)


def mean_and_half_width(values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The mean of two values or more, and half the width of its 95 % confidence interval (Student's t)."""
    count = len(values)
    centre = sum(values, Fraction(0)) / count
    variance = sum(((value - centre) ** 2 for value in values), Fraction(0)) / (count - 1)
    return centre, quantile(count - 1) * Fraction(sqrt(variance / count))


def quantile(freedom: int) -> Fraction:
    """The 97.5 % quantile of Student's t; beyond 30 degrees of freedom that of the next lower in the table."""
    if freedom <= len(_T):
        return Fraction(_T[freedom - 1], 1000)
    return Fraction(next(value for least, value in _T_BEYOND.items() if least <= freedom), 1000)
