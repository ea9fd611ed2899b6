"""The plan file: structure, expressions, checks, and the plan that a run computes.

``load_plan`` reads a file; ``PlanFile.at`` resolves dated values for one period and gives the checked :class:`Plan`.
"""

from trueline.plan.load import PlanFile, load_plan
from trueline.plan.plan import Plan

__all__ = ["Plan", "PlanFile", "load_plan"]
