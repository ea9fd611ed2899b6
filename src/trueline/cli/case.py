"""``trueline case``: play worked examples and say where the engine differs from them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trueline.cli.legible import say_data
from trueline.cli.main import ExitCode
from trueline.errors import Finding, Findings, Refused

if TYPE_CHECKING:
    from trueline.case.playing import Played


@dataclass(frozen=True)
class Report:
    """What came of one page: what was played of it, or why it was refused."""

    file: str
    played: tuple[Played, ...]
    findings: tuple[Finding, ...]

    @property
    def compared(self) -> int:
        return sum(part.compared for part in self.played)

    @property
    def differing(self) -> int:
        return sum(len(part.differences) for part in self.played)

    @property
    def word(self) -> str:
        return "refused" if self.findings else "differs" if self.differing else "passed"


@click.command("case")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of lines.")
@click.pass_context
def command(ctx: click.Context, paths: Sequence[Path], *, as_json: bool) -> None:
    """Play the worked examples in PATHS, files or folders, and compare them with what they expect."""
    files = list(pages_in(paths))
    reports = []
    for number, file in enumerate(files, 1):
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{number} of {len(files)}: {file}", err=True, nl=False)
        reports.append(reported(file))
        if not as_json:
            show(reports[-1])
    if sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    if as_json:
        say_data([as_data(report) for report in reports])
    else:
        click.echo(summary(reports))
    ctx.exit(exit_code(reports))


def pages_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The page files in PATHS, each once; folders with all below them. Errors: ``Refused`` where there is none."""
    findings, seen = Findings(), dict[Path, None]()
    for path in paths:
        try:
            found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        except OSError as error:
            findings.add(str(path), 0, 0, f"This cannot be read: {error.strerror}.", "Check its name and rights.")
            continue
        if not found:
            findings.add(str(path), 0, 0, "There is no page in this folder.", "Pages are files that end in '.yaml'.")
        seen.update(dict.fromkeys(found))
    findings.refuse_if_any()
    yield from seen


def reported(file: Path) -> Report:
    """Read and play one page."""
    from trueline.case.page import read_page
    from trueline.case.playing import play

    try:
        return Report(str(file), tuple(play(read_page(file))), ())
    except Refused as refused:
        return Report(str(file), (), refused.findings)


def show(report: Report) -> None:
    """One line for the page, and one below it for each difference."""
    counted = counts(report.compared, "value")
    if report.differing:
        counted = f"{report.differing} of {counted}"
    variants = {part.variant for part in report.played if part.variant}
    if variants:
        counted += f", {counts(len(variants), 'variant')}"
    click.echo(f"{report.word:8} {report.file}" + (f" ({counted})" if report.played else ""))
    for part in report.played:
        for difference in part.differences:
            click.echo(f"         {difference}{within(part)}")
    for finding in report.findings:
        click.echo(" ".join(str(finding).split()), err=True)


def counts(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def within(part: Played) -> str:
    """Which variant and period a difference was found in."""
    return f" ({part.variant}, {part.period})" if part.variant else f" ({part.period})"


def summary(reports: Sequence[Report]) -> str:
    """How many pages came out how."""
    words = [report.word for report in reports]
    return f"{counts(len(words), 'page')}: " + ", ".join(
        f"{words.count(word)} {word}" for word in ("passed", "differs", "refused")
    )


def as_data(report: Report) -> dict[str, Any]:
    """A report as plain data."""
    return {
        "file": report.file,
        "outcome": report.word,
        "played": [
            {
                "variant": part.variant or None,
                "period": part.period,
                "compared": part.compared,
                "differences": [
                    {
                        "line": found.place.line,
                        "column": found.place.column,
                        "what": found.what,
                        "expected": found.expected,
                        "got": found.got,
                    }
                    for found in part.differences
                ],
            }
            for part in report.played
        ],
        "findings": [
            {"file": one.file, "line": one.line, "column": one.column, "message": one.message, "remedy": one.remedy}
            for one in report.findings
        ],
    }


def exit_code(reports: Sequence[Report]) -> ExitCode:
    """Refused before said no before fine."""
    words = {report.word for report in reports}
    return ExitCode.REFUSED if "refused" in words else ExitCode.SAID_NO if "differs" in words else ExitCode.OK
