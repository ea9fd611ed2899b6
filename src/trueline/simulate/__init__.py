"""Invents facts of companies that do not exist; the engine takes them like any others. No rule is repeated here."""

from trueline.simulate.read import load_scenario, sweep, working
from trueline.simulate.scenario import Scenario
from trueline.simulate.simulation import Simulation, simulate

__all__ = ["Scenario", "Simulation", "load_scenario", "simulate", "sweep", "working"]
