"""What the commands print: no control sequence of a user's text reaches the terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import typer

from flatnlp.cli.termination import TERMINATED, Terminated
from flatnlp.errors import FlatnlpError

BAD_INPUT, INTERRUPTED = 2, 130


def fail(sentence: str, code: int) -> NoReturn:
    """Say what went wrong and end with an exit code."""
    say(sentence)
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
    from flatnlp.reports.records import read_run
    from flatnlp.reports.table import comparison, print_rich, to_csv, to_markdown

    table = comparison([read_run(folder) for folder in folders])
    if form == "table":
        from rich.console import Console

        print_rich(table, Console())
    elif form in ("markdown", "csv"):
        typer.echo((to_markdown(table) if form == "markdown" else to_csv(table)).rstrip("\n"))
    else:
        raise FlatnlpError(f"There is no format {form!r}; choose one of table, markdown, csv.")


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
