"""The results of an unfinished attack on disk: one line each as they come, read back in the order of the examples.

Only where each line begins is kept in memory, 16 bytes an example, so the memory an attack takes hardly hangs on how
much it attacks.
"""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np

from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.results_file import result_of, row_of
from flatnlp.errors import FlatnlpError
from flatnlp.files import lock


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
        self._earlier = array("q")
        self._indices, self._begins = array("q"), array("q")  # of each line's example, and in the file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
            lock(self._file.fileno())
            with ExitStack() as failed:
                failed.callback(self.close)
                self._take_up((json.dumps({"settings": settings}, sort_keys=True) + "\n").encode())
                failed.pop_all()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "damaged"
            raise FlatnlpError(f"Cannot go on with {path}: {reason}; delete it or choose another output.") from error

    def __len__(self) -> int:
        """How many results there are."""
        return len(self._begins)

    def __contains__(self, index: int) -> bool:
        """Whether the result of an example was said to be there already (``leave_out``)."""
        place = bisect_left(self._earlier, index)
        return place < len(self._earlier) and self._earlier[place] == index

    def indices(self) -> list[int]:
        """Of the examples whose results there are, in rising order."""
        return sorted(self._indices)

    def leave_out(self, indices: Sequence[int]) -> None:
        """From now on these, in rising order, are what is ``in`` the journal."""
        self._earlier = array("q", indices)

    def results(self, first: int = 0) -> Iterator[AttackResult]:
        """What is there, in the order in which it came, from the ``first``-th on."""
        for begin in self._begins[first:]:
            yield result_of(self._row(begin))

    def take_in(self, other: "JournalFile") -> None:
        """Add the results of another journal that are not here.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        here = set(self._indices)
        for index, begin in zip(other._indices, other._begins, strict=True):
            if index not in here:
                self._write(index, other._line(begin))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows of the results in the order of their examples."""
        return (self._row(self._begins[place]) for place in np.argsort(self._indices, kind="stable"))

    def add(self, result: AttackResult) -> None:
        """Write a result; it is there for the next process as soon as this returns.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        self._write(result.example.index, (json.dumps(row_of(result)) + "\n").encode())

    def _write(self, index: int, line: bytes) -> None:
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
        self._indices.append(index)
        self._begins.append(begin)

    def close(self) -> None:
        """Close the file; it stays."""
        with suppress(OSError):  # of a full disk: what it did not take was told when it was to be written
            self._file.close()

    def _take_up(self, header: bytes) -> None:
        file, end = self._file, 0
        file.seek(0)
        for line in file:
            if not line.endswith(b"\n"):
                break
            if end == 0 and line != header:
                raise FlatnlpError(
                    f"{self.path} is of an attack with other settings or another model; delete it or give those "
                    "settings."
                )
            if end:
                self._note(line, end)
            end += len(line)
        file.truncate(end)
        if end == 0:
            file.write(header)
            file.flush()

    def _note(self, line: bytes, begin: int) -> None:
        """Take up a line that begins there."""
        try:
            self._indices.append(result_of(json.loads(line)).example.index)
            self._begins.append(begin)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise FlatnlpError(f"{self.path} is damaged; delete it and attack again.") from error

    def _row(self, begin: int) -> dict[str, Any]:
        row: dict[str, Any] = json.loads(self._line(begin))
        return row

    def _line(self, begin: int) -> bytes:
        self._file.seek(begin)
        return self._file.readline()
