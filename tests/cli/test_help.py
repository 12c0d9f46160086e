"""``--help``, ``--version``, and no command at all."""

import pytest

from flatnlp import __version__
from tests.tiny import CommandLine


def test_says_its_version(command_line: CommandLine) -> None:
    assert command_line.done("--version") == f"{__version__}\n"


@pytest.mark.parametrize("command", [[], *([name] for name in ("train", "attack", "evaluate", "predict", "demo"))])
def test_helps(command_line: CommandLine, command: list[str]) -> None:
    assert "Usage: flatnlp" in command_line.done(*command, "--help")
    assert command_line.done(*command, "-h") == command_line.done(*command, "--help")


def test_without_a_command_it_shows_what_there_is(command_line: CommandLine) -> None:
    outcome = command_line()
    assert outcome.code == 2
    assert "Usage: flatnlp" in outcome.out + outcome.err
