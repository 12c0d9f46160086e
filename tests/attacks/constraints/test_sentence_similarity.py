from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity, around, window_of
from flatnlp.attacks.request import Similarity
from flatnlp.text import Text

ALPHABET = Text.of("(a) b, c d e f g h i j k l m n o p q r s t.")  # 20 words


@pytest.mark.parametrize(
    ("words", "position", "window"),
    [
        (20, 0, (0, 14)),
        (20, 6, (0, 14)),
        (20, 7, (0, 14)),
        (20, 8, (1, 15)),
        (20, 12, (5, 19)),
        (20, 13, (5, 19)),
        (20, 19, (5, 19)),
        (15, 7, (0, 14)),
        (15, 8, (0, 14)),
        (9, 4, (0, 8)),
        (9, 8, (0, 8)),
    ],
)
def test_the_window_has_the_word_in_its_middle_or_lies_at_an_end(
    words: int, position: int, window: tuple[int, int]
) -> None:
    assert window_of(words, position, 15) == window


def test_without_a_size_the_window_is_all_words() -> None:
    assert window_of(20, 3, None) == (0, 19)


def test_the_window_keeps_spacing_and_punctuation_between_its_words() -> None:
    assert around(ALPHABET, 1, 15) == ("a) ", ", c d e f g h i j k l m n o")
    assert around(ALPHABET, 10, 5) == ("i j ", " l m")


def answered(asking: Generator[Any, Any, Any], cosines: list[float]) -> tuple[Similarity, Any]:
    request = next(asking)
    try:
        asking.send(np.array(cosines))
    except StopIteration as end:
        return request, end.value
    raise AssertionError("it asks again")


def test_angles_are_compared_with_the_current_text_or_the_original() -> None:
    changed = ALPHABET.replace(9, "CHANGED")
    current = SentenceSimilarity(threshold=0.75)
    request, kept = answered(current.allowed(ALPHABET, changed, 10, ["x", "y", "z"]), [1.0, np.sqrt(0.5), 0.5])
    assert request.reference == "d e f g h i CHANGED k l m n o p q r"
    assert request.others[0] == "d e f g h i CHANGED x l m n o p q r"
    assert kept == ["x", "y"]  # angles 0, pi/4 (similarity 0.75) and pi/3
    against = SentenceSimilarity(threshold=0.75, against_original=True)
    request, _ = answered(against.allowed(ALPHABET, changed, 10, ["x"]), [1.0])
    assert request.reference == "d e f g h i j k l m n o p q r"
    assert "CHANGED x" in request.others[0]


def test_shorter_texts_are_not_compared() -> None:
    short = Text.of("a b c")
    with pytest.raises(StopIteration) as ended:
        next(SentenceSimilarity(threshold=0.9).similarities(short, short, 1, ["x", "y"]))
    assert ended.value.value.tolist() == [1.0, 1.0]
    request, kept = answered(SentenceSimilarity(0.9, skip_shorter=False).allowed(short, short, 1, ["x"]), [0.0])
    assert (request.reference, request.others, kept) == ("a b c", ["a x c"], [])


def test_a_text_of_just_the_windows_words_is_compared() -> None:
    exactly, shorter = Text.of("a b c"), Text.of("a b")
    assert SentenceSimilarity(0.9, window=3).applies(exactly)
    assert not SentenceSimilarity(0.9, window=3).applies(shorter)
    assert SentenceSimilarity(0.9, window=None).applies(shorter)


def test_an_encoder_that_answers_too_little_is_an_error_and_not_fewer_words() -> None:
    with pytest.raises(ValueError, match="shorter"):
        answered(SentenceSimilarity(0.5).allowed(ALPHABET, ALPHABET, 10, ["x", "y"]), [1.0])


def test_cosines_a_little_beyond_one_are_one() -> None:
    asking = SentenceSimilarity(0.5).similarities(ALPHABET, ALPHABET, 10, ["x", "y"])
    assert answered(asking, [1 + 1e-7, -1 - 1e-7])[1].tolist() == [1.0, 0.0]
