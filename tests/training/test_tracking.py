"""Metrics in trackers: what they are told, offline, and that a run does not hang on them."""

import json
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import flatnlp
from flatnlp import FlatnlpError
from flatnlp.training import tracking
from flatnlp.training.tracking import check_trackers, figures_of
from tests import tiny
from tests.tiny import SETTINGS, CommandLine, contents, train_arguments


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda *_: None)
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


def module(name: str) -> ModuleType:
    """An empty module that looks installed to who only asks whether it is there."""
    made = ModuleType(name)
    made.__spec__ = ModuleSpec(name, None)
    return made


def scalars(folder: Path) -> dict[str, dict[int, float]]:
    """What TensorBoard reads of a folder: name -> step -> value."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder))
    events.Reload()
    return {name: {each.step: each.value for each in events.Scalars(name)} for name in events.Tags()["scalars"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tensorboard_is_told_what_the_metrics_say(tiny_data: Path, tiny_vectors: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="the extra track is not installed")
    options: dict[str, Any] = {**SETTINGS, "epochs": 2, "test_limit": 4, "vectors": tiny_vectors}
    flatnlp.train(dataset=tiny_data, output=tmp_path / "run", track="tensorboard", **options)
    told = scalars(tmp_path / "run" / "tracking" / "tensorboard")
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    expected: dict[str, dict[int, float]] = {}
    for line in lines:
        for name, value in figures_of(line).items():
            expected.setdefault(name, {})[line["epoch"]] = pytest.approx(value, rel=1e-6)
    assert told == expected
    assert {"epoch/loss", "epoch/dev_after_attack_accuracy", "round/adversarial_examples"} <= told.keys()

    plain = tmp_path / "plain"
    flatnlp.train(dataset=tiny_data, output=plain, **options)
    first, second = contents(tmp_path / "run"), contents(plain)
    same = {name for name in first if not name.startswith("tracking")} - {"timings.jsonl"}
    assert all(first[name] == second[name] for name in same)
    before = contents(tmp_path / "run")
    flatnlp.train(dataset=tiny_data, output=tmp_path / "run", track=["tensorboard"], resume=True, **options)
    assert contents(tmp_path / "run") == before


def test_wandb_is_started_in_the_run_s_folder(
    monkeypatch: pytest.MonkeyPatch, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    """With a module in its place, for the package asks the network and brings much with it."""
    heard: list[tuple[str, Any]] = []
    wandb = module("wandb")

    class Recorder:
        def log(self, values: dict[str, float], step: int) -> None:
            heard.append(("log", step))

        def finish(self) -> None:
            heard.append(("finish", None))

        def update(self, values: dict[str, Any], **_: Any) -> None:
            heard.append(("config", values["method"]))

    wandb.init = lambda **options: heard.append(("init", options)) or Recorder()  # type: ignore[attr-defined]
    wandb.config = Recorder()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    monkeypatch.setattr(tracking, "find_spec", lambda _: True)
    flatnlp.train(
        dataset=tiny_data,
        output=tmp_path / "run",
        track="wandb",
        **{**SETTINGS, "method": "base", "epochs": 1, "test_limit": 4, "vectors": tiny_vectors},
    )
    folder = str(tmp_path / "run" / "tracking")
    assert heard[:2] == [("init", {"project": "flatnlp", "dir": folder, "name": "run"}), ("config", "base")]
    assert [name for name, _ in heard[2:]] == ["log", "log", "log", "finish"]


def test_a_tracker_that_fails_to_start_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, command_line: CommandLine
) -> None:
    wandb = module("wandb")

    def refuse(**_: Any) -> Any:
        raise RuntimeError("api_key not configured (no-tty).\ncall wandb.login")

    wandb.init = refuse  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    monkeypatch.setattr(tracking, "find_spec", lambda _: True)
    arguments = train_arguments(tiny_data, tiny_vectors, tmp_path / "run", method="base", epochs=1)
    refused = command_line.refusal(*arguments, "--track", "wandb", "--quiet")
    assert refused == (
        "The tracker wandb could not be started (api_key not configured (no-tty)); log in with `wandb login`, or set "
        "WANDB_MODE=offline."
    )


def test_names_and_packages_are_checked_before_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"no tracker 'tensorbord'; did you mean tensorboard\?"):
        flatnlp.train(dataset="nowhere.csv", output=tmp_path / "run", track="tensorbord")
    monkeypatch.setattr(tracking, "find_spec", lambda _: None)
    with pytest.raises(FlatnlpError, match=r"needs the package tensorboard.* pip install 'flatnlp\[track\]'\."):
        flatnlp.train(dataset="nowhere.csv", output=tmp_path / "run", track=["tensorboard"])
    with pytest.raises(FlatnlpError, match=r"needs the package wandb.* pip install wandb\."):
        check_trackers("wandb")
    assert check_trackers("") == check_trackers(()) == ()
    assert not (tmp_path / "run").exists()
