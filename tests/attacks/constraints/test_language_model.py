import numpy as np

from flatnlp.attacks.constraints.language_model import MostProbable
from flatnlp.attacks.request import NextWord
from flatnlp.text import Text

from .asking import answered

TEXT = Text.of("one two three four")


def test_the_most_probable_after_the_words_before_stay_in_their_own_order() -> None:
    asking = MostProbable(2).allowed(Text.of("a b c d"), TEXT, 2, ["w", "x", "y", "z"])
    asked, kept = answered(asking, np.array([-1.0, -9.0, -0.5, -3.0]))
    assert asked == [NextWord(("one", "two"), ("w", "x", "y", "z"))]
    assert kept == ["w", "y"]


def test_of_equally_probable_ones_the_earlier_stay() -> None:
    words = [f"w{i}" for i in range(40)]  # enough for a sort that is not stable to show
    _, kept = answered(MostProbable(20).allowed(TEXT, TEXT, 0, words), np.zeros(40))
    assert kept == words[:20]


def test_few_enough_are_kept_unasked() -> None:
    assert answered(MostProbable(2).allowed(TEXT, TEXT, 1, ["x", "y"])) == ([], ["x", "y"])
