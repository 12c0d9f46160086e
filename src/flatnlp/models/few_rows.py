"""Results that do not depend on how many rows share a batch, not even in the last bit."""

from collections.abc import Callable

from torch import Tensor

_FEWEST = 32
"""Matrix kernels for very few rows add in another order than those for many; from 12 rows on they were found alike."""


def at_least_few(rows: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    """Apply a row-wise function to a matrix, zero rows added where there are very few, and taken off again."""
    count = len(rows)
    if count >= _FEWEST:
        return function(rows)
    return function(_padded(rows))[:count]


def _padded(rows: Tensor) -> Tensor:
    padded = rows.new_zeros(_FEWEST, *rows.shape[1:])
    padded[: len(rows)] = rows
    return padded
