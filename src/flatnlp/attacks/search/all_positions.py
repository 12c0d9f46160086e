"""Greedy search over all positions at every step (CLARE, exhaustive greedy)."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity, around
from flatnlp.attacks.constraints.substitute import SubstituteConstraint
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score, Scores, Similarity
from flatnlp.attacks.search.changes import Changes, Gap, insertions, merges, replacements
from flatnlp.attacks.search.together import together
from flatnlp.text import Text


@dataclass(frozen=True)
class AllPositions:
    """Make the best of all changes that are possible, over and over, until the goal is reached or none is left.

    As TextAttack 0.3.11's ``GreedySearch``: the best change is made even where it lowers the score. Ties go to the
    text that comes first in alphabetical order.

    Attributes:
        constraints: All must allow a substitute.
        similarity: How similar the text must stay to the original around the change, by a sentence encoder.
        insert: A word put before each word that its own constraints allow; ``None``: no insertions.
        merge: A word put for two neighbours; ``None``: no merges. Their parts of speech alone say which.
        most_steps: Changes at most, in words of the original; ``None``: no limit. Insertions might never end.
        lazy: Score first, and ask the encoder only about the changes that could be chosen, best first. The result is
            the same as with ``lazy=False``, which asks about all before any is scored, as TextAttack does; the number
            of queries is not.
    """

    constraints: tuple[SubstituteConstraint, ...] = ()
    similarity: SentenceSimilarity | None = None
    insert: Gap | None = None
    merge: Gap | None = None
    most_steps: float | None = None
    lazy: bool = True

    def __call__(self, problem: Problem) -> Generator[Any, Any, Text | None]:
        """Search; ``None`` if there is nothing to change."""
        text, step = problem.text, 0
        limit = None if self.most_steps is None else max(1, round(self.most_steps * len(text.spans)))
        while limit is None or step < limit:
            found = yield from self._changes(problem, text)
            if step == 0 and not any(changes.words for changes in found):
                return None
            chosen = yield from self._best(problem, found)
            if chosen is None:
                break
            text, reached = chosen
            step += 1
            if reached:
                break
        return text

    def _changes(self, problem: Problem, text: Text) -> Generator[Any, Any, list[Changes]]:
        words = len(text.spans)
        if problem.words < len(problem.text.spans):
            words = min(words, problem.words)
        positions = [i for i in range(words) if all(allows(text, i) for allows in problem.constraints)]
        asking = [replacements(problem, self.constraints, text, positions)]
        if self.insert is not None:
            asking.append(insertions(text, words, self.insert))
        if self.merge is not None and words > 1:
            asking.append(merges(text, words, self.merge))
        found = yield from together(asking)
        return [changes for group in found for changes in group if changes.words]

    def _best(self, problem: Problem, found: Sequence[Changes]) -> Generator[Any, Any, tuple[Text, bool] | None]:
        """The text after the best change that is similar enough, and whether it reaches the goal."""
        if not self.lazy:
            found = yield from self._similar_ones(problem, found)
        if not found:
            return None
        answers: tuple[Scores, ...] = yield tuple(
            Score(changes.base, [changes.position] * len(changes.words), changes.words) for changes in found
        )
        scores = np.concatenate([answer.scores for answer in answers])
        reached = np.concatenate([answer.reached for answer in answers])
        places = [(changes, word) for changes in found for word in changes.words]
        raws = [changes.around[0] + word + changes.around[1] for changes, word in places]
        order = sorted(range(len(places)), key=lambda i: (-scores[i], raws[i]))
        asked, size = 0, 1
        while asked < len(order):
            some = order[asked : asked + size]
            near = yield from self._near(problem, [places[i] for i in some]) if self.lazy else _all(some)
            for i, enough in zip(some, near, strict=True):
                if enough:
                    changes, word = places[i]
                    return changes.made(word), bool(reached[i])
            asked, size = asked + size, 2 * size
        return None

    def _similar_ones(self, problem: Problem, found: Sequence[Changes]) -> Generator[Any, Any, list[Changes]]:
        places = [(changes, word) for changes in found for word in changes.words]
        near = iter((yield from self._near(problem, places)))
        kept = [
            Changes(changes.kind, changes.text, changes.position, [word for word in changes.words if next(near)])
            for changes in found
        ]
        return [changes for changes in kept if changes.words]

    def _near(self, problem: Problem, places: Sequence[tuple[Changes, str]]) -> Generator[Any, Any, Sequence[bool]]:
        """Whether each change leaves the text similar enough."""
        similarity = self.similarity
        if similarity is None or not places:
            return [True] * len(places)
        asked, numbers = [], []
        original = problem.text
        for number, (changes, word) in enumerate(places):
            if similarity.applies(changes.base):
                at = min(changes.position, len(original.spans) - 1)
                before, after = around(original, at, similarity.window)
                left, right = around(changes.base, changes.position, similarity.window)
                asked.append(Similarity(before + original.word(at) + after, [left + word + right]))
                numbers.append(number)
        near = [True] * len(places)
        if asked:
            answers = yield tuple(asked)
            for number, answer in zip(numbers, answers, strict=True):
                near[number] = bool(1 - np.arccos(np.clip(answer[0], -1, 1)) / np.pi >= similarity.threshold)
        return near


def _all(some: Sequence[int]) -> Generator[Any, Any, list[bool]]:
    return [True] * len(some)
    yield  # a generator that asks nothing
