"""Leavers who ask the company to take back what they bought to sell on and did not sell."""

from __future__ import annotations

import numpy as np

from trueline.facts import NEVER
from trueline.facts.tables.conduct import BUYBACK_REQUESTS
from trueline.money.rounding import Mode, round_ratio
from trueline.period import SECONDS_PER_DAY
from trueline.simulate.draws import Draws, Event
from trueline.simulate.people import Int64s, People
from trueline.simulate.scenario import BuyBack, Scenario

_OUTCOMES = next(column.allowed for column in BUYBACK_REQUESTS.columns if column.name == "outcome")
_NOON = SECONDS_PER_DAY // 2


def requests(scenario: Scenario, rule: BuyBack, stock: Int64s, people: People, starts: Int64s) -> dict[str, Int64s]:
    """Rows of requests of those who left before the last month ended, in the order of people.

    ``stock`` int64 [n] is what each has left; ``starts`` the first second of each month, and of the one after the last.
    They ask at noon of the first day after they left; a decision that would come after the last month has not come.
    """
    draws, last = Draws(scenario.seed), len(starts) - 1
    who = np.flatnonzero(~people.customer & (stock > 0) & (people.left < last - 1))
    who = who[draws.happens(Event.BUY_BACK, 0, who, rule.asks)]
    asked = starts[people.left[who] + 1] + _NOON
    decided = asked + SECONDS_PER_DAY * (draws.of(Event.BUY_BACK_DAY, 0, who) % (rule.within + 1))
    open_ = decided >= starts[last]
    refused = draws.happens(Event.BUY_BACK_REFUSED, 0, who, rule.refused)
    paid = stock[who] * scenario.goods.price
    back = [round_ratio(int(price) * rule.share.numerator, rule.share.denominator, Mode.HALF_UP) for price in paid]
    outcome = np.where(open_, "open", np.where(refused, "refused", "refunded"))
    return {
        "member": who,
        "asked": asked,
        "stock": paid,
        "refunded": np.where(open_ | refused, 0, np.array(back, dtype=np.int64)),
        "decided": np.where(open_, NEVER, decided),
        "outcome": np.array([_OUTCOMES.index(word) for word in outcome.tolist()], dtype=np.int64),
    }
