"""``flatnlp figure``: the paper's figures of runs, as pictures and data."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from flatnlp.attacks.results_file import read_results

from .reports.test_consistency import summary
from .tiny import CommandLine, contents

FORMS = ("csv", "pdf", "png", "svg")


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    """A run with its consistency measured."""
    folder = Path(shutil.copytree(tiny_run, tmp_path / "run"))
    (folder / "interpretation.json").write_text(json.dumps({"test": {"pwws": {"ig": summary(0.5)}}}))
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_a_figure_is_three_pictures_and_the_data(
    run: Path, number: int, tmp_path: Path, command_line: CommandLine, tiny_vectors: Path
) -> None:
    before = contents(run)
    output = tmp_path / "figures"
    out = command_line.done("figure", number, run, "--output", output, "--synonyms", tiny_vectors, "--quiet")
    assert sorted(out.split()) == [str(output / f"figure-{number}.{form}") for form in FORMS]
    assert sorted(path.name for path in output.iterdir()) == [f"figure-{number}.{form}" for form in FORMS]
    assert rows(output / f"figure-{number}.csv")
    assert contents(run) == before


def test_figure_3_shows_each_runs_own_pair_of_the_example(run: Path, tmp_path: Path, command_line: CommandLine) -> None:
    other = Path(shutil.copytree(run, tmp_path / "other"))
    (file,) = (run / "attacks").glob("*.test.parquet")
    changed = next(result for result in read_results(file) if result.adversarial.edits)
    index = changed.example.index
    command_line.done("figure", 3, run, other, "--output", tmp_path, "--example", index, "--quiet")
    data = rows(tmp_path / "figure-3.csv")
    assert list(dict.fromkeys(row["model"] for row in data)) == ["cnn flat (run)", "cnn flat (other)"]
    swapped = [row["word"] for row in data if row["swapped"] == "True" and row["text"] == "adversarial"]
    assert swapped == [edit.substitute for edit in changed.adversarial.edits] * 2


def test_figure_5_measures_importances_of_neighbours(
    run: Path, tmp_path: Path, command_line: CommandLine, tiny_vectors: Path
) -> None:
    import flatnlp

    command_line.done("figure", 5, run, "--output", tmp_path, "--synonyms", tiny_vectors, "--words", 4, "--quiet")
    data = rows(tmp_path / "figure-5.csv")
    assert len({row["word"] for row in data}) == 4
    assert [row["rank"] for row in data[:10]] == [str(rank) for rank in range(1, 11)]
    phi = flatnlp.load(run).word_importance([data[0]["word"], data[0]["synonym"]])
    assert float(data[0]["difference"]) == pytest.approx(abs(phi[0] - phi[1]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([7], "There is no figure 7; choose one of 3, 4, 5, 6."),
        ([3, "--example", 999], "has no attacked example 999"),
        ([3, "--method", "shap"], "choose one of ig, lime."),
        ([5, "--synonyms", "nowhere.npz"], "nowhere.npz"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    run: Path, tmp_path: Path, command_line: CommandLine, arguments: list[object], sentence: str
) -> None:
    number, *options = arguments
    refused = command_line.refusal("figure", number, run, "--output", tmp_path / "figures", "--quiet", *options)
    assert sentence in refused
    assert not (tmp_path / "figures").exists()


def test_runs_without_consistency_or_attacks_say_how_to_get_them(
    run: Path, tmp_path: Path, command_line: CommandLine
) -> None:
    (run / "interpretation.json").unlink()
    shutil.rmtree(run / "attacks")
    options = ("--output", tmp_path / "figures", "--quiet")
    assert "flatnlp evaluate RUN --interpret ig --save" in command_line.refusal("figure", 6, run, *options)
    assert "no attacked texts" in command_line.refusal("figure", 3, run, *options)
