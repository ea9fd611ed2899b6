"""The entry of the command line: what it loads, what it prints and how it ends."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

from trueline import __version__
from trueline.cli.main import COMMANDS, ExitCode, main, trueline
from trueline.errors import Finding, Refused

HEAVY = {"numpy", "numba", "pyarrow", "pydantic", "yaml", "lark", "rich", "jinja2"}

Register = Callable[[Callable[[], None]], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Enter a function in the table as the command ``fake``."""

    def enter(body: Callable[[], None]) -> None:
        module = ModuleType("trueline.cli.fake")
        module.command = click.command("fake")(body)  # type: ignore[attr-defined]  # a module made here has what it is given
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(COMMANDS, "fake", (module.__name__, "Pretends to work."))

    return enter


def test_a_command_that_ends_well(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    register(lambda: click.echo("done"))

    assert main(["fake"]) == 0
    assert capsys.readouterr().out == "done\n"


def test_a_command_that_says_no(register: Register) -> None:
    register(lambda: click.get_current_context().exit(ExitCode.SAID_NO))

    assert main(["fake"]) == 1


def test_a_refusal_is_one_line_per_finding(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise Refused(
            [
                Finding("plan.yaml", 9, 2, "Unknown rank 'sliver'.", "Did you mean 'silver'?"),
                Finding("plan.yaml", 4, 1, "A sentence\n  over two lines."),
            ]
        )

    register(refuse)

    assert main(["fake"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == (
        "plan.yaml:4:1: A sentence over two lines.\nplan.yaml:9:2: Unknown rank 'sliver'. Did you mean 'silver'?\n"
    )


def test_a_defect_is_shown_in_full_and_is_not_taken_for_a_no(
    register: Register, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("of the denominator")

    register(fail)

    assert main(["fake"]) == 3
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback")
    assert shown.endswith("ZeroDivisionError: of the denominator\n")


def test_an_interruption(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    register(interrupt)

    assert main(["fake"]) == 130
    assert "Interrupted." in capsys.readouterr().err


def test_an_error_of_click_is_a_refusal_whatever_code_click_gives_it(register: Register) -> None:
    def complain() -> None:
        raise click.FileError("plan.yaml", "it is a folder")

    register(complain)

    assert main(["fake"]) == 2


@pytest.mark.parametrize("arguments", [[], ["--wrong"], ["fake", "--wrong"], ["fake", "surplus"]])
def test_wrong_usage_is_refused(register: Register, arguments: list[str]) -> None:
    register(lambda: None)

    assert main(arguments) == 2


def test_an_unknown_command_names_the_nearest(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    register(lambda: None)

    assert main(["fkae"]) == 2
    assert "There is no command 'fkae'. Did you mean 'fake'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["case", ""], "Argument 2 is empty."),
        (["run", "plan.yaml", "facts", "--period", "2026-01", "--out="], "--out is empty."),
    ],
)
def test_an_empty_name_is_not_taken_for_the_folder_one_stands_in(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == ExitCode.REFUSED
    assert f"{said} Is a variable of the shell not set?" in capsys.readouterr().err


def test_a_module_without_a_command_is_a_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = ModuleType("trueline.cli.hollow")
    module.command = "not a command"  # type: ignore[attr-defined]  # a module made here has what it is given
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(COMMANDS, "hollow", (module.__name__, "Holds nothing."))

    assert main(["hollow"]) == 3
    assert "trueline.cli.hollow.command is not a click command" in capsys.readouterr().err


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"trueline {__version__}\n"


def test_help_lists_commands_without_importing_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(COMMANDS, "absent", ("trueline.cli.absent", "Has no module at all."))

    assert main(["--help"]) == 0
    assert "absent" in capsys.readouterr().out


def test_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    listed = capsys.readouterr().out.split("Exit codes:")[1].split("\n")

    assert [int(line.split()[0]) for line in listed if line.strip()] == [int(code) for code in ExitCode]


def test_help_loads_no_library_but_click() -> None:
    program = (
        "import json, sys\n"
        "from trueline.cli.main import main\n"
        "code = main(['--help'])\n"
        "print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    code, loaded = json.loads(ended.stderr)

    assert code == 0
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


def test_the_module_runs_as_a_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "trueline.cli.main", "nonesuch"], capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "There is no command 'nonesuch'." in ended.stderr


def test_completion_names_commands_without_importing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "absent", ("trueline.cli.absent", "Has no module at all."))

    offered = trueline.shell_complete(click.Context(trueline), "abs")

    assert [(item.value, item.help) for item in offered] == [("absent", "Has no module at all.")]


def test_every_row_of_the_table_is_a_command() -> None:
    for name, (module, short_help) in COMMANDS.items():
        assert module.startswith("trueline.cli.")
        command = importlib.import_module(module).command
        assert isinstance(command, click.Command)
        assert command.name == name
        assert short_help.strip()


@pytest.mark.parametrize(
    "arguments", [["facts", "check"], ["facts", "template"], ["case"], ["plan", "check"], ["replay"]]
)
def test_a_name_that_no_file_can_have_is_refused(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, str(tmp_path / ("x" * 300))]) == ExitCode.REFUSED
    assert capsys.readouterr().err.strip()
    assert list(tmp_path.iterdir()) == []
