"""The matrix that vectors are put into, row by row, with the checks that every format shares."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


LARGEST_WIDTH = 100_000
"""Numbers per vector; a damaged header may announce any."""


class VectorRows:
    """Collects the vectors of the wanted words.

    Args:
        source: the file in words.
        words: the words wanted, in the order of the rows.
    """

    def __init__(self, source: str, words: Sequence[str]) -> None:
        self.source = source
        self.row_of = {word: row for row, word in reversed(list(enumerate(words)))}
        self._twins = {row: self.row_of[word] for row, word in enumerate(words) if self.row_of[word] != row}
        self._count = len(words)
        self._matrix: NDArray[np.float32] | None = None
        self._found: NDArray[np.bool_] | None = None

    def set_width(self, width: int) -> None:
        """Make the matrix; called once, before the first :meth:`put`.

        Raises:
            FlatnlpError: the width is none that vectors have.
        """
        import numpy as np

        if not 1 <= width <= LARGEST_WIDTH:
            raise FlatnlpError(
                f"{self.source} announces vectors of width {width:,}, but it can only be 1 to {LARGEST_WIDTH:,}; "
                "get it again."
            )
        self._matrix = np.zeros((self._count, width), dtype=np.float32)
        self._found = np.zeros(self._count, dtype=np.bool_)

    def wants(self, word: str) -> bool:
        """Whether the word is wanted and not there yet."""
        row = self.row_of.get(word)
        return row is not None and self._found is not None and not self._found[row]

    def put(self, word: str, vector: "NDArray[np.generic]", place: str) -> None:
        """Set a wanted word's row.

        Args:
            word: a word that :meth:`wants` said yes to.
            vector: [width], as set.
            place: the line or row of the file in words.

        Raises:
            FlatnlpError: a number is NaN or infinite.
        """
        if self._matrix is None or self._found is None:
            raise ValueError("the width comes before the first vector")
        numbers = self.checked(word, vector, place)
        row = self.row_of[word]
        self._matrix[row] = numbers
        self._found[row] = True

    def checked(self, word: str, vector: "NDArray[np.generic]", place: str) -> "NDArray[np.float32]":
        """The vector in float32; see :meth:`put`."""
        import numpy as np

        with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite and is refused below
            numbers = vector.astype(np.float32)
        if not np.isfinite(numbers).all():
            raise FlatnlpError(
                f"{self.source}, {place}: the vector of {word!r} has a number that is NaN or infinite; "
                "correct or remove it."
            )
        return numbers

    def finished(self) -> "tuple[NDArray[np.float32], NDArray[np.bool_]]":
        """The matrix [words, width] and which words were found [words].

        Raises:
            FlatnlpError: the file held no vector at all.
        """
        if self._matrix is None or self._found is None:
            raise FlatnlpError(f"{self.source} holds no word vectors.")
        for row, twin in self._twins.items():  # a word asked for twice
            self._matrix[row] = self._matrix[twin]
            self._found[row] = self._found[twin]
        return self._matrix, self._found
