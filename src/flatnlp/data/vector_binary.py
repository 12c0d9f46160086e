"""word2vec binary files."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from flatnlp.data.vector_rows import VectorRows
from flatnlp.errors import FlatnlpError

_CHUNK = 1 << 20
_LONGEST_WORD = 10_000


def read_binary(path: Path, rows: VectorRows) -> None:
    """Read a binary file: a line ``words width``, then per word its bytes, a space and little-endian float32 numbers.

    Words that are not UTF-8 (GoogleNews has some) are passed over: nothing can ask for them.

    Args:
        path: the file; ``.gz`` is unpacked.
        rows: where the vectors go.

    Raises:
        FlatnlpError: the file is missing, truncated or damaged.
    """
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            _read(path, cast(BinaryIO, stream), rows)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FlatnlpError(f"{path} is a damaged gzip file ({error}); get it again.") from error
    except OSError as error:
        raise FlatnlpError(f"{path} cannot be read ({error.strerror or error}).") from error


def _read(path: Path, stream: BinaryIO, rows: VectorRows) -> None:
    import numpy as np

    header = stream.readline(100).split()
    if len(header) != 2 or not all(part.isdigit() and len(part) < 19 for part in header) or int(header[1]) < 1:
        raise FlatnlpError(
            f"{path} is no binary word2vec file: its first line is not the number of words and the width."
        )
    count, width = int(header[0]), int(header[1])
    rows.set_width(width)
    size = 4 * width
    buffer = b""
    at = 0
    for number in range(1, count + 1):
        while (end := buffer.find(b" ", at)) < 0 or len(buffer) < end + 1 + size:
            if end < 0 and len(buffer) - at > _LONGEST_WORD:
                raise FlatnlpError(
                    f"{path}, vector {number:,}: no word begins here, so the file is damaged; get it again."
                )
            more = stream.read(max(_CHUNK, size))
            if not more:
                raise FlatnlpError(
                    f"{path} is truncated: its header announces {count:,} vectors of width {width}, but it ends "
                    f"in vector {number:,}; get it again."
                )
            buffer = buffer[at:] + more
            at = 0
        word = buffer[at:end].lstrip(b"\n")
        at = end + 1 + size
        try:
            name = word.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if rows.wants(name):
            rows.put(name, np.frombuffer(buffer, dtype="<f4", count=width, offset=end + 1), f"vector {number:,}")
