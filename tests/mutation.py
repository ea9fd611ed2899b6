"""Mistakes put into the kernels one by one, to see whether the tests notice: ``python -m tests.mutation 60``.

Each mutant differs from the code by one comparison, number, sign, order of operands or missing statement. It runs in a
forked process without compiling, on seeded worlds against the second engine and on every worked example. What nobody
notices is listed as a survivor; what that means is for a person to say. Not part of ``make test``: it takes minutes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import signal
import sys
import time
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"  # before anything imports the kernels

from tests.properties.two_engines import apart, fast_runs, legal, whole_plan
from tests.reference.worlds import played_chain, seeded_world, until_refused

from trueline.case.page import read_page
from trueline.case.playing import play

ROOT = Path(__file__).parents[1]
RECKON = ROOT / "src" / "trueline" / "reckon"
BESIDE = ("lines", "limits", "machine", "settler", "sources")
MUTATED = [*sorted((RECKON / "bonus").glob("[a-z]*.py")), *(RECKON / f"{name}.py" for name in BESIDE)]
FLIPS: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
LARGE = 20_000
"""Pages larger than this, and those of thousands of members, are left out: without compiling they take long."""
PATIENCE = 4
"""How many times the processor time of the code without mistake, after which a mutant counts as noticed."""


NOT_TRIED = "NOT TRIED"
"""Said of a mutant that could not be put in."""


@dataclass(frozen=True)
class Mutant:
    file: Path
    node: int
    way: str


def ways(node: ast.AST) -> Iterator[str]:
    """How one node can be wrong."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in FLIPS:
        yield "flipped"
    elif isinstance(node, ast.BinOp) and type(node.op) in FLIPS and not isinstance(node.left, ast.Constant | ast.List):
        yield "flipped"
        if isinstance(node.op, ast.Sub):
            yield "swapped"
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv | ast.Mod):
        yield "swapped"
    elif isinstance(node, ast.BoolOp):
        yield "flipped"
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield "one more"
    elif isinstance(node, ast.AugAssign | ast.Continue | ast.Break) or writes_into(node):
        yield "removed"


def writes_into(node: ast.AST) -> bool:
    """Whether a statement writes into an array or an object; without one that gives a name, nothing would run."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute)


def bodies(tree: ast.Module) -> set[int]:
    """The nodes inside of functions, without what stands only for types."""
    skipped: set[int] = set()
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                inside |= {id(one) for one in ast.walk(statement)}
        if isinstance(node, ast.AnnAssign | ast.Raise | ast.Assert):
            part = node.annotation if isinstance(node, ast.AnnAssign) else node
            skipped |= {id(one) for one in ast.walk(part)}
    return inside - skipped


def mutants() -> list[Mutant]:
    found = []
    for file in MUTATED:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        inside = bodies(tree)
        for number, node in enumerate(ast.walk(tree)):
            if id(node) in inside:
                found += [Mutant(file, number, way) for way in ways(node)]
    return found


def mutated(mutant: Mutant) -> tuple[ast.Module, str]:
    """The module with its mistake, and a sentence that shows it."""
    tree = ast.parse(mutant.file.read_text(encoding="utf-8"))
    node: Any = list(ast.walk(tree))[mutant.node]
    before = ast.unparse(copy.deepcopy(node))
    if mutant.way == "removed":
        gone = ast.copy_location(ast.Pass(), node)
        for parent in ast.walk(tree):
            for name in ("body", "orelse"):
                block = getattr(parent, name, None)
                if isinstance(block, list) and node in block:
                    block[block.index(node)] = gone
        after = "nothing"
    else:
        if mutant.way == "one more":
            node.value += 1
        elif mutant.way == "swapped":
            node.left, node.right = node.right, node.left
        elif isinstance(node, ast.Compare):
            node.ops = [FLIPS[type(node.ops[0])]()]
        else:
            node.op = FLIPS[type(node.op)]()
        after = ast.unparse(node)
    place = f"{mutant.file.relative_to(ROOT / 'src')}:{node.lineno}"
    return ast.fix_missing_locations(tree), f"{place}: {before}  →  {after}"


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def put_in(tree: ast.Module, file: Path) -> None:
    """Give the functions of a loaded module the code of its mutant, wherever they have been imported to."""
    name = "trueline." + ".".join(file.relative_to(ROOT / "src" / "trueline").with_suffix("").parts)
    new = {code.co_qualname: code for code in codes(compile(tree, str(file), "exec"))}
    module = sys.modules[name]
    parts = [*vars(module).values()]
    parts += [part for one in parts if isinstance(one, type) and one.__module__ == name for part in vars(one).values()]
    for part in parts:
        function = getattr(part, "fget", None) or getattr(part, "func", None) or part
        function = getattr(function, "__func__", function)
        if isinstance(function, types.FunctionType) and function.__module__ == name and function.__qualname__ in new:
            function.__code__ = new[function.__qualname__]  # what a dataclass writes of itself is in no file


class Judges:
    """What a mutant has to get past: worlds with the second engine's results, and worked examples."""

    def __init__(self, seeds: range) -> None:
        self.worlds = []
        for seed in seeds:
            plan, rows, periods = seeded_world(seed)
            plan, rows = whole_plan(plan, rows["company"].get("volumes", {})), legal(rows)
            self.worlds.append((seed, plan, rows, periods, until_refused(played_chain(plan, rows, periods))))
        files = [file for file in sorted((ROOT / "cases").rglob("*.yaml")) if file.stat().st_size < LARGE]
        self.pages = [read_page(file) for file in files]
        self.pages = [page for page in self.pages if len(page.members) < 500]
        began = time.process_time()
        self.unprovoked = self.noticed()
        self.patience = PATIENCE * (time.process_time() - began)

    def noticed(self) -> str:
        """Who notices first; empty when nobody does."""
        for page in self.pages:
            if any(part.differences for part in play(page)):
                return page.name
        for seed, plan, rows, periods, expected in self.worlds:
            if next(apart(until_refused(fast_runs(plan, rows, periods)), expected), None):
                return f"world {seed}"
        return ""

    def outcome(self, tree: ast.Module, file: Path) -> str:
        """Who notices the mistake, once it is in place; whatever it then does, it was noticed."""
        try:
            put_in(tree, file)
        except Exception as error:  # noqa: BLE001 - a mistake that never was in place has not been noticed
            return f"{NOT_TRIED}: {error!r}"
        try:
            return self.noticed()
        except BaseException as error:  # noqa: BLE001
            return type(error).__name__

    def of(self, mutant: Mutant) -> tuple[str, str]:
        """The mutant shown, and who notices it."""
        tree, shown = mutated(mutant)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_PROF, self.patience)  # what others do meanwhile does not count
            os.close(reading)
            os.write(writing, self.outcome(tree, mutant.file).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            said = answer.read()
        _, status = os.waitpid(child, 0)
        return shown, said if os.WIFEXITED(status) else "did not end"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=60)
    given = parser.parse_args()
    judges = Judges(range(given.worlds))
    if judges.unprovoked:
        print(f"Without any mutant there is a difference: {judges.unprovoked}")  # noqa: T201 - a script
        return 1
    everything = mutants()
    chosen = random.Random(given.seed).sample(everything, min(given.count, len(everything)))  # noqa: S311
    survivors, untried = [], 0
    began = time.monotonic()
    for number, mutant in enumerate(chosen, 1):
        shown, said = judges.of(mutant)
        print(f"{number:3} {said or 'SURVIVED':32} {shown}", flush=True)  # noqa: T201
        survivors += [] if said else [shown]
        untried += said.startswith(NOT_TRIED)
    took = time.monotonic() - began
    print(f"{len(chosen)} of {len(everything)} mutants, {len(survivors)} survivors, {untried} not tried, {took:.0f} s")  # noqa: T201
    return int(untried > 0)


if __name__ == "__main__":
    sys.exit(main())
