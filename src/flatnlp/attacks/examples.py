"""The rows of a data set as examples to attack, made when they are looked at and never all at once."""

from array import array
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.result import Example

if TYPE_CHECKING:
    import datasets

_ROWS_AT_ONCE = 1000


def chosen_rows(rows: int, limit: int | None, seed: int) -> Sequence[int]:
    """All row numbers, or the first ``limit`` of a seeded shuffle, in rising order."""
    if limit is None or limit >= rows:
        return range(rows)
    return array("q", np.sort(np.random.default_rng(seed).permutation(rows)[:limit]).astype("q").tobytes())


class DataSetExamples(Sequence[Example]):
    """Some rows of a data set as examples; an example's index is its row.

    Args:
        rows: With the columns ``text`` and ``label``; where it is mapped from disk, the texts stay there.
        numbers: For each label of the data, the victim's number of that class.
        chosen: Which rows.
    """

    def __init__(self, rows: "datasets.Dataset", numbers: Sequence[int], chosen: Sequence[int]) -> None:
        self._rows = rows
        self._numbers = numbers
        self._chosen = chosen

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, index: int) -> Example: ...

    @overload
    def __getitem__(self, index: slice) -> "DataSetExamples": ...

    def __getitem__(self, index: int | slice) -> "Example | DataSetExamples":
        if isinstance(index, slice):
            return DataSetExamples(self._rows, self._numbers, self._chosen[index])
        return next(iter(self[range(len(self))[index] :][:1]))

    def without(self, indices: NDArray[np.int64]) -> "DataSetExamples":
        """Those whose indices are not among these; no text is read to know."""
        chosen = np.asarray(self._chosen)
        return DataSetExamples(self._rows, self._numbers, array("q", chosen[~np.isin(chosen, indices)].tobytes()))

    def __iter__(self) -> Iterator[Example]:
        for start in range(0, len(self), _ROWS_AT_ONCE):
            at = self._chosen[start : start + _ROWS_AT_ONCE]
            found = self._rows[at if isinstance(at, range) else list(at)]
            for row, text, label in zip(at, found["text"], found["label"], strict=True):
                yield Example(row, text, self._numbers[label])
