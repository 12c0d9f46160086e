"""The model's own global interpretation: phi for every word of its vocabulary."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flatnlp.attacks.result import AttackResult
from flatnlp.data.vocabulary import PAD, UNKNOWN
from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import Classifier
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.trained import TrainedClassifier
from flatnlp.text import Text, clean, swapped_words


@dataclass(frozen=True, slots=True)
class GlobalImportance:
    """A word of the vocabulary.

    Attributes:
        word: As the model reads it, in lower case.
        importance: Its phi, in (0, 1).
        frequency: How often it occurs in the training texts.
        substitutions: How often the attacks on the training texts replaced it.
    """

    word: str
    importance: float
    frequency: int
    substitutions: int


def global_importances(
    classifier: Classifier, results: Iterable[AttackResult] = (), counts: Mapping[str, int] | None = None
) -> list[GlobalImportance]:
    """Phi of the vocabulary's words, the highest first, ties alphabetically; padding and unknown are no words.

    An encoder's vocabulary is of word pieces. Its words are those of ``counts``, and a word's importance is the mean
    over its pieces; words without a piece are left out.

    Args:
        classifier: A model with a mask.
        results: Of the attacks on the training texts, all rounds'; the successful ones are counted.
        counts: How often each word occurs in the training texts, for an encoder.

    Raises:
        FlatnlpError: If the model has no mask, or no words are known.
    """
    if not isinstance(classifier, TrainedClassifier) or (isinstance(classifier, EncoderClassifier) and counts is None):
        raise FlatnlpError(
            "This model has no vocabulary of whole words, so there is no table of importances; give a word model or "
            "the run's folder of an encoder."
        )
    if classifier.network.mask is None:
        raise FlatnlpError(
            "The model has no word mask, so all its words are equally important; give one trained "
            "with --method flat or vmask."
        )
    if isinstance(classifier, EncoderClassifier):
        known = dict(counts or {})
        importances = classifier.word_importance(list(known))
    else:
        known = dict(zip(classifier.vocabulary.words, classifier.vocabulary.counts, strict=True))
        importances = classifier.importance(range(len(classifier.vocabulary)))
    replaced = replaced_words(results)
    found = [
        GlobalImportance(word, phi, count, replaced[word])
        for (word, count), phi in zip(known.items(), importances.tolist(), strict=True)
        if word not in (PAD, UNKNOWN) and not math.isnan(phi)
    ]
    return sorted(found, key=lambda each: (-each.importance, each.word))


def replaced_words(results: Iterable[AttackResult]) -> Counter[str]:
    """How often successful attacks replaced each word, as the model reads it; one that became itself is not counted."""
    counts: Counter[str] = Counter()
    for result in results:
        if result.status == "successful":
            for word, substitute in swapped_words(Text.of(result.example.text), result.adversarial):
                if clean(word) != clean(substitute):
                    counts.update(clean(word))
    return counts
