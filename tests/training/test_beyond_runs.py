"""Whole runs with what goes beyond the paper: each option does what it says, and interruptions change nothing."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from flatnlp.api.loading import load
from flatnlp.attacks.results_file import read_results
from flatnlp.files import read_json
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.runs import Run
from flatnlp.training import rounds
from flatnlp.training.epoch import train_epoch
from tests import tiny

ALL: dict[str, Any] = {
    "refresh_attack": "epoch",
    "keep_adversarial": 30,
    "adversarial_weight": 0.5,
    "importance_pairs": "vocabulary",
    "average_weights": 0.9,
    "vocabulary": "vectors",
    "smooth_vectors": 0.5,
    "views": "gradient",
    "rounds": 2,
    "epochs_per_round": 2,
    "test_limit": 4,
}


@pytest.fixture(scope="module", autouse=True)
def attack() -> Any:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_vectors: Path) -> Path:
    """A run with all of them."""
    folder = tmp_path_factory.mktemp("beyond") / "all"
    tiny.train(tiny_data, tiny_vectors, folder, **ALL)
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    left_out = ("timings.jsonl", "report.html")
    return {name: content for name, content in tiny.contents(folder).items() if name not in left_out}


def test_the_training_data_are_attacked_before_every_epoch_of_the_rounds(run: Path) -> None:
    assert sorted(path.name for path in (run / "rounds").iterdir()) == ["01", "02", "03", "04"]


def test_no_more_adversarial_examples_are_kept_than_asked_for(run: Path) -> None:
    rounds = [line for line in Run(run).metrics() if line["kind"] == "round" and "adversarial_examples" in line]
    attacks = [list(read_results(run / "rounds" / f"{n:02}" / "adversarial.pwws.parquet")) for n in (1, 2, 3, 4)]
    found = [sum(each.status == "successful" for each in results) for results in attacks]
    assert [line["adversarial_examples"] for line in rounds] == [min(30, sum(found[:2])), min(30, sum(found))]


def test_the_vocabulary_holds_all_words_that_have_a_vector(run: Path) -> None:
    loaded = load(run)
    assert isinstance(loaded, WordClassifier)
    assert loaded.vocabulary.counts[loaded.vocabulary.index["movie"]] == 0  # in no training text
    assert "movie" not in tiny.contents(run)["data.json"].decode()
    assert read_json(run / "data.json")["vocabulary"] == len(loaded.vocabulary) - 2


def test_the_loss_on_views_is_written_down(run: Path) -> None:
    epochs = [line for line in Run(run).metrics() if line["kind"] == "epoch"]
    assert all(line["views_loss"] > 0 for line in epochs if line["round"])


def test_the_clean_epochs_before_the_rounds_stay_as_they_are(
    run: Path, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    known = {"vocabulary": "vectors", "smooth_vectors": 0.5}
    tiny.train(tiny_data, tiny_vectors, tmp_path / "run", **known, rounds=0, test_limit=4)
    assert [line for line in Run(run).metrics() if not line["round"]] == Run(tmp_path / "run").metrics()[:-1]


def test_a_run_interrupted_within_a_round_comes_to_the_same_end(
    run: Path, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs = itertools.count(1)

    def interrupted(*arguments: Any) -> Any:
        if next(epochs) == 7:  # 3 clean ones, 2 of the first round, 1 of the second
            raise KeyboardInterrupt
        return train_epoch(*arguments)

    monkeypatch.setattr(rounds, "train_epoch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "run", **ALL)
    assert [line["epoch"] for line in Run(tmp_path / "run").metrics() if line["kind"] == "epoch"][-1] == 6
    tiny.train(tiny_data, tiny_vectors, tmp_path / "run", resume=True, **ALL)
    assert bytes_of(tmp_path / "run") == bytes_of(run)


def test_synonym_trains_on_views_and_on_no_attack(tiny_data: Path, tiny_vectors: Path, tmp_path: Path) -> None:
    tiny.train(tiny_data, tiny_vectors, tmp_path / "run", method="synonym", test_limit=4)
    assert not (tmp_path / "run" / "rounds").exists()
    epochs = [line for line in Run(tmp_path / "run").metrics() if line["kind"] == "epoch"]
    assert all(line["views_loss"] > 0 for line in epochs)
    assert "views" not in {key for key, value in read_json(tmp_path / "run" / "config.json").items() if value}


def test_a_run_without_them_writes_what_it_wrote_before(tiny_run: Path) -> None:
    assert not {"views", "vocabulary", "refresh_attack"} & set(read_json(tiny_run / "config.json"))
    assert all("views_loss" not in line for line in Run(tiny_run).metrics())
