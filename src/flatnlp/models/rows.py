"""Texts as rows: a text's token ids as bytes.

A row is cheap to splice, hashable, and orders so that texts with the same beginning lie side by side; a batch of rows
becomes a matrix of ids in one go.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ID = np.dtype("<i4")
ID_BYTES = _ID.itemsize
"""Bytes per token in a row."""


def row_of(ids: Sequence[int]) -> bytes:
    """Token ids as a row."""
    return np.asarray(ids, _ID).tobytes()


def ids_of(row: bytes) -> list[int]:
    """A row as token ids."""
    ids: list[int] = np.frombuffer(row, _ID).tolist()
    return ids


def matrix_of(rows: Sequence[bytes]) -> NDArray[np.int64]:
    """Rows as ids ``[rows, longest]``, 0 beyond a row's end."""
    longest = max(map(len, rows))
    alike = min(map(len, rows)) == longest
    joined = b"".join(rows if alike else [row.ljust(longest, b"\0") for row in rows])
    return np.frombuffer(joined, _ID).reshape(len(rows), -1).astype(np.int64)
