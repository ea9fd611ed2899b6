"""Small scenarios for tests."""

from __future__ import annotations

from typing import Any

from trueline.simulate import Scenario, load_scenario

SMALL: dict[str, Any] = {
    "scenario": "Small",
    "first month": "2024-01",
    "months": 8,
    "seed": 5,
    "people": {"start": 30, "founders": 2},
    "joiners": {"per active": "1/6"},
    "placement": {"rule": "below sponsor", "width": 2},
    "effort": {1: "3/5", 3: "2/5"},
    "goods": {"price": 40, "retail": 50, "volumes": {"pv": 40, "cv": 36}},
    "kit": {"price": 49, "volumes": {"cv": 10}},
    "own use": {"chance": "1/2"},
    "qualifying": {"share": "1/4", "volume": "pv", "reach": 60},
    "resale": {"chance": "1/5", "quantity": {5: "1/2", 10: "1/2"}, "sold": {0: "1/2", 3: "1/2"}},
    "customers": {"won": "1/4", "leaving": "1/10", "chance": "3/5", "quantity": {1: "4/5", 3: "1/5"}},
    "expenses": [
        {"kind": "renewal", "amount": 25, "every": "year"},
        {"kind": "tools", "amount": 12, "chance": "1/3"},
        {"kind": "kit", "amount": 15, "every": "joining"},
    ],
    "leaving": {"by tenure": {1: "1/5", 3: "1/10"}, "by result": {"below": -50, "months": 2, "chance": "1/4"}},
    "training": {"completes": "1/2", "leaving": "1/2"},
    "contact": {"chance": "1/2"},
    "tickets": {"chance": "1/8", "hours": {2: "1/2", 30: "2/5", 900: "1/10"}, "unanswered": "1/10"},
    "posts": {"chance": "1/5"},
}


def small(**changes: Any) -> Scenario:
    """The small scenario with other sections."""
    return load_scenario({**SMALL, **changes})


def bare(size: int, seed: int = 1, **changes: Any) -> Scenario:
    """So many people who join one after the other in one month and do nothing but recruit."""
    return load_scenario(
        {
            "scenario": "Bare",
            "first month": "2024-01",
            "months": 1,
            "seed": seed,
            "people": {"start": size},
            "joiners": {"per month": 0},
            "goods": {"price": 1, "retail": 1, "volumes": {"pv": 1}},
            **changes,
        }
    )
