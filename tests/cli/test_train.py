"""``flatnlp train``, and the whole way from there to the report."""

import json
import re
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests import tiny
from tests.tiny import CommandLine, contents, train_arguments


def test_from_training_to_the_report(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    run, test_set = tmp_path / "run", ("--dataset", tiny_data, "--split", "test", "--quiet")
    trained = command_line.done(*train_arguments(tiny_data, tiny_vectors, run), "--threads=1")
    assert "flat" in trained
    assert trained.endswith(f"Report: {run / 'report.html'}\n")

    record = tmp_path / "evaluation.json"
    said = command_line.done("evaluate", run, *test_set, "--json", record)
    assert said.startswith("pwws: accuracy ")
    evaluation = json.loads(record.read_text())

    attacked = tmp_path / "attacked.parquet"
    said = command_line.done("attack", run, *test_set, "--output", attacked)
    statuses = pq.read_table(attacked)["status"].to_pylist()
    assert said.startswith(f"{attacked}: {len(statuses)} texts, {statuses.count('successful')} successful, ")
    right = len(statuses) - statuses.count("skipped")
    assert evaluation["examples"] == len(statuses)
    assert evaluation["attack_success_rate"] == statuses.count("successful") / right > 0
    assert evaluation["after_attack_accuracy"] == (right - statuses.count("successful")) / len(statuses)

    assert command_line.done("predict", run, "A good film.").startswith("pos\t")
    assert "flat" in command_line.done("compare", run)
    page = tmp_path / "page.html"
    assert command_line.done("report", run, "--output", page, "--saliency", 0) == f"Report: {page}\n"
    assert page.read_bytes() == (run / "report.html").read_bytes()


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("model", ["cnn", "lstm"])
@pytest.mark.parametrize("method", ["base", "vmask", "adv"])
def test_every_method_and_model_trains(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, method: str, model: str
) -> None:
    options = {"method": method, "model": model, "epochs": 1, "test_limit": 4}
    out = command_line.done(*train_arguments(tiny_data, tiny_vectors, tmp_path / "run", **options), "--quiet")
    assert re.search(rf"{model} +{method}", out)
    assert (tmp_path / "run" / "rounds").exists() == (method == "adv")


def test_the_same_seed_gives_the_same_bytes(
    tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "flat")
    first, again = contents(tiny_run), contents(tmp_path / "flat")
    differing = {name for name in first if first[name] != again.get(name)}
    assert first.keys() == again.keys()
    assert differing == {"timings.jsonl"}


@pytest.mark.usefixtures("no_report")
def test_another_seed_gives_another_model(tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "flat", seed=1)
    first, other = contents(tiny_run), contents(tmp_path / "flat")
    assert all(first[name] != other[name] for name in ("metrics.jsonl", "model/model.safetensors", "evaluation.json"))


def test_resuming_a_finished_run_changes_nothing(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "flat")
    before = contents(run)
    assert "flat" in command_line.done(*train_arguments(tiny_data, tiny_vectors, run), "--resume")
    assert contents(run) == before


@pytest.mark.usefixtures("no_report")
def test_overwriting_gives_what_a_new_folder_gives(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    run, arguments = shutil.copytree(tiny_run, tmp_path / "flat"), {"method": "base", "epochs": 1, "test_limit": 4}
    command_line.done(*train_arguments(tiny_data, tiny_vectors, run, **arguments), "--overwrite")
    command_line.done(*train_arguments(tiny_data, tiny_vectors, tmp_path / "new" / "flat", **arguments))
    overwritten, new = contents(run), contents(tmp_path / "new" / "flat")
    assert overwritten.keys() == new.keys()
    assert {name for name in new if new[name] != overwritten[name]} == {"timings.jsonl"}
