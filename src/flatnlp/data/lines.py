"""The lines of a text file, decoded, with errors that name the place."""

import gzip
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from flatnlp.data.unpacking import bomb, most_bytes
from flatnlp.errors import FlatnlpError

LONGEST_LINE = 64 << 20
"""Bytes; a file without line ends must not fill the memory."""

_BOM = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[str]:
    r"""The file's lines with their ends, split at ``\n`` only; ``.gz`` is unpacked, a byte order mark dropped.

    Args:
        path: a UTF-8 file.

    Yields:
        One line each.

    Raises:
        FlatnlpError: the file is missing, cannot be read, is a damaged gzip or not UTF-8, has a line of more than 64
            MiB, or unpacks to far more than its size.
    """
    offset = 0
    number = 0
    packed = path.name.lower().endswith(".gz")
    try:
        limit = most_bytes(path)
        with gzip.open(path) if packed else path.open("rb") as stream:
            for number, line in enumerate(iter(partial(stream.readline, LONGEST_LINE + 1), b""), start=1):
                if len(line) > LONGEST_LINE:
                    raise FlatnlpError(
                        f"{path}, line {number:,} is longer than {LONGEST_LINE:,} bytes; check that the file is text."
                    )
                if packed and offset > limit:
                    raise FlatnlpError(f"{path} is refused: {bomb(limit)}; unpack it and give that file.")
                start = len(_BOM) if number == 1 and line.startswith(_BOM) else 0
                try:
                    text = line[start:].decode("utf-8")
                except UnicodeDecodeError as error:
                    at = start + error.start + 1
                    raise FlatnlpError(
                        f"{path}, line {number:,}, byte {at:,} of the line: the file is not UTF-8; convert it to UTF-8."
                    ) from None
                offset += len(line)
                yield text
    except FileNotFoundError:
        raise FlatnlpError(f"There is no file {path}; check the path.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FlatnlpError(f"{path} is a damaged gzip file (after line {number:,}: {error}); get it again.") from error
    except OSError as error:
        raise FlatnlpError(f"{path} cannot be read ({error.strerror or error}).") from error
