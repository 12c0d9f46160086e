"""What a search may ask the engine for, and what it gets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flatnlp.text import Text


@dataclass(frozen=True, slots=True)
class NextWord:
    """Ask a language model how probable words are after others.

    The answer is an array ``[n]`` of natural logarithms of probabilities, one per word.

    Attributes:
        before: All words before, from the beginning of the text.
        words: What may come next, each by itself.
    """

    before: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """Ask a masked language model for words that may stand in a gap.

    The answer is a tuple of words, the most probable first.

    Attributes:
        left: The text before the gap.
        right: The text after it.
        most: How many words at most.
        least: The probability that a word must have at least.
    """

    left: str
    right: str
    most: int
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """Ask how far variants of a text are from the goal.

    Attributes:
        text: The base text.
        positions: Index of the word that each variant changes.
        substitutes: What stands there instead; ``""`` deletes the word, ``None`` puts the victim's unknown token there.
            With no positions at all, the text itself is scored.
        counted: Queries to count along with these: repetitions that the search answered from its own memory.
    """

    text: Text
    positions: Sequence[int] = ()
    substitutes: Sequence[str | None] = ()
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """The answer to ``Score``, one entry per variant (or one for the text itself).

    Attributes:
        scores: ``[n]``; higher is nearer to the goal.
        reached: ``[n]``; whether the goal is reached.
    """

    scores: NDArray[np.float64]
    reached: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tags:
    """Ask for the parts of speech of several words, each standing in the same place of the same context.

    The answer is a list of universal tags (``NOUN``, ``VERB``, ...), one per word.

    Attributes:
        before: The words before, in order.
        words: The words to be tagged, one at a time between ``before`` and ``after``.
        after: The words after, in order.
    """

    before: tuple[str, ...]
    words: Sequence[str]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similarity:
    """Ask how similar strings are to one string, by a sentence encoder.

    The answer is an array ``[n]`` of cosines, one per string of ``others``.

    Attributes:
        reference: The string that the others are compared with.
        others: The strings.
    """

    reference: str
    others: Sequence[str]
