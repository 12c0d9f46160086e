"""Numbers that hold: NaN stops a run with everything finished kept, and the same run twice is the same to the bit."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from flatnlp.errors import FlatnlpError
from flatnlp.training import epoch as epoch_module
from flatnlp.training.objective import Loss, objective
from tests import tiny


@pytest.fixture(autouse=True)
def _tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Any:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


@pytest.fixture(autouse=True)
def _no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda *_: None)


def failing_from(call: int, spoil: Callable[[Loss], torch.Tensor]) -> Callable[..., Loss]:
    """The objective, spoilt from its n-th call (from 0) on."""
    calls = 0

    def spoilt(*arguments: Any) -> Loss:
        nonlocal calls
        calls += 1
        loss = objective(*arguments)
        if calls <= call:
            return loss
        return Loss(spoil(loss), loss.clean, loss.adversarial, loss.entropy, loss.importance_distance)

    return spoilt


SPOILS: dict[str, Callable[[Loss], torch.Tensor]] = {
    "NaN": lambda loss: loss.total * float("nan"),
    "infinity": lambda loss: loss.total * float("inf"),
    "gradient": lambda loss: (
        (loss.total - loss.total.detach()).sqrt() + loss.total.detach()
    ),  # finite, its slope is not
}


@pytest.mark.parametrize("kind", SPOILS)
def test_a_loss_or_gradient_that_is_no_number_stops_with_its_place_and_keeps_what_was_good(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    steps = 8  # 59 training texts in batches of 8
    with monkeypatch.context() as patch:
        patch.setattr(epoch_module, "objective", failing_from(2 * steps + 3, SPOILS[kind]))
        with pytest.raises(FlatnlpError) as stopped:
            tiny.train(tiny_data, tiny_vectors, tmp_path / "run", method="vmask")
    said = str(stopped.value)
    assert re.search(
        rf"became NaN or infinite at step 4 of {steps} \(its batch is of the training texts \d+, \d+", said
    )
    assert "lower --learning-rate or --clip" in said
    kept = sorted((tmp_path / "run" / "checkpoints").iterdir())
    assert {path.name for path in kept} & {"epoch-001.safetensors", "epoch-002.safetensors"}
    for path in kept:
        assert all(torch.isfinite(tensor).all() for tensor in load_file(path).values())
    tiny.train(tiny_data, tiny_vectors, tmp_path / "run", method="vmask", resume=True)
    tiny.train(tiny_data, tiny_vectors, tmp_path / "whole", method="vmask")
    for path in (tmp_path / "whole" / "checkpoints").iterdir():
        assert path.read_bytes() == (tmp_path / "run" / "checkpoints" / path.name).read_bytes()


def test_one_and_two_threads_train_the_same_model_within_rounding(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    """The tolerance is the one that docs/ROBUSTNESS.md states."""
    weights = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        try:
            tiny.train(tiny_data, tiny_vectors, tmp_path / str(threads), method="vmask", hidden=64, epochs=1)
        finally:
            torch.set_num_threads(1)
        weights.append(load_file(tmp_path / str(threads) / "model" / "model.safetensors"))
    for name, tensor in weights[0].items():
        torch.testing.assert_close(tensor, weights[1][name], rtol=0, atol=1e-5)


def test_deterministic_twice_gives_the_same_bytes(
    tiny_data: Path, tiny_vectors: Path, tmp_path: Path, command_line: tiny.CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    asked = []
    train_epoch = epoch_module.train_epoch

    def watched(*arguments: Any) -> Any:
        asked.append(torch.are_deterministic_algorithms_enabled())
        return train_epoch(*arguments)

    monkeypatch.setattr("flatnlp.training.rounds.train_epoch", watched)
    try:
        for name in ("one", "two"):
            arguments = tiny.train_arguments(tiny_data, tiny_vectors, tmp_path / name, method="vmask", epochs=2)
            command_line.done(*arguments, "--deterministic", "--quiet")
    finally:
        torch.use_deterministic_algorithms(False)
    assert asked == [True] * 4
    one, two = (tiny.contents(tmp_path / name) for name in ("one", "two"))
    for name in one.keys() - {"timings.jsonl", "report.html"}:
        assert one[name] == two[name], name
