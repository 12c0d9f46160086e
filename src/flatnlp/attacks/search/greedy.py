"""Greedy search over words in the order of their weighted saliency (PWWS)."""

from collections.abc import Generator
from itertools import accumulate, pairwise

import numpy as np

from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score, Scores
from flatnlp.models.classifier import UNKNOWN
from flatnlp.text import Text


def weighted_saliency(problem: Problem) -> Generator[Score, Scores, Text | None]:
    """Swap words in the order softmax(saliency) x (best score of any substitute), best substitute first.

    Ren et al. 2019, "Generating Natural Language Adversarial Examples through Probability Weighted Word Saliency",
    section 3.2, in the form of TextAttack 0.3.11's ``GreedyWordSwapWIR(wir_method="weighted-saliency")``: saliency is
    the score with the word unknown, a swap is kept only when it raises the score, the first success ends the search.
    Ties go to the earlier position and the earlier candidate.
    """
    text, score = problem.text, problem.score
    positions = problem.positions(text)
    candidates = [problem.candidates(text, position) for position in positions]
    if not any(candidates):
        return None
    answer = yield Score(
        text,
        positions + [i for i, words in zip(positions, candidates, strict=True) for _ in words],
        [UNKNOWN] * len(positions) + [word for words in candidates for word in words],
    )
    saliency, swapped = answer.scores[: len(positions)], answer.scores[len(positions) :].tolist()
    weights = np.exp(saliency - saliency.max())
    best = [max(swapped[a:b], default=0.0) for a, b in pairwise(accumulate(map(len, candidates), initial=0))]
    for i in np.argsort(-(weights / weights.sum()) * best, kind="stable").tolist():
        if not candidates[i]:
            continue
        answer = yield Score(text, [positions[i]] * len(candidates[i]), candidates[i])
        chosen = int(answer.scores.argmax())
        if answer.scores[chosen] <= score:
            continue
        text, score = text.replace(positions[i], candidates[i][chosen]), float(answer.scores[chosen])
        if answer.reached[chosen]:
            break
    return text
