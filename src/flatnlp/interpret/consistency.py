"""Whether a text and its adversarial version are classified for the same reasons.

Two measures of a pair, from the signed attributions of both texts to each class, averaged over the classes:

- **Kendall's tau-b** of the aligned words' attributions: of the words that both texts have, in place or substituted;
- **top-k overlap**: which share of the k words of highest attribution the texts have in common, a word and its
  substitute counted as the same. k is at most the number of words of the shorter text.

Aligned is what the attack's edits say (``Text.origins``), never what a comparison of the texts would. An inserted word,
the second of two merged words and a word that the model did not read have no partner: they take no part in tau, and
never match among the top k.

Where words tie, the earlier one is the higher. Identical attributions of aligned words have tau 1, whatever their
number; otherwise tau has no value where fewer than two words are aligned or where all of one text's attributions tie,
and a class without a value takes no part in the average.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LARGEST_K = 10


def kendall_tau(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kendall's tau-b, row by row; the same as ``scipy.stats.kendalltau`` where that has a value.

    Args:
        first: ``[rows, words]``.
        second: ``[rows, words]``.

    Returns:
        ``[rows]``: 1 where a row is the same in both, NaN where tau has no value.
    """
    signs = [np.sign(values[:, :, None] - values[:, None, :]) for values in (first, second)]
    concordant = (signs[0] * signs[1]).sum((1, 2))
    untied = np.sqrt(np.prod([np.abs(each).sum((1, 2)) for each in signs], 0))
    tau: NDArray[np.float64] = np.divide(concordant, untied, out=np.full(len(untied), np.nan), where=untied > 0)
    tau[(first == second).all(1)] = 1.0
    return tau


def top_k_overlap(
    first: NDArray[np.float64], second: NDArray[np.float64], partners: Sequence[tuple[int, int]]
) -> NDArray[np.float64]:
    """Shares of the top k that two texts have in common, for k = 1 to 10.

    Args:
        first: ``[rows, words]``, attributions of the one text.
        second: ``[rows, words of the other]``.
        partners: Words that count as the same: index in the one, index in the other.

    Returns:
        ``[rows, 10]``; 1 for two texts without words, NaN where only one of them has none.
    """
    shorter = min(first.shape[1], second.shape[1])
    if shorter == 0:
        return np.full((len(first), LARGEST_K), 1.0 if first.shape == second.shape else np.nan)
    ranks = [np.argsort(np.argsort(-values, 1, kind="stable"), 1) for values in (first, second)]
    here, there = np.array(partners, dtype=np.int64).reshape(-1, 2).T
    needed = np.maximum(ranks[0][:, here], ranks[1][:, there])  # both are among the top k from the next k on
    k = np.minimum(np.arange(1, LARGEST_K + 1), shorter)
    shares: NDArray[np.float64] = (needed[:, :, None] < k).sum(1) / k
    return shares


def partners(origins: Sequence[int | None], seen: int, seen_after: int) -> list[tuple[int, int]]:
    """Aligned words that the model read in both texts: index in the original, index in the adversarial text."""
    return [
        (origin, position)
        for position, origin in enumerate(origins[:seen_after])
        if origin is not None and origin < seen
    ]


def pair_consistency(
    before: NDArray[np.float64], after: NDArray[np.float64], origins: Sequence[int | None]
) -> tuple[float, NDArray[np.float64]]:
    """Consistency of one pair: the measures of each class, averaged over the classes.

    Args:
        before: ``[classes, words seen]``, attributions of the original.
        after: ``[classes, words seen]``, attributions of the adversarial text.
        origins: For each word of the adversarial text, the word of the original that it stands for (``Text.origins``).

    Returns:
        Kendall's tau (NaN where no class has a value) and the top-k overlaps ``[10]``.
    """
    same = partners(origins, before.shape[1], after.shape[1])
    here, there = np.array(same, dtype=np.int64).reshape(-1, 2).T
    tau = kendall_tau(before[:, here], after[:, there])
    defined = tau[~np.isnan(tau)]
    return float(defined.mean()) if len(defined) else float("nan"), top_k_overlap(before, after, same).mean(0)
