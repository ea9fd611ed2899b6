"""Pay to play: whether participants' late orders bring them just over the volume that qualifies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.paying import volumes_of
from trueline.analyse.people import DAY, People
from trueline.plan import Plan
from trueline.plan.steps import ExprStep
from trueline.plan.typed import Both, Compare, Const, NumberType, Ref
from trueline.reckon.world import Bools, Int32s

CLOSE = Fraction(5, 100)
LATE = 5
"""Within five per cent of the goal, in the last five days of a period."""
_NAME = "qualification_bunching"


@dataclass(frozen=True)
class Goal:
    """The volume that a period asks for: ``amount`` of the sum of ``volumes``."""

    volumes: tuple[str, ...]
    amount: Fraction


def bunching(books: Books, plan: Plan) -> list[Figure]:
    """Late orders that reach just the goal of the plan's condition ``active``, less early ones that do, in points."""
    goal = goal_of(plan)
    if goal is None:
        return [Figure(_NAME, None, why="the plan has no condition 'active' that asks for a volume")]
    missing = lacking(books.facts, *NEEDS, *(f"order_lines.volume.{volume}" for volume in goal.volumes))
    if missing:
        return [Figure(_NAME, None, missing=missing)]
    late, early = _near(books, goal)
    if not len(late) or not len(early):
        return [Figure(_NAME, None, count=len(late), why="no participant's order is late, or none is early")]
    shares = [Fraction(int(near.sum()), len(near)) for near in (late, early)]
    return [Figure(_NAME, 100 * (shares[0] - shares[1]), count=len(late))]


def _near(books: Books, goal: Goal) -> tuple[Bools, ...]:
    """For late and for early orders of participants: whether each brings the buyer's volume of the period,
    customers' orders counted, near the goal.
    """
    people = People.of_books(books)
    orders = Orders(people)
    unit = min(books.facts["order_lines"][f"volume.{volume}"].unit for volume in goal.volumes)
    worth = np.zeros(books.facts["orders"].rows, dtype=np.int64)
    for volume in goal.volumes:
        worth += orders.of_orders(orders.volume(volume)) * int(
            books.facts["order_lines"][f"volume.{volume}"].unit / unit
        )
    found: tuple[list[bool], list[bool]] = ([], [])
    least, most = ceil(goal.amount * (1 - CLOSE) / unit), floor(goal.amount * (1 + CLOSE) / unit)
    for period in books.periods:
        rows = np.flatnonzero((orders.seconds >= period.start_seconds) & (orders.seconds < period.end_seconds))
        rows = rows[orders.seller[rows] >= 0]
        rows = rows[np.lexsort((rows, orders.seconds[rows], orders.seller[rows]))]
        reached = _running(orders.seller[rows], worth[rows])
        own = orders.by_participant[rows]
        late = orders.seconds[rows] >= period.end_seconds - LATE * DAY
        near = (reached >= least) & (reached <= most)
        found[0].extend(near[late & own].tolist())
        found[1].extend(near[~late & own].tolist())
    return tuple(np.array(values, dtype=np.bool_) for values in found)


def _running(who: Int32s, worth: Int64s) -> Int64s:
    """int64 (k): running sums, from 0 again for each new one of ``who``, which is sorted."""
    sums = np.append(0, np.cumsum(worth))
    first = np.searchsorted(who, who, side="left")
    found: Int64s = sums[1:] - sums[first]
    return found


def goal_of(plan: Plan) -> Goal | None:
    """What the condition ``active`` asks for: its first comparison ``volume >= number``; None without one."""
    step = plan.steps.get("active")
    waiting = [step.expression] if isinstance(step, ExprStep) else []
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Both):
            waiting.extend(node.parts)
        if isinstance(node, Compare) and node.operator in (">=", ">") and isinstance(node.right, Const):
            number = node.right.type
            if isinstance(node.left, Ref) and isinstance(number, NumberType):
                volumes = volumes_of(plan, [node.left.step])
                if volumes:
                    return Goal(volumes, node.right.value * number.scale)
    return None
