"""Trueline: the compensation of direct-selling companies, exact, explained and measured.

    >>> import trueline
    >>> facts = trueline.Facts.read("company")
    >>> plan = trueline.load_plan("plan.yaml")
    >>> first, last = trueline.Period.parse("2026-01"), trueline.Period.parse("2026-03")
    >>> for result in trueline.chain(plan, facts, None, first, last):
    ...     result.earnings, result.breakage, result.state

The names of ``__all__`` are the public list. They are imported when first used: ``import trueline`` costs nothing.
"""

from __future__ import annotations

import importlib

from trueline.version import VERSION

TYPE_CHECKING = False  # as type checkers read it, without the cost of `typing`

if TYPE_CHECKING:
    from trueline.analyse.books import Books as Books
    from trueline.analyse.keeping import keep_books as keep_books
    from trueline.analyse.measure import measure as measure
    from trueline.compare.comparison import Comparison as Comparison
    from trueline.compare.over_facts import over_facts
    from trueline.errors import Finding as Finding
    from trueline.errors import Refused as Refused
    from trueline.facts import Company as Company
    from trueline.facts import Facts as Facts
    from trueline.period import Period as Period
    from trueline.plan import Plan as Plan
    from trueline.plan import PlanFile as PlanFile
    from trueline.plan import load_plan as load_plan
    from trueline.run import Line as Line
    from trueline.run import Result as Result
    from trueline.run import State as State
    from trueline.run import chain as chain
    from trueline.run import run
    from trueline.run.replay import Replay as Replay
    from trueline.run.replay import replay as replay
    from trueline.run.store import StoredRun as StoredRun
    from trueline.run.store import load_run as load_run
    from trueline.run.store import save_run as save_run

    run_period = run
    compare_plans = over_facts

__version__ = VERSION

_HOME = {
    "Books": "trueline.analyse.books",  # a chain of results condensed to what measures read
    "Company": "trueline.facts",  # what holds for all facts: name, zone, currency, volumes
    "Comparison": "trueline.compare.comparison",  # plans side by side, measured and judged
    "Facts": "trueline.facts",  # checked facts: Facts.read(folder), from_rows, from_arrow
    "Finding": "trueline.errors",  # one thing that is wrong: file, line, column, message, remedy
    "Line": "trueline.run",  # one payment line of a result
    "Period": "trueline.period",  # Period.parse("2026-03")
    "Plan": "trueline.plan",  # a plan in one period
    "PlanFile": "trueline.plan",  # a plan file with its dated values: plan_file.at(period)
    "Refused": "trueline.errors",  # the exception that carries every finding
    "Replay": "trueline.run.replay",  # what a replay found
    "Result": "trueline.run",  # a computed period: tables, amounts, lines, hashes, state
    "State": "trueline.run",  # what one period hands to the next
    "StoredRun": "trueline.run.store",  # a run on disk with its sealed inputs
    "chain": "trueline.run",  # periods one after the other
    "compare_plans": "trueline.compare.over_facts:over_facts",  # every plan over the same history
    "keep_books": "trueline.analyse.keeping",  # run a chain and keep its books
    "load_plan": "trueline.plan",  # read and check a plan file
    "load_run": "trueline.run.store",  # open a stored run
    "measure": "trueline.analyse.measure",  # every figure of a plan's books
    "replay": "trueline.run.replay",  # compute a stored run again and compare
    "run_period": "trueline.run:run",  # compute one period; `trueline.run` itself is the package
    "save_run": "trueline.run.store",  # write a run into a store
}
"""Public name -> the module that holds it, and its name there where that is another."""

__all__ = [*_HOME]  # noqa: PLE0604  # the keys are strings


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'trueline' has no attribute '{name}'")
    module, _, there = _HOME[name].partition(":")
    value: object = getattr(importlib.import_module(module), there or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
