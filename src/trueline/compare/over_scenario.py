"""Plans compared over simulated companies: many seeds, and every plan under every way of working."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

from trueline.analyse.figure import Figure, Figures
from trueline.analyse.net import net_results
from trueline.compare.comparison import Comparison, Side, compare_sides, distinct
from trueline.compare.statements import read_statements
from trueline.compare.two_by_two import Cell, Effect, two_by_two
from trueline.errors import Finding, Refused
from trueline.plan import PlanFile
from trueline.reckon.steps import Progress
from trueline.simulate import Scenario, simulate, working
from trueline.simulate.ensemble import INTERVAL, ensemble

WAYS = ("recruiting first", "customers first")


def over_scenario(
    plans: Sequence[PlanFile],
    scenario: Scenario,
    *,
    seeds: int = 5,
    months: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Every plan in ``seeds`` companies of the scenario, and the first two plans under both ways of working.

    Figures are means over seeds with their interval; books and net results, which the pictures draw, are those of the
    first seed. The table is that of the scenario's own way. Errors: ``Refused`` for fewer than two seeds, and as a
    simulation does.
    """
    if seeds < 2:
        raise Refused([Finding("--seeds", 0, 0, "An interval needs two seeds or more.", "Write 5.")])
    names = distinct([plan_file.on(scenario.first.start).name for plan_file in plans])
    files = dict(zip(names, plans, strict=True))
    own = scenario.way or "the scenario's own way"
    ways = {way: working(scenario, way) for way in WAYS} if scenario.way in WAYS else {own: scenario}
    found = ensemble(
        ways, files, range(scenario.seed, scenario.seed + seeds), months=months, executor=executor, progress=progress
    )
    cells = _cells(found)
    sides = [_side(scenario, name, files[name], cells[name, own], months) for name in files]
    return compare_sides(
        f"Simulated: {scenario.name}", sides, simulated=True, effects=_effects(cells, tuple(files)), notes=_notes(seeds)
    )


def _cells(found: Sequence[Figure]) -> dict[Cell, Figures]:
    """Figures by plan and way, their groups without these two."""
    cells: dict[Cell, list[Figure]] = {}
    for figure in found:
        (_, way), (_, plan), *groups = figure.by
        cells.setdefault((plan, way), []).append(
            Figure(
                figure.measure,
                figure.value,
                tuple(groups),
                figure.count,
                figure.interval,
                figure.missing,
                figure.why,
            )
        )
    return {cell: Figures.of(figures) for cell, figures in cells.items()}


def _side(scenario: Scenario, name: str, plan_file: PlanFile, figures: Figures, months: int | None) -> Side:
    books = simulate(scenario, plan_file, months=months).books
    return Side(name, books, figures, plan_file.text, net_results(books))


def _effects(cells: dict[Cell, Figures], plans: tuple[str, ...]) -> list[Effect]:
    if len(plans) < 2 or any((plan, way) not in cells for plan in plans[:2] for way in WAYS):
        return []
    measures = dict.fromkeys(measure for row in read_statements() for measure in row.measures)
    return two_by_two(cells, (plans[0], plans[1]), WAYS, list(measures))


def _notes(seeds: int) -> tuple[str, ...]:
    return (
        f"Figures are means of {seeds} companies that differ by chance only, with the {INTERVAL}.",
        "Pictures, people and costs in money are those of the first of these companies.",
        "How people work is assumed, so what rests on it holds by assumption.",
    )
