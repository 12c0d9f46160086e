"""What the commands print: no control sequence of a user's text reaches the terminal."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer

from flatnlp.cli.processes import name_in_front
from flatnlp.cli.termination import TERMINATED, Terminated
from flatnlp.errors import FlatnlpError, choose_from

BAD_INPUT, INTERRUPTED = 2, 130

FORMATS = ("table", "markdown", "csv", "json")
"""Of a comparison."""


def fail(sentence: str, code: int) -> NoReturn:
    """Say what went wrong and end with an exit code."""
    name = name_in_front(interrupted=code in (INTERRUPTED, TERMINATED))
    if name is not None:
        say(name + sentence)
    sys.exit(code)


@contextmanager
def gone_on_with(how: str) -> Iterator[None]:
    """Tell who interrupts long work how to go on with it."""
    try:
        yield
    except KeyboardInterrupt as stop:
        code = TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
        fail(f"Interrupted; what was finished is kept, {how} goes on from there.", code)


def print_table(folders: list[Path], form: str = "table") -> None:
    """Runs as a table: on the terminal, as Markdown or as csv."""
    if form not in FORMATS:
        raise FlatnlpError(f"There is no format {form!r}; {choose_from(form, FORMATS)}")
    from flatnlp.api.comparing import compare
    from flatnlp.reports.table import print_rich

    compared = compare(folders)
    if form == "table":
        from rich.console import Console

        print_rich(compared.table, Console())
    elif form == "json":
        print_json(compared.record())
    else:
        typer.echo((compared.to_markdown() if form == "markdown" else compared.to_csv()).rstrip("\n"))


def print_json(value: Any) -> None:
    """A value as JSON on standard output: what ``--json`` gives to scripts."""
    typer.echo(json.dumps(value, indent=2, allow_nan=False))


def say(sentence: str) -> None:
    """A sentence on standard error."""
    print_line(sentence, err=True)


def print_line(line: str, err: bool = False) -> None:
    """A line, made visible."""
    from flatnlp.reports.visible import visible

    typer.echo(visible(line), err=err)


def silent(_: Any) -> None:
    """Say nothing (``--quiet``)."""
    pass
