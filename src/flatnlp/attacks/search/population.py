"""What the searches over populations of texts have in common."""

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.constraints.substitute import SubstituteConstraint, allowed
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.search.together import together
from flatnlp.text import Text


def read_length(problem: Problem) -> int:
    """Number of leading words that the victim reads."""
    return min(problem.words, len(problem.text.spans))


def options(
    problem: Problem, constraints: Sequence[SubstituteConstraint], text: Text, position: int
) -> Generator[Any, Any, Sequence[str]]:
    """Substitutes that may stand at a position of a text, in alphabetical order of the whole text.

    None where the word may not be changed.
    """
    if not all(allows(text, position) for allows in problem.constraints):
        return ()
    own = text.word(position)
    offered = yield from problem.offered(text, position)
    others = [word for word in offered if word != own]
    words = yield from allowed(constraints, problem.text, text, position, others)
    rest = text.raw[text.spans[position][1] :]
    return sorted(words, key=lambda word: word + rest)


def all_options(
    problem: Problem, constraints: Sequence[SubstituteConstraint], text: Text
) -> Generator[Any, Any, list[Sequence[str]]]:
    """``options`` for every word that the victim reads."""
    return (yield from together([options(problem, constraints, text, i) for i in range(read_length(problem))]))


def with_words(original: Text, words: Sequence[str]) -> Text:
    """The original with other words in the places of its own, one edit for each that differs."""
    text = original
    for position, word in enumerate(words):
        if word != text.word(position):
            text = text.replace(position, word)
    return text


def mixed(original: Text, first: Text, second: Text, from_second: NDArray[np.bool_]) -> Text:
    """A text with the words of two others made from one original; a mask ``[words]`` says which are the second's."""
    words = first.words
    for position in np.flatnonzero(from_second).tolist():
        words[position] = second.word(position)
    return with_words(original, words)
