"""Progress of long work on the terminal: done, rate, time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Advances a bar by one."""

    def __call__(self, note: str = "", done: int = 1) -> None:
        """Advance by what is done, and show a note beside the bar."""
        ...


@contextmanager
def progress_bar(description: str, total: int, unit: str, show: bool = True) -> Iterator[Advance]:
    """A bar on standard error that vanishes when the work is done; it yields the function that advances it.

    What is done at the first call does not count in the rate: there is no telling how long it took.

    Args:
        description: What is being done.
        total: Number of units.
        unit: Name of a unit, in the plural, for the rate.
        show: Whether to show anything at all; where standard error is no terminal, nothing is.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not show or not console.is_terminal:
        yield lambda note="", done=1: None  # noqa: ARG005
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
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} {unit}/s")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(description, total=total, note="")
        yield lambda note="", done=1: progress.update(task, advance=done, note=note)
