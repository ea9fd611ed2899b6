"""A store that somebody changed is refused by name: manifest, sealed inputs, tables and state."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.properties.ended import ended
from tests.properties.workshop import MONTH, Workshop

from trueline.errors import Refused
from trueline.run.replay import replay
from trueline.run.state_file import read_state
from trueline.run.store import load_run

ABOUT = b"trueline state"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop.prepared(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def run(shop: Workshop, tmp_path: Path) -> Path:
    shutil.copytree(shop.store, tmp_path / "store")
    return tmp_path / "store" / f"{MONTH}-stateful"


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return "\n".join(f"{finding.message} {finding.remedy}" for finding in refused.value.findings)


def change(path: tuple[str | int, ...], value: Any, run: Path) -> None:
    file = run / "manifest.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    part = data
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    file.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), 2),
        (("period",), "2026-13"),
        (("plan",), []),
        (("plan", "sha256"), "../../outside"),
        (("facts", "files", 0, "name"), "../outside.csv"),
        (("facts", "files", 0, "name"), ".."),
        (("facts", "files", 0, "name"), "a\0b"),
        (("facts", "files", 0, "name"), "\ud800"),
        (("facts", "files", 0, "name"), {"a": 1}),
        (("facts", "files", 0, "name"), "x" * 300),
        (("facts", "booked_before"), 10**40),
        (("opening_state",), True),
        (("hashes",), {"lines": 1}),
        (("more",), 1),
    ],
)
def test_a_changed_manifest_is_refused_at_its_key(run: Path, path: tuple[str | int, ...], value: object) -> None:
    change(path, value, run)

    said = refusal(lambda: load_run(run))

    assert said.startswith(f"The manifest was changed: {'.'.join(map(str, path))}")
    assert said.endswith("Restore the store from a copy.")
    assert sorted(path.name for path in run.parents[1].iterdir()) == ["store"]


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "\0", "nonsense"])
def test_what_is_no_manifest_is_no_run(run: Path, text: str) -> None:
    (run / "manifest.json").write_text(text, encoding="utf-8")

    assert "This is no stored run." in refusal(lambda: load_run(run))


def test_a_plan_sealed_anew_that_is_no_text_is_refused(run: Path) -> None:
    content = b"plan: \xff\xfe\n"
    digest = hashlib.sha256(content).hexdigest()
    target = run.parent / "objects" / digest[:2] / digest
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    change(("plan", "sha256"), digest, run)

    assert "The sealed plan is not UTF-8 text." in refusal(lambda: load_run(run).result())


def test_a_changed_and_a_missing_object_are_refused(run: Path) -> None:
    digest = load_run(run).manifest["plan"]["sha256"]
    file = run.parent / "objects" / digest[:2] / digest
    file.write_bytes(file.read_bytes() + b"#")
    assert "A sealed input was changed after the run." in refusal(lambda: load_run(run).plan_file())

    file.unlink()
    assert "A sealed input is missing." in refusal(lambda: load_run(run).plan_file())


def test_a_damaged_table_is_refused(run: Path) -> None:
    (run / "lines.parquet").write_bytes(b"PAR1")

    assert "This table of the run is missing or damaged." in refusal(lambda: replay(load_run(run)))


def test_a_changed_table_is_told_row_by_row(run: Path) -> None:
    table = pq.read_table(run / "members.parquet")
    pq.write_table(table.slice(0, table.num_rows - 1), run / "members.parquet")
    found = replay(load_run(run))

    assert found.different == ("members",)
    assert found.rows == (f"members: {table.num_rows - 1} rows were stored, now {table.num_rows}",)

    pq.write_table(table.rename_columns([f"x{name}" for name in table.column_names]), run / "members.parquet")
    assert replay(load_run(run)).rows[0].startswith("members: columns ['xmember'")


def test_a_column_of_another_type_is_named_by_the_replay(run: Path) -> None:
    lines = pq.read_table(run / "lines.parquet")
    far = pa.array([2**53] * lines.num_rows, pa.timestamp("ms"))  # no calendar has a date for it
    position = lines.schema.get_field_index("source")
    pq.write_table(lines.set_column(position, "source", far), run / "lines.parquet")
    found = replay(load_run(run))

    assert found.different == ("lines",)
    assert found.rows == ("lines: column source was stored as timestamp[ms], now it is string",)


def rewritten(file: Path, **changes: Any) -> None:
    table = pq.read_table(file)
    about = json.loads(table.schema.metadata[ABOUT]) | changes
    pq.write_table(table.replace_schema_metadata({ABOUT: json.dumps(about).encode()}), file)


@pytest.mark.parametrize(
    "changes",
    [
        {"period": "2026-13"},
        {"period": None},
        {"ranks": "Member"},
        {"ranks": []},
        {"units": {"all": "1/0"}},
        {"units": {"all": "-1"}},
        {"units": {"all": 1}},
        {"company": {"pool": 0.5}},
    ],
)
def test_a_state_that_speaks_nonsense_about_itself_is_refused(run: Path, changes: dict[str, Any]) -> None:
    table = pq.read_table(run / "state.parquet")
    codes = pa.array([0] * table.num_rows, pa.int64())
    pq.write_table(table.append_column("rank:now", codes), run / "state.parquet")
    about = json.loads(table.schema.metadata[ABOUT])
    rewritten(run / "state.parquet", units=about["units"] | {"rank:now": "1"})
    read_state(run / "state.parquet")
    if "units" in changes:  # the value for the column that is there
        (unit,) = changes["units"].values()
        changes = {"units": {"rank:now": unit}}
    rewritten(run / "state.parquet", **changes)

    assert "This is no stored state." in refusal(lambda: read_state(run / "state.parquet"))


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("a count", lambda n: pa.array([0.5] * n)),
        ("a count", lambda n: pa.nulls(n, pa.int64())),
        ("a count", lambda n: pa.array(["x"] * n)),
        ("a count", lambda n: pa.array([{"a": 1}] * n)),
        ("member", lambda n: pa.array(["same"] * n)),
        ("member", lambda n: pa.array(range(n))),
        ("member", lambda n: pa.nulls(n, pa.string())),
    ],
)
def test_a_state_of_wrong_columns_is_refused(run: Path, name: str, cells: Callable[[int], Any]) -> None:
    file = run / "state.parquet"
    table = pq.read_table(file)
    at = table.column_names.index(name) if name == "member" else 1
    pq.write_table(table.set_column(at, table.column_names[at], cells(table.num_rows)), file)

    assert "This is no stored state." in refusal(lambda: load_run(run).state())


@pytest.mark.parametrize("name", ["../outside", "..", ".", ".partial-x", "a/b", "objects", "x" * 300, "\0"])
def test_a_run_cannot_have_a_name_that_leaves_the_store(shop: Workshop, tmp_path: Path, name: str) -> None:
    store = tmp_path / "store"
    plan = str(shop.folder / "stateful.yaml")
    found = ended(["run", plan, str(shop.csv), "--period", MONTH, "--out", str(store), "--name", name])

    assert found.code == 2
    assert "cannot be the name of a run. Use letters, digits and hyphens." in found.err
    assert list(tmp_path.iterdir()) == []


def test_a_chain_of_two_kinds_of_period_is_refused(shop: Workshop, tmp_path: Path) -> None:
    plan = str(shop.folder / "stateful.yaml")
    found = ended(["run", plan, str(shop.csv), "--period", MONTH, "--to", "2026-Q1", "--out", str(tmp_path / "store")])

    assert found.code == 2
    assert "--period names a month and --to a quarter; name two of one kind." in found.err
