"""What every part of a random plan is made with."""

from __future__ import annotations

from typing import Any

from tests.reference.any_expression import Reach, Writer
from tests.reference.luck import Luck

Plan = dict[str, Any]
PERCENTAGES = ("5%", "3%", "2/37%", "2.5%", "10%", "1%", "20%", "0%", "0")
RATES = ("5%", "3%", "2/37%", "2.5%", "10%", "1%", "20%")
MODES = ("half up", "half even", "half down", "down", "up", "floor", "ceiling")


class Maker:
    """One plan in the making: what has been declared can be read by what comes later."""

    def __init__(self, luck: Luck) -> None:
        self.luck, self.write = luck, Writer(luck)
        self.plan: dict[str, Any] = {
            "plan": "random", "currency": "USD",
            "period": luck.pick(["month"] * 6 + ["day", "week", "quarter", "year"]),
            "volumes": {"pv": "0.01", "cv": luck.pick(["0.1", "1"])}, "measures": {}, "conditions": {}, "tables": {},
            "trees": {}, "ranks": {}, "bonuses": {},
        }  # fmt: skip
        self.reach = Reach()

    def maybe(self, bonus: Plan, key: str, options: Any, of: int = 3) -> None:
        """A key that is given once in `of` times."""
        if self.luck.yes(of):
            bonus[key] = options() if callable(options) else self.luck.pick(options)

    def scalar(self, value: str) -> Any:
        """A value, now and then one that changes in February 2024."""
        if not self.luck.yes(12):
            return value
        return {"dated": {"2020-01-01": {"value": "0"}, "2024-02-01": {"value": value, "reference": "amended"}}}
