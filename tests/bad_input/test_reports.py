"""Reports of what is no run."""

import re
from pathlib import Path

import pytest

from tests.tiny import CommandLine


@pytest.mark.parametrize("command", ["compare", "report"])
def test_reporting_on_no_run(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert re.search(r"no run folder .*nowhere; give the folder", command_line.refusal(command, "nowhere"))
    assert list(tmp_path.iterdir()) == []


def test_comparing_in_no_format(command_line: CommandLine, tiny_run: Path) -> None:
    sentence = command_line.refusal("compare", tiny_run, "--format", "cvs")
    assert re.search(r"no format 'cvs'; (did you mean csv\?|choose one of table, markdown, csv\.)$", sentence)
