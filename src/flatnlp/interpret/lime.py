"""LIME (Ribeiro et al. 2016) for texts, for every class, the perturbations of many texts classified together.

As ``lime`` 0.2.0.1's ``LimeTextExplainer`` does it by default: perturbations remove words at random, a ridge regression
on which words are present is fitted to the probabilities, weighted by an exponential kernel on the cosine distance, and
its coefficients are the attributions. On the same perturbations the coefficients are lime's.

What differs:

- words are those of ``Text``, as everywhere in this package; lime splits at everything but letters, digits and ``_``;
- only words that the model reads are features: what it cuts off stays out, and is not brought back by a removal;
- all words are kept as features (lime keeps the 10 largest and fits again on these);
- the random numbers are NumPy's newer ones, seeded by the text itself: a text's result does not depend on others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.ridge import weighted_ridge
from flatnlp.models.classifier import Classifier
from flatnlp.text import Text

_KERNEL_WIDTH = 25.0
_SAMPLES_AT_ONCE = 20_000


def lime(
    classifier: Classifier,
    texts: Sequence[Text],
    *,
    samples: int | None = None,
    seed: int = 0,
    bow: bool = True,
    on_text: Callable[[], None] = lambda: None,
) -> list[Attribution]:
    """Attributions of texts by LIME.

    A text without words has no attributions; in a text of one word that word's removal is the only perturbation.

    Args:
        classifier: Any.
        texts: The texts.
        samples: Perturbations of each text, the text itself among them; the classifier's ``perturbations`` if not
            said (5,000 as in lime, 500 for transformers).
        seed: Of the perturbations.
        bow: Remove all occurrences of a word together, and give them all its coefficient, as lime does by default
            (``bow=True``); else every position is a word of its own. Words that differ in capitals are different.
        on_text: Called after each text.

    Raises:
        FlatnlpError: If there are fewer than two samples, or the classifier answers with NaN or infinity.
    """
    samples = classifier.perturbations if samples is None else samples
    if samples < 2:
        raise FlatnlpError(f"LIME was given {samples} samples; it needs at least 2, and thousands to be of use.")
    results: list[Attribution] = []
    at_once = max(1, _SAMPLES_AT_ONCE // samples)
    for start in range(0, len(texts), at_once):
        batch = [
            perturb(text, classifier.words_seen(text), samples, seed, bow) for text in texts[start : start + at_once]
        ]
        for result in explain(classifier, batch):
            results.append(result)
            on_text()
    return results


@dataclass(frozen=True, eq=False)
class Perturbed:
    """A text and what was removed from it, each different perturbation once.

    Attributes:
        text: The text.
        features: ``[seen]``, the feature that each word belongs to.
        present: ``[different, features]``, which features are left; one row is the text itself.
        counts: ``[different]``, how often each was drawn.
    """

    text: Text
    features: NDArray[np.int64]
    present: NDArray[np.bool_]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, text: Text, features: Sequence[int], present: NDArray[np.bool_]) -> "Perturbed":
        """Gather equal perturbations of ``[samples, features]``."""
        packed = np.packbits(present, 1)
        packed = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
        codes = packed.view(">u8" if packed.shape[1] == 8 else f"V{packed.shape[1]}")[:, 0] if packed.size else None
        if codes is None:
            first, counts = np.array([0]), np.array([len(present)])
        else:
            _, first, counts = np.unique(codes, return_index=True, return_counts=True)
        return cls(text, np.array(features, dtype=np.int64), present[first], counts)

    @property
    def weights(self) -> NDArray[np.float64]:
        """``[different]``, weights in the regression."""
        return kernel(self.present) * self.counts


def explain(classifier: Classifier, batch: Sequence[Perturbed]) -> list[Attribution]:
    """Attributions of texts from given perturbations: all of them classified in one go, one solve for all."""
    keys = [classifier.encode_subsets(each.text, each.present[:, each.features]) for each in batch]
    answers = classifier.classify([key for each in keys for key in each])
    if not np.isfinite(answers).all():
        raise FlatnlpError("The classifier answered a perturbed text with NaN or infinity; LIME needs probabilities.")
    probabilities = np.split(answers, np.cumsum([len(each) for each in keys])[:-1])
    shape = len(batch), max(len(each.present) for each in batch)
    present = np.zeros((*shape, max(each.present.shape[1] for each in batch)))
    weights, targets = np.zeros(shape), np.zeros((*shape, len(classifier.classes)))
    for i, (each, own) in enumerate(zip(batch, probabilities, strict=True)):
        size = len(each.present)
        present[i, :size, : each.present.shape[1]] = each.present
        weights[i, :size], targets[i, :size] = each.weights, own
    coefficients = weighted_ridge(present, targets, weights)
    return [
        Attribution(
            each.text,
            coefficients[i][:, each.features],
            own[int(each.present.all(1).argmax())],
            len(each.features),
            int(each.counts.sum()),
        )
        for i, (each, own) in enumerate(zip(batch, probabilities, strict=True))
    ]


def kernel(present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights ``[samples]``: ``sqrt(exp(-d^2 / 25^2))``, d 100 times the cosine distance from the whole text."""
    distance = 100 * (1 - np.sqrt(present.mean(1))) if present.shape[1] else np.zeros(len(present))
    weights: NDArray[np.float64] = np.sqrt(np.exp(-(distance**2) / _KERNEL_WIDTH**2))
    return weights


def perturb(text: Text, seen: int, samples: int, seed: int = 0, bow: bool = True) -> Perturbed:
    """Draw perturbations of the words seen, as lime does: any number of words goes, any set of that number alike."""
    words = text.words[:seen]
    number: dict[str, int] = {}
    features = [number.setdefault(word, len(number)) for word in words] if bow else list(range(len(words)))
    count = max(features, default=-1) + 1
    present = np.ones((samples if count else 1, count), dtype=np.bool_)
    if count:
        digest = sha256(text.raw.encode("utf-8", "surrogatepass")).digest()
        random = np.random.default_rng((seed, int.from_bytes(digest[:8], "big")))
        sizes = random.integers(1, count + 1, samples - 1)
        draws = random.random((samples - 1, count), dtype=np.float32)
        largest = np.sort(draws, 1)[np.arange(samples - 1), sizes - 1]
        present[1:] = draws > largest[:, None]  # those with the smallest numbers go
    return Perturbed.of(text, features, present)
