"""What ``--help`` says, on a terminal of 80 columns."""

import re
from itertools import pairwise

import pytest
import typer

from flatnlp.cli import app
from flatnlp.paper.tuning.space import RANGES
from tests.tiny import CommandLine

WIDTH = 80
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_name_is_cut_and_lines_are_full(command_line: CommandLine, command: str) -> None:
    said = command_line.done(command, "--help")
    assert "…" not in said
    for paragraph in re.split(r"\n\s*\n", said.partition("╭")[0]):
        lines = [line.strip() for line in paragraph.strip().splitlines()]
        for line, following in pairwise(lines):
            assert len(line) + 1 + len(following.split()[0]) > WIDTH - 2, paragraph


@pytest.mark.parametrize("command", COMMANDS)
def test_what_an_option_does_has_a_third_of_the_line(command_line: CommandLine, command: str) -> None:
    rows = [line for line in command_line.done(command, "--help").splitlines() if re.match(r"│ [* ]  --|│ --", line)]
    assert rows
    for row in rows:
        *_, told = re.split(r"\s{2,}", row.rstrip("│ "))
        assert WIDTH - row.index(told) >= WIDTH / 3, row


def test_tuning_tells_what_is_searched_and_kept(command_line: CommandLine) -> None:
    said = " ".join(command_line.done("tune", "--help").split())
    for each in RANGES:
        low, high = (10.0**bound if each.kind == "decade" else bound for bound in (each.low, each.high))
        assert f"{each.setting.replace('_', ' ')} ({low:g} to {high:g}" in said
    assert "The first trial keeps the settings that `flatnlp reproduce` trains with" in said
    assert "within one point of the best" in said
