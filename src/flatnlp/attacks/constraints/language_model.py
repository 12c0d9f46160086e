"""Of the substitutes at a position, only those that a language model finds most probable."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.request import NextWord
from flatnlp.text import Text


@dataclass(frozen=True)
class MostProbable:
    """The substitutes that are most probable after the words before them.

    As TextAttack 0.3.11's ``GoogleLanguageModel(top_n_per_index)`` with ``compare_against_original=False``; of equally
    probable ones the earlier.

    Attributes:
        most: How many may stay.
    """

    most: int

    def allowed(
        self,
        original: Text,  # noqa: ARG002
        text: Text,
        position: int,
        substitutes: Sequence[str],
    ) -> Generator[NextWord, NDArray[np.float64], Sequence[str]]:
        """The most probable, in their order."""
        if len(substitutes) <= self.most:
            return substitutes
        values = yield NextWord(tuple(text.words[:position]), tuple(substitutes))
        kept = np.argsort(-values, kind="stable")[: self.most]
        return [substitutes[i] for i in sorted(kept.tolist())]
