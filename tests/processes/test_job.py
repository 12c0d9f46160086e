"""What several processes have done (``job``) against what one has."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from flatnlp.attacks.results_file import read_results
from tests import tiny
from tests.kill.several import TOLERANCE, same_to_rounding

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("needs Linux")
    folder = tmp_path_factory.mktemp("job")
    ran = subprocess.run(
        [sys.executable, "-m", "tests.processes.job", str(folder)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


def codes(done: Path, name: str) -> list[int]:
    found: list[int] = json.loads((done / "codes.json").read_text())[name]
    return found


def log(done: Path, name: str, process: int = 0) -> str:
    return (done / f"{name}.{process}.log").read_text()


def metrics(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("other", ["together", "resumed"])
def test_training_comes_to_what_one_process_comes_to(done: Path, other: str) -> None:
    alone, together = metrics(done / "alone"), metrics(done / other)
    assert len(alone) == len(together)
    assert all(map(same_to_rounding, alone, together)), (alone, together)
    weights, others = (load_file(done / run / "model" / "model.safetensors") for run in ("alone", other))
    assert max(np.abs(weights[name] - others[name]).max() for name in weights) <= TOLERANCE
    assert any(line.get("adversarial_loss") and line.get("entropy") for line in alone)


def test_an_encoder_is_trained_to_the_losses_of_one_process_masks_and_all(done: Path) -> None:
    alone, together = (metrics(done / f"encoder {name}" / "run") for name in ("alone", "together"))
    assert len(alone) == len(together)
    assert all(map(same_to_rounding, alone, together)), (alone, together)
    assert any(line.get("entropy") for line in alone)


def test_all_processes_train_on_the_same_adversarial_texts(done: Path) -> None:
    runs = [done / name / "rounds" / "01" / "adversarial.pwws.parquet" for name in ("alone", "together", "resumed")]
    texts = [[result.adversarial.raw for result in read_results(run)] for run in runs]
    assert texts[0] == texts[1] == texts[2]
    assert any(result.status == "successful" for result in read_results(runs[0]))


@pytest.mark.parametrize("other", ["together", "resumed"])
def test_only_the_main_process_writes(done: Path, other: str) -> None:
    assert tiny.contents(done / "alone").keys() == tiny.contents(done / other).keys()
    lines = (done / other / "metrics.jsonl").read_text().splitlines()
    assert len(lines) == len(set(lines))


def test_a_training_process_that_dies_ends_the_job_and_costs_nothing_finished(done: Path) -> None:
    assert codes(done, "train and die") == [143, -9]
    assert log(done, "train and die").endswith("the same command with --resume goes on from there.\n")
    assert "Epoch 1 " not in log(done, "go on alone")
    assert codes(done, "go on alone") == [0]


@pytest.mark.parametrize("other", ["together", "resumed"])
def test_an_attack_comes_to_the_same_bytes(done: Path, other: str) -> None:
    assert (done / f"{other}.parquet").read_bytes() == (done / "alone.parquet").read_bytes()
    assert not list(done.glob("*.partial"))


def test_an_attack_whose_process_dies_is_gone_on_with_by_another_number_of_processes(done: Path) -> None:
    assert codes(done, "attack and die") == [143, -9]
    journals = {path.name: path.read_bytes().splitlines() for path in (done / "died").iterdir()}
    assert journals.pop("resumed.parquet.examples.partial")
    assert set(journals) == {"resumed.parquet.jsonl.partial", "resumed.parquet.jsonl.1.partial"}
    assert len(journals["resumed.parquet.jsonl.1.partial"]) == 1 + 10
    assert codes(done, "attack again") == [2]
    assert "--resume" in log(done, "attack again")
    assert codes(done, "attack on") == [0, 0, 0]


def test_accelerate_launch_starts_as_many_as_it_was_asked_for_on_a_cpu_too(done: Path) -> None:
    launcher = [sys.executable, "-m", "accelerate.commands.launch", "--num_processes=2", "--main_process_port=0"]
    command = ["-m", "tests.tiny", "attack", "alone", "--dataset=tiny.csv", "--split=all", "--output=launched.parquet"]
    path = [str(REPOSITORY), *(str(Path(each).resolve()) for each in sys.path)]
    ran = subprocess.run(
        [*launcher, *command],
        cwd=done,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "The 2 processes took" in ran.stderr
    assert (done / "launched.parquet").read_bytes() == (done / "alone.parquet").read_bytes()


def test_an_evaluation_comes_to_the_same_record(done: Path) -> None:
    alone, together = (json.loads((done / f"{name}.json").read_text()) for name in ("alone", "together"))
    assert alone.pop("seconds") > 0 < together.pop("seconds")
    assert alone == together
    assert log(done, "evaluate together") == log(done, "evaluate alone")
    assert log(done, "evaluate together", 1) == ""


def test_what_is_wrong_is_said_once(done: Path) -> None:
    first, other = codes(done, "no such data")
    assert first == 2
    assert other in (2, 143)
    assert log(done, "no such data").startswith("Error: 'nothing' is neither")
    assert log(done, "no such data", 1) == ""


def test_commands_that_one_process_does_refuse_several(
    command_line: tiny.CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert command_line.refusal("predict", "model", "A text.").startswith("Only train, attack and evaluate run in")
