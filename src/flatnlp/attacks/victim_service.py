"""The victim as a service: what all running searches ask of it, answered in full batches without duplicates."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.goal import Goal
from flatnlp.attacks.request import Score, Scores
from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import Classifier, Key


@dataclass(slots=True)
class Memory:
    """What the victim has said of one example's texts.

    Attributes:
        label: The true label.
        rows: Key of a text -> its entry in the lists below.
        scores: Score of each text.
        reached: Whether each reached the goal.
        probabilities: Class probabilities of each.
        queries: Texts asked about so far, repetitions counted.
    """

    label: int
    rows: dict[Key, int] = field(default_factory=dict)
    scores: list[float] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    probabilities: list[NDArray[np.float64]] = field(default_factory=list)
    queries: int = 0


@dataclass(slots=True)
class Spent:
    """Where the time went.

    Attributes:
        calls: Batches asked for.
        queries: Texts asked about.
        classified: Texts that were not known already and went to the victim.
        encode_seconds: Seconds spent turning texts to keys.
        classify_seconds: Seconds spent in the victim.
    """

    calls: int = 0
    queries: int = 0
    classified: int = 0
    encode_seconds: float = 0.0
    classify_seconds: float = 0.0


class VictimService:
    """Answers ``Score`` requests.

    Args:
        classifier: The victim.
        goal: How probabilities become scores.
    """

    def __init__(self, classifier: Classifier, goal: Goal) -> None:
        self.classifier = classifier
        self.goal = goal
        self.spent = Spent()

    def answer(self, requests: Sequence[tuple[Score, Memory]]) -> list[Scores]:
        """One answer per request; every new text of an example is classified once.

        Raises:
            FlatnlpError: If the victim returns NaN, infinity, or another number of rows or classes.
        """
        begin = time.perf_counter()
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
        encoded = time.perf_counter()
        probabilities = self._classify(new)
        classified = time.perf_counter()
        labels = np.fromiter((memory.label for memory in memories), np.int64, len(memories))
        scores, reached = self.goal(probabilities, labels)
        for memory, row, score, arrived in zip(memories, probabilities, scores.tolist(), reached.tolist(), strict=True):
            memory.scores.append(score)
            memory.reached.append(arrived)
            memory.probabilities.append(row)
        spent = self.spent
        spent.calls += 1
        spent.queries += sum(map(len, asked))
        spent.classified += len(new)
        spent.encode_seconds += encoded - begin
        spent.classify_seconds += classified - encoded
        return [_recall(memory, keys) for (_, memory), keys in zip(requests, asked, strict=True)]

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
