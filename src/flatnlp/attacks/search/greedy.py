"""Greedy search over words in the order of their weighted saliency (PWWS)."""

from collections.abc import Generator
from itertools import islice

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
    from scipy.special import softmax

    text, score = problem.text, problem.score
    offered = [(position, problem.candidates(text, position)) for position in problem.positions(text)]
    swappable = [i for i, (_, words) in enumerate(offered) if words]
    if not swappable:
        return None
    answer = yield Score(
        text,
        [position for position, _ in offered] + [position for position, words in offered for _ in words],
        [UNKNOWN] * len(offered) + [word for _, words in offered for word in words],
    )
    saliency, swapped = answer.scores[: len(offered)], iter(answer.scores[len(offered) :].tolist())
    best = [max(islice(swapped, len(offered[i][1]))) for i in swappable]
    for i in np.argsort(-softmax(saliency)[swappable] * best, kind="stable").tolist():
        position, words = offered[swappable[i]]
        answer = yield Score(text, [position] * len(words), words)
        chosen = int(answer.scores.argmax())
        if answer.scores[chosen] <= score:
            continue
        text, score = text.replace(position, words[chosen]), float(answer.scores[chosen])
        if answer.reached[chosen]:
            break
    return text
