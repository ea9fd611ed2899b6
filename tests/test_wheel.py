"""The wheel holds the package and nothing else, and works where there is no source tree."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trueline import __version__

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "trueline"
DATA = {".lark", ".html", ".jinja", ".css", ".yaml", ".typ"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing of the build stays in the source tree."""
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        pytest.skip("pyproject.toml asks for setuptools 77 to build; make setup installs it")
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copytree(PACKAGE, folder / "src" / "trueline", ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", str(folder / "dist"), str(folder)], check=True, cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked and copies of an example's files, and no source tree."""
    folder = tmp_path_factory.mktemp("elsewhere")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*install, "--target", str(folder / "site"), str(wheel)], check=True, cwd=folder)
    shutil.copytree(ROOT / "examples" / "company-minimal", folder / "facts")
    shutil.copyfile(ROOT / "plans" / "reference-nm.yaml", folder / "plan.yaml")
    shutil.copyfile(ROOT / "cases" / "party_plan_alice.yaml", folder / "page.yaml")
    return folder


def trueline(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    environment["PYTHONPATH"] = str(folder / "site")
    done = subprocess.run(
        [sys.executable, "-m", "trueline", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name for name in names if not name.startswith(f"trueline-{__version__}.dist-info/")}
    written = {
        f"trueline/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", *DATA} or path.name == "py.typed"
    }

    assert inside == written
    assert "trueline/py.typed" in inside
    assert {Path(name).suffix for name in inside} >= {".py", ".lark", ".jinja"}
    about = {name.split("/", 1)[1] for name in names - inside}
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "top_level.txt", "licenses/LICENSE"}


def test_no_file_of_the_package_is_left_out() -> None:
    unknown = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".py", *DATA}
    }

    assert unknown == {"py.typed"}, "package-data in pyproject.toml does not name these"


def test_the_installed_package_works_where_there_is_no_source(elsewhere: Path) -> None:
    assert trueline(elsewhere, "--version") == f"trueline {__version__}\n"
    assert "1 passed" in trueline(elsewhere, "case", "page.yaml")
    assert "Stored in" in trueline(elsewhere, "run", "plan.yaml", "facts", "--period", "2026-01", "--out", "store")

    run = "store/2026-01-reference-nm"
    assert "lou-holt" in trueline(elsewhere, "explain", run, "lou-holt", "--html", "page.html") + (
        elsewhere / "page.html"
    ).read_text(encoding="utf-8")
    assert "same result" in trueline(elsewhere, "replay", run)
    assert "Reference NM" in trueline(elsewhere, "plan", "show", "plan.yaml", "--markdown")
