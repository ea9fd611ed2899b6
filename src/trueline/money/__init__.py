"""Exact amounts: reading and writing them, rounding, and splitting a total without losing a cent.

No float is ever involved. An amount is an ``int64`` count of a declared unit (a :class:`~fractions.Fraction`,
for instance 1/100), a rate is a fraction, and every multiply-divide happens exactly, in 128 bits.

========================  ==========================================================================
module                    what it holds
========================  ==========================================================================
``money.rounding``        rounding modes by name, :class:`Rounding`, ``scale_between``
``money.text``            ``parse_number``, ``parse_percent``, ``format_number``
``money.exact``           compiled scalars for use inside other kernels: ``muldiv``, ``add``
``money.columns``         whole columns: ``divide``, ``split``, ``total``
``money.apportion``       ``apportion``, ``apportion_groups``: the largest remainder method
========================  ==========================================================================

The first two need nothing but Python and are also reachable from here; the others load numba and are imported
by their own names, so that a command that only reads a plan starts quickly.
"""

from trueline.money.rounding import Mode, Rounding, scale_between
from trueline.money.text import format_number, parse_number, parse_percent

__all__ = ["Mode", "Rounding", "format_number", "parse_number", "parse_percent", "scale_between"]
