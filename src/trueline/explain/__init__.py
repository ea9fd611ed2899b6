"""Explanations of a result: what a member gets and why, what it does not get and why, what the next rank needs.

Everything is worked out again for one member by the engine's own kernels; nothing is logged during a run.
"""

from trueline.explain.nextrank import next_rank
from trueline.explain.statement import statement
from trueline.explain.whynot import why_not

__all__ = ["next_rank", "statement", "why_not"]
