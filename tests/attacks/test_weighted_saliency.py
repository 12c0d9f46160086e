"""PWWS by hand on a victim whose every probability is known."""

import numpy as np
import pytest

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.models.classifier import CallableClassifier, Classifier
from tests.attacks.toys import bag_of_words, toy_recipe


def attack(classifier: Classifier, entries: dict[str, tuple[str, ...]], text: str, label: int) -> AttackResult:
    (result,) = Engine(toy_recipe(entries), classifier).run([Example(0, text, label)])
    return result


def sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


def test_a_success_by_hand() -> None:
    # sum 3.5: positive. Saliencies (score with the word unknown) and best swaps, score = 1 - sigmoid(sum):
    #   great (2.0): unknown -> 1.5; swaps fine 1.0 -> 2.5, okay 0.2 -> 1.7
    #   fun   (1.0): unknown -> 2.5; swap silly -2.5 -> 0.0
    #   film  (0.5): unknown -> 3.0; swap movie 0.5 -> 3.5
    weights = {"great": 2, "fun": 1, "film": 0.5, "fine": 1, "okay": 0.2, "silly": -2.5, "movie": 0.5}
    entries = {"great": ("fine", "okay"), "fun": ("silly",), "film": ("movie",), "the": ("these",)}
    result = attack(bag_of_words(weights), entries, "The film is great fun.", 1)
    # Order by softmax(saliency) x best swap: fun (best swap 0.5) before great (0.154) before film (0.029).
    # After fun -> silly the sum is 0.0: p = 0.5 for both, the first class is the prediction: success.
    assert result.status == "successful"
    assert result.adversarial.raw == "The film is great silly."
    assert result.predictions == (1, 0)
    assert result.probabilities == pytest.approx((sigmoid(3.5), 0.5))
    # 1 original + 3 saliency probes (the, is: stop words) + 4 swaps + 1 swap at the first position again.
    assert result.queries == 1 + 3 + 4 + 1
    (edit,) = result.adversarial.edits
    assert (edit.position, edit.original, edit.substitute) == (4, "fun", "silly")


def test_swaps_that_do_not_raise_the_score_are_not_made() -> None:
    weights = {"good": 3, "nice": 4, "film": 1, "movie": 0.5}
    result = attack(bag_of_words(weights), {"good": ("nice",), "film": ("movie",)}, "good film", 1)
    assert result.status == "failed"
    assert result.adversarial.raw == "good movie"
    assert result.predictions == (1, 1)
    assert result.probabilities == pytest.approx((sigmoid(4), sigmoid(3.5)))


def test_ties_go_to_the_earlier_position_and_the_earlier_candidate() -> None:
    weights = {"a1": 2, "b1": 2, "x": 1, "y": 1}
    result = attack(bag_of_words(weights), {"a1": ("x", "y"), "b1": ("x", "y")}, "a1 b1", 1)
    assert [(edit.position, edit.substitute) for edit in result.adversarial.edits] == [(0, "x"), (1, "x")]


def test_capitals_and_punctuation_survive() -> None:
    result = attack(bag_of_words({"great": 1, "big": -5}), {"great": ("big",)}, '  "GREAT" — (Great!)\n', 1)
    assert result.adversarial.raw == '  "BIG" — (Great!)\n'


def test_an_example_that_is_wrong_already_is_skipped() -> None:
    result = attack(bag_of_words({"bad": -1}), {"bad": ("good",)}, "bad", 1)
    assert (result.status, result.queries, result.adversarial.raw) == ("skipped", 1, "bad")


@pytest.mark.parametrize("text", ["", " ...!", "the is THE", "nothing here to swap"])
def test_texts_without_a_word_to_swap_are_unattackable(text: str) -> None:
    result = attack(bag_of_words({}), {"good": ("fine",)}, text, 0)
    assert (result.status, result.queries, result.adversarial.raw) == ("unattackable", 1, text)


def test_words_beyond_the_models_length_are_no_positions() -> None:
    class Short(CallableClassifier):
        def words_seen(self, text: object) -> int:
            return 1

    victim = bag_of_words({"good": 1, "poor": -3})
    short = Short(victim.function, victim.classes)
    result = attack(short, {"good": ("fine",), "film": ("poor",)}, "good film", 1)
    assert result.adversarial.changed <= {0}
    assert attack(victim, {"good": ("fine",), "film": ("poor",)}, "good film", 1).status == "successful"


def test_three_classes_any_other_will_do() -> None:
    def probabilities(texts: list[str]) -> list[list[float]]:
        return [[0.5, 0.3, 0.2] if "a" in text else [0.3, 0.3, 0.4] for text in texts]

    victim = CallableClassifier(probabilities, ["x", "y", "z"])
    result = attack(victim, {"aa": ("oo",)}, "aa", 0)
    assert (result.status, result.predictions) == ("successful", (0, 2))


def test_a_swap_that_leaves_the_score_as_it_was_is_not_made_and_ends_nothing() -> None:
    # big comes first: exp(saliency) x best swap is 1.459 x 0.0041 against 1.007 x 0.0055 for odd.
    weights = {"big": 5, "huge": 5, "odd": 0.5, "dull": 0.2}
    result = attack(bag_of_words(weights), {"big": ("huge",), "odd": ("dull",)}, "big odd", 1)
    assert (result.status, result.adversarial.raw) == ("failed", "big dull")
