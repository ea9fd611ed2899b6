"""The JSON form: exact numbers as texts, and keys that stay."""

from __future__ import annotations

import json
from typing import Any

from tests.explain.made import result_of
from tests.explain.test_texts import ORDERS, PLAN, SPONSORS

from trueline.explain import next_rank, statement, why_not
from trueline.explain.data import as_data

RESULT = result_of(PLAN, SPONSORS, {}, orders=ORDERS)

STATEMENT = {
    "format", "kind", "member", "period", "plan", "plan_file", "currency", "money_unit", "standing", "measures",
    "conditions", "attributes", "team", "bonuses", "payout",
}  # fmt: skip
# what programs read: a new field of the model is added here, none goes away
BONUS = {
    "name", "kind", "note", "place", "rounding", "per", "base_words", "base_unit", "sum", "cuts", "amount", "levels",
    "pool", "handed_on", "hosted", "seats", "bank", "reached", "settled", "missed",
}  # fmt: skip
LINE = {
    "source", "order", "order_line", "part", "level", "distance", "between", "rate", "base", "exact", "cut", "amount",
    "apportioned", "origin",
}  # fmt: skip
ORDER = {"order", "line", "day", "kind", "sku", "quantity", "returned", "price", "amount", "reason"}
WHY_NOT = {
    "format", "kind", "member", "bonus", "period", "plan", "place", "currency", "money_unit", "amount", "missed",
    "cuts", "people", "money", "instead", "bonus_kind",
}  # fmt: skip
MISSED = {"what", "words", "place", "check", "lines"}
CHECK = {"words", "holds", "kind", "place", "operator", "have", "need", "about", "parts"}
MONEY = {
    "sources", "promised", "yours", "others", "others_count", "others_more", "company", "at_you", "largest",
}  # fmt: skip
GOAL = {"rank", "words", "place", "check", "lacks", "known", "add"}
LACK = {"words", "about", "operator", "have", "need", "missing", "known", "add", "nearest", "legs"}


def test_the_keys_of_a_statement() -> None:
    data = as_data(statement(RESULT, "ada"))
    level = data["bonuses"][0]
    line = level["levels"][0]["lines"][0]

    assert set(data) == STATEMENT
    assert (data["format"], data["kind"]) == (1, "statement")
    assert set(level) == BONUS
    assert set(line) == LINE
    assert set(line["origin"]["orders"][0]) == ORDER
    assert level["amount"] == "40"
    assert level["cuts"][0]["amount"] == "-0.08"


def test_the_keys_of_a_why_not() -> None:
    data = as_data(why_not(RESULT, "bo", "level"))

    assert set(data) == WHY_NOT
    assert data["kind"] == "why not"
    assert set(data["missed"][0]) == MISSED
    assert set(data["missed"][0]["check"]) == CHECK
    assert set(data["money"]) == MONEY


def test_the_keys_of_a_next_rank() -> None:
    data = as_data(next_rank(RESULT, "ada"))

    assert data["kind"] == "next rank"
    assert set(data["goals"][0]) == GOAL
    assert set(data["goals"][0]["lacks"][0]) == LACK


def test_nothing_but_json_and_no_binary_fractions() -> None:
    for found in (statement(RESULT, "ada"), why_not(RESULT, "bo", "level"), next_rank(RESULT, "ada")):
        data = as_data(found)
        assert json.loads(json.dumps(data)) == data
        assert not list(floats(data))


def floats(value: Any) -> list[float]:
    if isinstance(value, float):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [one for part in parts for one in floats(part)]
