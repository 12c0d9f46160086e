"""SIGTERM, which schedulers and ``kill`` send, ends a command as Ctrl-C does: what was finished is kept."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

TERMINATED = 128 + signal.SIGTERM
"""The exit code that shells give to what SIGTERM has ended."""


class Terminated(KeyboardInterrupt):
    """The process was asked to end."""


@contextmanager
def hearing_termination() -> Iterator[list[int]]:
    """Raise :class:`Terminated` where SIGTERM comes; the list that is yielded then holds the signal's number.

    Typer turns every interrupt into one exit code, so what came must be looked up afterwards.
    """
    received: list[int] = []

    def stop(number: int, _: Any) -> None:
        received.append(number)
        raise Terminated

    if threading.current_thread() is not threading.main_thread():  # where Python lets nobody listen
        yield received
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield received
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)
