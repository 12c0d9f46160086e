"""Rows written through to disk as they are read, so that a data set is never in memory as a whole."""

import mmap
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, overload

from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 1000
"""Rows in memory at once."""

_CHARACTERS_AT_ONCE = 16 << 20
_MAPPED_ROWS = 5000


class Spool:
    """A growing Arrow table: the first few thousand rows in memory, more in a temporary file that is mapped in the end.

    The file has no name that anyone could find, and is gone with the last table that is mapped to it, however the
    process ends.

    Args:
        schema: Column -> Arrow type.
    """

    def __init__(self, schema: Mapping[str, "pa.DataType"]) -> None:
        import pyarrow as pa

        self._schema = pa.schema(dict(schema))
        self._first: list[pa.RecordBatch] = []
        self._rows = 0
        self._file: IO[bytes] | None = None
        self._writer: Any = None

    def add(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Put rows behind those that are there.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        import pyarrow as pa

        batch = pa.record_batch(dict(columns), schema=self._schema)
        self._rows += len(batch)
        if self._rows <= _MAPPED_ROWS:
            self._first.append(batch)
            return
        with _disk():
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="flatnlp-")  # noqa: SIM115 (it lives as long as its rows)
                self._writer = pa.ipc.new_stream(self._file, self._schema)
                for before in self._first:
                    self._writer.write_batch(before)
                self._first.clear()
            self._writer.write_batch(batch)

    def table(self) -> "pa.Table":
        """All rows. Nothing can be added any more.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        import pyarrow as pa

        if self._file is None:
            return pa.Table.from_batches(self._first, self._schema)
        with _disk(), self._file as file:
            self._writer.close()
            file.flush()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return pa.ipc.open_stream(pa.BufferReader(pa.py_buffer(mapped))).read_all()


class Strings(Sequence[str]):
    """An Arrow column of strings as Python's, made when they are looked at.

    Args:
        column: Of strings, none missing.
    """

    def __init__(self, column: "pa.ChunkedArray") -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> "Strings": ...

    def __getitem__(self, index: int | slice) -> "str | Strings":
        if isinstance(index, slice):
            return Strings(self._column[index])
        text: str = self._column[index].as_py()
        return text

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), ROWS_AT_ONCE):
            yield from self._column[start : start + ROWS_AT_ONCE].to_pylist()


class SpooledStrings:
    """Strings on their way to disk."""

    def __init__(self) -> None:
        import pyarrow as pa

        self._spool = Spool({"text": pa.large_string()})
        self._waiting: list[str] = []
        self._characters = 0

    def add(self, text: str) -> None:
        """Put one behind those that are there.

        Raises:
            FlatnlpError: If the disk refuses.
        """
        self._waiting.append(text)
        self._characters += len(text)
        if len(self._waiting) == ROWS_AT_ONCE or self._characters > _CHARACTERS_AT_ONCE:
            self._write()

    def strings(self) -> Strings:
        """All of them. Nothing can be added any more."""
        self._write()
        return Strings(self._spool.table().column("text"))

    def _write(self) -> None:
        self._spool.add({"text": self._waiting})
        self._waiting = []
        self._characters = 0


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FlatnlpError(
            f"The data set cannot be kept in {tempfile.gettempdir()} while it is used ({error.strerror or error}); "
            "make room there, or name a folder with room in TMPDIR."
        ) from error
