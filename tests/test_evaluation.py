"""The record against values counted by hand."""

import json
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import bootstrap

from flatnlp.attacks.limits import Limits
from flatnlp.attacks.recipe import Problem, Recipe
from flatnlp.attacks.request import Score, Scores
from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.bootstrap import bootstrap_interval
from flatnlp.evaluation import evaluation_record, interpretations, run_attack, sample, summarise
from flatnlp.text import Text
from tests.attacks.toys import Lexicon, bag_of_words, toy_recipe


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


def test_the_figures_in_words() -> None:
    evaluation = replace(summarise(RESULTS, ["a", "b"]), after_attack_accuracy_ci95=(0.05, 0.7))
    counts = "5 texts, 1 wrong before, 1 without a word to attack"
    found = {"kendall_tau": 0.456, "top_k": {"1": 0.9, "5": 0.789}, "pairs": 1234}
    whole = replace(
        evaluation,
        interpretation={"ig": found, "lime": {"kendall_tau": None, "top_k": {}, "pairs": 6}},
        members={"pwws": 0.25, "bae": 0.125},
    )
    assert whole.sentence() == (
        f"accuracy 80.0%, after attack 40.0% (95 % interval 5.0% to 70.0%); {counts}; attack success 50.0%; "
        "50.0% of the words changed; 20 queries per example; brought down, in this order, by pwws 25.0%, bae 12.5%; "
        "ig: Kendall's tau 0.46, top-5 overlap 0.79 over 1,234 substituted pairs; "
        "lime: no Kendall's tau, for none of the 6 substituted pairs has two aligned words of different attribution."
    )
    bare = replace(evaluation, attack_success_rate=None, words_changed=None, queries_per_example=None)
    assert bare.sentence() == f"accuracy 80.0%, after attack 40.0% (95 % interval 5.0% to 70.0%); {counts}."


def test_the_record_is_json_and_leaves_out_what_was_not_measured() -> None:
    evaluation = summarise(RESULTS, ["a", "b"])
    record = evaluation.record()
    assert json.loads(json.dumps(record)) == record
    assert record["after_attack_accuracy_ci95"] == list(evaluation.after_attack_accuracy_ci95)
    assert not {"interpretation", "members"} & record.keys()
    whole = summarise(RESULTS, ["a", "b"], {"ig": {"kendall_tau": 1.0}})
    assert whole.record()["interpretation"] == {"ig": {"kendall_tau": 1.0}}
    assert replace(evaluation, members={"pwws": 0.5}).record()["members"] == {"pwws": 0.5}


def test_one_attack_alone_is_the_record() -> None:
    evaluation = summarise(RESULTS, ["a", "b"])
    assert evaluation_record({"pwws": evaluation}, split="dev") == {
        **{"split": "dev", "attack": "pwws"},
        **evaluation.record(),
    }


def test_f1_counts_the_classes_there_are_and_none_that_was_only_predicted() -> None:
    # Class a: precision 1, recall 1/2. Class c is nobody's, although it was predicted once.
    evaluation = summarise([result(1, 0, 0, 0, "failed"), result(2, 0, 2, 2, "skipped")], ["a", "b", "c"])
    assert evaluation.macro_f1 == pytest.approx(2 / 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert summarise([result(1, 0, 1, 1, "skipped")], ["a", "b"]).macro_f1 == 0


def attackable() -> tuple[Recipe, Lexicon, list[Example]]:
    recipe = toy_recipe({"good": ("bad",)})
    assert isinstance(recipe.substitutions, Lexicon)
    return recipe, recipe.substitutions, [Example(7, "good", 1), Example(3, "a good film", 1), Example(5, "film", 0)]


def test_results_are_told_as_they_come_and_given_in_order() -> None:
    recipe, lexicon, examples = attackable()
    told, spent = [], []
    victim = bag_of_words({"good": 1, "bad": -1})
    results = run_attack(recipe, victim, examples, on_result=told.append, on_spent=spent.append)
    assert [each.example.index for each in results] == [3, 5, 7]
    assert [each.status for each in results] == ["successful", "unattackable", "successful"]
    assert sorted(told, key=lambda each: each.example.index) == results
    assert [type(each) for each in spent] == [TimeSpent]
    assert lexicon.closed == 1


def test_a_recipe_is_closed_where_the_attack_breaks_off() -> None:
    recipe, lexicon, examples = attackable()

    def broken(_: AttackResult) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_attack(recipe, bag_of_words({"good": 1, "bad": -1}), examples, on_result=broken)
    assert lexicon.closed == 1


def test_an_attack_keeps_to_its_limits_and_its_seed() -> None:
    recipe, _, examples = attackable()
    seeds = []

    def search(problem: Problem) -> Generator[Score, Scores, Text | None]:
        seeds.append(problem.seed)
        return (yield from weighted_saliency(problem))

    spied = replace(recipe, search=search)
    limited = run_attack(spied, bag_of_words({"good": 1}), examples[:1], seed=9, limits=Limits(queries=1))
    assert [each.queries for each in limited] == [1]
    assert seeds == [(9, 7)]


def test_explanations_are_counted_by_text_under_the_bar_of_their_method(monkeypatch: pytest.MonkeyPatch) -> None:
    bars, asked = [], []

    @contextmanager
    def progress_bar(name: str, total: int, unit: str, show: bool) -> Iterator[Callable[[], None]]:
        advanced = []
        yield lambda: advanced.append(1)
        bars.append((name, total, unit, show, len(advanced)))

    def interpretation(results: object, classifier: object, method: str, **options: Any) -> dict[str, str]:
        options.pop("on_text")()
        asked.append((results, classifier, options))
        return {"by": method}

    monkeypatch.setattr("flatnlp.evaluation.progress_bar", progress_bar)
    monkeypatch.setattr("flatnlp.evaluation.interpretation", interpretation)
    victim = bag_of_words({})
    found = interpretations(RESULTS, victim, ["ig", "lime"], attack="pwws", pairs=2, seed=1)
    assert found == {"ig": {"by": "ig"}, "lime": {"by": "lime"}}
    # Three of the results have substitutions; of the two that are asked for, two texts each.
    assert bars == [(f"{method} on pwws", 4, "texts", True, 1) for method in ("ig", "lime")]
    assert asked == [(RESULTS, victim, {"pairs": 2, "seed": 1})] * 2
    assert interpretations(RESULTS, victim, ["ig"], attack="bae", show_progress=False) == {"ig": {"by": "ig"}}
    assert bars[-1] == ("ig on bae", 6, "texts", False, 1)
    assert interpretations(RESULTS, victim, [], attack="pwws") is None
