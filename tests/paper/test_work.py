"""Single pieces of work on a finished run."""

import json
import shutil
from pathlib import Path

import pytest

from flatnlp.api.importances import importance
from flatnlp.paper.cell import MEAN_IMPORTANCE, Cell, R
from flatnlp.paper.grid import PAIRS
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Importance, Interpret, Train
from flatnlp.paper.values import number_of
from flatnlp.paper.work import do
from flatnlp.reports.fields import Fields
from flatnlp.reports.figures.importance import correlations
from flatnlp.training.settings import TrainSettings


def train_of(run: Path) -> Train:
    config = json.loads((run / "config.json").read_text())
    config.pop("flatnlp")
    return Train(TrainSettings(**{**config, "attacks": tuple(config["attacks"])}))


def test_the_correlations_are_those_of_the_exported_importances(tiny_run: Path, tmp_path: Path) -> None:
    task = Importance(train_of(tiny_run))
    store = Store(tmp_path / "out", (tiny_run.parent,))
    do(task, store, "cpu", show_progress=False, say=lambda _: None)
    found = store.values(task)
    words = importance(tiny_run)
    assert found["mean_importance"] == pytest.approx(sum(each.importance for each in words) / len(words))
    for pair, expected in zip(PAIRS, correlations(words), strict=True):
        cell = Cell(9, R, "sst2", "cnn", "flat", "pwws", pair=pair)
        assert number_of(Fields("found", found), cell) == expected.r
        assert found["pairs"][pair]["n"] == expected.n
    assert {found["pairs"][pair]["n"] for pair in PAIRS} == {len(words), sum(each.substitutions > 0 for each in words)}
    assert number_of(Fields("found", found), Cell(5, MEAN_IMPORTANCE, "sst2")) == found["mean_importance"]


def test_interpretations_saved_in_a_run_are_not_measured_again(tiny_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "runs" / "mine"
    shutil.copytree(tiny_run, run)
    train = train_of(run)
    attack = Attack(train, "pwws", train.settings.test_limit)
    measured = {"pairs": 3, "sampled_with_seed": None, "all": {"kendall_tau": 0.5, "top_k": {"5": 0.25}}}
    (run / "interpretation.json").write_text(json.dumps({"test": {"pwws": {"ig": measured}}}))
    store = Store(tmp_path / "out", (run.parent,))
    assert store.values(Interpret(attack, "ig", 1000)) == {"ig_kendall_tau": 0.5, "ig_top_5": 0.25}
    assert store.done(Interpret(attack, "ig", 3))
    assert not store.done(Interpret(attack, "ig", 2))
    assert not store.done(Interpret(attack, "lime", 1000))
    assert not store.done(Interpret(Attack(train, "pwws", 5), "ig", 1000))
