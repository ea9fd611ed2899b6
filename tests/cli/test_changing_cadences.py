"""A plan whose cadences change by date, as a user meets it: run, replay, explain, analyse.

January is paid by the month alone, 10 %. From February on a bonus pays 5 % by the week, and from April on no more.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trueline.cli.main import main

PLAN = """\
plan: Paced
currency: USD
period: month
volumes: {cv: 0.01}
rounding: {to: 0.01, mode: half up}
bonuses:
  dated:
    2024-01-01: {value: {m: {kind: level, base: orders(cv), rates: [10%]}}}
    2024-02-01:
      value:
        m: {kind: level, base: orders(cv), rates: [10%]}
        w: {kind: level, base: orders(cv), rates: [5%], every: week}
    2024-04-01: {value: {m: {kind: level, base: orders(cv), rates: [10%]}}}
returns: {later: same amounts}
"""
TABLES = {
    "company.yaml": "company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {cv: 0.01}\n",
    "members.csv": "member,sponsor,joined\nA,,2023-01-01\nB,A,2023-01-01\n",
    "orders.csv": "order,buyer,time,kind\n"
    "1,B,2024-01-10,own use\n2,B,2024-01-30,own use\n3,B,2024-02-14,own use\n"
    "4,B,2024-03-13,own use\n5,B,2024-03-30,own use\n6,B,2024-04-02,own use\n",
    "order_lines.csv": "order,line,quantity,price,volume.cv\n"
    "1,1,1,100,100\n2,1,1,200,200\n3,1,1,100,100\n4,1,1,100,100\n5,1,1,300,300\n6,1,1,100,100\n",
}
# By the month: January 300, February 100, March 400, April 100: 30, 10, 40 and 10. By the week: 14 February lies in
# W07, 13 March in W11 and 30 March in W13: 5, 5 and 15. 30 January lies in W05, which began under the plan of January.
PAID = {
    "2024-01": "30.00",
    "2024-02": "10.00",
    "2024-03": "40.00",
    "2024-04": "10.00",
    "2024-W07": "5.00",
    "2024-W11": "5.00",
    "2024-W13": "15.00",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("paced")
    (home / "shop").mkdir()
    for name, text in TABLES.items():
        (home / "shop" / name).write_text(text, encoding="utf-8")
    (home / "plan.yaml").write_text(PLAN, encoding="utf-8")
    given = (str(home / "plan.yaml"), str(home / "shop"), "--period", "2024-01", "--to", "2024-04")
    assert main(["run", *given, "--out", str(home / "runs")]) == 0
    return home


def test_every_run_pays_what_its_own_date_says(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paid = {}
    for run in sorted((shop / "runs").glob("2024-*")):
        capsys.readouterr()
        assert main(["explain", str(run), "A", "--json"]) == 0
        amount = json.loads(capsys.readouterr().out)["payout"]["bonuses"]
        if float(amount):
            paid[run.name.removesuffix("-paced")] = f"{float(amount):.2f}"
    assert paid == PAID


@pytest.mark.parametrize("period", ["2024-W02", "2024-W05", "2024-W07", "2024-02", "2024-W14", "2024-04"])
def test_runs_on_both_sides_of_a_change_are_computed_again(shop: Path, period: str) -> None:
    assert main(["replay", str(shop / "runs" / f"{period}-paced")]) == 0


def test_a_range_holds_all_of_them(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("analyse", str(shop / "plan.yaml"), str(shop / "shop"), "--period", "2024-01", "--to", "2024-04")
    assert main([*given, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["figures"]
    rewards = [one["value"] for one in found if one["measure"] == "rewards" and not one["by"]]
    assert rewards == ["115"]  # 90 by the month, 25 by the week


@pytest.mark.parametrize(
    ("period", "bonus", "message"),
    [
        ("2024-W07", "m", "Bonus 'm' is paid by the month, and 2024-W07 is a week. Name the run of a month."),
        ("2024-02", "w", "Bonus 'w' is paid by the week, and 2024-02 is a month. Name the run of a week."),
        ("2024-W02", "w", "The plan has no bonus 'w'."),
    ],
)
def test_a_bonus_of_another_cadence_is_named_as_such(
    shop: Path, capsys: pytest.CaptureFixture[str], period: str, bonus: str, message: str
) -> None:
    assert main(["explain", str(shop / "runs" / f"{period}-paced"), "A", "--why-not", bonus]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_run_in_which_no_bonus_is_paid_says_so(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # B buys in W02, so it would be wrong that nothing lies there.
    assert main(["run", str(shop / "plan.yaml"), str(shop / "shop"), "--period", "2024-W02", "--dry"]) == 0
    assert "The plan of 2024-W02 has no bonus that is paid by the week." in capsys.readouterr().out


def test_a_part_run_of_a_plan_without_ranks_speaks_of_none(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(shop / "runs" / "2024-W07-paced"), "A"]) == 0
    assert "The plan has no ranks for you" in capsys.readouterr().out
