"""A victim and a lexicon small enough to compute an attack by hand."""

from collections.abc import Mapping

import numpy as np

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.models.classifier import CallableClassifier
from flatnlp.text import clean


class Lexicon:
    """Substitutes from a dictionary."""

    def __init__(self, entries: Mapping[str, tuple[str, ...]]) -> None:
        self.entries = entries
        self.closed = 0

    def candidates(self, word: str) -> tuple[str, ...]:
        return self.entries.get(word.lower(), ())

    def close(self) -> None:
        self.closed += 1


def bag_of_words(weights: Mapping[str, float], batch_size: int = 32) -> CallableClassifier:
    """Two classes; p(second) is the logistic function of the words' summed weights."""

    def probabilities(texts: list[str]) -> np.ndarray:
        sums = np.array([sum(weights.get(token, 0.0) for token in clean(text)) for text in texts])
        second = 1 / (1 + np.exp(-sums))
        return np.stack([1 - second, second], 1)

    return CallableClassifier(probabilities, ["negative", "positive"], batch_size=batch_size)


def toy_recipe(entries: Mapping[str, tuple[str, ...]], stop_words: tuple[str, ...] = ("the", "is")) -> Recipe:
    return Recipe(weighted_saliency, Lexicon(entries), (no_repeats, no_stop_words(stop_words)))
