"""Gradients at the input: the embedded texts are those that the fast inference reads, token by word."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import CallableClassifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

Make = Callable[..., WordClassifier]
TEXTS = [Text.of(raw) for raw in ("w1 w2-w3 é W4!", "w5", "", "é", "w1 " * 20, "unseen w9")]


@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
@pytest.mark.parametrize("masked", [False, True])
def test_the_forward_pass_gives_the_classifiers_own_probabilities(
    make_classifier: Make, architecture: str, masked: bool
) -> None:
    classifier = make_classifier(architecture, masked)
    embedded = classifier.embed(TEXTS)
    own = classifier.classify([classifier.encode(text) for text in TEXTS])
    rows = torch.tensor([5, 0, 1, 2, 3, 4, 0])  # any order, any number of versions
    logits = embedded.forward(embedded.embeddings[rows], rows)
    np.testing.assert_allclose(logits.detach().double().softmax(1).numpy(), own[rows.numpy()], atol=1e-6)


def test_every_token_knows_its_word_and_padding_has_none(make_classifier: Make) -> None:
    embedded = make_classifier(length=5).embed(TEXTS)
    assert embedded.words.tolist() == [
        [0, 1, 1, 3, -1],
        [0, -1, -1, -1, -1],
        [-1, -1, -1, -1, -1],
        [-1, -1, -1, -1, -1],
        [0, 1, 2, 3, 4],
        [0, 1, -1, -1, -1],
    ]
    assert not embedded.embeddings[1, 1:].any()
    assert embedded.embeddings[2, 0].any()  # a text without tokens reads as one unknown


def test_embeddings_are_folded(make_classifier: Make) -> None:
    classifier = make_classifier(masked=True)
    embedded = classifier.embed([Text.of("w3")])
    number = classifier.vocabulary.index["w3"]
    phi = classifier.importance([number])[0]
    torch.testing.assert_close(embedded.embeddings[0, 0], classifier.network.vectors[number] * float(phi))


def test_a_callable_has_no_gradients_and_says_what_to_use() -> None:
    with pytest.raises(FlatnlpError, match="use LIME"):
        CallableClassifier(lambda texts: [[1.0]] * len(texts), ["only"]).embed([Text.of("a")])


def test_a_words_importance_is_the_mean_over_its_tokens(make_classifier: Make) -> None:
    classifier = make_classifier(masked=True)
    one, two = classifier.importance([classifier.vocabulary.index[word] for word in ("w1", "w2")])
    phi = classifier.word_importance(["w1", "W1-w2", "é", "w2"])
    np.testing.assert_allclose(phi, [one, (one + two) / 2, np.nan, two], rtol=1e-6)
    assert make_classifier().word_importance(["w1", "é"]).tolist() == pytest.approx([1, np.nan], nan_ok=True)
    assert classifier.word_importance([]).shape == (0,)
