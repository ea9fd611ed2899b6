"""The entry of ``trueline``: the table of commands, the way errors are shown, and the exit codes.

A command lives in its own module, which is imported only when that command runs. Help, completion and a mistyped
name therefore need nothing but click, and answer at once.
"""

from __future__ import annotations

import errno
import importlib
import sys
import traceback
import warnings
from collections.abc import Sequence
from enum import IntEnum

import click
from click.shell_completion import CompletionItem

from trueline import __version__
from trueline.cli.legible import make_legible
from trueline.errors import Refused, nearest

COMMANDS: dict[str, tuple[str, str]] = {
    "facts": ("trueline.cli.facts", "Check a folder of facts, or start an empty one."),
    "run": ("trueline.cli.run", "Compute periods and store them."),
    "place": ("trueline.cli.place", "Propose seats in a tree for those who wait, moves, and roll-up."),
    "replay": ("trueline.cli.replay", "Prove that a stored run comes out the same."),
    "return": ("trueline.cli.goods", "Say what a return of goods would do to whom, before it is booked."),
    "diff": ("trueline.cli.diff", "Say who gets another amount in another run, and which input caused it."),
    "reconcile": ("trueline.cli.reconcile", "Compare a run with what another system paid, by probable cause."),
    "case": ("trueline.cli.case", "Play worked examples and show where the engine differs."),
    "plan": ("trueline.cli.plan", "Check a plan file, show it in plain words, write its schema."),
    "simulate": ("trueline.cli.simulate", "Play a scenario of an invented company under a plan."),
    "explain": ("trueline.cli.explain", "Say what a member gets and why, why not, and what the next rank needs."),
    "analyse": ("trueline.cli.analyse", "Measure what a plan does: sources of money, spread, net results."),
    "compare": ("trueline.cli.compare", "Put plans side by side over one history, measured and judged."),
}
"""Every command, in the order of the help: name -> (module, short help). The module's ``command`` is the command."""


class ExitCode(IntEnum):
    """What the exit code says to a script."""

    OK = 0
    SAID_NO = 1
    REFUSED = 2
    DEFECT = 3
    INTERRUPTED = 130


EXIT_CODES = """\b
Exit codes:
  0    done
  1    a check or comparison said no, for example a worked example failed
  2    the input or the command line was refused; standard error says why
  3    a defect in Trueline; please report what it printed
  130  interrupted
"""


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
"""What a disk can refuse at any moment; every other error of a file is caught where it is."""


class CommandTable(click.Group):
    """A group whose commands are the rows of :data:`COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command = importlib.import_module(module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.command is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing:
            raise click.UsageError(f"There is no command '{name}'. {nearest(name, list(COMMANDS))}".rstrip(), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl([(name, short_help) for name, (_, short_help) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = [
            CompletionItem(name, help=short_help)
            for name, (_, short_help) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)


@click.group(cls=CommandTable, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="trueline", message="%(prog)s %(version)s")
def trueline() -> None:
    """Compute, explain and measure the compensation of a direct-selling company."""


def _refuse_empty(given: Sequence[str]) -> None:
    """An empty name of a file would mean the folder that one stands in, and all that lies below it."""
    for number, argument in enumerate(given, 1):
        if not argument or (argument.startswith("--") and argument.endswith("=")):
            where = argument.rstrip("=") or f"Argument {number}"
            raise click.UsageError(f"{where} is empty. Is a variable of the shell not set?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and say how it ended; ``arguments`` are those of the process when not given.

    A command that has to say no ends with ``ctx.exit(ExitCode.SAID_NO)``.
    """
    make_legible()
    with warnings.catch_warnings():
        warnings.showwarning = _show
        return _ended(arguments)


def _show(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,  # noqa: ARG001 - python's signature
    line: object = None,  # noqa: ARG001 - as above
) -> None:
    """A warning of Trueline's own is a sentence for whoever runs the command; others keep their form."""
    ours = category.__module__.startswith("trueline.")
    click.echo(str(message) if ours else warnings.formatwarning(message, category, filename, lineno).rstrip(), err=True)


def _ended(arguments: Sequence[str] | None) -> int:
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        _refuse_empty(given)
        ended = trueline.main(args=given, prog_name="trueline", standalone_mode=False)
    except Refused as refused:
        for finding in refused.findings:
            click.echo(" ".join(str(finding).split()), err=True)
        return ExitCode.REFUSED
    except click.ClickException as error:
        error.show()
        return ExitCode.REFUSED
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except OSError as error:
        if error.errno not in _NO_ROOM:
            traceback.print_exc()
            return ExitCode.DEFECT
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"{place}Cannot be written: {error.strerror}. Make room and try again.", err=True)
        return ExitCode.REFUSED
    except Exception:  # noqa: BLE001 - shown in full; a crash must not look like a check that said no
        traceback.print_exc()
        return ExitCode.DEFECT
    return ended if isinstance(ended, int) else ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
