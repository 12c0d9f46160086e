"""A victim whose opinion of every word is drawn from a hash: the same on any machine, and hardly ever a tie."""

import hashlib

import numpy as np

from flatnlp.models.classifier import CallableClassifier
from flatnlp.text import clean

_CLASSES = ("sports", "business", "culture")
_BIAS = np.array([7.0, 0.0, 0.0])  # some attacks must fail, too


def hashed_victim(classes: int) -> CallableClassifier:
    """Softmax of the words' summed weights; case and punctuation do not count."""

    def probabilities(texts: list[str]) -> np.ndarray:
        logits = np.array([(_BIAS + sum(map(_weights, clean(text))))[:classes] for text in texts])
        exponentials = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(exponentials / exponentials.sum(1, keepdims=True))

    return CallableClassifier(probabilities, _CLASSES[:classes])


def _weights(token: str) -> np.ndarray:
    """One weight per class, each between -1 and 1."""
    digest = hashlib.sha256(token.encode()).digest()
    return np.frombuffer(digest[: 4 * len(_CLASSES)], "<u4") / 2**31 - 1
