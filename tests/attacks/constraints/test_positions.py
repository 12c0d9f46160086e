from pathlib import Path

import pytest

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.text import Text

TEXT = Text.of("The film is not bad")


def test_a_word_once_changed_stays() -> None:
    assert [no_repeats(TEXT, i) for i in range(5)] == [True] * 5
    assert [no_repeats(TEXT.replace(1, "movie"), i) for i in range(5)] == [True, False, True, True, True]
    inserted = TEXT.replace(1, "movie").insert(0, "So")
    assert [no_repeats(inserted, i) for i in range(6)] == [False, True, False, True, True, True]


def test_stop_words_are_left_alone_in_any_capitals() -> None:
    allows = no_stop_words(["the", "is"])
    assert [allows(TEXT, i) for i in range(5)] == [False, True, False, True, True]


def test_the_english_ones_are_those_of_the_list_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The file holds one word a line; a word of another file in the folder counts for nothing.
    folder = tmp_path / "lexicons" / "stopwords" / "corpora" / "stopwords"
    folder.mkdir(parents=True)
    (folder / "english").write_text("the\nnot\n", encoding="utf-8")
    (folder / "german").write_text("film\n", encoding="utf-8")
    asked = []

    def locate(name: str) -> Path:
        asked.append(name)
        return tmp_path / "lexicons" / "stopwords"

    monkeypatch.setattr("flatnlp.attacks.constraints.stop_words.locate", locate)
    allows = no_english_stop_words()
    assert [allows(TEXT, i) for i in range(5)] == [False, True, True, False, True]
    assert asked == ["stopwords"]
