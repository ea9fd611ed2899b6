"""Laws of what is paid, V20 to V23: identities of the engine, over simulated networks; and arithmetic, V24 to V28, V30."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import exp, log
from typing import Any

import numpy as np
from tests.simulate.checks import Check, harmonic, mean
from tests.simulate.companies import bare, small

from trueline.network import build
from trueline.plan import load_plan
from trueline.simulate import Simulation, simulate

LEVELS = (5, 4, 3, 2, 1)
EVERYBODY = {"own use": {"chance": 1}, "goods": {"price": 100, "retail": 100, "volumes": {"cv": 100}}}
"""Everybody buys for 100."""


def _plan(bonuses: dict[str, Any]) -> Any:
    rounding = {"to": "0.01", "mode": "half up", "per": "line"}
    head = {"plan": "Law", "currency": "USD", "period": "month", "volumes": {"cv": "0.01"}, "rounding": rounding}
    return load_plan({**head, "bonuses": bonuses})


def _level(rates: list[str], **more: str) -> dict[str, Any]:
    return {"level": {"kind": "level", "base": "orders(cv)", "rates": rates, **more}}


def _revenue(played: Simulation) -> int:
    return int(played.facts["order_lines"]["price"].numbers.sum())


def v20() -> Iterator[Check]:
    played = simulate(bare(3000, 2, **EVERYBODY), _plan(_level([f"{rate}%" for rate in LEVELS])))
    depth = build("sponsor", played.people.sponsor.astype(np.int32)).depth
    target = sum(Fraction(rate, 100) * int((depth >= level).sum()) for level, rate in enumerate(LEVELS, 1)) / len(depth)
    found = Fraction(int(played.rewards.sum()), _revenue(played))
    yield Check("V20", "payout ratio of 5 + 4 + 3 + 2 + 1 % over 3 000 members", target, found)
    yield Check("V20", "the same, against the sum of rates", Fraction(15, 100), found, at_most=True)


def v21() -> Iterator[Check]:
    for rate in (5, 10):
        played = [simulate(bare(3000, seed, **EVERYBODY), _plan(_level([f"{rate}%"] * 40))) for seed in range(1, 13)]
        found = [Fraction(int((one.rewards >= 10_000).sum()), 3000) for one in played]
        target = Fraction(rate, 100 + rate)
        yield mean(
            "V21", f"share who earn what they spend, {rate} % on every level", target, found, bias=Fraction(1, 3000)
        )
    n = 227
    plan = _plan(_level(["20%"] * 40))
    played = [simulate(bare(n, seed, **EVERYBODY), plan) for seed in range(1, 61)]
    ratio = [Fraction(int(one.rewards.sum()), _revenue(one)) for one in played]
    yield mean("V21", f"payout ratio of 20 % on every level over {n} members", (harmonic(n) - 1) / 5, ratio)
    yield Check("V21", "that size by the formula exp(1 + 1/r − 0.5772)", Fraction(n), exp(1 + 5 - 0.5772), 1)
    yield Check("V21", "the size for 10 %", Fraction(33_617), exp(1 + 10 - 0.5772), 20)


def v22() -> Iterator[Check]:
    rules: dict[str, Any] = {
        **EVERYBODY,
        "months": 12,
        "expenses": [{"kind": "renewal", "amount": 50, "every": "joining"}],
    }
    played = simulate(bare(40, 1, **rules), _plan({"own": {"kind": "rebate", "base": "orders(cv)", "rate": "35%"}}))
    expenses = int(played.facts["expenses"]["amount"].numbers.sum())
    found = Fraction(int(played.rewards.sum()) - _revenue(played) - expenses, 100 * 40)
    yield Check("V22", "mean net result: 35 % of 1 200 comes back, 50 of fees", Fraction(-830), found)


def v23() -> Iterator[Check]:
    played = simulate(small(months=10), _plan(_level(["20%", "5%", "3%"], **{"from": "self"})))
    facts, people = played.facts, played.people
    buyer = facts.index_of("orders", "buyer")
    paid = facts["order_lines"]["price"].numbers
    receipts, expenses = facts["receipts"], facts["expenses"]
    each = np.zeros(len(people), dtype=np.int64)
    np.add.at(each, facts.index_of("receipts", "seller"), receipts["price"].numbers)
    np.subtract.at(each, facts.index_of("expenses", "member"), expenses["amount"].numbers)
    np.subtract.at(each, buyer, paid)
    each += played.rewards
    goods = played.scenario.goods
    margin = int(receipts["price"].numbers.sum()) - goods.price * int(receipts["quantity"].numbers.sum())
    bought = int(paid[~people.customer[buyer]].sum())
    kept = bought - goods.price * int(receipts["quantity"].numbers.sum())
    whole = margin + int(played.rewards.sum()) - kept - int(expenses["amount"].numbers.sum())
    found = int(each[~people.customer].sum())
    yield Check("V23", "sum of net results of participants, in cents", Fraction(whole), Fraction(found))


def v24() -> Iterator[Check]:
    for k, bottom, two in ((2, "1/2", "3/4"), (3, "2/3", "8/9"), (5, "4/5", "24/25")):
        levels = [Fraction(k**level) for level in range(30)]
        whole = sum(levels)
        yield Check(
            "V24", f"{k} each: share on the bottom level", Fraction(bottom), levels[-1] / whole, Fraction(1, 10**6)
        )
        last = (levels[-1] + levels[-2]) / whole
        yield Check("V24", f"{k} each: share on the bottom two levels", Fraction(two), last, Fraction(1, 10**6))


def v25() -> Iterator[Check]:
    count, level = 0, 1
    for _ in range(10):
        count, level = count + level, 6 * level
    yield Check("V25", "members of 9 full levels, 6 each", Fraction(12_093_235), Fraction(count))
    yield Check("V25", "of them in the last level", Fraction(10_077_696), Fraction(level // 6))


def v26() -> Iterator[Check]:
    for hazard, target in (("0.055", "0.4928"), ("0.08", "0.6323"), ("0.10", "0.7176")):
        found = 1 - (1 - Fraction(hazard)) ** 12
        yield Check("V26", f"gone within a year, {hazard} a month", Fraction(target), found, Fraction(1, 20_000))


def v27() -> Iterator[Check]:
    for months, target in ((8, "0.6464"), (2, "0.9844")):
        found = 1 - 2 ** (-12 / months)
        yield Check(
            "V27", f"gone within a year, median of {months} months", Fraction(target), found, Fraction(1, 20_000)
        )


def v28() -> Iterator[Check]:
    p, q = 0.03, 0.38
    step, joined, at, best = 0.0005, 0.0, 0.0, (0.0, 0.0, 0.0)
    while at < 15:
        rate = (p + q * joined) * (1 - joined)
        best = max(best, (rate, at, joined))
        joined += step * (p + q * (joined + step * rate / 2)) * (1 - joined - step * rate / 2)
        at += step
    yield Check("V28", "time of the peak, by steps", log(q / p) / (p + q), best[1], 0.01)
    yield Check("V28", "rate at the peak", (p + q) ** 2 / (4 * q), best[0], 0.0005)
    yield Check("V28", "joined at the peak", 0.5 - p / (2 * q), best[2], 0.0015)


def v30() -> Iterator[Check]:
    for customers, others, target in ((51, 49, "100"), (40, 60, "78.43"), (0, 100, "0")):
        found = customers + min(Fraction(others), Fraction(49 * customers, 51))
        yield Check(
            "V30",
            f"payable of {customers} customers' and {others} others' volume",
            Fraction(target),
            found,
            Fraction(1, 200),
        )


PAID_LAWS = (v20, v21, v22, v23, v24, v25, v26, v27, v28, v30)
