"""Worked examples as pages: a plan, facts and the amounts that somebody has published or worked out for them.

======================  =====================================================================
module                  what it holds
======================  =====================================================================
``case.page``           ``read_page``: the whole page, checked, with findings at their places
``case.model``          what a page says, as plain values
``case.reader``         YAML taken apart: every scalar stays text, every part knows its place
``case.plans``          the plan of a page, and what a variant changes in it
``case.vocabulary``     the names that a page may use because its plan declares them
``case.people``         rows of members
``case.growing``        ``count`` and ``tree``: many members from one row
``case.sales``          rows of orders and products
``case.given``          ranks, titles, lifetime values and earnings given as facts
``case.expecting``      expected values, each with its place
``case.world``          members, orders and given values -> tables of facts
``case.unknown``        expectations of whom or what a period does not hold
``case.comparing``      expected values against a result
``case.playing``        ``play``: run a page with its variants and periods
======================  =====================================================================
"""
