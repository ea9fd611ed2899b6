"""The steps of a run: volumes, sums over trees, tables, ranks, bonuses, limits.

``world`` holds the columns of one period, ``steps`` lists which function computes which kind of step, and
``bonus`` has one file per kind of bonus.
"""
