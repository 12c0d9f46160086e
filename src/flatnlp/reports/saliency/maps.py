"""Saliency maps as plain records: a text, its words, and what each of them says for or against a class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

METHODS = {"ig": "integrated gradients", "lime": "LIME"}
"""The names of the methods in words."""


@dataclass(frozen=True)
class SaliencyWord:
    """One word of a text.

    Attributes:
        start: First character.
        end: Character after the last.
        value: Its attribution; ``None`` where the model never read the word or the value is not finite.
        importance: Its importance to the model's mask, in (0, 1); ``None`` without a mask.
    """

    start: int
    end: int
    value: float | None
    importance: float | None = None


@dataclass(frozen=True)
class SaliencyMap:
    """What the words of one text say for or against one class, to one model.

    Attributes:
        model: What the model is called.
        raw: The text.
        words: Its words in order, not overlapping.
        method: ``ig`` or ``lime``.
        label: The class that the attributions are of.
        probability: Probability of that class.
        prediction: The most probable class.
        prediction_probability: Its probability.
        swapped: Character spans of the words that differ from the other text of a pair; an empty span is a place where
            the other text has a word more.
    """

    model: str
    raw: str
    words: tuple[SaliencyWord, ...]
    method: str
    label: str
    probability: float
    prediction: str
    prediction_probability: float
    swapped: tuple[tuple[int, int], ...] = ()

    @property
    def unseen(self) -> int:
        """How many words have no attribution."""
        return sum(word.value is None for word in self.words)

    @property
    def masked(self) -> bool:
        """Whether any word has an importance."""
        return any(word.importance is not None for word in self.words)

    def is_swapped(self, word: SaliencyWord) -> bool:
        """Whether a swapped span overlaps a word."""
        return any(start < word.end and word.start < end for start, end in self.swapped)


@dataclass(frozen=True)
class Segment:
    """A stretch of text that is drawn in one way; ``word`` is ``None`` between words."""

    text: str
    word: SaliencyWord | None
    strength: float
    swapped: bool

    @property
    def unseen(self) -> bool:
        """Whether it is a word without attribution."""
        return self.word is not None and self.word.value is None


def scale_of(maps: Sequence[SaliencyMap]) -> float:
    """The largest attribution in size, which is drawn at full strength; 1 where all are zero."""
    return max((abs(word.value) for each in maps for word in each.words if word.value is not None), default=0.0) or 1.0


def finite(value: float) -> float | None:
    """A value, or ``None`` where it is not finite."""
    return value if math.isfinite(value) else None


def segments(saliency: SaliencyMap, scale: float) -> tuple[Segment, ...]:
    """Cut a text where the drawing changes.

    Args:
        saliency: The map.
        scale: Attribution drawn at full strength, greater than zero.

    Returns:
        Segments whose texts joined are the text; strengths are in [-1, 1]. A swapped segment without text is a place
        where the other text of the pair has a word more.
    """
    cuts = {0, len(saliency.raw)}
    cuts.update(edge for each in saliency.words for edge in (each.start, each.end))
    cuts.update(edge for span in saliency.swapped for edge in span)
    places = {start for start, end in saliency.swapped if start == end}
    edges = sorted(cuts)
    words = {word.start: word for word in saliency.words}
    word: SaliencyWord | None = None
    found: list[Segment] = []
    for start, end in pairwise([*edges, edges[-1]]):
        if start in places:
            found.append(Segment("", None, 0.0, swapped=True))
        if start == end:
            break
        word = words.get(start, word if word and start < word.end else None)
        value = word.value if word and word.value is not None else 0.0
        swapped = any(a < end and start < b for a, b in saliency.swapped)
        found.append(Segment(saliency.raw[start:end], word, max(-1.0, min(1.0, value / scale)), swapped))
    return tuple(found)
