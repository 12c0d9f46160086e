"""Progress of long work on the terminal: done, rate, time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from flatnlp.processes import ALONE, Processes


class Advance(Protocol):
    """Advances a bar."""

    def __call__(self, note: str = "", done: int = 1) -> None:
        """Advance by what is done, and show a note beside the bar."""
        ...


@contextmanager
def progress_bar(
    description: str, total: int, unit: str, show: bool = True, processes: Processes = ALONE
) -> Iterator[Advance]:
    """A bar on standard error that vanishes when the work is done; it yields the function that advances it.

    What is done at the first call does not count in the rate: there is no telling how long it took.

    Args:
        description: What is being done.
        total: Number of units.
        unit: Name of a unit, in the plural, for the rate.
        show: Whether to show anything at all; where standard error is no terminal, nothing is.
        processes: That share out the units; the bar is of what all of them have done.
    """
    from rich.console import Console

    console = Console(stderr=True)
    others = processes.counter()
    if not show or not console.is_terminal:

        def count(note: str = "", done: int = 1) -> None:  # noqa: ARG001
            others(done)

        yield count
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} {unit}/s")

    columns = (  # where the terminal is narrow the note wraps; numbers are no use when cut
        TextColumn("{task.description}"),
        BarColumn(min(40, max(4, console.width // 4 - 8)), table_column=Column(no_wrap=True)),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        Rate(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[note]}", table_column=Column()),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(description, total=total, note="")
        own = 0

        def advance(note: str = "", done: int = 1) -> None:
            nonlocal own
            own += done
            progress.update(task, completed=max(own, min(total, own + others(done))), note=note)

        yield advance
