import pytest

from flatnlp.attacks.constraints.words_changed import WordsChanged
from flatnlp.text import Text

from .asking import answered

ORIGINAL = Text.of("a b c d e")


def allowed(share: float, text: Text, position: int, *words: str) -> list[str]:
    return answered(WordsChanged(share).allowed(ORIGINAL, text, position, words))[1]


def test_a_share_is_rounded_up_to_whole_words() -> None:
    once = ORIGINAL.replace(0, "x")
    assert allowed(0.2, ORIGINAL, 1, "y", "z") == ["y", "z"]
    assert allowed(0.2, once, 1, "y") == []
    assert allowed(0.21, once, 1, "y") == ["y"]  # 1.05 words, so 2
    assert allowed(0, ORIGINAL, 1, "y") == []


def test_a_changed_word_may_change_again_and_one_changed_back_counts_no_more() -> None:
    twice = ORIGINAL.replace(0, "x").replace(3, "y")
    assert allowed(0.4, twice, 3, "z", "d") == ["z", "d"]
    assert allowed(0.4, twice, 2, "z", "c") == ["c"]  # its own word changes nothing
    assert allowed(0.4, twice.replace(0, "a"), 2, "z") == ["z"]
    assert allowed(0.2, twice, 3, "z", "d") == ["d"]
    assert allowed(0.2, twice, 1, "z", "b") == []  # there are two already


def test_texts_of_different_numbers_of_words_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        allowed(0.5, ORIGINAL.insert(0, "x"), 1, "y")
