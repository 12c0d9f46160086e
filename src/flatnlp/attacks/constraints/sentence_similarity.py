"""A text with a substitute must stay similar to the text without it, by a sentence encoder."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.request import Similarity
from flatnlp.text import Text


@dataclass(frozen=True)
class SentenceSimilarity:
    """Angular similarity, ``1 - angle / pi``, of the words around the changed one before and after the change.

    As TextAttack 0.3.11's ``SentenceEncoder`` constraints with ``metric="angular"``. A threshold belongs to one encoder
    and means nothing for another (docs/RESULTS.md says how ours were found).

    Attributes:
        threshold: Least similarity allowed.
        window: Words of the text that are compared, the changed one in their middle; the whole text if not said.
        skip_shorter: Whether texts with fewer words than the window are not compared at all.
        against_original: Compare with the text before the attack; else with the current one.
    """

    threshold: float
    window: int | None = 15
    skip_shorter: bool = True
    against_original: bool = False

    def applies(self, text: Text) -> bool:
        """Whether this text is compared at all."""
        return not (self.skip_shorter and self.window is not None and len(text.spans) < self.window)

    def similarities(
        self, original: Text, text: Text, position: int, substitutes: Sequence[str]
    ) -> Generator[Similarity, NDArray[np.float64], NDArray[np.float64]]:
        """Angular similarity ``[n]`` of each variant; 1 where texts are not compared."""
        if not self.applies(text) or not substitutes:
            return np.ones(len(substitutes))
        reference = original if self.against_original else text
        left, right = around(reference, position, self.window)
        own = left + reference.word(position) + right
        if self.against_original:
            left, right = around(text, position, self.window)
        cosines = yield Similarity(own, [left + word + right for word in substitutes])
        return 1 - np.arccos(np.clip(cosines, -1, 1)) / np.pi

    def allowed(
        self, original: Text, text: Text, position: int, substitutes: Sequence[str]
    ) -> Generator[Similarity, NDArray[np.float64], Sequence[str]]:
        """Those similar enough."""
        similarities = yield from self.similarities(original, text, position, substitutes)
        return [word for word, each in zip(substitutes, similarities.tolist(), strict=True) if each >= self.threshold]


def around(text: Text, position: int, size: int | None) -> tuple[str, str]:
    """What stands before and after a word within its window, in the raw text's own spacing and punctuation."""
    first, last = window_of(len(text.spans), position, size)
    start, end = text.spans[position]
    return text.raw[text.spans[first][0] : start], text.raw[end : text.spans[last][1]]


def window_of(words: int, position: int, size: int | None) -> tuple[int, int]:
    """First and last of the words around a position, as TextAttack 0.3.11 chooses them.

    ``size`` words with the position in their middle; near an end of the text, the first or the last ``size`` words.

    Args:
        words: Words in the text.
        position: The one in the middle.
        size: How many; all if ``None``.
    """
    if size is None:
        return 0, words - 1
    half = (size - 1) / 2
    if position < half:
        return 0, min(size, words) - 1
    if position + half >= words:
        return max(0, words - size), words - 1
    return position - int(np.ceil(half)), position + int(half)
