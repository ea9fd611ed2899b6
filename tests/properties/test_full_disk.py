"""A disk without room: every command that writes says so, exits with 2, and leaves what was there as it was.

A real file system of a few pages, which only an administrator of Linux can mount; tests/run/test_store.py lets the
operating system refuse writes for everybody else.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.properties.ended import ended
from tests.properties.workshop import MONTH, ROOT, Workshop

from trueline.run.replay import replay
from trueline.run.store import load_run

SIZE = 4 * 2**20
LEAST = 4096
"""Bytes of a page: a file system in memory has no smaller room."""
NO_ROOM = "No space left on device"
SCENARIO = ROOT / "scenarios" / "customers-first.yaml"
FIVE = ROOT / "plans" / "five-levels.yaml"
NAME = f"{MONTH}-stateful"
WRITING = {
    "run": "run {shop}/stateful.yaml {shop}/csv --period 2026-01 --out {disk}/store --name new",
    "template": "facts template {disk}/facts",
    "simulate": "simulate {shop}/scenario.yaml --plan {five} --months 2 --out {disk}/company",
    "explain": "explain {disk}/store/{run} lou-holt --html {disk}/page.html",
    "place": "place {shop}/csv --tree binary --width 2 --on 2026-02-01 --whole --out {disk}/edges.csv",
    "analyse": "analyse {five} {shop}/csv --period 2026-01 --out {disk}/tables",
    "compare": "compare {five} {shop}/five.yaml --facts {shop}/csv --period 2026-01 --to 2026-01 --html {disk}/page.html --pdf {disk}/page.pdf",
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    shop = Workshop.prepared(tmp_path_factory.mktemp("workshop"))
    text = SCENARIO.read_text(encoding="utf-8")
    (shop.folder / "scenario.yaml").write_text(text.replace("start: 300", "start: 12"), encoding="utf-8")
    (shop.folder / "five.yaml").write_text(
        FIVE.read_text(encoding="utf-8").replace("plan: Five levels", "plan: Five others"), encoding="utf-8"
    )
    return shop


@pytest.fixture
def disk(tmp_path: Path, shop: Workshop) -> Iterator[Path]:
    """A small disk with a run from before, a page and tables."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only an administrator of Linux can mount a small disk")
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", f"size={SIZE}", "trueline-test", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        store = f"run {shop.folder}/stateful.yaml {shop.csv} --period 2026-01 --out {place}/store"
        assert ended(store.split()).code == 0
        for old in ("page.html", "page.pdf", "edges.csv"):
            (place / old).write_text("what was there before", encoding="utf-8")
        yield place
    finally:
        subprocess.run(["/bin/umount", str(place)], check=True)


def contents(folder: Path) -> dict[str, str]:
    """Everything below, by its hash; objects are sealed under their names, and none is in a run unless it is named."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "objects" not in path.parts)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def fill(disk: Path, left: int) -> Path:
    """A file that takes all the room but ``left`` bytes."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        file.write(b"\1" * (free - left))
    assert os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize == left
    return filler


@pytest.mark.slow
@pytest.mark.parametrize("pages", [0, 1, 3])
@pytest.mark.parametrize("what", WRITING)
def test_a_full_disk_is_said_and_nothing_is_half_written(shop: Workshop, disk: Path, what: str, pages: int) -> None:
    words = {"shop": shop.folder, "disk": disk, "run": NAME, "five": FIVE}
    arguments = [part.format(**words) for part in WRITING[what].split()]
    before = contents(disk)
    filler = fill(disk, pages * LEAST)

    full = ended(arguments)

    assert (full.code, full.wrong) == (2, [])
    assert NO_ROOM in full.err
    filler.unlink()
    assert contents(disk) == before
    assert not list(disk.rglob(".*")), "nothing is left aside"
    assert replay(load_run(disk / "store" / NAME)).same
    again = ended(arguments)
    assert (again.code, again.err.strip()) == (0, ""), "with room it is done"
    assert contents(disk) != before


@pytest.mark.slow
def test_drafts_of_a_paper_that_find_no_room_are_said(
    shop: Workshop, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF goes elsewhere, but what it is set from is drafted on the full disk."""
    paper = tmp_path / "page.pdf"
    arguments = WRITING["compare"].format(shop=shop.folder, disk=disk, five=FIVE, run=NAME).split()[:-4]
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    fill(disk, LEAST)

    full = ended([*arguments, "--pdf", str(paper)])

    assert (full.code, full.wrong) == (2, [])
    assert f"{disk}: Drafts cannot be written: {NO_ROOM}. Make room, or name a folder in TMPDIR." in full.err
    assert not paper.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_an_output_that_takes_nothing_is_said() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "trueline", "plan", "show", str(FIVE)]
        said = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert said.returncode == 2
    assert said.stderr == f"Cannot be written: {NO_ROOM}. Make room and try again.\n"


def test_a_reader_who_went_away_is_no_defect() -> None:
    """As with ``| head``: nothing is said, and nothing is done."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "trueline", "plan", "show", str(FIVE)]
    said = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)

    assert (said.returncode, said.stderr) == (1, "")
