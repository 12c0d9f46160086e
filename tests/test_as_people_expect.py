"""The Python interface beside pandas, scikit-learn, datasets and notebooks."""

import json
from collections.abc import Iterator
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score

import flatnlp
from flatnlp import CallableClassifier, FlatnlpError, FlatTrainer, TrainSettings

from . import tiny
from .test_api import LABELS, TEXTS, count_words
from .tiny import SETTINGS, contents

ROWS = tiny.rows()
FRAME = pd.DataFrame({"text": [text for text, _ in ROWS], "label": [label for _, label in ROWS]})
VICTIM = CallableClassifier(count_words, ("neg", "pos"))


@pytest.fixture(autouse=True)
def tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


@pytest.fixture
def settings(tiny_vectors: Path, monkeypatch: pytest.MonkeyPatch) -> TrainSettings:
    """What trains in a second, without drawing the report."""
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda *_: None)
    return TrainSettings(vectors=str(tiny_vectors), **{**SETTINGS, "epochs": 1, "test_limit": 6})


def test_a_classifier_follows_scikit_learn() -> None:
    assert VICTIM.classes_.tolist() == ["neg", "pos"]
    assert VICTIM.score(TEXTS, LABELS) == 1
    assert (
        VICTIM.score(TEXTS, [1, 1, 1]) == VICTIM.score(np.array(TEXTS), pd.Series(["POS"] * 3)) == pytest.approx(2 / 3)
    )
    assert VICTIM.score(FRAME) == accuracy_score(FRAME["label"], VICTIM.predict(FRAME["text"]))
    assert np.array_equal(VICTIM.predict_proba(datasets.Dataset.from_pandas(FRAME)), VICTIM.predict_proba(FRAME))
    with pytest.raises(FlatnlpError, match="without labels"):
        VICTIM.score(TEXTS)
    with pytest.raises(FlatnlpError, match="nothing to score"):
        VICTIM.score([], [])


def test_numbers_are_names_where_the_names_are_numbers() -> None:
    stars = CallableClassifier(lambda texts: [[0, 0, 1]] * len(texts), ("1", "2", "3"))
    assert stars.score(["a", "b"], [3, 1]) == stars.score(["a", "b"], np.array([3.0, 1.0])) == 0.5
    with pytest.raises(FlatnlpError, match="Label 2 is 0; the model's classes are 1, 2, 3"):
        stars.score(["a", "b"], [3, 0])
    for nonsense in (None, float("nan"), [1], "4"):
        with pytest.raises(FlatnlpError, match="Label 1 is"):
            stars.score(["a"], [nonsense])


def test_what_holds_the_texts_does_not_matter() -> None:
    listed = flatnlp.attack(VICTIM, TEXTS, LABELS)
    frame = pd.DataFrame({"review": TEXTS, "stars": LABELS})
    data = datasets.Dataset.from_pandas(frame)
    assert listed == flatnlp.attack(VICTIM, pd.Series(TEXTS, index=[5, 6, 7]), pd.Series(LABELS))
    assert listed == flatnlp.attack(VICTIM, data["review"], data["stars"])
    for held in (frame, data):
        assert listed == flatnlp.attack(VICTIM, held, text_column="review", label_column="stars")
        evaluated = flatnlp.evaluate(VICTIM, held, text_column="review", label_column="stars")
        assert evaluated.evaluations == flatnlp.evaluate(VICTIM, TEXTS, LABELS).evaluations
        with pytest.raises(FlatnlpError, match=r"no column 'text' \(text_column\)"):
            flatnlp.attack(VICTIM, held)


def test_a_missing_text_is_not_attacked_as_a_word() -> None:
    with pytest.raises(FlatnlpError, match="Text 2 is nan, not a string"):
        flatnlp.attack(VICTIM, pd.Series(["A good film.", np.nan]), ["pos", "neg"])


def test_half_a_surrogate_pair_is_refused_before_the_work(tmp_path: Path) -> None:
    asked: list[str] = []

    def function(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return count_words(texts)

    victim = CallableClassifier(function, ("neg", "pos"))
    with pytest.raises(FlatnlpError, match="Text 2 holds half a surrogate pair"):
        flatnlp.attack(victim, ["A good film.", "A \ud800 film."], ["pos", "neg"], output=tmp_path / "a.parquet")
    assert asked == list(tmp_path.iterdir()) == []
    assert len(flatnlp.attack(victim, ["A \ud800 film."])) == 1


def test_all_rows_are_taken_without_a_word_of_those_held_out(tiny_data: Path) -> None:
    said: list[str] = []
    flatnlp.attack(VICTIM, dataset=tiny_data, split="all", say=said.append)
    assert said == []
    flatnlp.attack(VICTIM, dataset=tiny_data, split="dev", say=said.append)
    assert any("held out" in sentence for sentence in said)


def test_a_run_on_rows_in_memory_goes_on_with_no_others(settings: TrainSettings, tmp_path: Path) -> None:
    frame = FRAME.rename(columns={"text": "review"})
    trained = flatnlp.train(settings, dataset=frame, text_column="review", output=tmp_path / "run")
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["dataset"].startswith("in-memory:")
    before = contents(tmp_path / "run")
    again = flatnlp.train(settings, dataset=datasets.Dataset.from_pandas(FRAME), output=tmp_path / "run", resume=True)
    assert again.evaluations == trained.evaluations
    assert contents(tmp_path / "run") == before
    with pytest.raises(FlatnlpError, match=r"was started with dataset = 'in-memory:.*', not 'in-memory:"):
        flatnlp.train(settings, dataset=FRAME[1:], output=tmp_path / "run", resume=True)
    with pytest.raises(FlatnlpError, match="held, and they were not kept; give them again"):
        flatnlp.evaluate(tmp_path / "run")
    evaluated = flatnlp.evaluate(tmp_path / "run", dataset=FRAME, limit=6)
    assert evaluated.evaluations == trained.evaluations
    assert evaluated.record()["dataset"] == "a DataFrame"


def test_a_trainer_does_what_the_functions_do(settings: TrainSettings, tmp_path: Path, tiny_data: Path) -> None:
    trainer = FlatTrainer(settings, tmp_path / "run", dataset=FRAME)
    assert "not trained yet" in repr(trainer)
    with pytest.raises(FlatnlpError, match=r"run holds no trained model yet; call train\(\) first"):
        trainer.evaluate()
    with pytest.raises(FlatnlpError, match=r"call train\(\) first"):
        trainer.attack(TEXTS)
    result = trainer.train()
    assert repr(trainer).endswith("/run, trained>")
    assert trainer.evaluate().evaluations == result.evaluations
    assert trainer.attack(TEXTS) == flatnlp.attack(tmp_path / "run", TEXTS)
    assert trainer.evaluate(TEXTS, LABELS).evaluations["pwws"].examples == 3
    assert trainer.explain("A good film.")[0].original.model == "run"

    from_file = FlatTrainer(TrainSettings(**{**vars(settings), "dataset": str(tiny_data)}), tmp_path / "file")
    from_file.train()
    flatnlp.train(settings, dataset=tiny_data, output=tmp_path / "function")
    first, second = contents(tmp_path / "file"), contents(tmp_path / "function")
    assert {name for name in first if first[name] != second[name]} == {"timings.jsonl"}
    assert FlatTrainer(from_file.settings, tmp_path / "file").evaluate().evaluations == from_file.evaluate().evaluations


def test_attack_results_are_a_table_and_a_picture(tmp_path: Path) -> None:
    results = flatnlp.attack(VICTIM, TEXTS, LABELS)
    in_file = flatnlp.attack(VICTIM, TEXTS, LABELS, output=tmp_path / "a.parquet")
    assert results == in_file == list(results)
    assert results != list(results)[:2]
    assert repr(results) == repr(in_file) == "<AttackResults of 3 texts: 2 successful, 1 failed>"
    assert repr(results[1:]) == "<AttackResults of 2 texts: 1 successful, 1 failed>"
    table = results.to_pandas()
    assert table.equals(in_file.to_pandas())
    assert table["label"].tolist() == LABELS
    assert table["adversarial_prediction"].tolist() == ["neg", "neg", "neg"]
    assert table["words_changed"].tolist() == [1, 1, 1]
    assert results[:0].to_pandas().columns.tolist() == table.columns.tolist()
    shown = results._repr_html_()
    assert "2 successful" in shown
    assert shown.count("<mark") == 6
    assert ">good</mark> film." in shown
    assert ">decent</mark> film." in shown


def test_hostile_texts_are_shown_as_text() -> None:
    text = "A good <img src=x onerror=alert(1)> \u202efilm\x1b[31m & more."
    results = flatnlp.attack(VICTIM, [text], ["pos"])
    for shown in (results._repr_html_(), results[0]._repr_html_()):
        assert "<img" not in shown
        assert "&lt;img" in shown
        assert "\u202e" not in shown
        assert "\x1b" not in shown
        assert "[U+202E]film[U+001B][31m &amp; more." in shown


def test_classifiers_say_what_they_are(tiny_run: Path) -> None:
    assert repr(flatnlp.load(tiny_run)) == "<WordClassifier cnn with a mask, 22 words, on cpu: 2 classes (neg, pos)>"
    assert repr(VICTIM) == "<CallableClassifier: 2 classes (neg, pos)>"


def test_evaluations_trainings_and_comparisons_are_tables(tiny_run: Path) -> None:
    evaluated = flatnlp.evaluate(VICTIM, TEXTS, LABELS)
    table = evaluated.to_pandas()
    [row] = table.to_dict("records")
    figures = evaluated.evaluations["pwws"]
    assert (row["attack"], row["accuracy"], row["after_attack_accuracy"]) == ("pwws", 1, figures.after_attack_accuracy)
    assert (row["after_attack_accuracy_low"], row["after_attack_accuracy_high"]) == figures.after_attack_accuracy_ci95
    assert repr(evaluated) == f"pwws: {figures.sentence()}"
    assert "<td>pwws</td>" in evaluated._repr_html_()

    compared = flatnlp.compare([tiny_run, tiny_run])
    assert repr(compared).startswith("| Run | Model | Method | Attack | SA %")
    assert len(compared.to_pandas()) == 2
    assert json.loads(json.dumps(compared.record())) == compared.record()
    saved = json.loads((tiny_run / "evaluation.json").read_text())
    assert compared.record()[0]["after_attack_accuracy_ci95"] == saved["after_attack_accuracy_ci95"]
    assert compared.to_pandas()["after_attack_accuracy"].tolist() == [saved["after_attack_accuracy"]] * 2
    assert compared._repr_html_().count("<tr>") == 3
    with pytest.raises(FlatnlpError, match="nothing to compare"):
        flatnlp.compare([])


def test_a_training_tells_its_history(settings: TrainSettings, tmp_path: Path) -> None:
    result = flatnlp.train(settings, dataset=FRAME, output=tmp_path / "run")
    history = result.history()
    assert history["epoch"].tolist() == [1, 2]
    assert history["round"].tolist() == [0, 1]
    assert history["loss"].notna().all()
    assert result.to_pandas()["attack"].tolist() == ["pwws"]
    assert str(tmp_path / "run") in repr(result)
    assert "pwws: accuracy" in repr(result)
