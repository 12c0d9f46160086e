"""Random search: what an attack comes to that knows nothing."""

from collections.abc import Generator
from typing import Any

from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score, Scores
from flatnlp.text import Text


def random_order(problem: Problem) -> Generator[Any, Any, Text | None]:
    """Swap the words one after the other in random order, each for a random substitute, whatever the score."""
    positions = problem.positions(problem.text)
    text, tried = problem.text, False
    for position in problem.random.permutation(positions).tolist():
        words = yield from problem.offered(text, position)
        if not words:
            continue
        tried = True
        text = text.replace(position, words[int(problem.random.integers(len(words)))])
        answer: Scores = yield Score(text)
        if answer.reached[0]:
            break
    return text if tried else None
