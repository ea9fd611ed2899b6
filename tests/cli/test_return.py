"""``trueline return preview``: what a refund would do, before it is booked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trueline.cli.main import trueline

PLAN = """\
plan: shop
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up}
ranks: {Star: group(orders(pv)) >= 100}
bonuses:
  team: {kind: level, base: orders(pv), rates: [10%]}
returns: {later: same amounts}
"""
TABLES = {
    "company.yaml": "company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 0.01}\n",
    "members.csv": "member,sponsor,joined\nA,,2023-01-01\nB,A,2023-01-01\n",
    "orders.csv": "order,buyer,time\n1,B,2024-01-05\n2,B,2024-02-05\n",
    "order_lines.csv": "order,line,quantity,volume.pv\n1,1,2,300\n1,2,1,80\n2,1,1,120\n",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company whose January is closed: A was paid 38 on order 1."""
    home = tmp_path_factory.mktemp("return")
    (home / "shop").mkdir()
    for name, text in TABLES.items():
        (home / "shop" / name).write_text(text, encoding="utf-8")
    (home / "plan.yaml").write_text(PLAN, encoding="utf-8")
    done = asked("run", str(home / "plan.yaml"), str(home / "shop"), "--period", "2024-01", "--out", str(home / "runs"))
    assert done.exit_code == 0, done.output
    return home


def asked(*words: str) -> Result:
    return CliRunner().invoke(trueline, list(words))


def preview(shop: Path, *words: str) -> Result:
    return asked("return", "preview", str(shop / "shop"), *words, "--state", str(shop / "runs" / "2024-01-shop"))


def rows(shop: Path, *words: str) -> list[dict[str, Any]]:
    done = preview(shop, *words, "--json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.output)["members"]
    return found


def test_a_closed_order_comes_back_whole(shop: Path) -> None:
    """A gives back 30 + 8; February's 12 leave a debt of 26. The group falls to 120 − 380, so both lose their rank."""
    a, b = rows(shop, "1")

    assert a["bonuses"] == {"returns: team": "-38.00"}
    assert (a["payable"], a["debt"]) == (["12.00", "0.00"], ["0.00", "26.00"])
    assert (a["rank"], b["rank"], a["title"]) == (["Star", None], ["Star", None], ["Star", "Star"])
    assert b["bonuses"] == {}


def test_one_piece_of_a_line(shop: Path) -> None:
    a, *_ = rows(shop, "1", "--line", "1", "--quantity", "1")

    assert a["bonuses"] == {"returns: team": "-15.00"}
    assert a["debt"] == ["0.00", "3.00"]


def test_an_order_of_the_open_month_leaves_its_bonus(shop: Path) -> None:
    a, *_ = rows(shop, "2", "--on", "2024-02-20")

    assert a["bonuses"] == {"team": "-12.00"}
    assert a["payable"] == ["12.00", "0.00"]


def test_it_is_told_as_a_table_and_nothing_is_written(shop: Path) -> None:
    before = sorted(str(path) for path in shop.rglob("*"))
    done = preview(shop, "1")

    assert "If order 1 came back on 2024-02-01: changes in 2024-02, USD" in done.output
    assert "returns: team │ -38.00 │      0.00 │     26.00 │ rank Star → none" in done.output
    assert sorted(str(path) for path in shop.rglob("*")) == before


def test_what_is_carried_below_the_minimum_is_no_nothing(shop: Path) -> None:
    """February's 12 wait for the minimum of 20; line 2, of which 10 % were paid in January, takes 8 of them."""
    (shop / "minimum.yaml").write_text(PLAN + "limits: {payout: {from: 20}}\n", encoding="utf-8")
    more = ["--line", "2", "--plan", str(shop / "minimum.yaml")]
    a, *_ = rows(shop, "1", *more)
    table = preview(shop, "1", *more).output

    assert (a["bonuses"], a["payable"], a["debt"]) == ({"returns: team": "-8.00"}, ["0.00", "0.00"], ["0.00", "0.00"])
    assert a["carried"] == ["12.00", "4.00"]
    assert "returns: team │  -8.00 │      0.00 │         4.00 │      0.00" in table
    assert "carried then" in table


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["9"], "There is no order '9'."),
        (["1", "--line", "7"], "Order '1' has no line '7'. Its lines: 1, 2."),
        (["1", "--line", "1", "--quantity", "3"], "Only 2 of line 1 of order 1 can still come back, not 3."),
        (["1", "--on", "2024-01-31"], "Order '1' cannot come back then: the open period is 2024-02."),
        (["1", "--on", "soon"], "'soon' is no date. Write 2024-03-31."),
        (["2", "--on", "2024-02-04"], "It was sold on 2024-02-05"),
        (["1", "--quantity", "1"], "name it with --line"),
        (["1", "--period", "2024-02"], "or the open one with --period"),
    ],
)
def test_what_cannot_come_back_is_refused(shop: Path, words: list[str], message: str) -> None:
    done = preview(shop, *words)

    assert done.exit_code != 0
    assert message.replace("2024-03-31", "2026-03-31") in f"{done.output} {done.exception}"
