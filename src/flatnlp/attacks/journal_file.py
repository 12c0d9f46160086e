"""The results of an unfinished attack on disk: one line each as they come, read back in the order of the examples.

Only where each line begins is kept in memory, 17 bytes an example, so the memory an attack takes hardly hangs on how
much it attacks.
"""

import json
from array import array
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.journal_index import JournalIndex, index_of
from flatnlp.attacks.result import AttackResult, Status
from flatnlp.attacks.results_file import result_of, row_of
from flatnlp.errors import FlatnlpError
from flatnlp.files import lock

_STATUSES: tuple[Status, ...] = get_args(Status)
_DAMAGES = (KeyError, IndexError, TypeError, ValueError, OverflowError, RecursionError)


class JournalFile:
    """A journal that is open for more; its first line holds the settings.

    Args:
        path: Where it is. What an earlier process has left there is taken up: a line that it tore is cut off.
        settings: What the results are of.

    Raises:
        FlatnlpError: If it is of other settings, damaged, or cannot be read or written.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        self.path = path
        self._indices, self._begins = array("q"), array("q")  # of each line's example, and in the file
        self._statuses = array("B")
        self._index = JournalIndex(index_of(path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
            lock(self._file.fileno())
            with ExitStack() as failed:
                failed.callback(self.close)
                self._take_up(settings)
                failed.pop_all()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "damaged"
            raise FlatnlpError(f"Cannot go on with {path}: {reason}; delete it or choose another output.") from error

    def __len__(self) -> int:
        """How many results there are."""
        return len(self._begins)

    def indices(self) -> NDArray[np.int64]:
        """Of the examples whose results there are, in rising order."""
        return np.sort(np.array(self._indices, dtype=np.int64))

    def counts(self, first: int = 0) -> dict[str, int]:
        """How many of the results ended in which way, from the ``first``-th on; nothing is read for it."""
        counts = np.bincount(np.array(self._statuses[first:], dtype=np.int64), minlength=len(_STATUSES))
        return dict(zip(_STATUSES, counts.tolist(), strict=True))

    def take_in(self, other: "JournalFile") -> None:
        """Add the results of another journal that are not here.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        new = ~np.isin(np.array(other._indices, dtype=np.int64), self.indices())
        for place in np.flatnonzero(new):
            self._write(other._indices[place], other._statuses[place], other._line(other._begins[place]))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of the results in the order of their examples.

        Raises:
            FlatnlpError: If one is damaged.
        """
        return (self._row(place) for place in np.argsort(np.array(self._indices, dtype=np.int64), kind="stable"))

    def add(self, result: AttackResult) -> None:
        """Write a result; it is there for the next process as soon as this returns.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        line = (json.dumps(row_of(result)) + "\n").encode()
        self._write(result.example.index, _STATUSES.index(result.status), line)

    def close(self) -> None:
        """Close the file; it stays."""
        self._index.close()
        with suppress(OSError):  # of a full disk: what it did not take was told when it was to be written
            self._file.close()

    def remove(self) -> None:
        """Remove the file, and what is kept beside it.

        Raises:
            OSError: If it cannot be.
        """
        self._index.remove()
        self.path.unlink()

    def _write(self, index: int, status: int, line: bytes) -> None:
        try:
            self._file.seek(0, 2)
            begin = self._file.tell()
            self._file.write(line)
            self._file.flush()
        except OSError as error:
            raise FlatnlpError(
                f"Cannot write {self.path}: {error.strerror or error}; make room, then give the same command with "
                "--resume."
            ) from error
        self._noted(index, begin, status)
        self._index.write(self._indices, self._begins, self._statuses)

    def _take_up(self, settings: Mapping[str, Any]) -> None:
        file, header = self._file, _header(settings)
        end = len(header)
        file.seek(0)
        first = file.readline()
        if first.endswith(b"\n"):
            _refuse_others(self.path, first, header)
            known = self._index.read(self._fits, end)
            if len(known):
                self._indices.frombytes(np.ascontiguousarray(known["index"]).tobytes())
                self._begins.frombytes(np.ascontiguousarray(known["begin"]).tobytes())
                self._statuses.frombytes(np.ascontiguousarray(known["status"]).tobytes())
                end = self._begins[-1] + len(self._line(self._begins[-1]))
            file.seek(end)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._note(line, end)
                end += len(line)
            file.truncate(end)
            return
        file.truncate(0)
        file.write(header)
        file.flush()

    def _note(self, line: bytes, begin: int) -> None:
        """Take up a line that begins there."""
        try:
            result = result_of(json.loads(line))
            self._noted(result.example.index, begin, _STATUSES.index(result.status))
        except _DAMAGES as error:
            raise FlatnlpError(f"{self.path} is damaged; delete it and attack again.") from error

    def _noted(self, index: int, begin: int, status: int) -> None:
        self._indices.append(index)
        self._begins.append(begin)
        self._statuses.append(status)

    def _fits(self, index: int, begin: int, status: int) -> bool:
        """Whether a whole line begins there, of that index and status."""
        line = self._line(begin)
        try:
            row = json.loads(line)
            return line.endswith(b"\n") and (row["index"], row["status"]) == (index, _STATUSES[status])
        except _DAMAGES:
            return False

    def _row(self, place: int) -> dict[str, Any]:
        try:
            row: dict[str, Any] = json.loads(self._line(self._begins[place]))
            if row["index"] != self._indices[place]:
                raise ValueError("another's")
        except _DAMAGES as error:
            raise FlatnlpError(f"{self.path} is damaged; delete it and attack again.") from error
        return row

    def _line(self, begin: int) -> bytes:
        self._file.seek(begin)
        return self._file.readline()


def check_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """Refuse a journal of other settings, before anything is changed; where there is none, nothing is refused.

    Raises:
        FlatnlpError: If it is of others.
    """
    with suppress(OSError), path.open("rb") as file:  # what cannot be read is told where it is opened
        first = file.readline()
        if first.endswith(b"\n"):
            _refuse_others(path, first, _header(settings))


def _header(settings: Mapping[str, Any]) -> bytes:
    return (json.dumps({"settings": settings}, sort_keys=True) + "\n").encode()


def _refuse_others(path: Path, first: bytes, header: bytes) -> None:
    if first != header:
        raise FlatnlpError(
            f"{path} is of an attack with other settings or another model; delete it or give those settings."
        )
