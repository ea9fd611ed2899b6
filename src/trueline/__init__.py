"""Trueline: the compensation of direct-selling companies, exact, explained and measured."""

__version__ = "0.1.0"
