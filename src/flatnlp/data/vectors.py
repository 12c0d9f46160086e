"""Word vectors for the words of a vocabulary, from any of the usual files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.data.vector_arrays import read_npy_folder, read_npz
from flatnlp.data.vector_binary import read_binary
from flatnlp.data.vector_rows import VectorRows
from flatnlp.data.vector_text import read_text
from flatnlp.errors import FlatnlpError
from flatnlp.resources.locating import locate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TEXT_FILE = "vectors.txt"
"""What a resource calls its vectors in text form."""


@dataclass(frozen=True, eq=False)
class WordVectors:
    """The vectors of a list of words.

    Attributes:
        matrix: [words, width], float32; the rows of words that were not found are zero.
        found: [words], bool.
    """

    matrix: "NDArray[np.float32]"
    found: "NDArray[np.bool_]"

    @property
    def width(self) -> int:
        """Numbers per vector."""
        return int(self.matrix.shape[1])


def load_vectors(spec: str, words: Sequence[str], *, progress: bool = True) -> WordVectors:
    """Read the vectors of ``words``; text and binary files are streamed, so only these rows are ever in memory.

    Formats: word2vec text (first line ``words width``) and GloVe text (no such line), also as ``.gz``; word2vec binary
    (``.bin``, ``.bin.gz``); ``.npz`` with ``words`` and ``vectors``; a folder with ``vectors.npy`` and
    ``words.parquet``, or with ``vectors.txt``. Where a file has a word twice, the first one counts. Only vectors that
    are used are checked for NaN.

    Args:
        spec: a name (``glove-50d``, ``glove_100d``) or a path.
        words: the words wanted, in the order of the rows.
        progress: show progress bars where something is downloaded.

    Raises:
        FlatnlpError: there is no such file or name; the file is damaged, not UTF-8, or has a vector of the wrong width
            or with NaN or infinity; or it has none of the words.
    """
    path = locate(spec, progress=progress, kind="vectors")
    rows = VectorRows(str(path), words)
    read_into(path, rows)
    matrix, found = rows.finished()
    if not found.any():
        raise FlatnlpError(
            f"{path} has a vector for none of the {len(words):,} words (the last is {words[-1]!r}); check that it "
            "is for the right language and case."
            if words
            else f"No words were given to look up in {path}."
        )
    return WordVectors(matrix, found)


def read_into(path: Path, rows: VectorRows) -> None:
    """Read the vectors that ``rows`` wants, by the file's name.

    Raises:
        FlatnlpError: As for ``load_vectors``.
    """
    name = path.name.lower()
    if path.is_dir() and (path / TEXT_FILE).is_file():
        read_text(path / TEXT_FILE, rows)
    elif path.is_dir():
        read_npy_folder(path, rows)
    elif name.endswith(".npz"):
        read_npz(path, rows)
    elif name.endswith((".bin", ".bin.gz")):
        read_binary(path, rows)
    else:
        read_text(path, rows)
