"""Integrated gradients: Captum's answers, completeness, and what happens to odd texts."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients

from flatnlp.errors import FlatnlpError
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.integrated_gradients import Target, integrated_gradients
from flatnlp.models.classifier import CallableClassifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

Make = Callable[..., WordClassifier]
TEXTS = [Text.of(raw) for raw in ("w1 w2-w3 é W4!", "w5", "w7 unseen w9 w10 w11-w12-w13", "w1 w1 w30 w1 w2 w8")]


def captums(classifier: WordClassifier, text: Text, target: Target, steps: int) -> list[list[float]]:
    """The same by Captum: one text, one label at a time, on the plain network."""
    embedded = classifier.embed([text])

    def forward(points: torch.Tensor) -> torch.Tensor:
        logits = embedded.forward(points, torch.zeros(len(points), dtype=torch.long))
        return logits.softmax(1) if target == "probability" else logits

    explain = IntegratedGradients(forward)
    rows = []
    for label in range(len(classifier.classes)):
        tokens = explain.attribute(embedded.embeddings, target=label, n_steps=steps)[0].sum(-1)
        row = [0.0] * len(text.spans)
        for word, value in zip(embedded.words[0].tolist(), tokens.tolist(), strict=True):
            row[word] += value
        rows.append(row)
    return rows


@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("target", ["probability", "logit"])
def test_as_captum(make_classifier: Make, architecture: str, classes: int, target: Target) -> None:
    classifier = make_classifier(architecture, masked=True, classes=classes)
    ours = integrated_gradients(classifier, TEXTS, target=target, steps=20, most_steps=20, tokens_at_once=200)
    for text, attribution in zip(TEXTS, ours, strict=True):
        np.testing.assert_allclose(attribution.values, captums(classifier, text, target, 20), atol=2e-5)


@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
def test_attributions_sum_to_the_change_from_the_baseline(make_classifier: Make, architecture: str) -> None:
    classifier = make_classifier(architecture, masked=True)
    results = integrated_gradients(classifier, TEXTS)
    for text, attribution in zip(TEXTS, results, strict=True):
        embedded = classifier.embed([text])
        start = embedded.forward(torch.zeros_like(embedded.embeddings), torch.tensor([0])).softmax(1)[0]
        change = attribution.probabilities - start.detach().numpy()
        assert np.abs(attribution.values.sum(1) - change) == pytest.approx(0, abs=0.01 * max(0.05, abs(change).max()))
        assert attribution.error is not None
        assert attribution.error <= 0.01


def test_steps_double_until_good_enough_or_the_last(make_classifier: Make) -> None:
    classifier = make_classifier("cnn")
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1

    def run(**options: object) -> list[Attribution]:
        return integrated_gradients(classifier, TEXTS, steps=2, **options)  # type: ignore[arg-type]

    good = run(tolerance=0.01, most_steps=4096, on_text=count)
    assert seen == len(TEXTS)
    assert all(each.error is not None and each.error <= 0.01 for each in good)
    assert {each.effort for each in good} <= {2**i for i in range(1, 13)}
    never = run(tolerance=0.0, most_steps=9)
    assert {each.effort for each in never} == {8}


@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
def test_company_does_not_matter(make_classifier: Make, architecture: str) -> None:
    classifier = make_classifier(architecture)
    together = integrated_gradients(classifier, TEXTS)
    for text, one in zip(TEXTS, together, strict=True):
        (alone,) = integrated_gradients(classifier, [text], tokens_at_once=1)
        assert alone.text is one.text is text
        np.testing.assert_allclose(alone.values, one.values, atol=2e-6)


@pytest.mark.parametrize("raw", ["", "...", "é", "é ö"])
def test_texts_without_tokens_have_nothing_to_attribute(make_classifier: Make, raw: str) -> None:
    (attribution,) = integrated_gradients(make_classifier(), [Text.of(raw)])
    assert attribution.values.shape == (3, len(Text.of(raw).spans))
    assert not attribution.values.any()
    assert attribution.error == pytest.approx(0, abs=1e-4)


def test_words_beyond_the_length_are_marked_unseen(make_classifier: Make) -> None:
    classifier = make_classifier(length=3)
    (attribution,) = integrated_gradients(classifier, [Text.of("w1 w2-w3-w4 w5 w6")])
    assert attribution.seen == 2
    assert attribution.values.shape == (3, 2)
    assert attribution.unseen == ["w5", "w6"]
    (cut,) = integrated_gradients(classifier, [Text.of("w1 w2-w3")])
    np.testing.assert_allclose(attribution.values, cut.values, atol=1e-6)


def test_gradients_that_are_not_finite_name_the_text(make_classifier: Make) -> None:
    classifier = make_classifier()
    with torch.no_grad():
        classifier.network.vectors[classifier.vocabulary.index["w5"]] = float("nan")
    with pytest.raises(FlatnlpError, match="NaN or infinite for 'w1 w5'"):
        integrated_gradients(classifier, [Text.of("w1"), Text.of("w1 w5")])


def test_a_black_box_is_sent_to_lime_and_no_text_is_no_work() -> None:
    black_box = CallableClassifier(lambda texts: [[0.5, 0.5]] * len(texts), ["a", "b"])
    with pytest.raises(FlatnlpError, match="use LIME"):
        integrated_gradients(black_box, [Text.of("a word")])
    assert integrated_gradients(black_box, []) == []
