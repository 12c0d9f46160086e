"""``flatnlp predict``."""

import json
from pathlib import Path

import pytest

from tests.tiny import CommandLine


def test_predicts_lines_of_input_in_their_order(command_line: CommandLine, tiny_run: Path) -> None:
    out = command_line.done(
        "predict", tiny_run, stdin=b"\xef\xbb\xbfA good film.\nThe plot was awful.\r\nA lovely cast!"
    )
    assert [line.split("\t")[0] for line in out.splitlines()] == ["pos", "neg", "pos"]
    assert [line.split("\t")[2] for line in out.splitlines()] == [
        "A good film.",
        "The plot was awful.",
        "A lovely cast!",
    ]


def test_predicts_as_json(command_line: CommandLine, tiny_run: Path) -> None:
    text = 'A "good" film,\tcafé \x1b[31m'
    record = json.loads(command_line.done("predict", tiny_run, "--json", text))
    assert record["text"] == text
    assert record["class"] == "pos"
    assert set(record["probabilities"]) == {"neg", "pos"}
    assert sum(record["probabilities"].values()) == pytest.approx(1)


def test_a_text_may_begin_with_a_dash(command_line: CommandLine, tiny_run: Path) -> None:
    assert command_line.done("predict", tiny_run, "--", "--good film").startswith("pos\t")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_control_character_of_a_text_reaches_the_terminal(
    command_line: CommandLine, tiny_run: Path, options: list[str]
) -> None:
    text = "A good\x1b]0;title\x07 film\x1b[31m\u202e\x9b2J\r\x08\x7f\udcff"
    out = command_line.done("predict", tiny_run, *options, text)
    assert all(character.isprintable() or character in "\t\n" for character in out)
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["predict", "no\x1b[31mwhere", "A film."], ["compare", "no\x1b[31mwhere"], ["no\x1b[31m"]]
)
def test_no_control_character_of_an_argument_comes_back(command_line: CommandLine, arguments: list[str]) -> None:
    assert "\x1b" not in command_line.refusal(*arguments)
