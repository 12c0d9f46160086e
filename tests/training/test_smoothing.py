"""Vectors smoothed over synonyms: what they come to, and that nothing but the saved vectors is needed afterwards."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from flatnlp.api.loading import load
from flatnlp.data import Vocabulary
from flatnlp.data.vocabulary import PAD, UNKNOWN
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.training.smoothing import FREQUENT, smoothed, with_synonyms
from tests import tiny

Synonyms = Mapping[str, tuple[str, ...]]


def vocabulary(**counts: int) -> Vocabulary:
    return Vocabulary((PAD, UNKNOWN, *counts), (0, 0, *counts.values()))


def unscaled(
    vectors: NDArray[np.float32], words: Vocabulary, synonyms: Synonyms, share: float, lacking: tuple[str, ...] = ()
) -> NDArray[np.float32]:
    """The smoothed vectors of the words, times what makes the last one, which has no synonyms, what it was."""
    found = np.array([word not in (PAD, UNKNOWN, *lacking) for word in words.words])
    mixed = smoothed(vectors, found, words, synonyms.items(), share)
    return mixed[2:] * (np.linalg.norm(vectors[-1]) / np.linalg.norm(mixed[-1]))


def test_two_frequent_synonyms_come_a_third_of_the_way_to_each_other_at_one_half() -> None:
    # a' = (a + b') / 2 and b' = (b + a') / 2, so a' = (2 a + b) / 3.
    words = vocabulary(a=FREQUENT, b=FREQUENT, alone=FREQUENT)
    vectors = np.array([[0, 0], [1, 1], [3, 0], [0, 3], [2, 2]], np.float32)
    found = unscaled(vectors, words, {"a": ("b",)}, 0.5)
    np.testing.assert_allclose(found, [[2, 1], [1, 2], [2, 2]], atol=2e-3)


def test_a_word_without_a_vector_takes_the_mean_of_its_synonyms_the_frequent_ones_first() -> None:
    words = vocabulary(a=99, b=24, new=0, alone=99)  # roots of 100 and 25: twice as much of a as of b
    vectors = np.array([[0, 0], [1, 1], [3, 0], [0, 3], [7, 7], [2, 2]], np.float32)
    a, b, new, _ = unscaled(vectors, words, {"a": ("new",), "new": ("b",)}, 0.001, lacking=("new",))
    np.testing.assert_allclose(new, (2 * a + b) / 3, atol=1e-3)
    np.testing.assert_allclose([a, b], [[3, 0], [0, 3]], atol=1e-2)


def test_words_without_a_vector_among_themselves_come_to_zero() -> None:
    words = vocabulary(a=5, b=5, alone=5)
    vectors = np.array([[0, 0], [1, 1], [3, 0], [0, 3], [2, 2]], np.float32)
    a, b, _ = unscaled(vectors, words, {"a": ("b",)}, 0.5, lacking=("a", "b", "alone"))
    assert not a.any()
    assert not b.any()


def test_the_rarer_a_word_the_further_it_goes() -> None:
    words = vocabulary(a=FREQUENT, b=FREQUENT // 2, c=0, hub=10**6, alone=1)
    vectors = np.array([[0, 0], [0, 0], [0, 1], [0, 1], [0, 1], [1, 0], [1, 1]], np.float32)
    found = unscaled(vectors, words, {"hub": ("a", "b", "c")}, 0.3)
    a, b, c = found[:3, 1]
    assert 1 > a > b > c > 0


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99))
def test_padding_stays_zero_the_spread_what_it_was_and_the_order_of_synonyms_is_one(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    names = [f"w{letter}" for letter in "abcdefgh"]
    words = vocabulary(**{name: int(random.integers(40)) for name in names})
    vectors = random.normal(size=(10, 3)).astype(np.float32)
    vectors[0] = 0
    pairs = [(str(own), (str(other),)) for own, other in random.choice(names[:-1], (6, 2)) if own != other]
    pairs += [("wa", ("wb", "unheard"))]
    found = np.ones(10, bool)
    mixed = smoothed(vectors, found, words, pairs, share)
    assert not mixed[0].any()
    assert mixed.std() == pytest.approx(vectors.std(), rel=1e-4)
    np.testing.assert_array_equal(mixed, smoothed(vectors, found, words, pairs[::-1], share))
    alone = mixed[-1] / np.linalg.norm(mixed[-1])
    np.testing.assert_allclose(alone, vectors[-1] / np.linalg.norm(vectors[-1]), atol=1e-5)


def test_synonyms_of_one_token_become_known() -> None:
    opened = with_synonyms(vocabulary(a=3), [("a", ("b", "two words", "B", "a"))])
    assert opened.words[2:] == ("a", "b")
    assert opened.counts[2:] == (3, 0)


def test_no_synonyms_at_all_are_refused() -> None:
    with pytest.raises(FlatnlpError, match="No word has a synonym of one token; leave out --smooth-vectors"):
        smoothed(np.ones((3, 2), np.float32), np.ones(3, bool), vocabulary(a=1), [("a", ("b",))], 0.5)


def test_a_run_needs_its_synonyms_no_more_once_it_is_saved(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        trained = tiny.train(tiny_data, tiny_vectors, tmp_path / "run", smooth_vectors=0.6, test_limit=4)
    monkeypatch.setattr(tiny.Synonyms, "candidates", None)  # nobody asks
    loaded = load(tmp_path / "run")
    assert isinstance(loaded, WordClassifier)
    assert read_json(tmp_path / "run" / "config.json")["smooth_vectors"] == 0.6
    assert "big" in loaded.vocabulary  # in no training text and without a vector, but a synonym of great
    texts = ["A big film.", "The passable movie was awful, so it ends!"]
    np.testing.assert_array_equal(loaded.predict_proba(texts), trained.classifier.predict_proba(texts))
    rows = [loaded.ids(text) for text in texts]
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
    with torch.no_grad():
        plain = loaded.network(ids, torch.tensor([len(row) for row in rows])).logits.softmax(1).numpy()
    np.testing.assert_allclose(loaded.predict_proba(texts), plain, atol=1e-6)


def test_a_word_and_its_only_synonym_which_has_no_vector_share_their_importance(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "run", smooth_vectors=0.6, test_limit=4)
    great, big, bad = load(tmp_path / "run").word_importance(["great", "big", "bad"])
    assert 3 * abs(great - big) < abs(great - bad)
