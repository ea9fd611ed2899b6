"""Pages of the documentation as what a reader would do with them: files to write, commands to type, code to run.

In a page,

- a block with ``:caption: FILE`` is a file that the reader writes;
- a ``console`` block holds commands, each after ``$``, and what they print. A line ``…`` stands for any lines, ``…``
  within a line for any text; a command without output under it is not compared and has to end with 0;
- a ``yaml`` block with the key ``plan`` is a plan and is checked; another one is laid over the plan that a comment
  names (``% over: plans/reference-mlm.yaml``) and checked together with it;
- a ``yaml`` block with the key ``case`` is a worked example, which the page plays with ``trueline case``;
- ``% refused: WORDS`` before a ``yaml`` block says that it is refused with these words, ``% no plan`` that it is none;
- a ``python`` block runs, in one namespace per page; a ``text`` block right after it is what it prints.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from trueline.cli.main import COMMANDS, main
from trueline.errors import Refused
from trueline.period import Period
from trueline.plan import load_plan

HOME = Path(__file__).resolve().parents[2]
PERIODS = {"day": "2026-03-01", "week": "2026-W10", "month": "2026-03", "quarter": "2026-Q1", "year": "2026"}
FENCE = re.compile(r"^```(?P<info>\S.*?)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(?P<key>[a-z-]+):[ ]*(?P<value>.*)\n", re.MULTILINE)
REMARK = re.compile(r"^% (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the file it is, its text, its line, and the remarks above it since the last."""

    language: str
    caption: str
    text: str
    line: int
    remarks: tuple[str, ...]


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page, in order."""
    last = 0
    for found in FENCE.finditer(page):
        info, body = found["info"], found["body"]
        options: dict[str, str] = {}
        if info.startswith("{"):
            if not info.startswith("{code-block}"):
                continue
            info = info.removeprefix("{code-block}").strip()
            while option := OPTION.match(body):
                options[option["key"]] = option["value"].strip()
                body = body[option.end() :]
            body = body.removeprefix("\n")
        remarks = tuple(remark["text"] for remark in REMARK.finditer(page[last : found.start()]))
        last = found.end()
        yield Block(info, options.get("caption", ""), body, page.count("\n", 0, found.start()) + 1, remarks)


class Reader:
    """Somebody who follows a page in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.over = ""
        self.names: dict[str, Any] = {"__name__": "page"}
        self.printed: str | None = None
        self.code = 0

    def follow(self, block: Block) -> None:
        """Do what one block says; AssertionError where the page is wrong."""
        for remark in block.remarks:
            if remark.startswith("over: "):
                self.over = remark.removeprefix("over: ")
        if block.caption:
            self.write(block)
        if block.language == "console":
            self.type_commands(block.text)
        elif block.language == "yaml" and "no plan" not in block.remarks:
            self.check_plan(block)
        elif block.language == "python" and "not run" not in block.remarks:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(block.text, f"line {block.line}", "exec"), self.names)  # noqa: S102 - the page's own code
            self.printed = out.getvalue()
            return
        elif block.language == "text" and self.printed is not None:
            compare(block.text, self.printed)
        self.printed = None

    def write(self, block: Block) -> None:
        target = self.folder / block.caption
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")

    def type_commands(self, text: str) -> None:
        """Type each command and compare what it prints."""
        for typed in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, _, shown = typed.partition("\n")
            while line.endswith("\\"):
                more, _, shown = shown.partition("\n")
                line = line[:-1] + more.strip()
            got = self.command(shlex.split(line))
            if shown.strip():
                compare(shown, got)
            else:
                assert self.code == 0 or line == "echo $?", f"{line} ended with {self.code}:\n{got}"

    def command(self, words: list[str]) -> str:
        """Run one command and give all that it prints."""
        match words:
            case ["trueline", *arguments]:
                out = io.StringIO()
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                    self.code = main(arguments)
                return out.getvalue()
            case ["echo", "$?"]:
                return f"{int(self.code)}\n"
            case ["mkdir", name]:
                (self.folder / name).mkdir()
            case ["cp", "-r", source, target]:
                shutil.copytree(self.folder / source, self.folder / target)
            case ["cp", source, target]:
                shutil.copy(self.folder / source, self.folder / target)
            case ["rm", *names]:
                for name in names:
                    (self.folder / name).unlink()
            case ["ls", name]:
                return "".join(f"{path.name}\n" for path in sorted((self.folder / name).iterdir()))
            case _:
                raise AssertionError(f"A page may type trueline, cp, rm, mkdir, ls and echo $?, not {words}.")
        self.code = 0
        return ""

    def check_plan(self, block: Block) -> None:
        """Load a plan, or a part of one laid over the page's plan."""
        wanted = next(
            (remark.removeprefix("refused: ") for remark in block.remarks if remark.startswith("refused: ")), ""
        )
        part = yaml.load(block.text, yaml.BaseLoader)  # noqa: S506 - as text, as the engine reads it
        if "case" in part:
            return  # a worked example, which the page plays
        text = block.text
        if "plan" not in part:
            assert self.over, f"line {block.line}: a part of a plan needs '% over: PLAN' above it"
            whole = yaml.load((self.folder / self.over).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
            text = yaml.safe_dump(laid_over(whole, part), sort_keys=False, allow_unicode=True, width=1000)
        try:
            file = load_plan(text, "page.yaml")
            file.at(Period.parse(PERIODS[yaml.load(text, yaml.BaseLoader)["period"]]))  # noqa: S506
        except Refused as refused:
            said = "\n".join(str(finding) for finding in refused.findings)
            assert wanted, f"line {block.line}: this plan is refused:\n{said}"
            assert wanted in " ".join(said.split()), f"line {block.line}: refused, but it says:\n{said}"
            return
        assert not wanted, f"line {block.line}: this plan should be refused"


def laid_over(whole: Any, part: Any) -> Any:
    """``part`` over ``whole``, key by key; a bonus, table or tree that ``part`` names is replaced."""
    depth_two = ("measures", "conditions", "tables", "trees", "bonuses", "limits", "volumes", "attributes")
    found = dict(whole)
    for key, value in part.items():
        found[key] = {**whole.get(key, {}), **value} if key in depth_two and isinstance(value, dict) else value
    found.pop("clauses", None)
    return found


def missing_commands(page: str) -> set[str]:
    """Commands that the page types and this version lacks."""
    return set(re.findall(r"^\$ trueline (\w+)", page, re.MULTILINE)) - set(COMMANDS)


def compare(shown: str, got: str) -> None:
    """Compare what a page shows with what was printed; … stands for what the page leaves out."""
    wanted = [line.rstrip() for line in shown.strip("\n").splitlines()]
    printed = [line.rstrip() for line in got.strip("\n").splitlines()]
    pattern = ""
    for line in wanted:
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*?".join(re.escape(part) for part in line.split("…")) + r"\n"
    text = "".join(line + "\n" for line in printed)
    assert re.fullmatch(pattern, text), "The page shows:\n" + "\n".join(wanted) + "\n\nPrinted was:\n" + text
