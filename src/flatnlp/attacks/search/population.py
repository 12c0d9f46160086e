"""What the searches over populations of texts have in common."""

from bisect import bisect
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.constraints.substitute import SubstituteConstraint, allowed
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score, Scores
from flatnlp.attacks.search.together import together
from flatnlp.text import Text


def read_length(problem: Problem) -> int:
    """Number of leading words that the victim reads."""
    return min(problem.words, len(problem.text.spans))


@dataclass(frozen=True, slots=True)
class Best:
    """The best of the substitutes at one position of a text.

    Attributes:
        offered: How many there are.
        word: The one that scores best, the first in alphabetical order among equals; empty if there is none.
        score: Its score.
        reached: Whether it reaches the goal.
    """

    offered: int
    word: str = ""
    score: float = 0.0
    reached: bool = False


class Known:
    """What one search has learnt: members of a population meet in the same texts, so it asks once and counts always.

    Args:
        problem: What is attacked.
        constraints: All must allow a substitute.
    """

    def __init__(self, problem: Problem, constraints: Sequence[SubstituteConstraint]) -> None:
        self.words = read_length(problem)
        """How many words the victim reads."""
        self._problem = problem
        self._constraints = constraints
        self._options: dict[tuple[str, frozenset[int], int], Sequence[str]] = {}
        self._best: dict[tuple[str, frozenset[int], int], Best | None] = {}
        self._scores: dict[str, tuple[float, bool] | None] = {}
        self._texts: dict[tuple[str, ...], Text] = {}
        self._uncounted = 0

    def mixed(self, first: Text, second: Text, from_second: NDArray[np.bool_]) -> Text:
        """A text with the words of two others; a mask ``[words that the victim reads]`` says which are the second's."""
        words, others = first.words, second.words
        for position in np.flatnonzero(from_second).tolist():
            words[position] = others[position]
        key = tuple(words)
        if key not in self._texts:
            self._texts[key] = self._problem.text.with_words(words)
        return self._texts[key]

    def options(self, text: Text, position: int) -> Generator[Any, Any, Sequence[str]]:
        """Substitutes that may stand at a position of a text, in alphabetical order of the whole text.

        None where the word may not be changed.
        """
        key = (text.raw, text.changed, position)
        if key not in self._options:
            words: Sequence[str] = ()
            if all(allows(text, position) for allows in self._problem.constraints):
                own = text.word(position)
                offered = yield from self._problem.offered(text, position)
                others = [word for word in offered if word != own]
                words = yield from allowed(self._constraints, self._problem.text, text, position, others)
                rest = text.raw[text.spans[position][1] :]
                words = sorted(words, key=lambda word: word + rest)
            self._options[key] = words
        return self._options[key]

    def all_options(self, text: Text) -> Generator[Any, Any, list[Sequence[str]]]:
        """``options`` for every word that the victim reads."""
        return (yield from together([self.options(text, i) for i in range(self.words)]))

    def best(self, text: Text, changed: frozenset[int], position: int, times: int = 1) -> Generator[Any, Any, Best]:
        """The best substitute at a position of a text with such words changed, asked for so many times."""
        key = (text.raw, changed, position)
        if key in self._best:
            while (found := self._best[key]) is None:
                yield ()  # another member is asking the same in this turn
            self._uncounted += found.offered * times
            return found
        self._best[key] = None
        words = yield from self.options(text, position)
        best = Best(0)
        if words:
            counted = self._taken() + len(words) * (times - 1)
            answer: Scores = yield Score(text, [position] * len(words), words, counted)
            at = int(answer.scores.argmax())
            best = Best(len(words), words[at], float(answer.scores[at]), bool(answer.reached[at]))
        self._best[key] = best
        return best

    def score(self, text: Text) -> Generator[Any, Any, tuple[float, bool]]:
        """The score of a text, and whether it reaches the goal."""
        if text.raw in self._scores:
            while (found := self._scores[text.raw]) is None:
                yield ()
            self._uncounted += 1
            return found
        self._scores[text.raw] = None
        answer: Scores = yield Score(text, counted=self._taken())
        found = float(answer.scores[0]), bool(answer.reached[0])
        self._scores[text.raw] = found
        return found

    def counted(self, text: Text) -> Generator[Any, Any, Text]:
        """The text that a search ends at, after all that was asked is counted."""
        if self._uncounted:
            yield Score(text, counted=self._taken() - 1)
        return text

    def _taken(self) -> int:
        uncounted, self._uncounted = self._uncounted, 0
        return uncounted


def drawn(random: np.random.Generator, weights: Sequence[float]) -> int:
    """An index drawn by weight; not all may be 0."""
    bounds = list(accumulate(weights))
    return min(bisect(bounds, random.random() * bounds[-1]), len(bounds) - 1)
