"""Texts that are odd, but no errors."""

import json
import re
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.tiny import CommandLine, contents, rows, train_arguments, write_csv

ODD_TEXTS = {
    "empty": "",
    "blank": " \t ",
    "no words": "... !? --",
    "only stop words": "The and so was a",
    "only unknown words": "Zzyzx qwrtp!",
    "only strange letters": "日本語 のみ",
}

LONG = "The film was good. " * 25_000


@pytest.fixture
def odd_data(tmp_path: Path) -> Path:
    write_csv(tmp_path / "odd" / "train.csv", [*rows(), *((text, "pos") for text in ODD_TEXTS.values())])
    write_csv(tmp_path / "odd" / "dev.csv", rows())
    odd = [(text, label) for text in ODD_TEXTS.values() for label in ("pos", "neg")]
    write_csv(tmp_path / "odd" / "test.csv", [*odd, ("A good film.", "pos")])
    return tmp_path / "odd"


def test_odd_texts_are_counted_and_left_as_they_are(
    command_line: CommandLine, tiny_run: Path, odd_data: Path, tmp_path: Path
) -> None:
    command_line.done("attack", tiny_run, "--dataset", odd_data, "--output", tmp_path / "out")
    *odd, usual = pq.read_table(tmp_path / "out").to_pylist()
    assert [row["original"] for row in odd[::2]] == list(ODD_TEXTS.values())
    for row in odd:
        assert row["status"] == ("unattackable" if row["original_prediction"] == row["label"] else "skipped")
        assert row["adversarial"] == row["original"]
        assert row["edits"] == []
    assert usual["status"] in ("successful", "failed")

    command_line.done("evaluate", tiny_run, "--dataset", odd_data, "--json", tmp_path / "out.json")
    record = json.loads((tmp_path / "out.json").read_text())
    assert (record["examples"], record["skipped"], record["unattackable"]) == (13, 6, 6)


@pytest.mark.usefixtures("no_report")
def test_odd_texts_can_be_trained_on_and_are_said(
    command_line: CommandLine, tiny_vectors: Path, odd_data: Path, tmp_path: Path
) -> None:
    outcome = command_line(*train_arguments(odd_data, tiny_vectors, tmp_path / "run"))
    assert outcome.code == 0
    assert "2 of the 90 train texts are empty; they are kept.\n" in outcome.err
    assert json.loads((tmp_path / "run" / "evaluation.json").read_text())["examples"] == 13


@pytest.mark.parametrize("kind", ["no words", "only stop words", "only unknown words", "only strange letters"])
def test_odd_texts_are_classified(command_line: CommandLine, tiny_run: Path, kind: str) -> None:
    label, probability, text = command_line.done("predict", tiny_run, ODD_TEXTS[kind]).rstrip("\n").split("\t")
    assert label in ("pos", "neg")
    assert 0.5 <= float(probability) <= 1
    assert text == ODD_TEXTS[kind]


def test_100000_words_are_truncated_and_said_wherever_texts_are_read(
    command_line: CommandLine, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    write_csv(tmp_path / "long" / "train.csv", [*rows(), (LONG, "pos")])
    write_csv(tmp_path / "long" / "dev.csv", rows()[:8])
    write_csv(tmp_path / "long" / "test.csv", [*rows()[:8], (LONG, "pos"), (LONG, "neg")])
    data, started = tmp_path / "long", time.monotonic()
    said = "{} texts are longer than the model reads; the words beyond its length are cut off and never attacked.\n"

    outcome = command_line("predict", tiny_run, LONG)
    assert (outcome.code, outcome.err) == (0, said.format("1 of the 1"))
    for command, option in (("attack", "--output"), ("evaluate", "--json")):
        outcome = command_line(
            command, tiny_run, "--dataset", data, option, tmp_path / "out", *["--overwrite"] * (command == "attack")
        )
        assert outcome.code == 0
        assert said.format("2 of the 10") in outcome.err
        if command == "attack":
            long = pq.read_table(tmp_path / "out").to_pylist()[8]
            assert long["words"] == 100_000
            assert all(edit["position"] < 10 for edit in long["edits"])
    outcome = command_line(*train_arguments(data, tiny_vectors, tmp_path / "run", length=10, method="base", epochs=1))
    assert outcome.code == 0
    assert re.search(r"texts are read up to 10 tokens \(longer are 1 training, ", outcome.err)
    assert time.monotonic() - started < 60
    assert contents(tmp_path / "run")["report.html"].count(b"The film was good.") < 5_000
