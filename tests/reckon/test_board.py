"""Boards: nobody is lost or doubled, whatever fills, splits and comes back; and the queue goes through the state."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from tests.properties.two_engines import facts_of
from tests.reckon.binaries import plan_of, played

from trueline.errors import Refused
from trueline.explain import statement
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import run
from trueline.run.state_file import read_state, write_state

Rows = dict[str, Any]
BOARD = {"kind": "board", "width": "2", "height": "2", "enters": "orders(pv)", "pays": "25", "at most": "1000"}


def board_plan(**keys: str) -> Rows:
    plan = plan_of({"rate": "1%"})
    plan["bonuses"] = {"b": {**BOARD, **keys}}
    return plan


def rows_of(entries: list[tuple[str, str]], people: int = 12) -> Rows:
    """Entries (member, day); everybody below somebody with a smaller number."""
    luck = random.Random(people)  # noqa: S311 - a repeatable company, no secret
    orders = [{"order": f"o{k:04}", "buyer": who, "time": f"{day}T09:00:00"} for k, (who, day) in enumerate(entries)]
    lines = [{"order": row["order"], "line": "1", "quantity": "1", "price": "5", "volume.pv": "1"} for row in orders]
    edges = [{"tree": "sponsor", "position": str(k), "parent": str(luck.randrange(k))} for k in range(1, people)]
    return {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": str(k), "joined": "2023-01-01"} for k in range(people)],
        "edges": edges, "orders": orders, "order_lines": lines,
    }  # fmt: skip


def drawn(seed: int, count: int = 80) -> tuple[dict[str, str], Rows]:
    luck = random.Random(seed)  # noqa: S311 - as above
    keys = {
        "width": luck.choice(["1", "2", "3"]), "height": luck.choice(["1", "2"]),
        "enters at": luck.choice(["sponsor", "oldest"]), "splits": luck.choice(["yes", "no"]),
        "enters again": luck.choice(["no", "sponsor", "oldest"]), "at most": luck.choice(["1", "3", "200"]),
    }  # fmt: skip
    entries = [(str(luck.randrange(12)), f"2024-0{luck.randint(1, 3)}-{luck.randint(1, 28):02}") for _ in range(count)]
    return keys, rows_of(entries)


@pytest.mark.parametrize("seed", range(12))
def test_every_entry_sits_waits_or_has_left(seed: int) -> None:
    keys, rows = drawn(seed)
    size = sum(int(keys["width"]) ** level for level in range(int(keys["height"]) + 1))
    entered, filled = 0, 0
    for month, result in zip("123", played(board_plan(**keys), rows, last="2024-03"), strict=True):
        fillings = len(list(result.lines("b")))
        entered += sum(row["time"].startswith(f"2024-0{month}") for row in rows["orders"])
        filled += fillings
        held = result.state.boards["b"]
        sitting = sum(seat != "" for seats in held.open for seat in seats)
        again = filled if keys["enters again"] != "no" else 0
        gone = filled if keys["splits"] == "yes" else filled * size
        assert entered + again == sitting + len(held.queue) + gone
        assert all(len(seats) == size and seats[0] and "" in seats for seats in held.open)
        assert fillings <= int(keys["at most"])
        assert not held.queue or fillings == int(keys["at most"])
        assert result.promised["b"] == 25 * fillings == result.total("b")


@pytest.mark.parametrize("seed", range(3))
def test_boards_and_queues_go_through_the_state_file(seed: int, tmp_path: Path) -> None:
    keys, rows = drawn(100 + seed)
    plan_file, facts, state = load_plan(board_plan(**keys), "boards"), facts_of(rows), None
    for chained in played(board_plan(**keys), rows, last="2024-03"):
        result = run(plan_file.at(Period.parse(chained.period)), facts, state, Period.parse(chained.period))
        write_state(tmp_path / "state.parquet", result.state)
        state = read_state(tmp_path / "state.parquet")
        assert state.boards == chained.state.boards
        assert state.hash == chained.state.hash
        assert result.hashes == chained.hashes


def test_boards_of_another_size_are_refused() -> None:
    rows = rows_of([("0", "2024-01-05")])
    before = played(board_plan(), rows)[0].state
    plan = load_plan(board_plan(height="1"), "boards").at(Period.parse("2024-02"))

    with pytest.raises(Refused, match="The state holds boards of 7 seats, 'b' has 3"):
        run(plan, facts_of(rows), before, Period.parse("2024-02"))


def test_a_statement_names_who_filled_the_board_and_where_one_sits() -> None:
    rows = rows_of([(str(k), f"2024-01-0{k + 1}") for k in range(4)], people=4)
    result = played(board_plan(height="1", **{"at most": "1"}), rows)[0]
    top, child = (statement(result, member).bonuses[0].seats for member in ("0", "1"))

    assert top is not None
    assert child is not None
    assert (top.filled_by, top.open, top.waiting) == (("2",), (), 0)
    assert [(seat.number, seat.taken, seat.size) for seat in child.open] == [(0, 1, 3)]
    assert statement(result, "3").bonuses[0].seats.waiting == 1  # type: ignore[union-attr]  # a board bonus has seats
