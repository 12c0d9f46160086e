"""Encoded texts and the batches drawn from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

_POOL = 50
"""Batches that are sorted by length together: little padding, and still a fresh mix in every epoch."""


@dataclass(frozen=True)
class EncodedTexts:
    """Token ids of each text (never empty) and their labels."""

    ids: Sequence[Sequence[int]]
    labels: Sequence[int]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Batch:
    """Padded ids ``[batch, tokens]``, lengths ``[batch]`` and labels ``[batch]``."""

    ids: Tensor
    lengths: Tensor
    labels: Tensor


def batch_of(texts: EncodedTexts, members: Sequence[int] | NDArray[np.int64], device: str) -> Batch:
    """The texts at ``members``, padded with 0 to the longest of them."""
    rows = [texts.ids[i] for i in members]
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for padded, row in zip(ids, rows, strict=True):
        padded[: len(row)] = torch.tensor(row)
    labels = torch.tensor([texts.labels[i] for i in members])
    return Batch(ids.to(device), lengths.to(device), labels.to(device))


def batches(texts: EncodedTexts, count: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Split a fresh shuffle of all texts into ``count`` batches of almost equal size, each of similar lengths.

    Batches are empty where there are fewer texts than batches.
    """
    order = random.permutation(len(texts))
    lengths = np.array([len(row) for row in texts.ids])
    sizes = np.full(count, len(texts) // count)
    sizes[random.permutation(count)[: len(texts) % count]] += 1
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    for first in range(0, count, _POOL):
        last = min(first + _POOL, count)
        pool = order[bounds[first] : bounds[last]]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        parts = np.split(pool, bounds[first + 1 : last] - bounds[first])
        for i in random.permutation(len(parts)):
            yield parts[i]
