"""The lines of a text file, decoded, with errors that name the place."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from flatnlp.errors import FlatnlpError

_BOM = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[str]:
    r"""The file's lines with their ends, split at ``\n`` only; ``.gz`` is unpacked, a byte order mark dropped.

    Args:
        path: a UTF-8 file.

    Yields:
        One line each.

    Raises:
        FlatnlpError: the file is missing, cannot be read, is a damaged gzip or not UTF-8.
    """
    offset = 0
    number = 0
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                start = len(_BOM) if number == 1 and line.startswith(_BOM) else 0
                try:
                    text = line[start:].decode("utf-8")
                except UnicodeDecodeError as error:
                    at = offset + start + error.start
                    raise FlatnlpError(
                        f"{path}, line {number:,}, byte {at:,}: the file is not UTF-8; convert it to UTF-8."
                    ) from None
                offset += len(line)
                yield text
    except FileNotFoundError:
        raise FlatnlpError(f"There is no file {path}; check the path.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FlatnlpError(f"{path} is a damaged gzip file (after line {number:,}: {error}); get it again.") from error
    except OSError as error:
        raise FlatnlpError(f"{path} cannot be read ({error.strerror or error}).") from error
