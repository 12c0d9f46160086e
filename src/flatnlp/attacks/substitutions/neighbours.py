"""The nearest neighbours of every word of an embedding, computed once, kept on disk and memory-mapped."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError
from flatnlp.files import folder_written_whole
from flatnlp.progress import progress_bar
from flatnlp.resources.manifest import sha256_of
from flatnlp.resources.places import cache_root

_ROWS_AT_ONCE = 1024
_DECIMALS = 6  # what is nearer than this is a tie, so that no library's rounding decides which neighbours there are
_FILES = ("words.json", "neighbours.npy", "cosines.npy", "units.npy")
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Words, and for each the rows of its nearest others.

    Attributes:
        words: The vocabulary.
        rows: ``[words, k]``, nearest first; -1 where there are fewer.
        cosines: ``[words, k]`` of the same pairs, or ``None`` for a list without distances.
        units: ``[words, width]``, the vectors at length 1, or ``None`` for a list.
    """

    words: list[str]
    rows: NDArray[np.int32]
    cosines: NDArray[np.float32] | None = None
    units: NDArray[np.float32] | None = None


def nearest(
    vectors: NDArray[np.float32], most: int, min_cosine: float, advance: Callable[[], None] = lambda: None
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Nearest neighbours by cosine among the rows of a matrix; a row is none of its own.

    Args:
        vectors: ``[n, width]``, each of length 1 (or 0: no neighbours).
        most: Neighbours per row.
        min_cosine: A lower one is no neighbour.
        advance: Called after every 1,024 rows.

    Returns:
        Rows ``[n, most]``, nearest first and ties by row, -1 where there are fewer; and their cosines.
    """
    rows = np.full((len(vectors), most), -1, np.int32)
    cosines = np.zeros((len(vectors), most), np.float32)
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        near = vectors[start : start + _ROWS_AT_ONCE] @ vectors.T
        near[np.arange(len(near)), np.arange(start, start + len(near))] = -2
        for i, (at,) in enumerate(map(np.nonzero, near >= min_cosine - 0.5 * 10**-_DECIMALS)):
            values = near[i, at].round(_DECIMALS)
            if len(at) > 4 * most:  # only what may be among the nearest is worth sorting
                best = np.partition(values, -most)[-most]
                at, values = at[values >= best], values[values >= best]
            order = np.lexsort((at, -values))[:most]
            rows[start + i, : len(order)] = at[order]
            cosines[start + i, : len(order)] = values[order]
        advance()
    return rows, cosines


def neighbours_of(
    path: Path,
    most: int,
    min_cosine: float,
    read: Callable[[Path], tuple[list[str], NDArray[np.float32]]],
    show_progress: bool = True,
) -> Neighbours:
    """The neighbours of an embedding, from the cache if they were computed before.

    The cache's folder is named after the checksum of the file and the two numbers; it appears whole, by renaming, so
    two processes that compute it at once do no harm: the second finds it there and takes it.

    Args:
        path: The embedding: a file, or a folder of files.
        most: Neighbours per word.
        min_cosine: A lower one is no neighbour.
        read: Reads words and vectors of the path; not called where the cache has the answer.
        show_progress: Whether to show a bar while they are computed.
    """
    key = hashlib.sha256(f"{_FORMAT} {checksum_of(path)} {most} {min_cosine}".encode()).hexdigest()[:32]
    folder = cache_root() / "derived" / "neighbours" / key
    with suppress(OSError, ValueError, KeyError, EOFError):
        return _read(folder)
    words, vectors = read(path)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    blocks = -(-len(words) // _ROWS_AT_ONCE)
    with progress_bar(f"Neighbours in {path.name}", blocks, "blocks", show_progress) as advance:
        rows, cosines = nearest(units, most, min_cosine, advance)
    with suppress(OSError, ValueError, KeyError, EOFError):
        return _read(folder)  # another process was faster
    with suppress(FlatnlpError):  # where the cache cannot be written, it is only slower
        _write(folder, words, (rows, cosines, units))
    return Neighbours(words, rows, cosines, units)


def checksum_of(path: Path) -> str:
    """The sha256 of a file, or of the names and checksums of a folder's files.

    Raises:
        FlatnlpError: If it cannot be read.
    """
    try:
        if not path.is_dir():
            return sha256_of(path)
        files = sorted(each for each in path.rglob("*") if each.is_file())
        listed = "\n".join(f"{each.relative_to(path).as_posix()} {sha256_of(each)}" for each in files)
        return hashlib.sha256(listed.encode()).hexdigest()
    except OSError as error:
        raise FlatnlpError(f"{path} cannot be read ({error.strerror or error}).") from error


def _read(folder: Path) -> Neighbours:
    words = json.loads((folder / "words.json").read_bytes())
    rows, cosines, units = (np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in _FILES[1:])
    if not len(words) == len(rows) == len(cosines) == len(units):
        raise ValueError("parts of different length")
    return Neighbours(words, rows, cosines, units)


def _write(folder: Path, words: list[str], arrays: Sequence[NDArray[Any]]) -> None:
    with folder_written_whole(folder) as whole:
        (whole / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        for name, array in zip(_FILES[1:], arrays, strict=True):
            np.save(whole / name, array, allow_pickle=False)
