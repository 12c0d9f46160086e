"""The victim as a service: what all running searches ask of it, answered in full batches without duplicates."""

import time
from collections.abc import Sequence
from itertools import accumulate, islice, pairwise

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.goal import Goal
from flatnlp.attacks.request import Score, Scores
from flatnlp.attacks.service import Memory, Spent
from flatnlp.errors import FlatnlpError, is_out_of_memory
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
            FlatnlpError: If the victim raises, or returns NaN, infinity, or another number of rows or classes.
        """
        asked: list[list[int]] = []
        new: list[Key] = []
        owners: list[tuple[Memory, int]] = []
        for request, memory in requests:
            keys = self._keys(request)
            memory.queries += len(keys) + request.counted
            rows = memory.rows
            known = len(rows)
            asked.append([rows.setdefault(key, len(rows)) for key in keys])
            if len(rows) > known:
                owners.append((memory, len(rows) - known))
                new += [*islice(reversed(rows), len(rows) - known)][::-1]
        self._learn(new, owners)
        queries = sum(map(len, asked)) + sum(request.counted for request, _ in requests)
        self.spent.items += queries
        self.spent.duplicates += queries - len(new)
        return _recall(requests, asked)

    def _learn(self, new: list[Key], owners: Sequence[tuple[Memory, int]]) -> None:
        """Have the victim classify new texts, so many of each example's, and remember what it says."""
        begin, given, filled = time.perf_counter(), self.classifier.tokens, self.classifier.padding
        probabilities = self._classify(new)
        self.spent.model_seconds += time.perf_counter() - begin
        self.spent.tokens += self.classifier.tokens - given
        self.spent.padding += self.classifier.padding - filled
        labels = np.repeat([memory.label for memory, _ in owners], [count for _, count in owners]).astype(np.int64)
        scores, reached = (values.tolist() for values in self.goal(probabilities, labels))
        start = 0
        for memory, count in owners:
            end = start + count
            memory.scores += scores[start:end]
            memory.reached += reached[start:end]
            memory.probabilities += [*probabilities[start:end]]
            start = end

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
        try:
            probabilities = self.classifier.classify_in_batches(keys)
        except FlatnlpError:
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            reason = (str(error).splitlines() or [""])[0].rstrip(".")
            raise FlatnlpError(
                f"The victim raised {type(error).__name__} ({reason:.200}) when it was asked to classify {len(keys)} "
                "texts; mend it, and attack again."
            ) from error
        if probabilities.shape != (len(keys), classes) or not np.isfinite(probabilities).all():
            raise FlatnlpError(
                f"The victim answered {len(keys)} texts with an array of shape {probabilities.shape} or with NaN or "
                f"infinity in it; it must return {classes} finite class probabilities per text."
            )
        return probabilities


def _recall(requests: Sequence[tuple[Score, Memory]], asked: Sequence[Sequence[int]]) -> list[Scores]:
    """What the examples remember of the texts asked about: views of two arrays that nobody may write."""
    told = [(memory, rows) for (_, memory), rows in zip(requests, asked, strict=True)]
    scores = np.array([scores[row] for memory, rows in told for scores in (memory.scores,) for row in rows])
    reached = np.array([reached[row] for memory, rows in told for reached in (memory.reached,) for row in rows])
    scores.flags.writeable = reached.flags.writeable = False
    ends = [0, *accumulate(map(len, asked))]
    return [Scores(scores[a:b], reached[a:b]) for a, b in pairwise(ends)]
