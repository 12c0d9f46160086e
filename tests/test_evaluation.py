"""The record against values counted by hand."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.bootstrap import bootstrap_interval
from flatnlp.evaluation import evaluation_record, sample, summarise
from flatnlp.text import Text


def result(index: int, label: int, before: int, after: int, status: Status, changed: int = 0) -> AttackResult:
    adversarial = Text.of("one two three four")
    for position in range(changed):
        adversarial = adversarial.replace(position, "x")
    return AttackResult(
        Example(index, "one two three four", label), adversarial, status, (before, after), (0.5, 0.5), 10 * index, 4
    )


RESULTS = [
    result(1, 0, 0, 1, "successful", changed=1),
    result(2, 0, 0, 1, "successful", changed=3),
    result(3, 0, 0, 0, "failed", changed=2),
    result(4, 1, 0, 0, "skipped"),
    result(5, 1, 1, 1, "unattackable"),
]


def test_counted_by_hand() -> None:
    evaluation = summarise(RESULTS, ["a", "b", "never"])
    assert evaluation.accuracy == pytest.approx(4 / 5)
    assert evaluation.after_attack_accuracy == pytest.approx(2 / 5)
    assert evaluation.accuracy_per_class == pytest.approx({"a": 1.0, "b": 0.5})
    assert evaluation.after_attack_accuracy_per_class == pytest.approx({"a": 1 / 3, "b": 0.5})
    assert evaluation.attack_success_rate == pytest.approx(2 / 4)
    assert evaluation.words_changed == pytest.approx((1 / 4 + 3 / 4) / 2)
    assert evaluation.queries_per_example == pytest.approx((10 + 20 + 30) / 3)
    assert (evaluation.examples, evaluation.skipped, evaluation.unattackable) == (5, 1, 1)
    # class a: precision 3/4, recall 1; class b: precision 1, recall 1/2
    assert evaluation.macro_f1 == pytest.approx((6 / 7 + 2 / 3) / 2)


def test_nothing_to_average_is_none_and_not_zero() -> None:
    evaluation = summarise([result(1, 1, 0, 0, "skipped")], ["a", "b"])
    assert evaluation.attack_success_rate is evaluation.words_changed is evaluation.queries_per_example is None
    assert evaluation.after_attack_accuracy_ci95 == (0.0, 0.0)


def test_the_interval_is_scipys_percentile_bootstrap() -> None:
    values = (np.arange(200) % 4 == 0).astype(float)
    low, high = bootstrap_interval(values)
    reference = bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(1))
    assert low == pytest.approx(reference.confidence_interval.low, abs=0.01)
    assert high == pytest.approx(reference.confidence_interval.high, abs=0.01)
    assert bootstrap_interval(values) == (low, high)


def test_a_sample_is_seeded_in_order_and_part_of_larger_ones() -> None:
    texts, labels = [f"t{i}" for i in range(50)], list(range(50))
    assert [example.index for example in sample(texts, labels, None, 0)] == list(range(50))
    few, more = sample(texts, labels, 10, 4), sample(texts, labels, 20, 4)
    assert few == sorted(few, key=lambda example: example.index)
    assert len(few) == 10
    assert set(few) < set(more)
    assert few != sample(texts, labels, 10, 5)
    assert all(example.text == f"t{example.index}" and example.label == example.index for example in few)


def test_several_attacks_stand_side_by_side_in_the_record() -> None:
    evaluation = summarise(RESULTS, ["a", "b"])
    record = evaluation_record({"pwws": evaluation, "other": evaluation}, split="test")
    assert record["split"] == "test"
    assert record["after_attack_accuracy"] == evaluation.after_attack_accuracy
    assert set(record["attacks"]) == {"pwws", "other"}
