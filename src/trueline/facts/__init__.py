"""What a company hands over: tables of members, orders and all else, as typed columns, checked and hashed.

>>> facts = Facts.read("company")                      # refused with all findings, or
>>> facts["order_lines"]["volume.pv"].numbers          # int64, in facts["order_lines"]["volume.pv"].unit

The tables and their columns are declared in ``trueline.facts.tables``.
"""

from trueline.facts.columns import ALWAYS, NEVER, Column, Table
from trueline.facts.company import Company
from trueline.facts.facts import Facts
from trueline.facts.need import Need

__all__ = ["ALWAYS", "NEVER", "Column", "Company", "Facts", "Need", "Table"]
