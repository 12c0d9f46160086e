"""Word vectors smoothed over synonyms: a word and what an attack may put in its place are alike before training begins.

Each vector becomes a mixture of itself and the mean of its synonyms' (smoothed) vectors, as in retrofitting (Faruqui et
al. 2015). A synonym that no training text holds is known then too, and where it has no vector it takes its synonyms',
as words share a code in Synonym Encoding (Wang et al. 2021), in the place of the unknown word's. Vectors are frozen, so
this is done once: network, importances (a function of the vector) and saved model need no synonyms afterwards.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.data import Vocabulary
from flatnlp.errors import FlatnlpError
from flatnlp.text import clean

FREQUENT = 20
"""Words of so many occurrences keep as much of their own vector as the share says; rarer ones less."""

_UNSEEN = 0.1
"""``k`` of words that no training text holds: their own vector says little that a network has learned to read."""

_STEPS = 10


def with_synonyms(vocabulary: Vocabulary, synonyms: Iterable[tuple[str, Sequence[str]]]) -> Vocabulary:
    """The vocabulary with those synonyms of its words that are one token each."""
    return vocabulary.opened(
        token for _, others in synonyms for tokens in map(clean, others) if len(tokens) == 1 for token in tokens
    )


def smoothed(
    vectors: NDArray[np.float32],
    found: NDArray[np.bool_],
    vocabulary: Vocabulary,
    synonyms: Iterable[tuple[str, Sequence[str]]],
    share: float,
) -> NDArray[np.float32]:
    """Smooth vectors over synonyms.

    With ``k`` the weight of its own vector against that of its synonyms, ``e_w' = (k e_w + mean of e_s') / (k + 1)`` in
    ten steps that start at the vectors. ``k`` is ``1 / share - 1`` for words of ``FREQUENT`` occurrences or more in the
    training texts, falls in proportion to 0.1 (if it is more) for those that occur in none, and is 0 for words without
    a vector; where none of its synonyms has one either, nor theirs, a word comes to zero, as padding. In the mean a
    synonym counts by the root of its occurrences and one. Afterwards all are scaled to the spread they had.

    Args:
        vectors: ``[vocabulary, d]``.
        found: ``[vocabulary]``: which are a word's own, not made up.
        vocabulary: The words, and how often they occur in the training texts.
        synonyms: Words and what may stand for them; each holds for both directions.
        share: Of a frequent word's vector so much comes from its synonyms, in (0, 1).

    Returns:
        ``[vocabulary, d]``; the vectors of words without synonyms are what they were, but for the scale. Padding stays
        zero.
    """
    counts = np.array(vocabulary.counts, np.float32)
    graph = _graph(vocabulary, synonyms)
    graph.data *= np.sqrt(counts[graph.indices] + 1)
    of = np.diff(graph.indptr)
    has = of > 0
    graph.data /= np.repeat(np.asarray(graph.sum(1)), of)
    frequent, unseen = 1 / share - 1, min(1 / share - 1, _UNSEEN)
    weights = unseen + (frequent - unseen) * np.minimum(1, counts / FREQUENT)
    keep = np.where(found, weights, 0).astype(np.float32)[:, None]
    mixed: NDArray[np.float32] = np.where((has & ~found)[:, None], 0, vectors)
    for _ in range(_STEPS):
        mixed = np.where(has[:, None], (keep * vectors + graph @ mixed) / (keep + 1), vectors)
    mixed *= vectors.std() / mixed.std()
    return np.ascontiguousarray(mixed, np.float32)


def _graph(vocabulary: Vocabulary, synonyms: Iterable[tuple[str, Sequence[str]]]) -> Any:
    """Which token is a synonym of which, as a symmetric sparse matrix of ones.

    Raises:
        FlatnlpError: If there is no pair.
    """
    from scipy.sparse import csr_array

    pairs = {
        (own, other)
        for word, others in synonyms
        if (own := _id(vocabulary, word)) is not None
        for each in others
        if (other := _id(vocabulary, each)) not in (None, own)
    }
    if not pairs:
        raise FlatnlpError("No word has a synonym of one token; leave out --smooth-vectors.")
    both = np.array(sorted(pairs | {(other, own) for own, other in pairs}))
    return csr_array((np.ones(len(both), np.float32), (both[:, 0], both[:, 1])), shape=(len(vocabulary),) * 2)


def _id(vocabulary: Vocabulary, word: str) -> int | None:
    """The id of a word of one token that the vocabulary has."""
    tokens = clean(word)
    return vocabulary.index.get(tokens[0]) if len(tokens) == 1 else None
