"""``flatnlp demo --ui`` where it cannot serve."""

import sys
from pathlib import Path

import pytest

from tests.tiny import CommandLine


def test_without_gradio_it_is_one_sentence(
    command_line: CommandLine, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    said = command_line.refusal("demo", "--ui", "--runs", tiny_run)
    assert said.startswith("The playground needs Gradio, which is not installed here; in a clone give 'make ui'")


def test_without_runs_it_is_one_sentence(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "gradio", sys)
    assert "There are no runs in" in command_line.refusal("demo", "--ui", "--output", tmp_path)
    assert "There is no run folder" in command_line.refusal("demo", "--ui", "--runs", tmp_path / "none")


@pytest.mark.parametrize("option", [("--runs", "a"), ("--host", "0.0.0.0"), ("--port", "80"), ("--open",)])
def test_its_options_mean_nothing_without_it(
    command_line: CommandLine, option: tuple[str, ...], tmp_path: Path
) -> None:
    said = command_line.refusal("demo", "--output", tmp_path / "runs", *option)
    assert said == f"{option[0]} is the playground's; add --ui, or leave it out."
    assert not (tmp_path / "runs").exists()
