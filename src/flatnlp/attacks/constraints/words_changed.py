"""No more than a share of the words may be changed."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from flatnlp.text import Text


@dataclass(frozen=True)
class WordsChanged:
    """At most ``ceil(share x words)`` words may differ from the original's.

    As TextAttack 0.3.11's ``MaxWordsPerturbed(max_percent)``: a word that is changed back counts no more.

    Attributes:
        share: Between 0 and 1.
    """

    share: float

    def allowed(
        self, original: Text, text: Text, position: int, substitutes: Sequence[str]
    ) -> Generator[Any, Any, Sequence[str]]:
        """Those that leave few enough words changed."""
        pairs = zip(text.words, original.words, strict=True)
        others = sum(now != word for i, (now, word) in enumerate(pairs) if i != position)
        left = math.ceil(len(original.spans) * self.share) - others
        own = original.word(position)
        return [word for word in substitutes if (word != own) <= left]
        yield  # a generator that asks nothing
