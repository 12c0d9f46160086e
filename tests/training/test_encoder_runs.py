"""Whole runs with small encoders: trained, saved, loaded without flatnlp, attacked, explained, trained on."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

import flatnlp
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.models.encoder_network import INITIAL_IMPORTANCE
from flatnlp.text import Text
from tests import tiny
from tests.models.encoders import write_encoder

QUICK = {
    **{"method": "flat", "epochs": 1, "epochs_per_round": 1, "rounds": 1, "learning_rate": 0.005, "batch_size": 16},
    **{"attack_sample": 10, "dev_attack_sample": 4, "test_limit": 6, "length": 24},
}


def raise_interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def no_wordnet(monkeypatch: pytest.MonkeyPatch) -> object:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder("bert", tmp_path_factory.mktemp("bert"), initializer_range=0.1)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, bert: Path, tiny_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "flat"
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        flatnlp.train(output=folder, dataset=tiny_data, model=bert, **QUICK)
    return folder


def test_a_small_deberta_learns_64_texts_and_its_folder_does_it_all(tmp_path: Path) -> None:
    from transformers import pipeline

    from flatnlp.interpret.integrated_gradients import integrated_gradients
    from flatnlp.interpret.lime import lime

    folder = write_encoder("deberta", tmp_path / "deberta", initializer_range=0.1)
    rows = tiny.rows()[:64]
    (tmp_path / "data").mkdir()
    for split in ("train", "dev", "test"):
        tiny.write_csv(tmp_path / "data" / f"{split}.csv", rows)
    result = flatnlp.train(
        output=tmp_path / "run",
        dataset=tmp_path / "data",
        model=folder,
        **{**QUICK, "epochs": 12, "beta": 0.01, "learning_rate": 0.01, "patience": 12},
    )
    texts = [text for text, _ in rows]
    predicted = result.classifier.predict(texts)
    assert np.mean([a == b for a, (_, b) in zip(predicted, rows, strict=True)]) >= 0.95

    classify = pipeline("text-classification", str(tmp_path / "run" / "model"), device="cpu")
    plain = classify(texts[:5])
    assert [each["label"] for each in plain] == predicted[:5]
    probabilities = result.classifier.predict_proba(texts[:5]).max(1)
    np.testing.assert_allclose([each["score"] for each in plain], probabilities, atol=1e-5)

    loaded = flatnlp.load(tmp_path / "run")
    attacked = flatnlp.attack(loaded, texts[:6], [label for _, label in rows[:6]])
    assert any(each.status == "successful" for each in attacked)
    (gradients,) = integrated_gradients(loaded, [Text.of(texts[0])])
    (perturbed,) = lime(loaded, [Text.of(texts[0])])
    assert gradients.values.shape == perturbed.values.shape == (2, len(Text.of(texts[0]).spans))
    assert np.isfinite(gradients.values).all()


def test_the_folder_says_what_it_is_and_holds_no_pickle(run: Path, bert: Path) -> None:
    card = (run / "model" / "README.md").read_text()
    evaluation = read_json(run / "evaluation.json")
    assert f"{evaluation['accuracy']:.1%}" in card
    assert "FLAT" in card
    assert "not measured" in card
    assert str(bert.parent) not in card
    assert {path.suffix for path in (run / "model").iterdir()} == {".json", ".safetensors", ".md"}
    config = read_json(run / "config.json")
    assert (config["warmup"], config["weight_decay"], config["vectors"]) == (0.1, 0.01, None)


def test_the_same_seed_gives_the_same_weights_and_a_resumed_run_too(
    run: Path, bert: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = tmp_path / "run"
    for place in ("flatnlp.training.rounds.adversarial_texts", "flatnlp.models.encoder_saved.save_file"):
        with monkeypatch.context() as patch:
            patch.setattr(place, raise_interrupt)
            with pytest.raises(KeyboardInterrupt):
                flatnlp.train(output=stopped, dataset=tiny_data, model=bert, resume=True, **QUICK)
    (stopped / ".model.killed.partial" / "whole").mkdir(parents=True)
    flatnlp.train(output=stopped, dataset=tiny_data, model=bert, resume=True, **QUICK)
    whole, resumed = tiny.contents(run), tiny.contents(stopped)
    assert {name for name in whole if whole[name] != resumed.get(name)} <= {"timings.jsonl", "report.html"}
    assert whole.keys() == resumed.keys()
    assert {path.name for path in stopped.iterdir()} == {path.name for path in run.iterdir()}


def test_of_the_weights_only_those_stay_that_are_wanted(run: Path) -> None:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    epochs = [line["epoch"] for line in lines if line["kind"] == "epoch"]
    wanted = {line["epoch"] for line in lines if line["kind"] == "selected"} | {epochs[-1]}
    kept = {int(path.stem.removeprefix("epoch-")) for path in (run / "checkpoints").iterdir()}
    assert kept == wanted < set(epochs)


def test_training_goes_on_from_a_trained_model_with_its_head_and_its_mask(
    run: Path, tiny_data: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    before = flatnlp.load(run)
    options = {**QUICK, "method": "vmask", "epochs": 1, "learning_rate": 1e-9}
    again = flatnlp.train(output=tmp_path / "on", dataset=tiny_data, model=run, say=said.append, **options)
    assert any("its own classification layer" in sentence for sentence in said)
    texts = ["A good film.", "The plot was awful."]
    np.testing.assert_allclose(again.classifier.predict_proba(texts), before.predict_proba(texts), atol=1e-4)
    words = ["good", "awful"]
    np.testing.assert_allclose(again.classifier.word_importance(words), before.word_importance(words), atol=1e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"method": "base", "precision": "bf16", "gradient_accumulation": 3},
        {"method": "flat", "gradient_checkpointing": True, "warmup": 0.0},
    ],
)
def test_precision_accumulation_and_checkpointing(
    options: dict[str, object], bert: Path, tiny_data: Path, tmp_path: Path
) -> None:
    result = flatnlp.train(output=tmp_path / "run", dataset=tiny_data, model=bert, **{**QUICK, **options})
    assert 0 <= result.evaluations["pwws"].accuracy <= 1
    assert result.classifier.precision == "float32"  # in which the test texts are attacked, whatever training was in


def test_checkpointing_changes_no_gradient(bert: Path) -> None:
    from flatnlp.models.encoder_saved import load_encoder

    gradients = []
    for checkpointing in (False, True):
        with torch.random.fork_rng():
            torch.manual_seed(0)
            network = load_encoder(str(bert), classes=["a", "b"], masked=False, checkpointing=checkpointing).network
        network.train()
        network(torch.tensor([[2, 7, 8, 3]]), torch.tensor([4])).logits.sum().backward()
        gradients.append(network.table.weight.grad)
    torch.testing.assert_close(gradients[0], gradients[1])


def test_a_ready_classifier_is_attacked_evaluated_and_trained_on(tiny_data: Path, tmp_path: Path) -> None:
    named = write_encoder("distilbert", tmp_path / "named", ["NEG", "POS"])
    evaluated = flatnlp.evaluate(named, dataset=tiny_data)
    assert evaluated.evaluations["pwws"].examples > 0
    attacked = flatnlp.attack(str(named), ["A good film."])
    assert attacked[0].queries >= 1

    nameless = write_encoder("bert", tmp_path / "nameless", ["LABEL_0", "LABEL_1"])
    with pytest.raises(FlatnlpError, match=r"2 classes without names apart .* has 2 \(neg, pos\); give .* id2label"):
        flatnlp.evaluate(nameless, dataset=tiny_data)
    numbered = tiny.write_csv(tmp_path / "n.csv", [(text, "01"[label == "pos"]) for text, label in tiny.rows()])
    assert flatnlp.evaluate(nameless, dataset=numbered).evaluations["pwws"].examples > 0
    three = write_encoder("bert", tmp_path / "three", ["LABEL_0", "LABEL_1", "LABEL_2"])
    with pytest.raises(FlatnlpError, match="3 classes without names"):
        flatnlp.evaluate(three, dataset=numbered)
    many = tiny.write_csv(
        tmp_path / "m.csv", [(text, f"{label}{i % 2}") for i, (text, label) in enumerate(tiny.rows())]
    )
    with pytest.raises(
        FlatnlpError, match=r"has 4 \(.*\); use a model of these classes, such as one that `flatnlp train"
    ):
        flatnlp.evaluate(three, dataset=many)
    said: list[str] = []
    flatnlp.train(output=tmp_path / "r", dataset=tiny_data, model=three, say=said.append, **{**QUICK, "method": "base"})
    assert any("a new classification layer" in sentence for sentence in said)


def test_a_ready_classifier_is_explained_and_is_where_flat_starts(tiny_data: Path, tmp_path: Path) -> None:
    named = write_encoder("distilbert", tmp_path / "named", ["neg", "pos"])
    for method in ("ig", "lime"):
        table = flatnlp.explain(named, ["A good film."], method=method).to_pandas()
        assert table["word"].tolist() == ["A", "good", "film"]
        assert table["attribution"].abs().sum() > 0
        assert table["importance"].isna().all()
    said: list[str] = []
    options = {**QUICK, "epochs": 1, "learning_rate": 1e-9}
    result = flatnlp.train(output=tmp_path / "r", dataset=tiny_data, model=named, say=said.append, **options)
    assert any("its own classification layer" in sentence for sentence in said)
    assert (tmp_path / "r" / "rounds" / "01" / "adversarial.pwws.parquet").is_file()
    words = result.classifier.word_importance(["good", "film"])
    np.testing.assert_allclose(words, INITIAL_IMPORTANCE, atol=1e-6)
    before, after = (each.network.body.state_dict() for each in (flatnlp.load(named), result.classifier))
    for name, weights in before.items():
        torch.testing.assert_close(after[name], weights, atol=1e-5, rtol=0)


def test_a_function_around_the_plain_model_is_attacked_as_its_folder_is(tiny_data: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    named = write_encoder("bert", tmp_path / "named", ["neg", "pos"])
    model, tokenizer = AutoModelForSequenceClassification.from_pretrained(named), AutoTokenizer.from_pretrained(named)

    def probabilities(texts: list[str]) -> torch.Tensor:
        tokens = tokenizer(texts, padding=True, truncation=True, return_tensors="pt", return_token_type_ids=False)
        with torch.inference_mode():
            return model(**tokens).logits.softmax(1)

    function = flatnlp.CallableClassifier(probabilities, ["neg", "pos"])
    by_function, by_folder = (
        flatnlp.evaluate(each, dataset=tiny_data).evaluations["pwws"] for each in (function, named)
    )
    assert by_function == by_folder
    assert by_folder.after_attack_accuracy < by_folder.accuracy


def test_texts_beyond_the_maximum_are_cut_counted_and_said(tmp_path: Path) -> None:
    named = write_encoder("bert", tmp_path / "named", ["neg", "pos"])
    said: list[str] = []
    flatnlp.attack(named, ["A good film.", "so " * 40], ["pos", "neg"], say=said.append)
    assert any(sentence.startswith("1 of the 2 texts are longer than the model reads") for sentence in said)


def test_an_encoders_words_are_those_it_was_trained_on_each_as_important_as_its_pieces(
    run: Path, tiny_data: Path
) -> None:
    from collections import Counter

    from flatnlp.attacks.results_file import read_results
    from flatnlp.data import load_data
    from flatnlp.interpret.importance import replaced_words
    from flatnlp.text import clean

    words = flatnlp.importance(run)
    counts = Counter(word for text in load_data(str(tiny_data)).splits["train"]["text"] for word in clean(text))
    assert {each.word: each.frequency for each in words} == counts
    model = flatnlp.load(run)
    for each in words:
        assert each.importance == pytest.approx(model.importance(model.word_ids(each.word)).mean())
    assert any(len(model.word_ids(each.word)) > 1 for each in words)
    assert [each.importance for each in words] == sorted((each.importance for each in words), reverse=True)
    replaced = replaced_words(read_results(run / "rounds" / "01" / "adversarial.pwws.parquet"))
    assert {each.word: each.substitutions for each in words if each.substitutions} == replaced
    assert flatnlp.importance(run / "model") == words
    with pytest.raises(FlatnlpError, match="give a word model or the run's folder of an encoder"):
        flatnlp.importance(model)


def test_the_figures_of_importances_and_the_report_show_encoders(run: Path, tiny_vectors: Path, tmp_path: Path) -> None:
    from flatnlp.api.figures import FigureSettings, figure
    from flatnlp.api.reporting import report

    copy = shutil.copytree(run, tmp_path / "run")
    words = {each.word: each.importance for each in flatnlp.importance(run)}
    for number in (4, 5):
        figure(number, [copy], tmp_path, FigureSettings(synonyms=str(tiny_vectors), words=4))
    rows = list(csv.DictReader((tmp_path / "figure-4.csv").read_text().splitlines()))
    assert {row["word"]: float(row["importance"]) for row in rows} == words
    for row in csv.DictReader((tmp_path / "figure-5.csv").read_text().splitlines()):
        assert float(row["importance"]) == pytest.approx(words[row["word"]])
    report([copy], output=tmp_path / "report.html", saliency=1)
    page = (tmp_path / "report.html").read_text()
    assert f"{len(words):,} words" in page
