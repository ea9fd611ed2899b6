"""What stands where a file belongs and is none: every command says so at once, and waits for nobody.

Tests often run as an administrator, for whom no file is unreadable. These things are unreadable for everybody.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.properties import ended as judged
from tests.properties.ended import ended, half_written
from tests.properties.workshop import MONTH, PAGES, Workshop


def _folder(path: Path) -> None:
    path.mkdir()


def _link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "gone")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def _device(path: Path) -> None:
    path.symlink_to(os.devnull)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


THINGS: tuple[Callable[[Path], None], ...] = (_folder, _link_to_nothing, _link_to_itself, _device, _pipe)
RUN = f"{MONTH}-stateful"
PLACES = {
    "stateful.yaml": ["plan check {}/stateful.yaml", "plan show {}/stateful.yaml", "run {}/stateful.yaml {}/csv --period M --out {}/new"],
    "page.yaml": ["case {}/page.yaml"],
    "csv/company.yaml": ["facts check {}/csv", "run {}/stateful.yaml {}/csv --period M --out {}/new"],
    "csv/members.csv": ["facts check {}/csv", "run {}/stateful.yaml {}/csv --period M --out {}/new"],
    "csv/orders.csv": ["facts check {}/csv", "run {}/stateful.yaml {}/csv --period M --out {}/new"],
    "parquet/orders.parquet": ["facts check {}/parquet"],
    f"store/{RUN}/manifest.json": [f"replay {{}}/store/{RUN}", f"explain {{}}/store/{RUN} lou-holt"],
    f"store/{RUN}/lines.parquet": [f"replay {{}}/store/{RUN}"],
    f"store/{RUN}/state.parquet": [
        f"replay {{}}/store/{RUN}", f"run {{}}/stateful.yaml {{}}/csv --period 2026-02 --state {{}}/store/{RUN} --dry",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop.prepared(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that waits for a writer is not given two minutes of the clock."""
    alarms = tuple((sign, timer, seconds / 4) for sign, timer, seconds in judged.ALARMS)
    monkeypatch.setattr(judged, "ALARMS", alarms)


@pytest.mark.parametrize("put", THINGS, ids=lambda put: put.__name__.strip("_"))
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.usefixtures("impatient")
def test_what_is_no_file_is_refused(shop: Workshop, tmp_path: Path, place: str, put: Callable[[Path], None]) -> None:
    here = tmp_path / "here"
    shutil.copytree(shop.folder, here)
    shutil.copyfile(PAGES[0], here / "page.yaml")
    (here / place).unlink()
    put(here / place)

    for command in PLACES[place]:
        found = ended([word.replace("{}", str(here)) if word != "M" else MONTH for word in command.split()])

        assert found.wrong == [], command
        assert found.code == 2, f"{command}: {found.out}"
        assert place in found.err or str(here / place).removesuffix("/manifest.json") in found.err, command
        assert not (here / "new").exists() or list(half_written(here / "new")) == []


@pytest.mark.parametrize("place", [".", "{}", "{}/gone/page.html"])
def test_a_page_that_can_stand_nowhere_is_refused(
    shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)

    found = ended(["explain", str(shop.store / RUN), "lou-holt", "--html", place.replace("{}", str(tmp_path))])

    assert (found.wrong, found.code) == ([], 2)
    assert list(tmp_path.iterdir()) == []
