"""Greedy search over words in the order of their importance (TextFooler, BAE)."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.constraints.substitute import SubstituteConstraint, allowed
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score, Scores, Similarity
from flatnlp.models.classifier import UNKNOWN
from flatnlp.text import Text


@dataclass(frozen=True)
class ImportanceGreedy:
    """Swap the most important word first, each by its best substitute.

    Jin et al. 2020, "Is BERT Really Robust?", in the form of TextAttack 0.3.11's ``GreedyWordSwapWIR``: the importance
    of a word is the score without it. A swap is kept only when it raises the score. The first swap that reaches the
    goal ends the search; of the substitutes that reach it there, the most similar is taken. Ties go to the earlier
    position, and among substitutes to the first in alphabetical order of the whole text.

    Attributes:
        importance: ``deletion``: the score with the word deleted; ``unknown``: with the word unknown.
        constraints: All must allow a substitute; they are asked before it is scored.
        similarity: The sentence encoder's constraint, if there is one.
        lazy: Score first, and ask the encoder only about the substitutes that could be chosen, best first. The result
            is the same as with ``lazy=False``, which asks about all of them before any is scored, as TextAttack does.
            The number of queries is not: an eager search does not score what the encoder rejects.
    """

    importance: Literal["deletion", "unknown"] = "deletion"
    constraints: tuple[SubstituteConstraint, ...] = ()
    similarity: SentenceSimilarity | None = None
    lazy: bool = True

    def __call__(self, problem: Problem) -> Generator[Any, Any, Text | None]:
        """Search; ``None`` if no word has a substitute that the constraints allow (the encoder's left aside)."""
        text, score = problem.text, problem.score
        positions = problem.positions(text)
        if not positions:
            return None
        if problem.in_context is None and not any(problem.candidates(text, position) for position in positions):
            return None
        absent = "" if self.importance == "deletion" else UNKNOWN
        answer: Scores = yield Score(text, positions, [absent] * len(positions))
        found_any = False
        for i in np.argsort(-answer.scores, kind="stable"):
            position = positions[i]
            offered = yield from problem.offered(text, position)
            words = yield from allowed(self.constraints, problem.text, text, position, offered)
            found_any = found_any or bool(words)
            choice = yield from self._choice(problem, text, score, position, words)
            if choice is not None:
                word, score, reached = choice
                text = text.replace(position, word)
                if reached:
                    break
        return text if found_any else None

    def _choice(
        self, problem: Problem, text: Text, score: float, position: int, words: Sequence[str]
    ) -> Generator[Any, Any, tuple[str, float, bool] | None]:
        """The substitute to take, the score it brings and whether it reaches the goal; ``None`` to leave the word."""
        rest = text.raw[text.spans[position][1] :]
        words = sorted(words, key=lambda word: word + rest)
        known: dict[str, float] = {}
        if not self.lazy:
            known = yield from self._similarities(problem, text, position, words)
            words = [word for word in words if self._similar(known[word])]
        if not words:
            return None
        answer: Scores = yield Score(text, [position] * len(words), words)
        ranked = [i for i in np.argsort(-answer.scores, kind="stable").tolist() if answer.scores[i] > score]
        names, reached = [words[i] for i in ranked], [bool(answer.reached[i]) for i in ranked]
        best, asked = None, 0
        while best is None and asked < len(names):
            end = min(2 * asked + 1, len(names))
            if any(reached[asked:end]):  # the most similar of all that reach the goal is wanted
                end = max(i for i, each in enumerate(reached) if each) + 1
            new = [word for word in names[asked:end] if word not in known]
            known |= yield from self._similarities(problem, text, position, new)
            best = next((i for i in range(asked, end) if self._similar(known[names[i]])), None)
            asked = end
        if best is None:
            return None
        if reached[best]:
            best = self._most_similar(names, reached, known, best)
        return names[best], float(answer.scores[ranked[best]]), reached[best]

    def _most_similar(self, names: Sequence[str], reached: Sequence[bool], known: dict[str, float], best: int) -> int:
        """The most similar of those from ``best`` on that reach the goal, up to the first that does not."""
        for i in range(best, len(names)):
            if names[i] not in known or not self._similar(known[names[i]]):
                continue
            if not reached[i]:
                break
            if known[names[i]] > known[names[best]]:
                best = i
        return best

    def _similarities(
        self, problem: Problem, text: Text, position: int, words: Sequence[str]
    ) -> Generator[Similarity, NDArray[np.float64], dict[str, float]]:
        """Similarity of each variant; 1 where nothing is compared."""
        if self.similarity is None:
            return dict.fromkeys(words, 1.0)
        values = yield from self.similarity.similarities(problem.text, text, position, words)
        return dict(zip(words, values.tolist(), strict=True))

    def _similar(self, similarity: float) -> bool:
        return self.similarity is None or similarity >= self.similarity.threshold
