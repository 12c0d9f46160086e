"""The same from Python: ``from flatnlp import load, train, attack, evaluate``."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import flatnlp
from flatnlp import CallableClassifier, FlatnlpError, Recipe, TrainSettings
from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.search.greedy import weighted_saliency

from . import tiny
from .tiny import BAD, GOOD, SETTINGS, contents, rows, write_csv

TEXTS = ["A good film.", "The plot was awful.", "A lovely cast!"]
LABELS = ["pos", "neg", "pos"]


@pytest.fixture(autouse=True)
def tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


def count_words(texts: list[str]) -> list[list[float]]:
    """Probabilities of (neg, pos) by counting words of praise and blame; a text with neither is a bit negative."""
    scores = [sum(word in text.lower() for word in GOOD) - sum(word in text.lower() for word in BAD) for text in texts]
    scores = [score - 0.1 for score in scores]
    return [[1 / (1 + np.exp(score)), 1 - 1 / (1 + np.exp(score))] for score in scores]


def test_train_load_attack_and_evaluate_agree(tiny_data: Path, tiny_vectors: Path, tmp_path: Path) -> None:
    said: list[str] = []
    trained = flatnlp.train(
        output=tmp_path / "run", dataset=tiny_data, vectors=tiny_vectors, attacks="pwws", say=said.append, **SETTINGS
    )
    assert trained.folder == tmp_path / "run"
    assert (trained.folder / "report.html").is_file()
    assert any(sentence.startswith("Kept epoch") for sentence in said)

    loaded = flatnlp.load(tmp_path / "run")
    assert loaded.classes == ("neg", "pos")
    assert np.array_equal(loaded.predict_proba(TEXTS), trained.classifier.predict_proba(TEXTS))
    assert loaded.predict(TEXTS) == LABELS
    assert loaded.predict([]) == []

    evaluated = flatnlp.evaluate(loaded, dataset=tiny_data)
    assert evaluated.evaluations == trained.evaluations
    results = flatnlp.attack(loaded, dataset=str(tiny_data))
    assert [result.example.index for result in results] == list(range(len(results)))
    successful = [result for result in results if result.status == "successful"]
    assert all(
        loaded.predict([result.adversarial.raw]) != [loaded.classes[result.example.label]] for result in successful
    )
    assert evaluated.evaluations["pwws"].after_attack_accuracy == sum(
        result.status in ("failed", "unattackable") for result in results
    ) / len(results)


def test_settings_can_be_given_whole_and_changed(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda *_: None)
    settings = TrainSettings(dataset=str(tiny_data), vectors=str(tiny_vectors), **SETTINGS)
    flatnlp.train(settings, output=tmp_path / "run", method="base", epochs=1, test_limit=2)
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert (config["method"], config["epochs"], config["hidden"]) == ("base", 1, SETTINGS["hidden"])


def test_paths_and_strings_are_the_same_settings(
    tiny_data: Path, tiny_vectors: Path, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda *_: None)
    before = contents(tiny_run)
    flatnlp.train(output=str(tiny_run), dataset=tiny_data, vectors=tiny_vectors, resume=True, **SETTINGS)
    assert contents(tiny_run) == before


def test_texts_of_ones_own(tiny_run: Path) -> None:
    by_name = flatnlp.attack(tiny_run, TEXTS, LABELS)
    assert [result.example.text for result in by_name] == TEXTS
    assert by_name == flatnlp.attack(flatnlp.load(tiny_run), TEXTS, [1, 0, 1])
    assert by_name == flatnlp.attack(tiny_run, TEXTS)  # its own predictions are right here
    assert flatnlp.attack(tiny_run, TEXTS, ["neg", "pos", "neg"])[0].status == "skipped"


def test_any_function_can_be_attacked_and_evaluated(tiny_data: Path) -> None:
    asked: list[int] = []

    def function(texts: list[str]) -> NDArray[np.float64]:
        asked.append(len(texts))
        return np.array(count_words(texts))

    classifier = CallableClassifier(function, ["neg", "pos"], batch_size=7)
    results = flatnlp.attack(classifier, TEXTS)
    assert [result.status for result in results] == ["successful", "failed", "successful"]
    assert [result.adversarial.raw for result in results] == [
        "A decent film.",
        "The plot was decent.",
        "A passable cast!",
    ]
    assert max(asked) <= 7
    evaluation = flatnlp.evaluate(classifier, dataset=tiny_data, split="all").evaluations["pwws"]
    assert evaluation.examples == len(rows())
    assert evaluation.after_attack_accuracy < evaluation.accuracy


def test_lists_serve_as_answers_of_a_function() -> None:
    classifier = CallableClassifier(count_words, ("neg", "pos"))
    assert classifier.predict(TEXTS) == LABELS
    assert classifier.predict_proba([]).shape == (0, 2)


def test_results_do_not_depend_on_what_runs_beside_them(tiny_run: Path) -> None:
    texts = [text for text, _ in rows()]

    def outcome(result: AttackResult) -> tuple[Any, ...]:
        return result.example.text, result.adversarial.raw, result.status, result.queries

    together = [outcome(result) for result in flatnlp.attack(tiny_run, texts)]
    reversed_order = [outcome(result) for result in flatnlp.attack(tiny_run, texts[::-1])]
    alone = [outcome(flatnlp.attack(tiny_run, [text])[0]) for text in texts[:10]]
    assert together == reversed_order[::-1]
    assert together[:10] == alone


def test_what_is_to_be_known_of_the_texts_is_said(tiny_run: Path, tiny_data: Path) -> None:
    said: list[str] = []
    flatnlp.attack(tiny_run, ["A good film. " * 50, "A good film."], say=said.append)
    assert said == [
        "1 of the 2 texts are longer than the model reads; the words beyond its length are cut off and never attacked."
    ]
    said.clear()
    flatnlp.evaluate(tiny_run, dataset=tiny_data, say=said.append)
    assert [sentence for sentence in said if sentence.startswith("There is no test split: 17 of the 84")]
    said.clear()
    flatnlp.attack(CallableClassifier(count_words, ("neg", "pos")), ["A good film. " * 50], say=said.append)
    assert said == []


def test_an_evaluation_is_a_record_of_plain_values(tiny_run: Path) -> None:
    record = flatnlp.evaluate(tiny_run, TEXTS, LABELS).record()
    assert json.loads(json.dumps(record)) == record
    assert record["dataset"] is record["split"] is None
    assert record["examples"] == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda run: flatnlp.load(run, "gpu"), r"--device gpu cannot be used here .*; try --device cpu\."),
        (lambda run: flatnlp.load(run / "nowhere"), "is not a model folder"),
        (lambda run: flatnlp.train(output=run), "No data set is named; give dataset="),
        (
            lambda run: flatnlp.train(output=run, dataset="d", epoch=1),
            r"no training setting 'epoch'; did you mean epochs\?",
        ),
        (
            lambda run: flatnlp.train(output=run, dataset="d", zzz=1),
            r"no training setting 'zzz'; choose one of accumulate, ",
        ),
        (lambda run: flatnlp.train(output=run, dataset="d", device="gpu"), "try --device cpu"),
        (lambda run: flatnlp.train(output=run, dataset="d", attacks=""), "No attack is named"),
        (lambda run: flatnlp.attack(run), "There is nothing to attack; give texts or a dataset"),
        (lambda run: flatnlp.attack(run, []), "There is nothing to attack; the list of texts is empty"),
        (lambda run: flatnlp.attack(run, "A film."), "The texts are one string; give a list of strings"),
        (lambda run: flatnlp.attack(run, TEXTS, ["pos"]), "3 texts came with 1 label; give one label per text"),
        (
            lambda run: flatnlp.attack(run, TEXTS, ["pos", "neg", "good"]),
            "Label 3 is 'good'; the model's classes are neg, pos",
        ),
        (lambda run: flatnlp.attack(run, TEXTS, [0, 1, 2]), "Label 3 is 2; the model's classes are neg, pos"),
        (lambda run: flatnlp.attack(run, TEXTS, [0, 1, -1]), "Label 3 is -1; the model's classes"),
        (lambda run: flatnlp.evaluate(run, TEXTS), "without labels; accuracy needs the true classes"),
        (lambda run: flatnlp.evaluate(run, TEXTS, LABELS, attacks=[]), "No attack is named; give at least one"),
        (lambda run: flatnlp.evaluate(run, TEXTS, LABELS, attacks="pwws,zzz"), "no attack named 'zzz'"),
    ],
)
def test_mistakes_are_one_sentence(tiny_run: Path, call: Callable[[Path], object], message: str) -> None:
    before = contents(tiny_run)
    with pytest.raises(FlatnlpError) as refusal:
        call(tiny_run)
    assert re.search(message, str(refusal.value))
    assert contents(tiny_run) == before


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda texts: [[0.5, 0.3, 0.2]] * len(texts), r"shape \(1, 3\) for 1 texts and 2 classes; it must return"),
        (lambda texts: [[0.5, 0.5]], r"shape \(1, 2\) for \d+ texts"),
        (lambda texts: [0.5] * len(texts), r"shape \(1,\)"),
        (lambda texts: [[float("nan"), 1.0]] * len(texts), "NaN or infinity for 'A good film"),
    ],
)
def test_a_function_that_answers_nonsense_is_told_so(answer: Callable[[list[str]], Any], message: str) -> None:
    with pytest.raises(FlatnlpError, match=message):
        flatnlp.attack(CallableClassifier(answer, ("neg", "pos")), TEXTS[:1], ["neg"])


def test_an_error_of_the_function_itself_comes_through() -> None:
    def broken(_: list[str]) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        flatnlp.attack(CallableClassifier(broken, ("neg", "pos")), TEXTS)


def test_classes_are_matched_by_name_not_by_number(tiny_run: Path, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", rows()[::-1])
    swapped = CallableClassifier(lambda texts: [row[::-1] for row in count_words(texts)], ("pos", "neg"))
    straight = CallableClassifier(count_words, ("neg", "pos"))
    first, second = (flatnlp.evaluate(each, dataset=data).evaluations["pwws"] for each in (swapped, straight))
    assert first.accuracy == second.accuracy > 0.5
    assert first.accuracy_per_class == second.accuracy_per_class


def test_the_demo_makes_three_runs_and_goes_on_with_them(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[list[str]] = []
    for task in ("training.write_report", "demonstration.report"):
        monkeypatch.setattr(
            f"flatnlp.api.{task}", lambda runs, _, **options: reported.append([run.name for run in runs])
        )
    options = {**SETTINGS, "dataset": tiny_data, "vectors": tiny_vectors, "epochs": 1, "test_limit": 4}
    del options["method"]
    runs = flatnlp.demo(tmp_path, **options)
    assert [run.name for run in runs] == ["base", "adv", "flat"]
    assert reported == [["base"], ["adv"], ["flat"], ["base", "adv", "flat"]]
    before = contents(tmp_path)
    assert flatnlp.demo(tmp_path, **options) == runs
    assert contents(tmp_path) == before


def test_the_real_pwws_attacks_any_function(fetched: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from flatnlp.attacks.recipes import RECIPES
    from flatnlp.attacks.recipes.pwws import ENTRY

    for name in ("wordnet", "stopwords"):
        fetched(name)
    monkeypatch.setitem(RECIPES, "pwws", ENTRY)
    [result] = flatnlp.attack(CallableClassifier(count_words, ("neg", "pos")), ["A good film."])
    assert result.status == "successful"
    assert "good" not in result.adversarial.raw.lower()


def test_an_attack_of_ones_own_composes_from_its_parts() -> None:
    """The order of the words, the words they may become, and which may be changed: three parts and no registry."""
    victim = CallableClassifier(count_words, ("neg", "pos"))
    own = Recipe(
        search=weighted_saliency,
        substitutions=tiny.Synonyms(),
        constraints=[no_repeats, lambda text, position: text.word(position) != "film"],
    )
    [result] = flatnlp.attack(victim, ["A good film."], attack=own)
    assert (result.status, result.adversarial.raw) == ("successful", "A decent film.")
    evaluated = flatnlp.evaluate(victim, ["A good film.", "A film."], ["pos", "neg"], attacks=[own])
    assert list(evaluated.evaluations) == ["own"]
    assert evaluated.evaluations["own"].after_attack_accuracy == 0.5
    with pytest.raises(FlatnlpError, match="one name"):
        flatnlp.evaluate(victim, ["A film."], ["neg"], attacks=[own, own])
