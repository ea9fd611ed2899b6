"""Runs on disk: saved once, never half, never overwritten, read back from sealed inputs, replayed."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.run.company import PLAN, computed, write_company

from trueline.cli.main import trueline
from trueline.errors import Refused
from trueline.run import store as store_module
from trueline.run.replay import replay
from trueline.run.store import load_run, save_run

NAME = "2024-01-small-house"


def saved(store: Path, folder: Path, name: str = NAME, **given: Any) -> Path:
    result, plan_file, facts = computed(folder, **given)
    return save_run(store, name, result, plan_file, facts, given.get("state"), None)


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return write_company(tmp_path / "facts")


def test_saving_twice_is_saving_once(tmp_path: Path, facts: Path) -> None:
    saved(tmp_path / "runs", facts)
    before = content(tmp_path / "runs")

    saved(tmp_path / "runs", facts)

    assert content(tmp_path / "runs") == before
    assert not list((tmp_path / "runs").glob(".partial-*"))


def test_another_run_under_the_same_name_is_refused_and_changes_nothing(tmp_path: Path, facts: Path) -> None:
    saved(tmp_path / "runs", facts)
    before = content(tmp_path / "runs" / NAME)

    with pytest.raises(Refused, match="Another run has this name"):
        saved(tmp_path / "runs", facts, plan=PLAN.replace("5%", "6%"))

    assert content(tmp_path / "runs" / NAME) == before
    assert not list((tmp_path / "runs").glob(".partial-*"))
    assert replay(load_run(tmp_path / "runs" / NAME)).same


def test_a_run_is_loaded_and_replayed_after_its_facts_are_gone(tmp_path: Path, facts: Path) -> None:
    result, *_ = computed(facts)
    saved(tmp_path / "runs", facts)
    shutil.rmtree(facts)

    stored = load_run(tmp_path / "runs" / NAME)

    assert stored.manifest["hashes"] == result.hashes
    assert stored.state().hash == result.state.hash
    assert {name: stored.table(name).num_rows for name in ("lines", "earnings", "members")} == {
        name: result.table(name).num_rows for name in ("lines", "earnings", "members")
    }
    assert replay(stored).same


@pytest.mark.parametrize("table", ["lines", "earnings", "members", "breakage", "trees"])
def test_an_edited_table_is_named_by_the_replay(tmp_path: Path, facts: Path, table: str) -> None:
    path = saved(tmp_path / "runs", facts) / f"{table}.parquet"
    kept = pq.read_table(path)
    last = kept.schema.names[-1]
    rows = kept.to_pylist()
    if rows[0][last] == rows[-1][last]:
        rows = rows[1:]
    rows[0][last] = rows[-1][last]
    pq.write_table(pa.Table.from_pylist(rows, kept.schema), path)

    found = replay(load_run(path.parent))

    assert found.different == (table,)
    assert any(row.startswith(table) for row in found.rows)


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path, facts: Path) -> None:
    folder = saved(tmp_path / "runs", facts)
    (folder / "lines.parquet").write_bytes(b"PAR1")

    with pytest.raises(Refused, match="This table of the run is missing or damaged"):
        replay(load_run(folder))


def test_an_edited_state_is_named_by_the_replay(tmp_path: Path, facts: Path) -> None:
    folder = saved(tmp_path / "runs", facts)
    table = pq.read_table(folder / "state.parquet")
    place = table.schema.get_field_index("lifetime:own")
    more = pa.array([value + 1 for value in table.column(place).to_pylist()], pa.int64())
    pq.write_table(table.set_column(place, "lifetime:own", more), folder / "state.parquet")

    assert replay(load_run(folder)).different == ("state",)


def test_a_tampered_sealed_input_is_refused(tmp_path: Path, facts: Path) -> None:
    folder = saved(tmp_path / "runs", facts)
    sealed = next(path for path in (tmp_path / "runs" / "objects").rglob("*") if b"o1,1,x,1,120,100" in _read(path))
    sealed.write_bytes(sealed.read_bytes().replace(b"120,100", b"120,900"))

    with pytest.raises(Refused, match="A sealed input was changed after the run"):
        replay(load_run(folder))

    sealed.unlink()
    with pytest.raises(Refused, match="A sealed input is missing"):
        replay(load_run(folder))


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_a_damaged_sealed_input_is_not_taken_for_a_seal_by_the_next_run(tmp_path: Path, facts: Path) -> None:
    """The next run of the same facts finds a file under the right name and with the wrong content."""
    saved(tmp_path / "runs", facts)
    sealed = next(path for path in (tmp_path / "runs" / "objects").rglob("*") if b"o1,1,x,1,120,100" in _read(path))
    sealed.write_bytes(b"")

    folder = saved(tmp_path / "runs", facts, "another-name")

    assert replay(load_run(folder)).same


def test_facts_that_change_while_a_run_is_computed_are_refused(tmp_path: Path, facts: Path) -> None:
    result, plan_file, read = computed(facts)
    write_company(facts, members="member,joined,sponsor\n1,2024-01-01,\n")

    with pytest.raises(Refused, match="changed while the run was computed"):
        save_run(tmp_path / "runs", NAME, result, plan_file, read, None, None)

    assert not (tmp_path / "runs" / NAME).exists()


def test_facts_that_change_between_two_periods_of_a_chain(tmp_path: Path, facts: Path) -> None:
    """January stays what it was; February goes on from its state with the new facts."""
    january = saved(tmp_path / "runs", facts)
    before = content(january)
    orders = (facts / "order_lines.csv").read_text(encoding="utf-8").replace("o1,1,x,1,120,100", "o1,1,x,1,120,500")
    write_company(facts, order_lines=orders)

    state = load_run(january).state()
    february = saved(tmp_path / "runs", facts, "2024-02-small-house", month="2024-02", state=state)

    assert content(january) == before
    assert replay(load_run(january)).same
    assert replay(load_run(february)).same
    # member 2: 100 of January's state and nothing new, though the facts now say 500
    assert load_run(february).result().measure("2", "ever") == 100
    assert load_run(february).opening().hash == state.hash  # type: ignore[union-attr]  # stored with an opening state


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="This is no stored run"):
        load_run(tmp_path)


# interrupted, full, crowded -----------------------------------------------------------------------------------------


def _save_and_die(store: Path, folder: Path, moment: int) -> None:
    """Save a run; at the ``moment``-th step that changes the disk the process is killed as by a power cut."""
    seen = 0

    def step(event: str, _: object) -> None:
        nonlocal seen
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"):
            seen += 1
            if seen == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(write: Callable[..., None]) -> Callable[..., None]:
        def both(*given: Any, **named: Any) -> None:
            step("os.rename", None)
            write(*given, **named)
            step("os.rename", None)

        return both

    result, plan_file, facts = computed(folder)
    store_module.pq.write_table = counted(store_module.pq.write_table)
    store_module.pacsv.write_csv = counted(store_module.pacsv.write_csv)
    sys.addaudithook(step)
    save_run(store, NAME, result, plan_file, facts, None, None)


@pytest.mark.parametrize("moment", [1, 2, 4, 8, 12, 17, 23, 30])
def test_a_killed_process_leaves_nothing_half_done(tmp_path: Path, facts: Path, moment: int) -> None:
    store = tmp_path / "runs"
    saved(store, facts, "earlier")
    before = content(store / "earlier")
    killed = multiprocessing.get_context("fork").Process(target=_save_and_die, args=(store, facts, moment))
    killed.start()
    killed.join(60)

    assert killed.exitcode == -signal.SIGKILL
    assert content(store / "earlier") == before
    assert replay(load_run(store / "earlier")).same
    if (store / NAME).exists():
        assert replay(load_run(store / NAME)).same
    folder = saved(store, facts)
    assert replay(load_run(folder)).same


def _save_with_little_room(store: Path, folder: Path, most: int, said: Any) -> None:
    result, plan_file, facts = computed(folder)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        save_run(store, NAME, result, plan_file, facts, None, None)
        said.put("saved")
    except Refused as refused:
        said.put(str(refused.findings[0]))


@pytest.mark.parametrize("most", [0, 400, 3000])
def test_a_disk_that_refuses_leaves_the_store_as_it_was(tmp_path: Path, facts: Path, most: int) -> None:
    store = tmp_path / "runs"
    saved(store, facts, "earlier", plan=PLAN.replace("5%", "6%"))
    before = content(store / "earlier")
    fork = multiprocessing.get_context("fork")
    said = fork.SimpleQueue()
    process = fork.Process(target=_save_with_little_room, args=(store, facts, most, said))
    process.start()
    process.join(60)

    assert process.exitcode == 0
    assert "The run cannot be written" in said.get()
    assert content(store / "earlier") == before
    assert not (store / NAME).exists()
    assert not list(store.glob(".partial-*"))
    assert replay(load_run(saved(store, facts))).same


def test_two_processes_save_into_one_store_at_once(tmp_path: Path, facts: Path) -> None:
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(2)

    def save(name: str) -> None:
        result, plan_file, read = computed(facts)
        gate.wait(60)
        for _ in range(3):
            save_run(tmp_path / "runs", name, result, plan_file, read, None, None)

    for names in ((NAME, NAME), ("one", "two")):
        both = [fork.Process(target=save, args=(name,)) for name in names]
        for process in both:
            process.start()
        for process in both:
            process.join(60)
        assert [process.exitcode for process in both] == [0, 0]
        assert all(replay(load_run(tmp_path / "runs" / name)).same for name in names)
    assert not list((tmp_path / "runs").glob(".partial-*"))


# through the command ------------------------------------------------------------------------------------------------


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trueline", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **environment},
    )  # fmt: skip


def _path() -> str:
    return os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)


@pytest.mark.slow
def test_two_processes_with_other_seeds_and_rows_in_another_order_give_the_same_hashes(tmp_path: Path) -> None:
    write_company(tmp_path / "a")
    write_company(tmp_path / "b")
    for path in (tmp_path / "b").glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    shown = []
    for facts, seed in (("a", "1"), ("b", "4242")):
        ended = command(
            "run", "plan.yaml", facts, "--period", "2024-01", "--to", "2024-02", "--out", f"runs-{facts}", "--json",
            cwd=tmp_path, PYTHONHASHSEED=seed, PYTHONPATH=_path(),
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        shown.append([period["hashes"] for period in json.loads(ended.stdout)])

    assert len(shown[0]) == 2
    assert len(shown[0][0]) == 6
    assert shown[0] == shown[1]


def test_a_run_finds_the_runs_before_it_among_those_of_another_plan(tmp_path: Path) -> None:
    """Two plans that hand on the same state: what 'beta' paid at 20 % is taken back at 20 %, not at alpha's 10 %."""
    returns = "order,line,quantity,time\no1,1,1,2024-03-05\n"  # January's order of 2, of 100 points
    folder = write_company(tmp_path / "facts")
    (folder / "returns.csv").write_text(returns, encoding="utf-8")
    plan = "currency: USD\nperiod: month\nvolumes: {pv: 0.01}\nrounding: {to: 0.01, mode: half up}\n"
    plan += "returns: {later: same amounts}\nbonuses: {t: {kind: level, base: orders(pv), rates: [RATE]}}\n"
    store = str(tmp_path / "runs")

    def go(name: str, *more: str) -> None:
        done = CliRunner().invoke(trueline, ["run", f"{tmp_path}/{name}.yaml", str(folder), "--out", store, *more])
        assert done.exit_code == 0, done.output

    for name, rate in (("alpha", "10%"), ("beta", "20%")):
        (tmp_path / f"{name}.yaml").write_text(f"plan: {name}\n" + plan.replace("RATE", rate), encoding="utf-8")
        go(name, "--period", "2024-01", "--to", "2024-02")
    assert load_run(f"{store}/2024-02-alpha").state().hash == load_run(f"{store}/2024-02-beta").state().hash
    go("beta", "--period", "2024-03", "--state", f"{store}/2024-02-beta")
    march = load_run(f"{store}/2024-03-beta")

    assert march.result().amount("1", "returns") == -20  # member 1 stands above 2, who bought for 100
    assert replay(march).same


def test_a_run_that_settles_closed_periods_stays_with_the_runs_that_it_is_made_of(tmp_path: Path) -> None:
    """February gives back what January's order brought: without January's run nobody could compute it again."""
    folder = write_company(tmp_path / "facts")
    (folder / "returns.csv").write_text("order,line,quantity,time\no1,1,1,2024-02-20\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(PLAN + "returns: {later: same amounts}\n", encoding="utf-8")

    def months(period: str, store: str, *more: str) -> Any:
        paths = [str(tmp_path / "plan.yaml"), str(folder)]
        return CliRunner().invoke(trueline, ["run", *paths, "--period", period, "--out", str(tmp_path / store), *more])

    assert months("2024-01", "one").exit_code == 0
    state = ["--state", str(tmp_path / "one" / NAME)]
    elsewhere = months("2024-02", "two", *state)
    assert elsewhere.exit_code == 1
    assert "the run of 2024-01 is not in this store" in str(elsewhere.exception)
    assert f"--out {tmp_path / 'one'}" in str(elsewhere.exception)
    assert months("2024-02", "two", *state, "--dry").exit_code == 0

    assert months("2024-02", "one", *state).exit_code == 0
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    february = tmp_path / "two" / "2024-02-small-house"
    assert replay(load_run(february)).same
    shutil.rmtree(tmp_path / "two" / NAME)
    with pytest.raises(Refused, match="the run whose state it took is not in its store"):
        replay(load_run(february))
