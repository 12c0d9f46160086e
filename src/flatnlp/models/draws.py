"""Random numbers for a part of a batch: drawn for the whole batch, so that several processes draw what one does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional

Fill = Callable[[Tensor, Generator], Tensor]
"""Fills a tensor in place from a generator and returns it."""


@dataclass(frozen=True)
class Draws:
    """Where a part lies in its batch, and where random numbers come from.

    Every process draws for the whole batch and takes its own.

    Attributes:
        rows: Of the whole batch, those of the part.
        texts: In the whole batch.
        tokens: Of its longest text.
        generator: In the same state in all processes, on the device of the tensors.
    """

    rows: Sequence[int]
    texts: int
    tokens: int
    generator: Generator

    def of_texts(self, values: Tensor, fill: Fill) -> Tensor:
        """Numbers for values ``[rows, ...]``, of their shape."""
        whole = torch.empty(self.texts, *values.shape[1:], dtype=values.dtype, device=values.device)
        return fill(whole, self.generator)[list(self.rows)]

    def of_tokens(self, values: Tensor, fill: Fill) -> Tensor:
        """Numbers for values ``[rows, tokens, ...]``, of their shape; the part may be shorter than its batch."""
        whole = torch.empty(self.texts, self.tokens, *values.shape[2:], dtype=values.dtype, device=values.device)
        return fill(whole, self.generator)[list(self.rows), : values.shape[1]]


def exponential(values: Tensor, generator: Generator) -> Tensor:
    """The exponential distribution; minus its logarithm is Gumbel's."""
    return values.exponential_(generator=generator)


def uniform(values: Tensor, generator: Generator) -> Tensor:
    """Between 0 and 1."""
    return values.uniform_(generator=generator)


def dropped(values: Tensor, share: float, training: bool, draws: Draws | None) -> Tensor:
    """Dropout of values ``[rows, ...]``."""
    if draws is None or not training or share == 0:
        return functional.dropout(values, share, training)
    # As torch does it on a CPU, to the bit.
    kept = draws.of_texts(values, lambda empty, generator: empty.bernoulli_(1 - share, generator=generator))
    return values * kept.div_(1 - share)
