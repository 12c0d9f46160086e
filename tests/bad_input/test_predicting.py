"""Texts that cannot be classified."""

import re
from pathlib import Path

import pytest

from tests.tiny import CommandLine


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([""], r"Text 1 is empty; there is nothing to classify, so leave it out\.$"),
        (["A film.", " \t"], r"Text 2 is empty"),
    ],
)
def test_predicting_an_empty_argument(
    command_line: CommandLine, tiny_run: Path, texts: list[str], message: str
) -> None:
    assert re.search(message, command_line.refusal("predict", tiny_run, *texts))


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", r"There is no text to classify; give texts as arguments or lines on standard input\.$"),
        (
            b"A film.\n\nA plot.\n",
            r"Line 2 of standard input is empty; there is nothing to classify, so leave it out\.$",
        ),
        (b"A film.\n \t\r\n", r"Line 2 of standard input is empty"),
        (b"A film.\nA caf\xe9.\n", r"Line 2 of standard input is not UTF-8; convert it to UTF-8\.$"),
    ],
)
def test_predicting_bad_lines(command_line: CommandLine, tiny_run: Path, stdin: bytes, message: str) -> None:
    assert re.search(message, command_line.refusal("predict", tiny_run, stdin=stdin))
