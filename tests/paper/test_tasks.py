"""Equal work has an equal address; what means nothing to a method makes no work of its own."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flatnlp.api.reproducing import reproduce
from flatnlp.errors import FlatnlpError
from flatnlp.paper.budget import BUDGETS
from flatnlp.paper.cell import AA, KT, SA, Cell
from flatnlp.paper.differences import differences
from flatnlp.paper.grid import layout
from flatnlp.paper.hyperparameters import Choice, choices_of, packaged_choices, train_settings
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.plan import cells_of, duration, in_order, not_asked_for, plan
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import (
    Attack,
    Describe,
    Interpret,
    Task,
    Train,
    Trial,
    address,
    name,
    needs,
    record,
    title,
    whole,
)
from flatnlp.training.settings import TrainSettings

REQUEST = Request((2, 3), ("sst2",), ("cnn",), ("pwws",), 2, BUDGETS["paper"], packaged_choices())
FLAT = Cell(3, AA, "sst2", "cnn", "flat", "pwws", "pwws")


def settings(cell: Cell, request: Request = REQUEST, seed: int = 0) -> TrainSettings:
    return train_settings(cell, seed, request.budget, request.choices, request.sources, request.overrides)


def finish(folder: Path, settings: TrainSettings, accuracy: float = 0.5) -> None:
    """A run folder as a finished training leaves it."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"flatnlp": "0.1.0", **settings.record()}))
    evaluation = {"attack": settings.attacks[0], "accuracy": accuracy, "after_attack_accuracy": accuracy / 2}
    (folder / "evaluation.json").write_text(json.dumps(evaluation))
    chosen = {"kind": "selected", "round": 0, "epoch": 1, "dev_accuracy": 0.25, "dev_after_attack_accuracy": 0.1}
    (folder / "metrics.jsonl").write_text(json.dumps(chosen) + "\n")


def test_an_address_hangs_on_the_settings_alone() -> None:
    train = Train(settings(FLAT))
    assert address(record(train)) == address(dict(reversed(record(train).items())))
    assert address(record(Train(replace(train.settings, gamma=0.5)))) != address(record(train))
    assert address(record(Attack(train, "bae", 300))) != address(record(Attack(train, "bae", 299)))


def test_settings_of_an_earlier_version_keep_their_address() -> None:
    now = settings(FLAT).record()
    earlier = {key: value for key, value in now.items() if key != "round_patience"}
    assert address(whole(earlier)) == address(whole(now))
    assert address(whole({**earlier, "round_patience": 2})) != address(whole(now))


def test_one_base_model_serves_all_attacks_and_all_betas() -> None:
    cells = [layout(3).rows[i].cells[0] for i in (3, 15)]
    assert [(cell.model, cell.method, cell.tested) for cell in cells] == [
        ("cnn", "base", "textfooler"),
        ("cnn", "base", "pwws"),
    ]
    tuned = replace(REQUEST, choices=[*REQUEST.choices, Choice({}, {"beta": 7.0, "gamma": 8.0, "rounds": 5}, "mine")])
    assert settings(cells[0]) == settings(cells[1]) == settings(cells[0], tuned)
    assert settings(FLAT) != settings(FLAT, tuned)


def test_the_ablation_shares_its_full_model_with_the_main_tables() -> None:
    ablation = [settings(row.cells[0]) for row in layout(5).rows]
    assert [(each.beta, each.gamma) for each in ablation] == [(0.1, 0.001), (0.1, 0), (0, 0.001), (0, 0)]
    assert ablation[0] == settings(Cell(2, SA, "sst2", "lstm", "flat", "textfooler"))


def test_groups_are_clustered_in_the_space_of_the_attack_that_tests_them() -> None:
    request = replace(REQUEST, overrides={"synonyms": "mine.npz"})
    tested = [settings(row.cells[1], request) for row in layout(10).rows]
    assert [each.groups for each in tested] == [10, 20, 30, 40, 50]
    assert {(each.method, each.attacks, each.synonyms) for each in tested} == {("group", ("textfooler",), "mine.npz")}
    assert tested == [settings(row.cells[0], request) for row in layout(10).rows]


def test_later_choices_and_then_the_command_line_win() -> None:
    mine = Choice({"model": ("cnn",), "method": ("flat",)}, {"learning_rate": 0.5, "clip": 2.0}, "mine")
    request = replace(REQUEST, choices=[*REQUEST.choices, mine], overrides={"clip": 3.0})
    assert (settings(FLAT, request).learning_rate, settings(FLAT, request).clip) == (0.5, 3.0)
    assert settings(replace(FLAT, model="lstm"), request).learning_rate == TrainSettings(dataset="d").learning_rate


def test_choices_about_an_attack_go_where_they_mean_something() -> None:
    request = replace(REQUEST, tables=(3,), attacks=("textfooler", "pwws"), overrides={"synonyms": "mine.npz"})
    found = {cell.method: task_for(cell, 0, request) for cell in cells_of(request) if cell.tested == "textfooler"}
    assert all(isinstance(task, Interpret) for task in found.values())
    attacks = {method: task.attack for method, task in found.items() if isinstance(task, Interpret)}
    assert {attack.options.synonyms for attack in attacks.values()} == {"mine.npz"}
    assert attacks["base"].train.settings.synonyms is None
    assert attacks["flat"].train.settings.synonyms == "mine.npz"
    assert attacks["base"].train.settings == settings(replace(FLAT, method="base", trained=None))
    assert settings(FLAT, request) == settings(FLAT)


def test_a_budget_only_makes_samples_smaller() -> None:
    quick = replace(REQUEST, budget=BUDGETS["quick"], overrides={"test_limit": 20})
    found = settings(FLAT, quick)
    assert (found.test_limit, found.attack_sample, found.dev_attack_sample) == (20, 1000, 200)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ('{"choices": [{}]}', "holds no hyper-parameters"),
        (
            '{"choices": [{"where": {"colour": ["red"]}, "settings": {}, "source": ""}]}',
            "cells have no 'colour' to choose by",
        ),
        ('{"choices": [{"where": {"dataset": "sst2"}, "settings": {}, "source": ""}]}', "'sst2' is no list of names"),
        (
            '{"choices": [{"where": {}, "settings": {"seed": 1}, "source": ""}]}',
            "json: there is no training setting 'seed' to set",
        ),
        (
            '{"choices": [{"where": {}, "settings": {"epochs": "3"}, "source": ""}]}',
            r"json: the training setting epochs is '3'; it must be a whole number",
        ),
    ],
)
def test_a_damaged_file_of_choices_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "chosen.json").write_text(text)
    with pytest.raises(FlatnlpError, match=message):
        choices_of(tmp_path / "chosen.json")


def test_work_stands_after_what_it_needs_and_once() -> None:
    train = Train(settings(FLAT))
    other, own = Attack(train, "bae", 300), Attack(train, "pwws", train.settings.test_limit)
    assert list(in_order([other, own, train, other])) == [train, other]


def test_the_first_seed_of_everything_comes_first() -> None:
    tasks = [each.task for each in plan(REQUEST, Store(Path("nowhere"))).tasks]
    seeds = [task.settings.seed for task in tasks if isinstance(task, Train)]
    assert seeds == [0, 0, 0, 1, 1, 1]
    assert sum(isinstance(task, Interpret) for task in tasks) == 6
    assert len(tasks) == 12


def test_only_what_was_asked_for_is_planned() -> None:
    request = replace(REQUEST, tables=(1, 2, 3, 4, 7, 8), models=("cnn",), attacks=("textfooler",))
    cells = cells_of(request)
    assert {cell.dataset for cell in cells} == {"sst2"}
    assert {cell.model for cell in cells} == {None, "cnn"}
    assert {cell.trained for cell in cells} == {None, "textfooler"}
    assert {cell.tested for cell in cells if cell.table == 3} == {"textfooler"}
    assert {cell.tested for cell in cells if cell.table == 4} >= {"pwws", "bae"}
    pwws = replace(REQUEST, datasets=("sst2", "ag_news"), models=("cnn",), attacks=("pwws",))
    assert cells_of(replace(pwws, tables=(4, 10))) == []
    assert not_asked_for(replace(pwws, tables=(2, 5))) == [
        "Table 5 is of lstm on sst2 under textfooler; name these with --models, --datasets and --attacks."
    ]


def test_slow_attacks_take_a_sample() -> None:
    attack = task_for(Cell(4, AA, "sst2", "cnn", "flat", "textfooler", "clare"), 0, REQUEST)
    assert isinstance(attack, Attack)
    assert attack.limit == 300


def test_fewer_pairs_have_an_address_of_their_own_only_where_they_leave_some_out() -> None:
    def pairs(most: int | None, limit: int = 300) -> Interpret:
        request = replace(REQUEST, pairs=most, overrides={"test_limit": limit})
        task = task_for(Cell(3, KT, "sst2", "cnn", "flat", "pwws", "pwws"), 0, request)
        assert isinstance(task, Interpret)
        return task

    assert pairs(100).pairs == 100
    assert pairs(100) != pairs(None)
    assert pairs(300) == pairs(5000) == pairs(None)
    assert pairs(100, limit=100) == pairs(None, limit=100)
    fewer = replace(REQUEST, tables=(2, 3), pairs=100)
    trained = [[each.task for each in plan(request, Store(Path("x"))).tasks] for request in (REQUEST, fewer)]
    assert [task for task in trained[0] if isinstance(task, Train)] == [
        task for task in trained[1] if isinstance(task, Train)
    ]
    said = "At most 100 substituted pairs per cell are explained, a seeded sample."
    assert said in differences(fewer, Store(Path("x")))
    assert said not in differences(replace(fewer, tables=(2,)), Store(Path("x")))


def test_samples_name_whose_they_are_where_they_differ() -> None:
    few = Choice({"method": ["flat"]}, {"train_limit": 500}, "a test")
    rest = Choice({"method": ["base", "adv"]}, {"train_limit": 700}, "a test")
    textfooler = Choice({"trained": ["textfooler"]}, {"attack_sample": 90}, "a test")

    def said(*choices: Choice) -> list[str]:
        request = replace(REQUEST, attacks=("pwws", "textfooler"), choices=(*packaged_choices(), *choices))
        return [line for line in differences(request, Store(Path("x"))) if "training texts" in line]

    assert said() == []
    assert said(Choice({}, {"train_limit": 500}, "a test")) == ["sst2: 500 training texts are used."]
    assert said(few, rest) == [
        "sst2, base and adv: 700 training texts are used.",
        "sst2, flat: 500 training texts are used.",
    ]
    assert said(textfooler) == ["sst2, against textfooler: 90 training texts are attacked a round."]


def test_the_time_of_every_piece_of_work_with_minilm_is_known_and_grows_with_the_pairs() -> None:
    request = replace(REQUEST, tables=(2, 3, 7, 8), models=("minilm",), attacks=("textfooler", "pwws"), pairs=10)
    tasks = plan(request, Store(Path("x"))).tasks
    assert len(tasks) > 10
    assert all(each.seconds for each in tasks)
    more = plan(replace(request, pairs=20), Store(Path("x"))).tasks
    for few, many in zip(tasks, more, strict=True):
        factor = 2 if isinstance(few.task, Interpret) else 1
        assert few.seconds is not None
        assert many.seconds == pytest.approx(factor * few.seconds)


def test_settings_of_encoders_alone_may_be_set_for_all_cells_of_an_encoder(tmp_path: Path) -> None:
    said: list[str] = []
    reproduce(
        ["table2"],
        datasets=["sst2"],
        models=["minilm"],
        settings={"precision": "bf16"},
        output=tmp_path / "out",
        dry_run=True,
        say=said.append,
    )
    assert sum("train minilm" in sentence for sentence in said) == 5


def test_a_run_made_elsewhere_is_found_by_its_settings(tmp_path: Path) -> None:
    task = Train(settings(FLAT))
    finish(tmp_path / "mine" / "any-name", task.settings, accuracy=0.8)
    finish(tmp_path / "mine" / "another", replace(task.settings, seed=1))
    store = Store(tmp_path / "out", (tmp_path / "mine",))
    assert store.run(task) == tmp_path / "mine" / "any-name"
    assert store.done(task)
    assert store.values(task) == {"accuracy": 0.8, "dev_accuracy": 0.25}
    own = Attack(task, "pwws", task.settings.test_limit)
    assert store.done(own)
    assert store.values(own) == {"accuracy": 0.8, "after_attack_accuracy": 0.4}
    assert not store.done(Attack(task, "bae", 300))
    assert not Store(tmp_path / "out").done(task)


def test_a_run_that_is_not_finished_does_not_count(tmp_path: Path) -> None:
    task = Train(settings(FLAT))
    finish(tmp_path / "mine" / "run", task.settings)
    (tmp_path / "mine" / "run" / "evaluation.json").unlink()
    assert not Store(tmp_path / "out", (tmp_path / "mine",)).done(task)


def test_a_folder_to_reuse_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"There is no folder .* to reuse runs from"):
        Store(tmp_path, (tmp_path / "nowhere",))


@pytest.mark.parametrize("dataset", ["sst2", "../../etc/pass wd", "hf:owner/name", "runs/täst.csv"])
def test_names_are_fit_for_files_and_tell_work_apart(dataset: str) -> None:
    train = Train(TrainSettings(dataset=dataset, seed=3))
    attack = Attack(train, "bae", 300)
    tasks: list[Task] = [train, attack, Describe("sst2", dataset), Interpret(attack, "ig", 10), Trial(train.settings)]
    for task in tasks:
        assert set(name(task)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
        assert not name(task).startswith(".")
        assert title(task)
    assert len({name(task) for task in tasks}) == len(tasks)
    assert needs(attack) == (train,)
    assert needs(Interpret(attack, "ig", 10)) == (attack,)
    assert needs(Interpret(Attack(train, "pwws", 2000), "ig", 10)) == (train,)


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "unknown"), (0.2, "1 s"), (3.4, "3 s"), (120, "2 min"), (7200, "2.0 h")]
)
def test_times_are_said_in_the_unit_that_suits_them(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text
