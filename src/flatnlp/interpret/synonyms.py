"""Words and their nearest neighbours in a synonym space (the paper's figure 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 256


@dataclass(frozen=True)
class Neighbour:
    """A word and one of its nearest neighbours.

    Attributes:
        word: The word.
        neighbour: Another word.
        rank: 1 for the nearest.
        distance: Cosine distance of the two, in [0, 2].
    """

    word: str
    neighbour: str
    rank: int
    distance: float


def nearest_neighbours(
    words: Sequence[str], vectors: NDArray[np.float32], *, sample: int = 1000, count: int = 10, seed: int = 0
) -> list[Neighbour]:
    """Draw words at random and find the nearest of all the others.

    Args:
        words: Different words.
        vectors: ``[words, width]``; a word whose vector is zero is left out.
        sample: How many words to draw; all if there are fewer.
        count: How many neighbours of each.
        seed: Of the draw, which depends on nothing but the set of words.

    Returns:
        For each drawn word, in alphabetical order, its neighbours by rank; of equals the first in ``words`` is nearer.
    """
    lengths = np.linalg.norm(vectors, axis=1)
    usable = np.flatnonzero(lengths > 0)
    unit = vectors[usable].astype(np.float64) / lengths[usable, None]
    words = [words[i] for i in usable.tolist()]
    order = sorted(range(len(words)), key=words.__getitem__)
    drawn = np.random.default_rng(seed).permutation(len(order))[:sample]
    chosen = [order[i] for i in sorted(drawn)]
    count = min(count, len(words) - 1)
    found = []
    for start in range(0, len(chosen), _AT_ONCE):
        part = chosen[start : start + _AT_ONCE]
        distances = 1 - unit[part] @ unit.T
        distances[np.arange(len(part)), part] = np.inf
        nearest = np.argsort(distances, axis=1, kind="stable")[:, : max(count, 0)]
        for row, (i, columns) in enumerate(zip(part, nearest, strict=True)):
            for rank, j in enumerate(columns.tolist(), 1):
                distance = float(distances[row, j].clip(0, 2))
                found.append(Neighbour(words[i], words[j], rank, distance))
    return found
