"""Any text at all: half characters, NUL, right-to-left, combining, zero-width, emoji, a word of a megabyte."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.data.files import read_file
from flatnlp.models.saved import load_model
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.reports.markup import mark
from flatnlp.reports.visible import visible
from flatnlp.text import Text, clean
from tests import tiny

ODD = st.text(
    st.one_of(
        st.characters(),  # half characters too
        st.sampled_from(
            "\x00\x1b\x07\r\n\t\u202e\u2066\u200b\u200d\ufeff\u0301\u0345\u2028\u05d0\u0627\U0001f468aZ9'-_*@"
        ),
    ),
    max_size=60,
)
WRITABLE = ODD.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))


@pytest.fixture(scope="module")
def model(tiny_run: Path) -> WordClassifier:
    loaded = load_model(tiny_run)
    assert isinstance(loaded, WordClassifier)
    return loaded


@settings(max_examples=200)
@given(ODD)
def test_words_lie_in_the_text_and_a_swap_touches_nothing_else(raw: str) -> None:
    text = Text.of(raw)
    assert [raw[a:b] for a, b in text.spans] == text.words
    assert clean(raw) == [token for word in text.words for token in clean(word)]
    for position, (start, end) in enumerate(text.spans):
        changed = text.replace(position, "ünï")
        assert changed.raw == raw[:start] + "ünï" + raw[end:]
        assert (
            changed.words[:position] + changed.words[position + 1 :]
            == text.words[:position] + text.words[position + 1 :]
        )


@settings(max_examples=200)
@given(ODD)
def test_nothing_that_a_terminal_or_page_obeys_is_shown(raw: str) -> None:
    shown = visible(raw)
    assert "\x1b" not in shown
    assert not any(character in shown for character in "\x00\x07\r\n\t\u202e\u2066\u200b\u2028\ufeff")
    shown.encode("utf-8")
    marked = mark(raw, Text.of(raw).spans)
    assert all("\x1b" not in piece.text for stretch in marked for piece in (*stretch.pieces, *stretch.rest))


@settings(max_examples=100)
@given(st.lists(ODD, min_size=1, max_size=5))
def test_every_text_has_probabilities(model: WordClassifier, raws: list[str]) -> None:
    probabilities = model.predict_proba(raws)
    assert np.isfinite(probabilities).all()
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-6)


@settings(max_examples=40)
@given(st.lists(WRITABLE, min_size=1, max_size=5))
def test_texts_come_back_from_csv_and_json_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, raws: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    tiny.write_csv(folder / "d.csv", [(text, "a") for text in raws])
    lines = [json.dumps({"text": text, "label": "a"}, ensure_ascii=len(text) % 2 == 0) for text in raws]
    (folder / "d.jsonl").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    assert list(read_file(folder / "d.csv").texts) == raws
    assert list(read_file(folder / "d.jsonl").texts) == raws


def test_a_word_of_a_megabyte_and_a_million_words(model: WordClassifier) -> None:
    started = time.process_time()
    for raw, words in (
        ("a" * (1 << 20), 1),
        ("film " * 1_000_000, 1_000_000),
        ("a-" * 500_000, 1),
        ("- " * 500_000, 0),
    ):
        assert len(Text.of(raw).spans) == words
        assert np.isfinite(model.predict_proba([raw])).all()
    assert time.process_time() - started < 30
