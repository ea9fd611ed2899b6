"""Options that do not fit together, what a command says when there is nothing to say, and progress on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trueline.cli.main import main

HOME = Path(__file__).resolve().parents[2]
PLAN = """\
plan: shop
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up}
trees:
  wide: {placed: {width: 3}}
  told: {placed: {width: 2, among: orders(pv) > 0}}
  fair: {placed: {width: 2, fill: {weaker: orders(pv)}}}
bonuses:
  team: {kind: level, base: orders(pv), rates: [10%]}
limits:
  payout: {from: 50, below: carry}
returns: {later: same amounts}
"""
TABLES = {
    "company.yaml": "company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 0.01}\n",
    "members.csv": "member,sponsor,joined\nA,,2023-01-01\nB,A,2023-01-01\n",
    "orders.csv": "order,buyer,time\n1,B,2024-01-05\n2,B,2024-02-05\n3,A,2024-02-07\n",
    "order_lines.csv": "order,line,quantity,volume.pv\n1,1,2,300\n2,1,1,120\n3,1,1,70\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A shop whose January is closed: A is owed 30 on order 1, less than the 50 that are paid out."""
    (tmp_path / "shop").mkdir()
    for name, text in TABLES.items():
        (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(PLAN.replace("10%", "20%"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["run", "plan.yaml", "shop", "--period", "2024-01"]) == 0
    assert "Carried to the next period below the minimum payout: 30.00." in capsys.readouterr().out
    return tmp_path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare plan.yaml other.yaml", "Name a history: --facts FOLDER, --scenario FILE, or both."),
        (
            "compare plan.yaml other.yaml --scenario s.yaml --period 2024-01",
            "--period and --to choose among facts; a scenario has --months.",
        ),
        ("diff runs/2024-01-shop", "Name a second run, or --plan FILE."),
        ("diff runs/2024-01-shop runs/2024-01-shop --plan other.yaml", "Name a second run, or --plan FILE."),
        ("run plan.yaml shop --period 2024-02 --to 2024-01", "--to names a later period"),
        ("run plan.yaml shop --period 2024-01 --to 2024-02 --name both", "--name works for one period only."),
        ("analyse plan.yaml shop --period 2024-02 --to 2024-01", "--to"),
        ("return preview shop 1 --period 2024-02", "Without a stored run the plan is named with --plan."),
        ("return preview shop 1 --plan plan.yaml --period soon", "--period: "),
        ("return preview shop 1 --plan plan.yaml", "Name the run of the last closed period with --state"),
        ("return preview shop 1 --quantity 1 --state runs/2024-01-shop", "--quantity says how many of one line"),
        ("return preview shop 1 --state runs/2024-01-shop --on soon", "--on: 'soon' is no date. Write 2026-03-31."),
        ("place shop plan.yaml --tree wide --on 2024-02-01 --width 2", "With a PLAN its own width"),
        (
            "place shop plan.yaml --tree wied --on 2024-02-01",
            "The plan has no placed tree 'wied'. Did you mean 'wide'?",
        ),
        ("place shop plan.yaml --tree told --on 2024-02-01", "Tree 'told' is placed by a measure of the plan"),
        ("place shop plan.yaml --tree fair --on 2024-02-01", "Run the plan: it seats newcomers itself."),
        ("place shop --tree wide --on soon", "--on: 'soon' is no date. Write 2026-03-31."),
    ],
)
@pytest.mark.usefixtures("home")
def test_what_does_not_fit_is_refused_in_words(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_an_order_that_came_back_already_cannot_come_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "shop" / "returns.csv").write_text("order,line,quantity,time\n3,1,1,2024-02-08\n", encoding="utf-8")

    assert main(["return", "preview", "shop", "3", "--state", "runs/2024-01-shop"]) == 2
    assert capsys.readouterr().err == "return: All of order '3' came back already. Name another order.\n"


@pytest.mark.usefixtures("home")
def test_an_order_that_nobody_is_paid_on_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A stands at the top: nobody gets anything of her order."""
    assert main(["return", "preview", "shop", "3", "--state", "runs/2024-01-shop"]) == 0
    assert (
        capsys.readouterr().out
        == "If order 3 came back on 2024-02-07, no amount, rank or debt would change for anybody.\n"
    )


def test_a_replay_that_differs_says_where(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The stored manifest claims another table of earnings; what is computed again is shown beside it."""
    file = home / "runs" / "2024-01-shop" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["hashes"]["earnings"] = "0" * 64
    file.write_text(json.dumps(manifest), encoding="utf-8")

    assert main(["replay", "runs/2024-01-shop"]) == 1
    assert capsys.readouterr().out == "runs/2024-01-shop: different in earnings.\n"
    assert main(["replay", "runs/2024-01-shop", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["different"] == ["earnings"]


@pytest.mark.usefixtures("home")
def test_another_plan_is_a_difference_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """A's 10 % of 300 become 20 %: 30 more."""
    assert main(["diff", "runs/2024-01-shop", "--plan", "other.yaml", "--json"]) == 1
    assert '"30' in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_amounts_of_another_system_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    Path("legacy.csv").write_text("member,amount\nA,30.00\n", encoding="utf-8")
    assert main(["reconcile", "runs/2024-01-shop", "legacy.csv", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["groups"] == []
    Path("legacy.csv").write_text("member,amount\nA,31.00\n", encoding="utf-8")
    assert main(["reconcile", "runs/2024-01-shop", "legacy.csv", "--json"]) == 1
    (group,) = json.loads(capsys.readouterr().out)["groups"]
    assert [(gap["member"], gap["here"], gap["there"]) for gap in group["differences"]] == [("A", "30", "31")]


@pytest.mark.usefixtures("home")
def test_plans_are_checked_together_and_their_findings_are_data(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.yaml").write_text(PLAN.replace("kind: level", "kind: levl"), encoding="utf-8")

    assert main(["plan", "check", "plan.yaml", "broken.yaml", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert [plan["file"] for plan in found["plans"]] == ["plan.yaml"]
    assert [one["file"] for one in found["findings"]] == ["broken.yaml"]


def on_a_terminal(words: str, cwd: Path) -> str:
    """What a command shows on a terminal of its own."""
    ours, theirs = pty.openpty()
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    command = [sys.executable, "-m", "trueline", *words.split()]
    environment = {**os.environ, "PYTHONPATH": path, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, cwd=cwd, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # the terminal is gone with the process
            pass
        assert process.wait(60) == 0
    os.close(ours)
    return shown.decode()


@pytest.mark.slow
def test_on_a_terminal_progress_is_shown_and_taken_away(home: Path) -> None:
    shown = on_a_terminal("run plan.yaml shop --period 2024-02 --dry", home)
    assert "starting" in shown or "reading" in shown or "0/1" in shown
    assert "members are paid" in shown.rpartition("\x1b[2K")[2], "what stays is the summary"


@pytest.mark.usefixtures("home")
def test_a_chain_is_told_period_by_period_or_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    """January is there already; A is carried 30 and gets 12 more in February, still less than 50."""
    assert main(["run", "plan.yaml", "shop", "--period", "2024-01", "--to", "2024-02", "--json"]) == 0
    january, february = json.loads(capsys.readouterr().out)
    assert (january["period"], january["carried"]) == ("2024-01", "30.00")
    assert (february["period"], february["carried"]) == ("2024-02", "42.00")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("span", "option"), [("--period 2024-01 --to 9998-12", "--to"), ("--period 2124-01", "--period")]
)
def test_periods_long_after_the_last_fact_are_refused(
    span: str, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of a digit would begin a run for each month of a hundred years, or of eight thousand."""
    assert main(["run", "plan.yaml", "shop", *span.split()]) == 2
    label = span.rsplit(maxsplit=1)[-1]
    assert f"{option}: {label} begins more than a year after the last fact, of 2024-0" in capsys.readouterr().err
    assert not Path("runs/2024-02-shop").exists()


@pytest.mark.usefixtures("home")
def test_a_debt_is_told_and_one_that_is_forgiven(capsys: pytest.CaptureFixture[str]) -> None:
    """100 too much were paid before: A owes 100 less the 30 of January and the 12 of February, and is then forgiven."""
    Path("shop/balances.csv").write_text("member,what,name,value,as_of\nA,negative balance,,100,2023-12-31\n")
    Path("debt.yaml").write_text(PLAN.replace("below: carry", "below: carry, negative: {forgiven after: 2}"))

    assert main(["run", "debt.yaml", "shop", "--period", "2024-01", "--to", "2024-02", "--out", "debts"]) == 0
    shown = capsys.readouterr().out
    assert "Owed by members, kept as debts: 70.00." in shown
    assert "Debts forgiven: 58.00." in shown


@pytest.mark.usefixtures("home")
def test_a_plan_is_shown_on_the_terminal_when_no_form_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "show", "plan.yaml"]) == 0
    shown = capsys.readouterr().out
    assert "10%" in shown
    assert "# " not in shown, "headings are set, not marked"


DATED = """
plan: Dated
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up}
measures: {own: {dated: {2024-01-01: {value: orders(pv)}, 2024-07-01: {value: 1 * orders(pv)}}}}
bonuses:
  dated:
    2024-01-01:
      value:
        team: {kind: level, base: own, rates: [10%]}
        quick: {kind: rebate, base: own, rate: 2%, every: week}
    2025-01-01:
      value:
        team: {kind: level, base: own, rates: [12%]}
"""


@pytest.mark.usefixtures("home")
def test_a_dated_plan_is_checked_and_shown_date_by_date(capsys: pytest.CaptureFixture[str]) -> None:
    """July changes words only, which `check` does not tell."""
    Path("dated.yaml").write_text(DATED)

    assert main(["plan", "check", "dated.yaml"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "dated.yaml: Dated",
        "from 2024-01-01: 1 measure; ranks: none; bonuses: team, quick",
        "  promised  team: 10% of PV",
        "  promised  quick: 2% of PV",
        "  total     at most 12% of PV",
        "from 2025-01-01: 1 measure; ranks: none; bonuses: team",
        "  promised  team: 12% of PV",
        "  total     at most 12% of PV",
    ]
    assert main(["plan", "check", "dated.yaml", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["plans"]
    assert [list(one["bonuses"]) for one in (*found["versions"], found)] == [["team", "quick"], ["team"], ["team"]]

    for day, said in (
        ("2024-05-01", "As it is from 2024-01-01 on until 2024-07-01, when it changes."),
        (
            "2024-08-01",
            "As it is from 2024-07-01 on until 2025-01-01, when it changes; --on shows it on an earlier day.",
        ),
        ("2025-01-01", "As it is from 2025-01-01 on; --on shows it on an earlier day."),
    ):
        assert main(["plan", "show", "dated.yaml", "--on", day]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert said in shown
        assert ("Some bonuses are paid more often" in shown) == (day < "2025")
        assert ("No bonus is paid more often than every month now" in shown) == (day >= "2025")


@pytest.mark.usefixtures("home")
def test_a_replay_of_changed_rows_shows_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody writes 31.00 for A into the stored table of members."""
    path = Path("runs/2024-01-shop/members.parquet")
    table = pq.read_table(path)
    at = table.column_names.index("carried")
    wrong = pa.array(
        [Decimal("31.00") if cell else cell for cell in table["carried"].to_pylist()], table["carried"].type
    )
    pq.write_table(table.set_column(at, "carried", wrong), path)

    assert main(["replay", "runs/2024-01-shop"]) == 1
    said = capsys.readouterr()
    assert said.out == "runs/2024-01-shop: different in members.\n"
    assert said.err == "members row 1: carried was 31.00, now 30.00\n"


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "command",
    [
        ("run", "plan.yaml", "shop", "--dry"),
        ("analyse", "plan.yaml", "shop"),
        ("compare", "plan.yaml", "plan.yaml", "--facts", "shop"),
        ("return", "preview", "shop", "1", "--plan", "plan.yaml"),
    ],
)
@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("0001-01", "0001-01: The month before 0001-01 is asked for, and the calendar begins with 0001. Name a later"),
        ("9999-12", "--period: '9999-12' is not a month of the calendar: years are 0001 to 9998."),
        ("2024-W53", "--period: '2024-W53' is not a week of the calendar: weeks of 2024 are W01 to W52."),
        ("2024-02-30", "--period: '2024-02-30' is not a day of the calendar: days of 2024-02 are 01 to 29."),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_its_reason(
    capsys: pytest.CaptureFixture[str], command: tuple[str, ...], period: str, message: str
) -> None:
    assert main([*command, "--period", period]) == 2
    said = " ".join(capsys.readouterr().err.split())
    if period == "0001-01" and command[0] == "return":  # the order is the first thing that cannot be
        message = "Order '1' cannot come back then: the open period is 0001-01."
    assert message in said


@pytest.mark.usefixtures("home")
def test_after_the_last_period_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shop/overrides.csv").write_text("member,what,value,from\nA,active,yes,9998-12-01\n")
    assert main(["run", "plan.yaml", "shop", "--period", "9998-12", "--name", "last"]) == 0
    assert main(["run", "plan.yaml", "shop", "--period", "9998-12", "--state", "runs/last"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "The month after 9998-12 is asked for, and the last year is 9998. Name an earlier period." in said
