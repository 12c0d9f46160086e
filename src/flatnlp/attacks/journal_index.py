"""Where each result begins in a journal, kept beside it, so that going on does not read what was finished.

A thousand results at a time, once they are in the journal; what has come after the last thousand is found in the
journal itself. It is a help and nothing more: where it is missing, torn, damaged or of another journal, the journal is
read.
"""

import os
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 1000
"""Results written at once; at most so many are read again."""

_RECORD = np.dtype([("index", "<i8"), ("begin", "<i8"), ("status", "u1"), ("check", "<u4")])
_LOOKED_AT = 32
_ODD = np.uint64(0x9E3779B97F4A7C15)


class JournalIndex:
    """The file of them.

    Args:
        path: Where it is, or will be once there is a thousand of results.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None
        self._failed = False
        self._written = 0

    def read(self, fits: Callable[[int, int, int], bool], first: int) -> "NDArray[np.void]":
        """What is there of the journal: records of index, begin and status; none where one of them is damaged.

        Args:
            fits: Whether there is a result of an index, in the journal, that begins there and has that status; asked of
                the last and of some others.
            first: Where the first result begins.
        """
        nothing = np.empty(0, _RECORD)
        try:
            content = self.path.read_bytes()
        except OSError:
            return nothing
        found = np.frombuffer(content[: len(content) // _RECORD.itemsize * _RECORD.itemsize], _RECORD)
        if not len(found) or found["begin"][0] != first or (np.diff(found["begin"]) <= 0).any():
            return nothing
        if (found["check"] != _checks(found)).any():
            return nothing
        looked_at = np.unique(np.linspace(0, len(found) - 1, _LOOKED_AT).astype(int))
        if not all(fits(*found[each].tolist()[:3]) for each in looked_at):
            return nothing
        self._written = len(found)
        return found

    def write(self, indices: "array[int]", begins: "array[int]", statuses: "array[int]") -> None:
        """Add what is not there yet, if it is a thousand; all the journal has is given."""
        begin = self._written
        if self._failed or len(indices) - begin < AT_ONCE:
            return
        records = np.empty(len(indices) - begin, _RECORD)
        for name, values in (("index", indices), ("begin", begins), ("status", statuses)):
            records[name] = values[begin:]
        records["check"] = _checks(records)
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
                self._file.truncate(begin * _RECORD.itemsize)  # half a record, or what is of another journal
            self._failed = self._file.write(records.tobytes()) != records.nbytes
        except OSError:  # the journal is what counts
            self._failed = True
        self._written = len(indices)

    def close(self) -> None:
        """Close the file; it stays."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()

    def remove(self) -> None:
        """Remove the file.

        Raises:
            OSError: If it cannot be.
        """
        self.close()
        if os.path.lexists(self.path):
            self.path.unlink()


def _checks(records: "NDArray[np.void]") -> "NDArray[np.uint32]":
    """Of each record, what any single bit that has turned in it changes."""
    mixed = np.zeros(len(records), np.uint64)
    for name in ("index", "begin", "status"):  # sums and products are modulo 2 ** 64
        mixed = (mixed + records[name].astype(np.uint64) + np.uint64(1)) * _ODD
    return (mixed >> np.uint64(32)).astype(np.uint32)


def index_of(journal: Path) -> Path:
    """Where the index of a journal is."""
    return journal.with_name(f"{journal.name}.index")
