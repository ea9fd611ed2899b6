"""Trees of positions as arrays: built, summed, walked, compressed, numbered.

Members are indices 0..n-1 given by the caller; every column has one entry per member. A tree holds some of them:
the others are ``ABSENT``, get 0 from sums and counts and ``ABSENT`` from pointers, and contribute to nobody.

===========================  =====================================================================
module                       what it holds
===========================  =====================================================================
``network.tree``             :class:`Tree`, ``build`` and what it refuses
``network.sums``             sums over a group, a downline, the frontline, levels, the company
``network.legs``             counts and statistics of a member's legs
``network.pointers``         the nearest upline that is flagged, higher, sufficient, allowed
``network.queries``          questions about single members: upline, downline, leg
``network.compression``      derived trees: members removed or re-attached, volume moved
``network.passing``          derived trees: members passed up to whom their upline belongs
``network.placement``        seats of trees with slots, and where newcomers go
``network.dated``            the parents at a moment, from dated edges; canonical numbering
===========================  =====================================================================

Every pass over a tree is a loop without recursion: a chain and a star of a million members cost about the same.
"""

from trueline.network.tree import ABSENT, ROOT, AbsentParentError, LoopError, Tree, build

__all__ = ["ABSENT", "ROOT", "AbsentParentError", "LoopError", "Tree", "build"]
