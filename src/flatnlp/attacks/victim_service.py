"""The victim as a service: what all running searches ask of it, answered in full batches without duplicates."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.goal import Goal
from flatnlp.attacks.request import Score, Scores
from flatnlp.attacks.service import Memory, Spent
from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import Classifier, Key


class VictimService:
    """Answers ``Score`` requests.

    Args:
        classifier: The victim.
        goal: How probabilities become scores.
    """

    name = "victim"
    handles = Score

    def __init__(self, classifier: Classifier, goal: Goal) -> None:
        self.classifier = classifier
        self.goal = goal
        self.spent = Spent()

    def answer(self, requests: Sequence[tuple[Score, Memory]]) -> list[Scores]:
        """One answer per request; every new text of an example is classified once.

        Raises:
            FlatnlpError: If the victim returns NaN, infinity, or another number of rows or classes.
        """
        asked, new, memories = [], [], []
        for request, memory in requests:
            keys = self._keys(request)
            memory.queries += len(keys)
            asked.append(keys)
            rows = memory.rows
            for key in keys:
                if key not in rows:
                    rows[key] = len(rows)
                    new.append(key)
                    memories.append(memory)
        begin = time.perf_counter()
        probabilities = self._classify(new)
        self.spent.model_seconds += time.perf_counter() - begin
        labels = np.fromiter((memory.label for memory in memories), np.int64, len(memories))
        scores, reached = self.goal(probabilities, labels)
        for memory, row, score, arrived in zip(memories, probabilities, scores.tolist(), reached.tolist(), strict=True):
            memory.scores.append(score)
            memory.reached.append(arrived)
            memory.probabilities.append(row)
        queries = sum(map(len, asked))
        self.spent.items += queries
        self.spent.duplicates += queries - len(new)
        return [_recall(memory, keys) for (_, memory), keys in zip(requests, asked, strict=True)]

    def close(self) -> None:
        """Nothing is held."""

    def _keys(self, request: Score) -> list[Key]:
        if not request.positions:
            return [self.classifier.encode(request.text)]
        return self.classifier.encode_variants(request.text, request.positions, request.substitutes)

    def _classify(self, keys: list[Key]) -> NDArray[np.float64]:
        classes = len(self.classifier.classes)
        if not keys:
            return np.zeros((0, classes))
        probabilities = self.classifier.classify(keys)
        if probabilities.shape != (len(keys), classes) or not np.isfinite(probabilities).all():
            raise FlatnlpError(
                f"The victim answered {len(keys)} texts with an array of shape {probabilities.shape} or with NaN or "
                f"infinity in it; it must return {classes} finite class probabilities per text."
            )
        return probabilities


def _recall(memory: Memory, keys: list[Key]) -> Scores:
    rows = [memory.rows[key] for key in keys]
    return Scores(
        np.array([memory.scores[row] for row in rows]),
        np.array([memory.reached[row] for row in rows]),
    )
