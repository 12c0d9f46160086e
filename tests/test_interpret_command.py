"""``flatnlp evaluate --interpret``: the record, the run's own test texts, and what is kept in its folder."""

import json
import shutil
from pathlib import Path

import pytest

import flatnlp
from flatnlp.errors import FlatnlpError

from . import tiny
from .tiny import CommandLine


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "run"))


def test_the_record_gains_both_methods(command_line: CommandLine, run: Path, tiny_data: Path, tmp_path: Path) -> None:
    said = command_line.done(
        *("evaluate", run, "--dataset", tiny_data, "--interpret", "ig", "--interpret", "lime", "--pairs", 3),
        *("--json", tmp_path / "record.json"),
    )
    assert "ig: Kendall's tau" in said
    assert "lime: Kendall's tau" in said
    found = json.loads((tmp_path / "record.json").read_text())["interpretation"]
    assert set(found) == {"ig", "lime"}
    for record in found.values():
        assert record["pairs"] == 3
        assert -1 <= record["kendall_tau_ci95"][0] <= record["kendall_tau"] <= record["kendall_tau_ci95"][1] <= 1
        assert 0 <= record["top_k"]["5"] <= 1
    assert tiny.contents(run).keys().isdisjoint({"interpretation.json"})


def test_saved_in_the_run_without_attacking_again(
    command_line: CommandLine, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tiny.contents(run)
    monkeypatch.setattr("flatnlp.attacks.journal.Engine", None)  # whoever attacks now fails
    command_line.done("evaluate", run, "--interpret", "ig", "--save")
    command_line.done("evaluate", run, "--interpret", "lime", "--pairs", 2, "--save")
    after = tiny.contents(run)
    found = json.loads(after.pop("interpretation.json"))["test"]["pwws"]
    assert after == before
    assert set(found) == {"ig", "lime"}
    assert found["lime"]["pairs"] == 2
    assert found["ig"]["all"]["pairs"] == json.loads(before["evaluation.json"])["examples"]


def test_pairs_of_no_interpretation_are_refused(command_line: CommandLine, run: Path) -> None:
    assert "give --interpret ig" in command_line.refusal("evaluate", run, "--pairs", 3)


def test_a_run_is_evaluated_on_its_own_texts(command_line: CommandLine, run: Path) -> None:
    command_line.done("evaluate", run, "--json", run.parent / "record.json")
    record, own = (json.loads(path.read_text()) for path in (run.parent / "record.json", run / "evaluation.json"))
    assert all(record[name] == own[name] for name in ("dataset", "after_attack_accuracy", "examples"))


def test_a_saved_interpretation_is_replaced_with_the_run(command_line: CommandLine, run: Path, tiny_data: Path) -> None:
    (run / "interpretation.json").write_text("{}")
    vectors = json.loads((run / "config.json").read_text())["vectors"]
    tiny.train(tiny_data, Path(vectors), run, overwrite=True, method="base", epochs=1)
    assert not (run / "interpretation.json").exists()


def test_refusals(command_line: CommandLine, run: Path, tiny_data: Path, tmp_path: Path) -> None:
    before = tiny.contents(run)
    model = run / "model"
    for arguments, sentence in [
        ((run, "--interpret", "shap"), "no interpretation 'shap'"),
        ((run, "--save"), "no interpretation to save"),
        ((model, "--dataset", tiny_data, "--interpret", "ig", "--save"), "no place to save into"),
        ((model,), "No data set is named"),
        ((run, "--interpret", "ig", "--save", "--limit", 2), "of other texts"),
    ]:
        assert sentence in command_line.refusal("evaluate", *arguments, "-q")
    assert tiny.contents(run) == before


def test_a_black_box_is_interpreted_by_lime_alone(tiny_data: Path, command_line: CommandLine) -> None:
    classifier = flatnlp.CallableClassifier(
        lambda texts: [[0.9, 0.1] if "good" in text or "bad" in text else [0.4, 0.6] for text in texts], ["pos", "neg"]
    )
    classifier.perturbations = 20
    found = flatnlp.evaluate(classifier, dataset=tiny_data, interpret="lime").evaluations["pwws"].interpretation
    assert found is not None
    assert found["lime"]["settings"] == {"samples": 20}
    with pytest.raises(FlatnlpError, match="use LIME"):
        flatnlp.evaluate(classifier, dataset=tiny_data, interpret=["ig"])


def test_train_measures_at_the_end_what_evaluate_would(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    command_line.done(*tiny.train_arguments(tiny_data, tiny_vectors, run, method="base"), "--interpret", "ig", "-q")
    trained = json.loads((run / "interpretation.json").read_text())
    assert json.loads((run / "evaluation.json").read_text())["interpretation"] == trained["test"]["pwws"]
    (run / "interpretation.json").unlink()
    command_line.done("evaluate", run, "--interpret", "ig", "--save", "-q")
    assert json.loads((run / "interpretation.json").read_text()) == trained
    arguments = tiny.train_arguments(tiny_data, tiny_vectors, tmp_path / "none")
    assert "no interpretation 'shap'" in command_line.refusal(*arguments, "--interpret", "shap")
