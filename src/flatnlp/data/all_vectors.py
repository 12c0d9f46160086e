"""All words and vectors of a file, for what is computed once over a whole vocabulary."""

from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.data.vector_rows import VectorRows
from flatnlp.data.vectors import read_into
from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class _EveryRow(VectorRows):
    """Takes every word once, in the order of the file."""

    def __init__(self, source: str) -> None:
        super().__init__(source, ())
        self._rows: list[NDArray[np.float32]] = []

    def set_width(self, width: int) -> None:
        """Nothing to make: rows are kept as they come."""

    def wants(self, word: str) -> bool:
        """Whether the word is not there yet."""
        return word not in self.row_of

    def put(self, word: str, vector: "NDArray[np.generic]", place: str) -> None:
        """Keep a row."""
        self._rows.append(self.checked(word, vector, place))
        self.row_of[word] = len(self.row_of)

    def stacked(self) -> "NDArray[np.float32]":
        """All rows, ``[words, width]``."""
        import numpy as np

        if not self._rows:
            raise FlatnlpError(f"{self.source} holds no word vectors.")
        return np.stack(self._rows)


def read_all_vectors(path: Path) -> "tuple[list[str], NDArray[np.float32]]":
    """Read a whole file of word vectors, of any format that ``load_vectors`` reads.

    Args:
        path: The file or folder. Where it has a word twice, the first one counts.

    Returns:
        Words, and their vectors ``[words, width]``.

    Raises:
        FlatnlpError: As for ``load_vectors``; every vector is checked for NaN here.
    """
    if path.is_dir() and (path / "words.parquet").is_file():
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            words = [str(word) for word in pq.read_table(path / "words.parquet").column(0).to_pylist()]
        except (OSError, pa.ArrowException, IndexError) as error:
            raise FlatnlpError(f"{path / 'words.parquet'} is not a readable Parquet file of words.") from error
        words = list(dict.fromkeys(words))
        rows = VectorRows(str(path), words)
        read_into(path, rows)
        return words, rows.finished()[0]
    every = _EveryRow(str(path))
    read_into(path, every)
    return list(every.row_of), every.stacked()
