"""Results that do not depend on how many rows share a batch, not even in the last bit.

Kernels choose the order of their additions by the shape of the whole matrix, and treat the last few of its numbers
apart. An attack compares scores that are often all but equal, so a last bit could decide which word is swapped, and its
results would hang on the batch size.
"""

from torch import Tensor
from torch.nn import functional

_BLOCK = 32


def whole_blocks(rows: Tensor) -> Tensor:
    """Row indices ``[n]``, filled up with row 0 to a multiple of 32.

    Matrices of so many rows were found to give each row the same bits, in products with many columns and in sigmoids.
    """
    return functional.pad(rows, (0, -len(rows) % _BLOCK))


def narrow_linear(rows: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """A linear layer with few outputs, ``[n, k] -> [n, outputs]``, each output summed by itself."""
    return (rows.unsqueeze(1) * weight).sum(-1) + bias
