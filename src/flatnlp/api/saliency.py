"""Attributions made into the plain records that the pictures are drawn from."""

from collections.abc import Callable, Sequence

import numpy as np

from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.results_file import row_of
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.measure import METHODS
from flatnlp.models.classifier import Classifier
from flatnlp.reports.saliency.maps import SaliencyMap, SaliencyWord, finite
from flatnlp.text import Text

Spans = tuple[tuple[int, int], ...]


def attributions(
    classifier: Classifier,
    texts: Sequence[Text],
    method: str,
    on_text: Callable[[], None] = lambda: None,
) -> list[Attribution]:
    """Attributions of texts by a method's name (``ig`` or ``lime``), in their order."""
    return METHODS[method](classifier, texts, on_text=on_text)


def saliency_words(classifier: Classifier, attribution: Attribution, label: int) -> tuple[SaliencyWord, ...]:
    """All words of a text with what they say for a class, those the model did not read among them.

    The importance is there only where the classifier has a mask.
    """
    text = attribution.text
    importances = classifier.word_importance(text.words)
    masked = bool((importances[~np.isnan(importances)] != 1).any())
    return tuple(
        SaliencyWord(
            start,
            end,
            finite(float(attribution.values[label, i])) if i < attribution.seen else None,
            finite(float(importances[i])) if masked else None,
        )
        for i, (start, end) in enumerate(text.spans)
    )


def saliency_map(
    classifier: Classifier, attribution: Attribution, label: int, *, model: str, method: str, swapped: Spans = ()
) -> SaliencyMap:
    """The record of one text under one model for one class."""
    predicted = int(attribution.probabilities.argmax())
    return SaliencyMap(
        model=model,
        raw=attribution.text.raw,
        words=saliency_words(classifier, attribution, label),
        method=method,
        label=classifier.classes[label],
        probability=float(attribution.probabilities[label]),
        prediction=classifier.classes[predicted],
        prediction_probability=float(attribution.probabilities[predicted]),
        swapped=swapped,
    )


def swapped_by(result: AttackResult) -> tuple[Spans, Spans]:
    """Characters of the words that an attack changed, in the original and in the adversarial text."""
    edits = row_of(result)["edits"]
    original = {(edit["start"], edit["end"]) for edit in edits}
    adversarial = {(edit["adversarial_start"], edit["adversarial_end"]) for edit in edits}
    return tuple(sorted(original)), tuple(sorted(adversarial))
