"""The consistency of an attack's results as a record: who is averaged, and what is written."""

from collections.abc import Callable

import numpy as np
import pytest

from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.errors import FlatnlpError
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.consistency import pair_consistency
from flatnlp.interpret.integrated_gradients import TOLERANCE, integrated_gradients
from flatnlp.interpret.measure import METHODS, check_interpretable, interpretation, sample_pairs
from flatnlp.models.classifier import CallableClassifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

Make = Callable[..., WordClassifier]


def result(index: int, raw: str, status: Status, *swaps: tuple[int, str]) -> AttackResult:
    text = Text.of(raw)
    for position, word in swaps:
        text = text.replace(position, word)
    return AttackResult(Example(index, raw, 0), text, status, (0, 1), (0.9, 0.4), 10, len(text.spans))


RESULTS = [
    result(0, "w1 w2 w3 w4", "successful", (1, "w9")),
    result(1, "w5 w6 w7", "failed", (0, "w10"), (2, "w11")),
    result(2, "w5 w6", "skipped"),
    result(3, "", "unattackable"),
    result(4, "w8", "successful", (0, "w12")),
]


def test_each_population_is_averaged_over_its_own_pairs(make_classifier: Make) -> None:
    classifier = make_classifier()
    record = interpretation(RESULTS, classifier, "ig")
    pairs = []
    for each in (RESULTS[0], RESULTS[1], RESULTS[4]):
        before, after = integrated_gradients(classifier, [Text.of(each.example.text), each.adversarial])
        pairs.append(pair_consistency(before.values, after.values, each.adversarial.origins))
    (first, tops), (second, other_tops), (alone, one) = pairs
    assert np.isnan(alone)  # one word, and another in its place: no ranking to compare
    assert record["kendall_tau"] == pytest.approx((first + second) / 2)
    assert (record["pairs"], record["undefined"]) == (3, 1)
    assert list(record["top_k"]) == [str(k) for k in range(1, 11)]
    assert list(record["top_k"].values()) == pytest.approx(((tops + other_tops + one) / 3).tolist())
    assert record["successful"]["kendall_tau"] == pytest.approx(first)
    assert (record["successful"]["pairs"], record["successful"]["undefined"]) == (2, 1)
    assert record["all"]["kendall_tau"] == pytest.approx((first + second + 2) / 4)
    assert record["all"]["top_k"]["5"] == pytest.approx((tops[4] + other_tops[4] + one[4] + 2) / 5)
    low, high = record["kendall_tau_ci95"]
    assert low <= record["kendall_tau"] <= high
    low, high = record["top_k_ci95"]["1"]
    assert low <= record["top_k"]["1"] <= high
    assert record["settings"]["share_within_tolerance"] == 1
    assert record["sampled_with_seed"] is None


def test_nothing_substituted_is_none_and_not_zero(make_classifier: Make) -> None:
    record = interpretation(RESULTS[2:4], make_classifier(), "ig")
    assert record["kendall_tau"] is record["kendall_tau_ci95"] is record["top_k"]["5"] is None
    assert record["all"]["kendall_tau"] == record["all"]["top_k"]["1"] == 1


def test_a_sample_is_seeded_and_of_whole_results() -> None:
    many = [result(i, "w1 w2", "failed", *([(0, "w3")] if i % 3 else [])) for i in range(300)]
    sampled = sample_pairs(many, 50, 0)
    assert sum(bool(each.adversarial.edits) for each in sampled) == 50
    assert 60 < len(sampled) < 95  # a third of them has no substitution
    assert sampled == sample_pairs(many, 50, 0) != sample_pairs(many, 50, 1)
    assert sample_pairs(many, 200, 0) == sample_pairs(many, None, 0) == many
    assert len({each.example.index for each in sampled}) == len(sampled)


def test_lime_says_how_many_samples(make_classifier: Make) -> None:
    classifier = make_classifier()
    classifier.perturbations = 60
    told = []
    record = interpretation(RESULTS, classifier, "lime", pairs=2, on_text=lambda: told.append(1))
    assert record["settings"] == {"samples": 60}
    assert record["pairs"] == 2
    assert len(told) == 4
    assert record["sampled_with_seed"] == 0


def answering(*answers: tuple[int, float | None]) -> Callable[..., list[Attribution]]:
    """A method that took so many steps for each text in turn, and was so far from complete."""

    def explain(_: object, texts: list[Text], on_text: object) -> list[Attribution]:
        values, probabilities = np.array([[1.0, 2.0]]), np.ones(1)
        return [Attribution(text, values, probabilities, 2, *answer) for text, answer in zip(texts, answers)]  # noqa: B905

    return explain


def test_how_exact_the_attributions_are_is_written_down(make_classifier: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [result(i, "w1 w2", "failed", (0, "w3")) for i in range(2)]
    monkeypatch.setitem(METHODS, "ig", answering((20, TOLERANCE), (80, 0.5), (40, 0.0), (20, None)))
    assert interpretation(pairs, make_classifier(), "ig")["settings"] == {
        **{"steps": 20, "most_steps_taken": 80, "completeness_error_tolerance": TOLERANCE},
        **{"share_within_tolerance": 2 / 3, "largest_completeness_error": 0.5},
    }
    monkeypatch.setitem(METHODS, "ig", answering((20, 0.0), (20, 0.0), (20, 0.0)))
    with pytest.raises(ValueError, match="shorter"):
        interpretation(pairs, make_classifier(), "ig")


def test_only_integrated_gradients_need_gradients(make_classifier: Make) -> None:
    black_box = CallableClassifier(lambda texts: [[0.5, 0.5]] * len(texts), ["neg", "pos"])
    check_interpretable(black_box, ["lime"])
    check_interpretable(make_classifier(), ["lime", "ig"])
    with pytest.raises(FlatnlpError, match="LIME"):
        check_interpretable(black_box, ["lime", "ig"])


def test_an_unknown_method(make_classifier: Make) -> None:
    with pytest.raises(FlatnlpError, match="no interpretation 'shap'; choose one of ig, lime"):
        interpretation(RESULTS, make_classifier(), "shap")
