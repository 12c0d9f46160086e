"""``flatnlp tune``: the front and the choice by hand; a search that goes on where it was interrupted."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flatnlp.api.tuning import tune
from flatnlp.errors import FlatnlpError
from flatnlp.paper import schedule, work
from flatnlp.paper.budget import BUDGETS
from flatnlp.paper.cell import AA, Cell
from flatnlp.paper.hyperparameters import choices_of, train_settings
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Trial
from flatnlp.paper.tuning.front import Outcome, chosen, pareto_front
from flatnlp.paper.tuning.space import RANGES, point, ranges_of, suggest
from flatnlp.paper.tuning.write import front_in_markdown
from flatnlp.runs import locked
from tests import tiny
from tests.tiny import CommandLine

pytest.importorskip("optuna", reason="the extra 'tune' is not installed")


def outcomes(*pairs: tuple[float, float]) -> list[Outcome]:
    return [Outcome(i, {"clip": float(i)}, sa, aa) for i, (sa, aa) in enumerate(pairs)]


def test_the_front_is_what_nothing_betters() -> None:
    found = outcomes((0.80, 0.10), (0.79, 0.20), (0.78, 0.15), (0.80, 0.10), (0.70, 0.30), (0.60, 0.30))
    assert [each.number for each in pareto_front(found)] == [0, 3, 1, 4]


@pytest.mark.parametrize(
    ("pairs", "number"),
    [
        ([(0.80, 0.10), (0.79, 0.20), (0.7899, 0.90)], 1),  # one point under the best SA still counts, more does not
        ([(0.80, 0.20), (0.795, 0.20)], 0),  # of equal AA the higher SA
        ([(0.80, 0.20), (0.80, 0.20)], 0),  # of equals the earlier
        ([(0.50, 0.10)], 0),
    ],
)
def test_the_choice(pairs: list[tuple[float, float]], number: int) -> None:
    taken = chosen(outcomes(*pairs))
    assert taken.number == number
    assert taken in pareto_front(outcomes(*pairs))
    assert f"**{number}**" in front_in_markdown(outcomes(*pairs))


def test_the_ranges_are_the_papers() -> None:
    found = {each.setting: (each.low, each.high) for each in RANGES}
    assert found == {
        "learning_rate": (1e-5, 0.1),
        "clip": (1e-3, 10),
        "rounds": (3, 5),
        "beta": (-5, 3),
        "gamma": (-5, 3),
    }


@pytest.mark.parametrize(
    ("method", "names"),
    [
        ("base", ["learning_rate", "clip"]),
        ("vmask", ["learning_rate", "clip", "beta"]),
        ("adv", ["learning_rate", "clip", "rounds"]),
        ("flat", ["learning_rate", "clip", "rounds", "beta", "gamma"]),
    ],
)
def test_only_what_means_something_to_a_method_is_searched(method: str, names: list[str]) -> None:
    assert [each.setting for each in ranges_of(method)] == names


def test_a_point_and_its_suggestion_are_the_same() -> None:
    import optuna

    settings = {"learning_rate": 0.002, "clip": 0.5, "rounds": 4, "beta": 0.1, "gamma": 0.001}
    study = optuna.create_study()
    study.enqueue_trial(point(settings, "flat"))
    assert suggest(study.ask(), "flat") == settings
    assert point({**settings, "beta": 0.0, "rounds": 9}, "flat") == {
        **point(settings, "flat"),
        "beta_decade": -5,
        "rounds": 5,
    }


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Trials that take no time: SA falls and AA rises with the learning rate; the list of what was tried."""
    tried: list[dict[str, Any]] = []

    def quickly(task: Trial, store: Store, *_: object, **__: object) -> None:
        settings = task.settings.record()
        if settings["clip"] > 5:
            raise FlatnlpError("The loss became NaN.")
        tried.append(settings)
        result = store.result(task)
        result.parent.mkdir(parents=True, exist_ok=True)
        values = {
            "dev_accuracy": 0.9 - settings["learning_rate"],
            "dev_after_attack_accuracy": settings["learning_rate"],
        }
        result.write_text(json.dumps(values))

    monkeypatch.setattr("flatnlp.paper.schedule.do", quickly)
    return tried


def searched(folder: Path, **options: Any) -> Any:
    return tune("sst2", methods=["flat"], output=folder, trials=8, **options)


def test_a_search_is_seeded_and_begins_with_the_settings_as_they_are(tmp_path: Path, measured: list[Any]) -> None:
    first = searched(tmp_path / "a")["flat"]
    assert (measured[0]["learning_rate"], measured[0]["beta"], measured[0]["gamma"]) == (0.001, 0.1, 0.001)
    assert searched(tmp_path / "b")["flat"] == first
    assert searched(tmp_path / "c", seed=1)["flat"] != first
    assert {each["attack_sample"] for each in measured} == {1000}
    assert len(first.outcomes) <= 8
    assert [each.number for each in first.outcomes] == sorted({each.number for each in first.outcomes})


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_an_interrupted_search_ends_as_one_that_was_not(
    tmp_path: Path, measured: list[Any], monkeypatch: pytest.MonkeyPatch, at: int, jobs: int
) -> None:
    left = [10_000]

    def here(tasks: Any, store: Store, worker: schedule.Worker, say: Any) -> Any:
        """A batch in this process, and an interruption when so many trials are done."""
        failed = {}
        for task in tasks:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            failed |= schedule.do_all([task], store, replace(worker, jobs=1), say)
        return failed

    monkeypatch.setattr("flatnlp.paper.tuning.search.do_all", here)
    whole = searched(tmp_path / "whole", jobs=jobs)["flat"]
    left[0] = at
    with pytest.raises(KeyboardInterrupt):
        searched(tmp_path / "cut", jobs=jobs)
    left[0] = 10_000
    assert searched(tmp_path / "cut", jobs=jobs)["flat"] == whole
    before = len(measured)
    assert searched(tmp_path / "cut", jobs=jobs)["flat"] == whole
    assert len(measured) == before


def test_a_search_with_other_settings_is_another(tmp_path: Path, measured: list[Any]) -> None:
    searched(tmp_path)
    with pytest.raises(FlatnlpError, match="holds a search for flat with other settings; choose another output folder"):
        searched(tmp_path, seed=1)


def test_a_first_trial_that_fails_ends_the_search_and_stands_in_no_other_ones_way(
    tmp_path: Path, measured: list[Any]
) -> None:
    with pytest.raises(FlatnlpError, match=r"The first trial, with the settings as they are, failed: The loss"):
        searched(tmp_path, settings={"clip": 6.0})
    assert searched(tmp_path, settings={"clip": 2.0})["flat"].outcomes[0].settings["clip"] == 2.0


def test_another_method_leaves_what_was_chosen_for_the_first(tmp_path: Path, measured: list[Any]) -> None:
    tune("sst2", methods=["flat", "base"], trials=1, output=tmp_path)
    first = json.loads((tmp_path / "chosen.json").read_text())
    assert [each["where"]["method"] for each in first["choices"]] == [["flat"], ["base"]]
    tune("sst2", methods=["adv"], trials=1, output=tmp_path)
    tune("sst2", methods=["flat"], trials=2, output=tmp_path)
    choices = json.loads((tmp_path / "chosen.json").read_text())["choices"]
    assert [each["where"]["method"] for each in choices] == [["base"], ["adv"], ["flat"]]
    assert choices[0] == first["choices"][1]


def test_base_is_searched_with_the_options_of_the_attack_on_dev(tmp_path: Path, measured: list[Any]) -> None:
    tune("sst2", methods=["base"], attack="textfooler", trials=1, output=tmp_path, settings={"synonyms": "my.npz"})
    assert (measured[0]["attacks"], measured[0]["synonyms"]) == (["textfooler"], "my.npz")
    [choice] = choices_of(tmp_path / "chosen.json")
    assert "trained" not in choice.where


def test_one_process_searches_in_a_folder(tmp_path: Path, measured: list[Any]) -> None:
    with locked(tmp_path / "out"), pytest.raises(FlatnlpError, match="Another process is writing"):
        searched(tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(FlatnlpError, match="is a file, not a folder"):
        searched(tmp_path / "file")
    assert not measured


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"methods": ["flatt"]}, "There is no method 'flatt'; did you mean flat"),
        ({"methods": []}, "No method is named"),
        ({"attack": "pwwws"}, "There is no attack named 'pwwws'; did you mean pwws"),
        ({"trials": 0}, "--trials is 0"),
        ({"jobs": 0}, "--jobs is 0"),
        ({"settings": {"method": "adv"}}, "There is no training setting 'method' to set"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(FlatnlpError, match=message):
        tune("sst2", **{"output": tmp_path / "out", **change})
    assert not (tmp_path / "out").exists()


def test_a_real_search_never_sees_the_test_set_and_its_choice_goes_into_the_grid(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = work.do
    monkeypatch.setattr(
        "flatnlp.paper.schedule.do", lambda task, *rest, **named: asked.append(task) or real(task, *rest, **named)
    )
    settings = {**tiny.SETTINGS, "vectors": tiny_vectors, "epochs": 1}
    settings.pop("method")
    arguments = [f"--set={name}={value}" for name, value in settings.items()]
    out = tmp_path / "out"
    arguments = ["tune", "--dataset", tiny_data, "--methods=flat", "--trials=2", "--quiet", "--output", out, *arguments]
    said = command_line.done(*arguments)
    assert "flat, Pareto front of 2 trials:" in said
    assert said.endswith(f"Chosen settings: {out / 'chosen.json'}\n")
    assert not list(out.rglob("attacks"))
    assert not list(out.rglob("evaluation.json"))
    assert all(isinstance(task, Trial) for task in asked)

    rows = list(csv.DictReader((out / "flat.csv").read_text().splitlines()))
    [taken] = [row for row in rows if row["taken"] == "1"]
    [choice] = choices_of(out / "chosen.json")
    assert choice.settings["learning_rate"] == float(taken["learning_rate"])
    cell = Cell(3, AA, str(tiny_data), "cnn", "flat", "pwws", "pwws")
    chosen_settings = train_settings(cell, 0, BUDGETS["quick"], [choice], {}, {})
    assert chosen_settings.beta == float(taken["beta"])
    assert not choice.matches(Cell(3, AA, str(tiny_data), "cnn", "adv", "pwws", "pwws"))
