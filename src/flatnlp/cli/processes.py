"""The command line in a process of several (``accelerate launch -m flatnlp ...``): the main one speaks for all."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout, suppress
from pathlib import Path

from flatnlp.cli.launching import launch_several
from flatnlp.errors import FlatnlpError
from flatnlp.processes import number_and_count, parted

SHARED = ("train", "attack", "evaluate")
"""The commands that several processes can do together."""

_TURN = 5.0
"""Seconds in which the main process, which mostly fails of the same reason, ends the job with one sentence for all."""


@contextmanager
def one_of_several() -> Iterator[None]:
    """Keep all but the main process from printing results, and leave the job at the end.

    Raises:
        FlatnlpError: If several processes were started for what one does alone.
    """
    number, count = number_and_count()
    shared = bool(set(SHARED) & set(sys.argv[1:]))
    if shared and (code := launch_several()) is not None:
        sys.exit(code)
    if count > 1 and not shared:
        raise FlatnlpError(
            f"Only {', '.join(SHARED[:-1])} and {SHARED[-1]} run in several processes; start this without accelerate "
            "launch."
        )
    with ExitStack() as silenced:
        if number:
            silenced.enter_context(redirect_stdout(silenced.enter_context(Path(os.devnull).open("w"))))
        yield
    # All is written and said: who has gone by now, or asks to end, takes nothing of that back.
    with suppress(KeyboardInterrupt, FlatnlpError):
        parted()


def name_in_front(interrupted: bool) -> str | None:
    """What a process puts in front of the sentence with which it ends; ``None`` if another speaks for it.

    A process other than the main one waits a little first: the launcher ends it as soon as the main one has failed.
    """
    try:
        number, _ = number_and_count()
    except FlatnlpError:
        return ""
    if not number:
        return ""
    if interrupted:
        return None
    with suppress(KeyboardInterrupt):
        time.sleep(_TURN)
        return f"Process {number}: "
    return None
