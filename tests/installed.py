"""The tests against the built wheel, where there is no source tree: ``python -m tests.installed``.

Builds the wheel, installs it with the locked packages into an empty environment, copies what the repository holds except
``src`` beside it, and runs the suite there. Not part of ``make test``, which tries the wheel with a few commands only: it
takes as long as the whole suite, and fetches the locked packages once more.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
ABOUT_SOURCES = ["tests/test_house.py", "tests/test_wheel.py"]
"""What reads or builds the sources themselves."""


def tracked() -> list[str]:
    """What the repository holds, except the sources of the package."""
    git = [shutil.which("git") or "git", "ls-files", "-z"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and not name.startswith("src/")]


def installed(folder: Path) -> Path:
    """The interpreter of a new environment that has the wheel and the locked packages and nothing else."""
    wheels = folder / "wheels"
    pip = ["pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    source = folder / "source"  # a copy, so that nothing of the build stays in the source tree
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(source)]
    subprocess.run([sys.executable, "-m", *build], check=True)
    shutil.rmtree(source)
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / "bin" / "python"
    locked = [*pip, "install", "--require-hashes", "-r", str(ROOT / "requirements-dev.lock")]
    subprocess.run([python, "-m", *locked], check=True)
    subprocess.run([python, "-m", *pip, "install", "--no-deps", "--no-index", *map(str, wheels.iterdir())], check=True)
    return python


def copied(folder: Path) -> Path:
    """The checkout without sources, with what lies beside this one for the tests beside it too."""
    tree = folder / "tree"
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    if (ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(ROOT.parent / "shared")
    return tree


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    given, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree, python = copied(folder), installed(folder)  # the copy first, of the state the wheel is built from
        ignored = [f"--ignore={path}" for path in ABOUT_SOURCES]
        return subprocess.run(
            [python, "-m", "pytest", "-n", str(given.workers), *ignored, *more], cwd=tree, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
