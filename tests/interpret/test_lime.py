"""LIME: lime's own weights on lime's own perturbations, and what happens to odd texts."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from lime.lime_base import LimeBase
from lime.lime_text import LimeTextExplainer
from sklearn.linear_model import Ridge

from flatnlp.errors import FlatnlpError
from flatnlp.interpret.lime import Perturbed, explain, kernel, lime, perturb
from flatnlp.interpret.ridge import weighted_ridge
from flatnlp.models.classifier import CallableClassifier, Classifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

Make = Callable[..., WordClassifier]
RAW = "w1 w2-w3, w4! w1 w5 unseen (W1) w6 w7 w8."


def lengths(texts: list[str]) -> list[list[float]]:
    """Probabilities that hang on which words are there."""
    scores = [1 / (1 + np.exp(-0.3 * (text.count("w1") - text.count("w4") + 0.5 * text.count("w8")))) for text in texts]
    return [[score, 1 - score] for score in scores]


def limes(classifier: Classifier, text: Text, samples: int) -> tuple[np.ndarray[Any, Any], list[dict[str, float]]]:
    """lime's perturbations and, for each class, its weight of every word."""
    explainer = LimeTextExplainer(
        split_expression=lambda raw: Text.of(raw).words, feature_selection="none", random_state=0
    )
    seen: list[np.ndarray[Any, Any]] = []
    own = LimeBase.explain_instance_with_data

    def watched(self: LimeBase, data: np.ndarray[Any, Any], *rest: Any, **named: Any) -> Any:
        seen.append(data)
        return own(self, data, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LimeBase, "explain_instance_with_data", watched)
        labels = range(len(classifier.classes))
        explanation = explainer.explain_instance(
            text.raw, classifier.predict_proba, labels=labels, num_features=99, num_samples=samples
        )
    return seen[0], [dict(explanation.as_list(label)) for label in labels]


@pytest.mark.parametrize("kind", ["cnn", "lstm", "callable"])
def test_weights_are_limes_on_the_same_perturbations(make_classifier: Make, kind: str) -> None:
    classifier = CallableClassifier(lengths, ["a", "b"]) if kind == "callable" else make_classifier(kind, masked=True)
    text = Text.of(RAW)
    data, expected = limes(classifier, text, 400)
    words = list(dict.fromkeys(text.words))
    features = [words.index(word) for word in text.words]
    (ours,) = explain(classifier, [Perturbed.of(text, features, data.astype(bool))])
    assert len(expected[0]) == len(words) == len(text.words) - 1
    for row, weights in zip(ours.values, expected, strict=True):
        np.testing.assert_allclose(row, [weights[word] for word in text.words], atol=1e-4)
    np.testing.assert_allclose(ours.probabilities, classifier.predict_proba([RAW])[0], atol=1e-6)


def test_ridge_is_scikit_learns() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(3, 30, 4)), random.normal(size=(3, 30, 2))
    weights = random.random((3, 30))
    ours = weighted_ridge(x, y, weights, alpha=0.7)
    for i in range(3):
        reference = Ridge(alpha=0.7).fit(x[i], y[i], sample_weight=weights[i])
        np.testing.assert_allclose(ours[i], reference.coef_, atol=1e-10)


def test_the_kernel_by_hand() -> None:
    present = np.array([[True, True, True, True], [True, False, False, False], [False] * 4])
    distances = np.array([0, 50, 100])  # 100 (1 - sqrt(1/4)), and an empty text is at the largest distance
    assert kernel(present) == pytest.approx(np.exp(-(distances**2) / 625 / 2))


def test_a_word_that_decides_gets_all_the_weight() -> None:
    classifier = CallableClassifier(
        lambda texts: [[float("w4" in text), float("w4" not in text)] for text in texts], "ab"
    )
    (result,) = lime(classifier, [Text.of(RAW)], samples=2000)
    assert int(result.values[0].argmax()) == result.text.words.index("w4")
    assert result.values[0, 2] > 0.9
    assert np.abs(np.delete(result.values[0], 2)).max() < 0.05
    np.testing.assert_allclose(result.values[0], -result.values[1], atol=1e-9)
    assert result.effort == 2000


def test_perturbations_are_drawn_as_lime_draws_them() -> None:
    """The number of removed words is uniform, and so is the set for a given number."""
    drawn = perturb(Text.of("w1 w2 w3 w4"), 4, samples=8001)
    assert drawn.counts.sum() == 8001
    assert len(np.unique(drawn.present, axis=0)) == len(drawn.present) == 16
    removed = (~drawn.present).sum(1)
    for size, sets in zip(range(1, 5), (4, 6, 4, 1), strict=True):
        counts = drawn.counts[removed == size]
        assert len(counts) == sets
        assert counts == pytest.approx([2000 / sets] * sets, rel=0.2)
    assert drawn.counts[removed == 0] == [1]


def test_the_same_whatever_the_company(make_classifier: Make) -> None:
    classifier = make_classifier(length=6)
    texts = [Text.of(raw) for raw in (RAW, "w3 w4", "w9", "w5 w6 w7 w8 w9 w10 w11 w12")]
    together = lime(classifier, texts, samples=300)
    for text, one in zip(texts, together, strict=True):
        (alone,) = lime(classifier, [text], samples=300)
        np.testing.assert_allclose(alone.values, one.values, atol=1e-9)
    (other,) = lime(classifier, texts[:1], samples=300, seed=1)
    assert np.abs(other.values - together[0].values).max() > 1e-4


def test_repeated_words_are_one_feature_or_several(make_classifier: Make) -> None:
    classifier = make_classifier()
    text = Text.of("w1 w2 w1 W1")
    (one,) = lime(classifier, [text], samples=500)
    assert (one.values[:, 0] == one.values[:, 2]).all()
    assert (one.values[:, 0] != one.values[:, 3]).all()
    (several,) = lime(classifier, [text], samples=500, bow=False)
    assert (several.values[:, 0] != several.values[:, 2]).all()


@pytest.mark.parametrize("raw", ["", " ...", "w1", "é", "w1 w1"])
def test_texts_of_no_word_or_one(make_classifier: Make, raw: str) -> None:
    classifier = make_classifier()
    (result,) = lime(classifier, [Text.of(raw)], samples=50)
    assert result.values.shape == (3, len(Text.of(raw).spans))
    assert np.isfinite(result.values).all()
    np.testing.assert_allclose(result.probabilities, classifier.predict_proba([raw])[0])


def test_words_beyond_the_length_stay_out(make_classifier: Make) -> None:
    classifier = make_classifier(length=3)
    (result,) = lime(classifier, [Text.of("w1 w2-w3-w4 w5 w6")], samples=200)
    assert result.seen == 2
    assert result.unseen == ["w5", "w6"]
    keys = classifier.encode_subsets(result.text, np.array([[True, True], [False, True], [False, False]]))
    assert keys == [classifier.encode(Text.of(raw)) for raw in ("w1 w2-w3", "w2-w3", "")]


def test_removal_leaves_all_else_where_it_is(make_classifier: Make) -> None:
    kept = np.array([[i != j for i in range(10)] for j in range(10)])
    text = Text.of(RAW)
    strings = CallableClassifier(lengths, ["a", "b"]).encode_subsets(text, kept)
    assert strings == [text.with_word(i, "") for i in range(10)]
    classifier = make_classifier()
    own = classifier.encode_subsets(text, kept)
    assert own == [classifier.encode(Text.of(str(string))) for string in strings]
    assert own == super(WordClassifier, classifier).encode_subsets(text, kept)


@pytest.mark.parametrize(
    ("function", "samples", "sentence"),
    [(lengths, 1, "given 1 samples"), (lambda texts: [[float("nan"), 1.0]] * len(texts), 10, "NaN or infinity")],
)
def test_refusals(function: Callable[[Sequence[str]], Any], samples: int, sentence: str) -> None:
    with pytest.raises(FlatnlpError, match=sentence):
        lime(CallableClassifier(function, ["a", "b"]), [Text.of(RAW)], samples=samples)
