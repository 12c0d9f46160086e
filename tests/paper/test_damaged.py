"""What a reproduction finds damaged on the disk is named; what is only an estimate is done without."""

import json
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.paper.cell import AA, Cell
from flatnlp.paper.estimate import Estimates
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Interpret, Train
from flatnlp.paper.values import number_of
from flatnlp.reports.fields import Fields
from flatnlp.training.settings import TrainSettings

ATTACK = Attack(Train(TrainSettings(dataset="sst2", vectors="glove_100d")), "textfooler", 2000)


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "nothing that was measured over all pairs; delete it"),
        ({"all": [1]}, "'all' should be an object"),
        ({"all": {"kendall_tau": "high"}}, "'kendall_tau' should be a number"),
        ({"all": {"top_k": {"5": []}}}, "'top_k' should be a number"),
    ],
)
def test_a_damaged_interpretation(tmp_path: Path, content: object, said: str) -> None:
    store, task = Store(tmp_path), Interpret(ATTACK, "ig", 1000)
    write(store.result(task), content)
    with pytest.raises(FlatnlpError, match=said):
        store.values(task)


def test_a_number_that_is_none_is_refused_where_it_is_asked_for(tmp_path: Path) -> None:
    store = Store(tmp_path)
    write(store.result(ATTACK), {"after_attack_accuracy": "0.5"})
    found = Fields(store.result(ATTACK), store.values(ATTACK))
    with pytest.raises(FlatnlpError, match="'after_attack_accuracy' should be a number"):
        number_of(found, Cell(3, AA, "sst2", "cnn", "flat", "pwws", "textfooler"))


def test_timings_that_make_no_sense_count_as_none(tmp_path: Path) -> None:
    sane = {"attack": "textfooler", "model": "cnn", "dataset": "sst2", "seconds": 20, "texts": 10}
    packaged = Estimates(Store(tmp_path)).seconds(ATTACK)
    for damage in ({"seconds": "20"}, {"texts": 0}, {"texts": None}, {"texts": [1]}, {"texts": -1}):
        (tmp_path / "timings.jsonl").write_text(json.dumps({**sane, **damage}) + "\n" + "[" * 20_000)
        assert Estimates(Store(tmp_path)).seconds(ATTACK) in (packaged, 0)
    (tmp_path / "timings.jsonl").write_text(json.dumps(sane) + "\n")
    assert Estimates(Store(tmp_path)).seconds(ATTACK) == 2 * 1821
