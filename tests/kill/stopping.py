"""The ways to stop a child: at a moment of its processor time, or at a change it makes on the disk."""

import errno
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_MAKING_ROOM = frozenset(("os.remove", "os.rmdir", "os.truncate", "os.chmod"))
_CHANGES = frozenset(("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.link"))


def processor_seconds(pid: int) -> float:
    """Processor time of a child so far, until it was waited for."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def at_moment(pid: int, seconds: float, how: signal.Signals) -> bool:
    """Send a signal once the child has used so much processor time, however busy the machine is.

    Returns:
        Whether the child was still there.
    """
    while not has_ended(pid):
        if processor_seconds(pid) >= seconds:
            os.kill(pid, how)
            return True
    return False


def has_ended(pid: int) -> bool:
    """Whether a child that was not waited for yet has ended; takes a millisecond."""
    time.sleep(0.001)
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def at_change(folder: Path, number: int, what: Callable[[], None]) -> Callable[[], None]:
    """What makes a child call ``what`` before its ``number``-th change (from 0) below a folder and all later ones.

    A change that only makes room is let through where ``what`` says that the disk is full.
    """
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if is_change(event, arguments, folder):
            seen += 1
            if seen > number and not (what is disk_full and event in _MAKING_ROOM):
                what()

    return lambda: sys.addaudithook(watch)


def is_change(event: str, arguments: tuple[Any, ...], folder: Path) -> bool:
    """Whether an audit event is about to change something below a folder."""
    if event == "open":
        path, _, flags = arguments
        if not isinstance(flags, int) or not flags & _WRITING:
            return False
    elif event in _CHANGES:
        path = arguments[0]
    else:
        return False
    return isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(str(folder))


def die() -> None:
    """What a power cut looks like to a process."""
    os.kill(os.getpid(), signal.SIGKILL)


def disk_full() -> None:
    """No room for one more file."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only() -> None:
    """The file system was remounted."""
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def no_file_larger_than(size: int) -> Callable[[], None]:
    """What makes a write fail within a file, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
