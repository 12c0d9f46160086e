"""One progress bar on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class ProgressBar(Protocol):
    """What a bar can be told."""

    def move_to(self, done: int) -> None:
        """So many bytes are done."""

    def move_by(self, more: int) -> None:
        """So many more bytes are done."""


class _Silent:
    def move_to(self, done: int) -> None:
        pass

    def move_by(self, more: int) -> None:
        pass


@contextmanager
def progress_bar(title: str, total: int, show: bool) -> Iterator[ProgressBar]:
    """A bar of ``total`` bytes while the block runs; a silent one where it should not show.

    Args:
        title: what is going on.
        total: bytes.
        show: whether anything is shown; where standard error is no terminal, that is one line.
    """
    if not show:
        yield _Silent()
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:  # a log gets one line
        console.print(f"{title} ({total:,} bytes)", highlight=False, soft_wrap=True)
        yield _Silent()
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(title, total=total)

        class _Drawn:
            def move_to(self, done: int) -> None:
                progress.update(task, completed=done)

            def move_by(self, more: int) -> None:
                progress.advance(task, more)

        yield _Drawn()
        progress.update(task, completed=total)
