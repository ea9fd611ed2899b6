"""One run: plan + facts + state → result; runs stored, loaded, replayed."""

from trueline.reckon.state import State
from trueline.run.payments import Line
from trueline.run.result import Result
from trueline.run.run import chain, run

__all__ = ["Line", "Result", "State", "chain", "run"]
