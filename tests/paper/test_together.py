"""All attacks together: needed, counted and named like any other piece of work."""

from pathlib import Path

import pytest

from flatnlp.attacks.ensemble import DEFAULT_MEMBERS
from flatnlp.attacks.results_file import read_results
from flatnlp.paper.budget import budget
from flatnlp.paper.cell import AA, Cell
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Together, Train, name, needs
from flatnlp.paper.work import do
from tests.paper.test_work import train_of

REQUEST = Request((4,), ("sst2",), ("cnn",), ("textfooler",), 1, budget("paper"), ())


def test_the_ensemble_of_a_cell_needs_all_seven_attacks() -> None:
    task = task_for(Cell(4, AA, "sst2", "cnn", "flat", "textfooler", "ensemble"), 0, REQUEST)
    assert isinstance(task, Together)
    assert [attack.recipe for attack in task.attacks] == list(DEFAULT_MEMBERS)
    trained, *others = needs(task)
    assert isinstance(trained, Train)
    # TextFooler's attack on the test set is the training's own.
    assert [each.recipe for each in others if isinstance(each, Attack)] == [
        each for each in DEFAULT_MEMBERS if each != "textfooler"
    ]
    assert ".ensemble." in name(task)


def test_what_survives_all_is_counted_from_the_result_files(tiny_run: Path, tmp_path: Path) -> None:
    store = Store(tmp_path, (tiny_run.parent,))
    train = train_of(tiny_run)
    task = Together((Attack(train, "pwws", train.settings.test_limit),))
    do(task, store, "cpu", False, lambda _: None)
    results = list(read_results(tiny_run / "attacks" / "pwws.test.parquet"))
    successful = sum(result.status == "successful" for result in results)
    found = store.values(task)
    assert found["members"] == {"pwws": pytest.approx(successful / len(results))}
    assert found["after_attack_accuracy"] == store.values(task.attacks[0])["after_attack_accuracy"]
    assert store.done(task)
