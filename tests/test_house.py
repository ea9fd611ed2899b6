"""The rules of the house that no linter keeps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "trueline"

BUILT = {"build", "dist", "runs", "_build", "htmlcov", "node_modules", "__pycache__"}
"""Folders that nobody writes by hand; nor hidden ones, except these."""

HIDDEN_BUT_WRITTEN = {".ci", ".github"}

VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
"""Names that say nothing about what is inside."""

IMPORTS_INSIDE_FUNCTIONS = {"report/paper.py": "typst is an extra that may not be installed"}
"""Modules outside ``cli`` that may import inside a function: path below ``src/trueline`` -> reason."""

IMPORTS_BY_NAME = {
    "__init__.py": "the public list is imported name by name, from an explicit table",
    "cli/main.py": "a command's module is loaded when the command runs, from an explicit table",
}
"""Modules that may import a module named by a string: path below ``src/trueline`` -> reason."""

REGISTRY = re.compile("|".join([r"py" + r"pi\.org", "python" + "hosted", "index" + "-url", r"npm" + r"js\.org"]))
MACHINE = re.compile(r"(?<![\w.~$})/-])/(?:work|root|farm|home|Users)/")


def written_files() -> Iterator[Path]:
    """Every file that people write, whether or not this is a git checkout."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.is_dir():
                hidden = path.name.startswith(".") and path.name not in HIDDEN_BUT_WRITTEN
                if not (hidden or path.name in BUILT or path.name.endswith(".egg-info")):
                    folders.append(path)
            elif path.name != ".git" and not path.name.startswith(".coverage"):
                yield path


def modules() -> list[Path]:
    found = sorted(SOURCE.rglob("*.py"))
    assert found
    return found


def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), str(module))


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [str(path.relative_to(ROOT)) for path in written_files() if path.stem.lower() in VAGUE]
    folders = {str(path.parent.relative_to(ROOT)) for path in written_files() if path.parent.name.lower() in VAGUE}

    assert vague + sorted(folders) == []


def test_every_module_says_what_it_is() -> None:
    assert [str(module.relative_to(ROOT)) for module in modules() if not ast.get_docstring(parsed(module))] == []


def imports_inside_functions(tree: ast.Module) -> Iterator[int]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node.lineno


def test_imports_stand_at_the_top() -> None:
    found = [
        place(module, line)
        for module in modules()
        if module.relative_to(SOURCE).parts[0] != "cli"
        and module.relative_to(SOURCE).as_posix() not in IMPORTS_INSIDE_FUNCTIONS
        for line in imports_inside_functions(parsed(module))
    ]

    assert found == []


def test_the_guard_sees_an_import_inside_a_method() -> None:
    tree = ast.parse("import os\nclass Tree:\n    def walk(self):\n        if self:\n            from os import path\n")

    assert list(imports_inside_functions(tree)) == [5]


def imported(module: str, tree: ast.Module, known: set[str]) -> set[str]:
    """Modules of ours that a module imports anywhere, for types only too. A package stands for its ``__init__``."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module} imports by a relative name"
            source = node.module or ""
            found |= {f"{source}.{alias.name}" if f"{source}.{alias.name}" in known else source for alias in node.names}
    return found & known


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a ring, the first one again at the end; empty when there are none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def module_name(module: Path) -> str:
    return ".".join(module.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_no_modules_import_each_other_in_a_circle() -> None:
    """A circle means that two modules are one thing, or that a third lies hidden in them. For types there is no
    exception: what names another's type depends on it as much as what calls it.
    """
    known = {module_name(module) for module in modules()}

    assert circle({name: imported(name, parsed(m), known) for m in modules() for name in [module_name(m)]}) == []


def test_the_guard_sees_a_circle_of_types() -> None:
    known = {"a", "a.b", "a.c"}
    first = ast.parse("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.c import Tree\n")
    second = ast.parse("def walk():\n    from a import b\n")
    imports = {"a.b": imported("a.b", first, known), "a.c": imported("a.c", second, known)}

    assert imports == {"a.b": {"a.c"}, "a.c": {"a.b"}}
    assert set(circle(imports)) == {"a.b", "a.c"}


def names_importlib(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == "importlib" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "importlib")
        or (isinstance(node, ast.Name) and node.id == "__import__")
        for node in ast.walk(tree)
    )


def test_nothing_is_loaded_by_name_except_from_an_explicit_table() -> None:
    found = {module.relative_to(SOURCE).as_posix() for module in modules() if names_importlib(parsed(module))}

    assert found == set(IMPORTS_BY_NAME)


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in written_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a table or a picture
        found += [place(path, number) for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_no_file_names_where_packages_come_from() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE) == []


def test_the_guard_knows_a_machine_path_from_an_address() -> None:
    assert MACHINE.search("see " + "/ho" + "me/anna/plan.yaml")
    assert MACHINE.search('"' + "/wo" + 'rk/plans"')
    assert not MACHINE.search("https://example.com" + "/wo" + "rk/plans")
    assert not MACHINE.search("docs" + "/wo" + "rk/plans")


def test_locks_hold_versions_and_hashes_only() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        for number, line in enumerate((ROOT / lock).read_text(encoding="utf-8").splitlines(), 1):
            assert re.fullmatch(r"[A-Za-z0-9._-]+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), place(
                ROOT / lock, number
            )
