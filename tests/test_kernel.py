"""The cache of compiled loops follows every source that could be part of one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from numba import config

from trueline.kernel import PACKAGE, fingerprint, first_writable, kernel, plain


def test_the_cache_belongs_to_the_present_sources() -> None:
    assert Path(config.CACHE_DIR).name == f"kernels-{fingerprint(PACKAGE)}"


def test_any_change_of_a_kernel_means_another_cache(tmp_path: Path) -> None:
    (tmp_path / "money").mkdir()
    callee = tmp_path / "money" / "exact.py"
    callee.write_text("@kernel\ndef add(a, b):\n    return a + b\n")
    (tmp_path / "words.py").write_text("GREETING = 'hello'\n")
    before = fingerprint(tmp_path)
    (tmp_path / "words.py").write_text("GREETING = 'good morning'\n")
    assert fingerprint(tmp_path) == before
    callee.write_text("@kernel\ndef add(a, b):\n    return a - b\n")
    assert fingerprint(tmp_path) != before


def test_the_plain_function_is_always_there() -> None:
    def double(a: int) -> int:
        return 2 * a

    assert plain(kernel(double)) is double
    assert plain(double) is double


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A copy of the package beside which nothing can be written, by nobody: root writes in every folder but in no file."""
    copy = tmp_path / "site" / "trueline"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "__pycache__").write_text("")
    return copy.parent


def run_closed(site: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Play one published page with that copy, in a process whose home is ``home``."""
    page = Path(__file__).parents[1] / "cases" / "advocare_silver.yaml"
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LD_LIBRARY_PATH"}}
    return subprocess.run(
        [sys.executable, "-m", "trueline", "case", str(page)],
        env=kept | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)},
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_an_installation_that_nobody_may_write_keeps_its_kernels_with_the_user(closed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended = run_closed(closed, home)

    assert (ended.returncode, ended.stderr) == (0, "")
    (folder,) = home.rglob("kernels-*")
    assert folder.name == f"kernels-{fingerprint(PACKAGE)}"
    assert any(folder.rglob("*.nbc"))


@pytest.mark.slow
def test_without_any_place_for_them_kernels_are_compiled_anew(closed: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("")
    ended = run_closed(closed, nowhere)

    assert ended.returncode == 0
    assert ended.stderr.startswith("Kernels are compiled anew in every process")
    assert "NUMBA_CACHE_DIR" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_first_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert first_writable([tmp_path / "file" / "a", tmp_path / "b" / "c", tmp_path / "d"]) == tmp_path / "b" / "c"
    assert not (tmp_path / "d").exists()
    assert first_writable([tmp_path / "file"]) is None
    assert first_writable([]) is None
