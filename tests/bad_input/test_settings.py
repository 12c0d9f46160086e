"""Settings and commands that mean nothing, or ask for too much."""

import re
from pathlib import Path

import pytest

from tests.bad_input.conftest import Train
from tests.tiny import CommandLine, train_arguments


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attack": "pwsw"}, r"no attack named 'pwsw'; did you mean pwws\?"),
        ({"attack": "zzz"}, r"no attack named 'zzz'; choose one of pwws"),
        ({"attack": " , "}, r"No attack is named; give at least one, for example --attack pwws"),
        ({"method": "flatt"}, r"no method 'flatt'; did you mean flat\?"),
        ({"model": "ccn"}, r"no model 'ccn'; did you mean cnn\?"),
        ({"device": "gpu"}, r"--device gpu cannot be used here .*; try --device cpu"),
        ({"device": "cuda:99"}, r"--device cuda:99 cannot be used here .*; try --device cpu"),
        ({"device": "meta"}, r"--device meta cannot be used here .*; try --device cpu"),
        ({"device": ""}, r"cannot be used here .*; try --device cpu"),
        ({"epochs": 0}, r"--epochs is 0; it must be a number of 1 or more"),
        ({"rounds": -1}, r"--rounds is -1; it must be a number of 0 or more"),
        ({"beta": "nan"}, r"--beta is nan; it must be a number of 0 or more"),
        ({"gamma": "inf"}, r"--gamma is inf; it must be a number of 0 or more"),
        ({"dropout": 1}, r"--dropout is 1\.0; it must be at least 0 and less than 1"),
        ({"learning_rate": 0}, r"--learning-rate is 0\.0; it must be a number above 0"),
        ({"batch_size": 0}, r"--batch-size is 0; it must be"),
        ({"length": 0}, r"--length is 0; it must be"),
        ({"seed": -1}, r"'--seed': .*0.*; see `flatnlp train --help`\.$"),
        ({"seed": 2**64}, r"'--seed': .*; see `flatnlp train --help`\.$"),
        ({"threads": 100_000}, r"'--threads': .*; see `flatnlp train --help`\.$"),
        ({"threads": 0}, r"'--threads': .*1.*; see `flatnlp train --help`\.$"),
        ({"epochs": "many"}, r"'--epochs': .*valid integer.*; see `flatnlp train --help`\.$"),
        ({"metod": "flat"}, r"No such option: --metod .*--method.*; see `flatnlp train --help`\.$"),
    ],
)
def test_settings_that_mean_nothing(refuse_to_train: Train, options: dict[str, object], message: str) -> None:
    assert re.search(message, refuse_to_train(**options))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], r"Missing option '--dataset'; see `flatnlp train --help`\.$"),
        (["trian"], r"No such command 'trian'\. Did you mean 'train'\? See `flatnlp --help`\.$"),
        (["resources", "fetch", "wordnett"], r"wordnet"),
        (["attack", "run", "--dataset", "d.csv", "--limit", "0"], r"'--limit': .*1.*; see `flatnlp attack --help`\.$"),
    ],
)
def test_commands_that_mean_nothing(command_line: CommandLine, arguments: list[str], message: str) -> None:
    assert re.search(message, command_line.refusal(*arguments))


def test_too_little_memory(command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, output: Path) -> None:
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, output, hidden=10**14))
    assert sentence == "There is not enough memory for this; lower --batch-size, --hidden or --length."
    assert not output.exists()


def test_training_that_diverges(command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, output: Path) -> None:
    outcome = command_line(*train_arguments(tiny_data, tiny_vectors, output, learning_rate=1e30), "--quiet")
    assert outcome.code == 2
    assert re.fullmatch(
        r"Error: The loss or its gradient became NaN or infinite at step .*; lower --learning-rate or --clip\.\n",
        outcome.err,
    )
