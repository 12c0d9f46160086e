"""Groups of words that share a mask value: clusters in a space of synonyms (the paper's trivial case, table 10)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flatnlp.data import load_vectors
from flatnlp.errors import FlatnlpError


def groups_of(
    words: Sequence[str], space: str, groups: int, seed: int, show_progress: bool = False
) -> NDArray[np.int64]:
    """Cluster words by k-means over their directions in a space of synonyms.

    Args:
        words: The vocabulary, padding and unknown among it.
        space: Word vectors: a name or a file.
        groups: How many clusters.
        seed: Of their first centres.
        show_progress: Whether to show a bar where something is downloaded.

    Returns:
        The group of each word, ``[words]``; ``groups`` for words that the space does not have.

    Raises:
        FlatnlpError: If the space cannot be had, or has fewer of the words than there are to be groups.
    """
    from sklearn.cluster import KMeans

    vectors = load_vectors(space, words, progress=show_progress)
    norms = np.linalg.norm(vectors.matrix, axis=1)
    members = np.flatnonzero(vectors.found & (norms > 0))
    if len(members) < groups:
        raise FlatnlpError(
            f"{space} has {len(members):,} of the words, too few for {groups} groups; lower --groups or choose other "
            "--synonyms."
        )
    directions = (vectors.matrix[members] / norms[members, None]).astype(np.float64)
    found = np.full(len(words), groups, dtype=np.int64)
    found[members] = KMeans(groups, n_init=1, random_state=seed).fit_predict(directions)
    return found
