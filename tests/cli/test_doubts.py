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


def test_a_total_names_what_is_not_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAN.replace("FUND", "5%") + "  matching: {kind: match, of: [team], rates: [10%]}\n"
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")

    assert main(["plan", "check", str(tmp_path / "plan.yaml")]) == ExitCode.OK
    said = capsys.readouterr().out
    assert "matching: not provable: a match of what team pays" in said
    assert "total     at most 15% of CV, without matching" in said


STEPS = """\
plan: Steps
currency: USD
period: month
volumes: {pv: 1}
rounding: {to: 0.01, mode: half up}
ranks: {Director: group(orders(pv)) >= 1000}
bonuses:
  leadership: {kind: generation, base: orders(pv), boundary: rank >= Director, rates: [5%, 3%]}
limits: {payout: {from: 100, below: carry}}
"""


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Ann above ben above dan above eve; all but eve are Directors, on what eve buys."""
    facts = tmp_path / "shop"
    facts.mkdir()
    tables = {
        "company.yaml": "company: T\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 1}\n",
        "members.csv": "member,sponsor\nann,\nben,ann\ndan,ben\neve,dan\n",
        "orders.csv": "order,buyer,time\n1,eve,2026-01-09\n2,dan,2026-01-10\n",
        "order_lines.csv": "order,line,volume.pv\n1,1,900\n2,1,100\n",
    }
    for name, text in tables.items():
        (facts / name).write_text(text, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(STEPS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.mark.usefixtures("steps")
def test_a_leader_whose_generation_is_not_paid_is_no_less_a_leader(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "plan.yaml", "shop", "--period", "2026-01"]) == ExitCode.OK
    assert main(["explain", "runs/2026-01-steps", "ann"]) == ExitCode.OK

    said = capsys.readouterr().out
    assert "900 × 3% = 27.00" in said  # eve: dan's group is ben's first generation and ann's second
    assert "passed over: dan leads the group of this sale, a generation that this bonus does not pay" in said
    assert "does not count as a leader" not in said


@pytest.mark.usefixtures("steps")
def test_a_first_run_beside_that_of_the_period_before_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "plan.yaml", "shop", "--period", "2026-01"]) == ExitCode.OK
    assert "Began from" not in capsys.readouterr().out
    assert main(["run", "plan.yaml", "shop", "--period", "2026-02", "--dry"]) == ExitCode.OK
    assert "--state runs/2026-01-steps." in capsys.readouterr().out
    assert (
        main(["run", "plan.yaml", "shop", "--period", "2026-02", "--dry", "--state", "runs/2026-01-steps"])
        == ExitCode.OK
    )
    assert "Began from" not in capsys.readouterr().out


@pytest.mark.usefixtures("steps")
def test_a_run_named_without_its_store_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "plan.yaml", "shop", "--period", "2026-01"]) == ExitCode.OK
    for wrong in ("2026-01-steps", "runs/2026-01-step"):
        assert main(["replay", wrong]) == ExitCode.REFUSED
        assert "Did you mean 'runs/2026-01-steps'?" in capsys.readouterr().err


def test_many_late_returns_are_one_finding(steps: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "order,line,quantity,time\n1,1,1,2026-02-09\n2,1,1,2026-02-10\n"
    (steps / "shop" / "returns.csv").write_text(rows, encoding="utf-8")

    assert main(["run", "plan.yaml", "shop", "--period", "2026-02"]) == ExitCode.REFUSED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert "and 1 more row of returns likewise" in said[0]
