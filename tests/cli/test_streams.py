"""What goes to standard output and standard error, and what is there to read."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.running import process
from tests.tiny import CommandLine, train_arguments


@pytest.mark.parametrize(("form", "start"), [("markdown", "|"), ("csv", "dataset,run,model,method")])
def test_compares_runs_in_other_formats(command_line: CommandLine, tiny_run: Path, form: str, start: str) -> None:
    out = command_line.done("compare", tiny_run, tiny_run, "--format", form)
    assert out.startswith(start)
    assert out.count("flat") >= 2
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


@pytest.mark.usefixtures("no_report")
def test_quiet_says_only_results(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    outcome = command_line(*train_arguments(tiny_data, tiny_vectors, tmp_path / "run"), "--quiet")
    assert (outcome.code, outcome.err) == (0, "")
    outcome = command_line("evaluate", tiny_run, "--dataset", tiny_data, "-q")
    assert (outcome.code, outcome.err) == (0, "")


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    import os

    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_reader_that_has_gone_is_no_error(closed_pipe: int, tiny_run: Path, form: str) -> None:
    code = "from flatnlp.cli import main; main()"
    with process("compare", tiny_run, "--format", form, code=code, stdout=closed_pipe) as running:
        assert running.communicate()[1] == ""


def test_works_as_a_module_and_without_standard_input(tiny_run: Path) -> None:
    command = f'exec "{sys.executable}" -m flatnlp predict "{tiny_run}" <&-'
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.fullmatch(r"Error: There is no text to classify; .*\n", ran.stderr)
