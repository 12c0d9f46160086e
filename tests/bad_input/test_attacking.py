"""Attacks and evaluations that cannot be done."""

import re
from pathlib import Path

import pytest

from tests.tiny import CommandLine, contents, rows, write_csv


@pytest.mark.parametrize("command", ["attack", "evaluate"])
def test_data_of_other_classes(command_line: CommandLine, tiny_run: Path, tmp_path: Path, command: str) -> None:
    data = write_csv(tmp_path / "d.csv", [(text, {"pos": "pos", "neg": "mixed"}[label]) for text, label in rows()])
    out = {"attack": ["--output", tmp_path / "out.parquet"], "evaluate": ["--json", tmp_path / "out.json"]}[command]
    sentence = command_line.refusal(command, tiny_run, "--dataset", data, *out)
    assert re.search(
        r"d has the class 'mixed', which the model was not trained on \(it knows neg, pos\); rename", sentence
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv"]


@pytest.mark.parametrize("command", ["attack", "evaluate"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--attack", "pwsw"], r"no attack named 'pwsw'; did you mean pwws\?"),
        (["--split", "tets"], r"no split 'tets'; did you mean test\?"),
        (["--split", "holdout"], r"no split 'holdout'; choose one of train, dev, test, all"),
        (["--device", "gpu"], r"try --device cpu"),
        (["--text-column", "review"], r"no column 'review'.*--text-column"),
    ],
)
def test_attacking_with_bad_options(
    command_line: CommandLine,
    tiny_run: Path,
    tiny_data: Path,
    tmp_path: Path,
    command: str,
    options: list[str],
    message: str,
) -> None:
    out = {"attack": ["--output", tmp_path / "out.parquet"], "evaluate": ["--json", tmp_path / "out.json"]}[command]
    assert re.search(message, command_line.refusal(command, tiny_run, "--dataset", tiny_data, *out, *options))
    assert list(tmp_path.iterdir()) == []


def test_every_attack_is_looked_up_before_the_first_begins(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.api.attacking.run_attack", lambda *_: pytest.fail("an attack began"))
    sentence = command_line.refusal("evaluate", tiny_run, "--dataset", tiny_data, "--attack", "pwws,zzz")
    assert re.search("no attack named 'zzz'", sentence)


@pytest.mark.parametrize("place", ["file/out", "folder"])
@pytest.mark.parametrize(("command", "option"), [("attack", "--output"), ("evaluate", "--json")])
def test_results_are_refused_a_bad_place_before_the_work(
    command_line: CommandLine,
    tiny_run: Path,
    tiny_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    option: str,
    place: str,
) -> None:
    monkeypatch.setattr("flatnlp.api.attacking.run_attack", lambda *_: pytest.fail("the attack began"))
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    more = ["--overwrite"] if command == "attack" else []
    sentence = command_line.refusal(command, tiny_run, "--dataset", tiny_data, option, tmp_path / place, *more)
    assert re.search(r"Cannot write .*; choose another place\.$", sentence)
    assert contents(tmp_path) == {"file": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_attack_results_that_are_there(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    sentence = command_line.refusal("attack", tiny_run, "--dataset", tiny_data, "--output", out)
    assert re.search(r"out\.parquet is there already; give --overwrite to replace it\.$", sentence)
    assert out.read_text() == "mine"


def test_an_attack_is_not_written_under_the_name_of_another_format(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, tmp_path: Path
) -> None:
    arguments = ("attack", tiny_run, "--dataset", tiny_data, "--output", tmp_path / "pairs.csv")
    assert re.search(r"pairs\.csv is to be a Parquet file; .*\.parquet\.$", command_line.refusal(*arguments))
    assert not list(tmp_path.iterdir())
