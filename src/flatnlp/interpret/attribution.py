"""What each word of a text has to do with each class: the one result of integrated gradients and of LIME."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flatnlp.text import Text


@dataclass(frozen=True, eq=False)
class Attribution:
    """Signed attributions of a text's words, for every class.

    Attributes:
        text: The text.
        values: ``[classes, seen]``; above 0 where the word speaks for the class. A word without tokens has 0.
        probabilities: ``[classes]``, what the classifier answers.
        seen: How many leading words the model read; the later ones were cut off and have no attribution.
        effort: Steps of the path (integrated gradients) or perturbations (LIME) that it took.
        error: Integrated gradients: how far the sum is from what it should be, relative (``integrated_gradients``
            says to what); LIME: ``None``.
    """

    text: Text
    values: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    seen: int
    effort: int
    error: float | None = None

    @property
    def unseen(self) -> list[str]:
        """The words beyond the model's length."""
        return self.text.words[self.seen :]
