"""What the commands refuse before any work, in one sentence each."""

from pathlib import Path

import pytest

from flatnlp import evaluate
from flatnlp.api.figures import figure
from flatnlp.api.reporting import report
from flatnlp.errors import FlatnlpError
from tests.tiny import CommandLine, contents


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pairs=3"], "There is no interpretation to do of --pairs; give --interpret ig or --interpret lime."),
        (["--save"], "There is no interpretation to save; give --interpret ig or --interpret lime."),
    ],
)
def test_evaluate(command_line: CommandLine, tiny_run: Path, arguments: list[str], sentence: str) -> None:
    before = contents(tiny_run)
    assert command_line.refusal("evaluate", tiny_run, *arguments) == sentence
    assert contents(tiny_run) == before


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["reproduce", "table2", "--source", "sst2"], "--source sst2 names no file; write --source sst2=path."),
        (["figure", "9", "runs/x"], "There is no figure 9; choose one of 3, 4, 5, 6."),
    ],
)
def test_others(command_line: CommandLine, tmp_path: Path, command: list[str], sentence: str) -> None:
    assert sentence.split(";")[0] in command_line.refusal(*command, "--output", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_in_python(tiny_run: Path, tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="A report needs at least one run folder"):
        report([], tmp_path / "report.html")
    with pytest.raises(FlatnlpError, match="A figure needs at least one run folder"):
        figure(5, [], tmp_path)
    with pytest.raises(FlatnlpError, match="pairs is 0; it must be a number of 1 or more"):
        evaluate(tiny_run, interpret="ig", pairs=0)


def test_export_knows_three_kinds_of_files(command_line: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    said = command_line.refusal("export", tiny_run, "--output", tmp_path / "texts.xlsx")
    assert said.endswith("ends in none of .csv, .jsonl and .parquet; choose one of them.")


def test_without_any_argument_the_help_is_shown(command_line: CommandLine) -> None:
    outcome = command_line()
    assert outcome.code == 2
    assert "Usage: flatnlp" in outcome.err + outcome.out
    assert "train" in outcome.err + outcome.out
