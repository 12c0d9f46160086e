from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import UNKNOWN
from flatnlp.models.rows import row_of
from flatnlp.models.saved import load_model, save_model
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

Make = Callable[..., WordClassifier]
word = st.sampled_from(["w1", "W2", "w3-w4", "don't", "é", "W5's", "unseen", "w10-w11-w12", "a1b2"])
substitute = st.sampled_from(["w7", "w8-w9", "", "é", "unseen", "W20", UNKNOWN])


def test_keys_are_the_ids_of_the_cleaned_text(make_classifier: Make) -> None:
    classifier = make_classifier(length=5)
    index = classifier.vocabulary.index
    assert classifier.encode(Text.of("W1, w2! Nothing w3-w4")) == row_of(
        [index["w1"], index["w2"], 1, index["w3"], index["w4"]]
    )


def test_long_texts_are_cut_and_texts_without_tokens_read_as_one_unknown(make_classifier: Make) -> None:
    classifier = make_classifier(length=3)
    assert classifier.encode(Text.of("w1 w2 w3 w4 w5")) == classifier.encode(Text.of("w1 w2 w3"))
    assert classifier.encode(Text.of("")) == classifier.encode(Text.of("é ...")) == row_of([1])


def test_variants_are_encoded_as_the_texts_they_stand_for(make_classifier: Make) -> None:
    classifier = make_classifier(length=6)

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(st.lists(word, min_size=1, max_size=16), st.data())
    def check(words: list[str], data: st.DataObject) -> None:
        text = Text.of(" , ".join(words) + ".")
        swaps = data.draw(st.lists(st.tuples(st.integers(0, len(text.spans) - 1), substitute), max_size=6))
        # "zzz" is in no vocabulary: as a string it stands for the unknown id.
        raws = [text.with_word(position, "zzz" if new is UNKNOWN else new) for position, new in swaps]
        keys = classifier.encode_variants(text, [position for position, _ in swaps], [new for _, new in swaps])
        assert keys == [classifier.encode(Text.of(raw)) for raw in raws]

    check()


def test_unknown_is_the_id_even_where_a_word_spells_it(make_classifier: Make) -> None:
    classifier = make_classifier()
    text = Text.of("w1 w2")
    assert classifier.encode_variants(text, [0], [UNKNOWN]) == [row_of([1, classifier.vocabulary.index["w2"]])]


def test_words_seen_counts_words_and_not_tokens(make_classifier: Make) -> None:
    classifier = make_classifier(length=3)
    assert classifier.words_seen(Text.of("w1-w2 é w3 w4 w5")) == 3
    assert classifier.words_seen(Text.of("w1 w2")) == 2
    assert classifier.words_seen(Text.of("")) == 0


def test_a_text_is_read_whole_where_all_its_words_are_seen(make_classifier: Make) -> None:
    classifier = make_classifier(length=4)
    parts = st.sampled_from(
        ["a", "B1", "\u212a9", "İİx", "x\u0307", "é", "ß", "_", "don't", "3.14", " ", ", ", "-", "*@"]
    )

    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    @given(st.lists(parts, max_size=16).map("".join))
    def check(raw: str) -> None:
        text = Text.of(raw)
        assert classifier.reads_all(raw) == (classifier.words_seen(text) == len(text.spans))

    check()


def test_a_text_that_surely_fits_is_not_looked_at_word_by_word(
    make_classifier: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(*_: object) -> int:
        raise AssertionError("word by word")

    classifier = make_classifier(length=4)
    monkeypatch.setattr(classifier, "words_seen", looked)
    assert classifier.reads_all("a b, c")
    assert classifier.reads_all("extraordinary undertaking, happily")
    assert classifier.reads_all("ééé " * 50)


@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
@pytest.mark.parametrize("masked", [False, True])
def test_saved_and_loaded_models_give_the_same_probabilities(
    make_classifier: Make, tmp_path: Path, architecture: str, masked: bool
) -> None:
    classifier = make_classifier(architecture, masked)
    save_model(classifier, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    texts = ["w1 w2 w3", "W4?", "", "unseen w5"]
    assert (loaded.predict_proba(texts) == classifier.predict_proba(texts)).all()
    assert loaded.classes == classifier.classes
    assert (loaded.importance([1, 2, 3]) == classifier.importance([1, 2, 3])).all()
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json",
        "model.safetensors",
        "vocabulary.tsv",
    ]


def test_refresh_takes_over_changed_weights(make_classifier: Make) -> None:
    classifier = make_classifier(masked=True)
    before = classifier.predict_proba(["w1 w2"])
    with torch.no_grad():
        for parameter in classifier.network.parameters():
            parameter.mul_(1.5)
    assert (classifier.predict_proba(["w1 w2"]) == before).all()
    classifier.refresh()
    assert not np.allclose(classifier.predict_proba(["w1 w2"]), before)


def test_predictions_are_class_names(make_classifier: Make) -> None:
    classifier = make_classifier()
    probabilities = classifier.predict_proba(["w1", "w2"])
    assert probabilities.shape == (2, 3)
    assert probabilities.sum(1) == pytest.approx([1, 1])
    assert classifier.predict(["w1", "w2"]) == [classifier.classes[i] for i in probabilities.argmax(1)]
    assert classifier.predict([]) == []


def test_texts_may_come_in_any_sequence_of_strings_and_in_nothing_else(make_classifier: Make) -> None:
    classifier = make_classifier()
    assert classifier.predict(np.array(["w1", "w2 w3"])) == classifier.predict(["w1", "w2 w3"])
    assert classifier.predict([]) == []
    with pytest.raises(FlatnlpError, match="one string; give a list"):
        classifier.predict("w1 w2")
    with pytest.raises(FlatnlpError, match="Text 2 is None, not a string"):
        classifier.predict_proba(["w1", None])
