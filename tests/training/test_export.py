"""The adversarial data set of a run as a file of its own."""

import json
from pathlib import Path

import pandas as pd
import pytest

from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import write_results
from flatnlp.data import load_data
from flatnlp.errors import FlatnlpError
from flatnlp.text import Text
from flatnlp.training.export import export_adversarial


def result(index: int, text: str, label: int, swap: str, status: str = "successful") -> AttackResult:
    adversarial = Text.of(text).replace(0, swap)
    return AttackResult(Example(index, text, label), adversarial, status, (label, 1 - label), (0.9, 0.1), 3, 2)  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "data.json").write_text(json.dumps({"classes": ["no", "yes"]}))
    first = [
        result(0, 'Good, "fun"', 1, "Fine"),
        result(1, "bad film", 0, "poor", "failed"),
        result(2, "dull 😀", 0, "dry"),
    ]
    write_results(first, tmp_path / "run/rounds/01/adversarial.pwws.parquet")
    write_results([first[0], result(3, "good day", 1, "fine")], tmp_path / "run/rounds/02/adversarial.pwws.parquet")
    return tmp_path / "run"


EXPECTED = [('Fine, "fun"', "yes", 1), ("dry 😀", "no", 1), ("fine day", "yes", 2)]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_successful_texts_of_all_rounds_once_each_with_their_true_class(run: Path, tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"adversarial.{ending}"
    assert export_adversarial(run, output) == 3
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": lambda path: pd.read_json(path, lines=True)}[
        ending
    ]
    table = read(output)
    assert list(zip(table["text"], table["label"], table["round"], strict=True)) == EXPECTED
    assert set(table["attack"]) == {"pwws"}


def test_what_was_exported_can_be_trained_on(run: Path, tmp_path: Path) -> None:
    rows = [result(i, f"w{i} film", i % 2, "poor") for i in range(60)]
    write_results(rows, run / "rounds/03/adversarial.pwws.parquet")
    export_adversarial(run, tmp_path / "adversarial.csv")
    assert load_data(str(tmp_path / "adversarial.csv")).classes == ("no", "yes")


def test_a_run_without_rounds_and_a_strange_ending_are_clear_errors(run: Path, tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="no adversarial examples"):
        export_adversarial(tmp_path, tmp_path / "x.csv")
    with pytest.raises(FlatnlpError, match="ends in none of"):
        export_adversarial(run, tmp_path / "x.xlsx")
