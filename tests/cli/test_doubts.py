"""What a command points at although nothing is refused: a promise above the whole, a period without anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.cli.main import ExitCode, main

HOME = Path(__file__).resolve().parents[2]
PLAN = """\
plan: Doubtful
currency: USD
period: month
volumes: {pv: 0.01, cv: 0.01}
rounding: {to: 0.01, mode: half up}
bonuses:
  team: {kind: level, base: orders(cv), rates: [10%]}
  pool: {kind: pool, fund: FUND * company(orders(cv)), shares: orders(pv)}
"""


def plan(folder: Path, fund: str) -> str:
    path = folder / "plan.yaml"
    path.write_text(PLAN.replace("FUND", fund), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("fund", "total"),
    [
        ("3%", "at most 13% of CV\n"),
        ("90%", "at most 100% of CV\n"),
        ("3", "at most 310% of CV, more than all of it; is a percent sign missing?\n"),
    ],
)
def test_a_promise_above_the_whole(fund: str, total: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "check", plan(tmp_path, fund)]) == ExitCode.OK
    assert capsys.readouterr().out.endswith(total)


def test_a_period_with_nothing_in_it_and_a_chain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = str(HOME / "examples" / "company")
    arguments = ["run", plan(tmp_path, "3%"), facts, "--period", "2026-03", "--to", "2026-04", "--dry"]
    assert main(arguments) == ExitCode.OK
    march, april = capsys.readouterr().out.split("\n\n")
    assert "Doubtful, 2026-03" in march
    assert "No bonus promised" not in march
    assert "No bonus promised anything: nothing that this plan pays on lies in 2026-04." in april


def test_sides_without_a_partner_are_not_said_to_hold_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "company.yaml").write_text("company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {cv: 0.01}\n")
    (shop / "edges.csv").write_text("tree,position,parent,slot\nbinary,ann,,\nbinary,ben,ann,left\n")
    (shop / "members.csv").write_text("member\nann\nben\n")
    (shop / "orders.csv").write_text("order,buyer,time\n1,ben,2026-01-05\n")
    (shop / "order_lines.csv").write_text("order,line,volume.cv\n1,1,100\n")
    text = (
        "plan: B\ncurrency: USD\nperiod: month\nvolumes: {cv: 0.01}\nrounding: {to: 0.01, mode: half up}\n"
        "bonuses:\n  team: {kind: binary, tree: binary, base: orders(cv), rate: 10%}\n"
    )
    (tmp_path / "plan.yaml").write_text(text)
    assert main(["run", str(tmp_path / "plan.yaml"), str(shop), "--period", "2026-01", "--dry"]) == ExitCode.OK
    said = capsys.readouterr().out
    assert "No bonus promised anything: nothing came together that this plan pays on in 2026-01." in said


def test_why_no_margin_came_to_somebody_above_a_participant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "company.yaml").write_text("company: S\ntime zone: UTC\ncurrency: USD\n")
    (shop / "members.csv").write_text("member,sponsor\nann,\nben,ann\nkay,ben\n")
    (shop / "roles.csv").write_text("member,role\nkay,customer\n")
    (shop / "products.csv").write_text("sku,member_price\ntea,20\n")
    (shop / "orders.csv").write_text("order,buyer,time,kind\n1,kay,2026-01-05,customer\n")
    (shop / "order_lines.csv").write_text("order,line,sku,quantity,price\n1,1,tea,1,27\n")
    text = "plan: R\ncurrency: USD\nperiod: month\nrounding: {to: 0.01, mode: half up}\nbonuses:\n  margin: {kind: retail}\n"
    (tmp_path / "plan.yaml").write_text(text)
    store = str(tmp_path / "runs")
    arguments = ["run", str(tmp_path / "plan.yaml"), str(shop), "--period", "2026-01", "--out", store]
    assert main(arguments) == ExitCode.OK
    capsys.readouterr()
    assert main(["explain", str(tmp_path / "runs" / "2026-01-r"), "ann", "--why-not", "margin"]) == ExitCode.OK
    said = " ".join(capsys.readouterr().out.split())
    assert "no sale to a customer was yours: each counts for the nearest participant above the customer." in said


def test_nothing_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts, store = str(HOME / "examples" / "company"), str(tmp_path / "runs")
    assert main(["run", plan(tmp_path, "3%"), facts, "--period", "2026-03", "--out", store]) == ExitCode.OK
    stored = str(tmp_path / "runs" / "2026-03-doubtful")
    capsys.readouterr()
    assert main(["explain", stored, "rhea-burr", "--why-not", "team"]) == ExitCode.OK
    said = " ".join(capsys.readouterr().out.split())
    assert "no condition of yours fails, but there is nothing below you that it pays on." in said


def test_facts_without_anybody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "company.yaml").write_text("company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 0.01, cv: 0.01}\n")
    (shop / "members.csv").write_text("member,sponsor\n")
    (shop / "orders.csv").write_text("order,buyer,time\n")
    (shop / "order_lines.csv").write_text("order,line,volume.pv,volume.cv\n")
    ended = main(["run", plan(tmp_path, "3%"), str(shop), "--period", "2026-01", "--dry"])
    said = capsys.readouterr()
    assert ended == ExitCode.OK, said.err
    assert "The facts have no members." in said.out + said.err
