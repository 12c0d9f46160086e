import json
from pathlib import Path

import pytest

from flatnlp.reports.names import run_names
from flatnlp.reports.records import RunRecord, read_run
from tests.reports.fabricated import write_run


def run(folder: Path, **settings: object) -> RunRecord:
    written = write_run(folder, "flat")
    config = json.loads((written / "config.json").read_text()) | settings
    (written / "config.json").write_text(json.dumps(config))
    return read_run(written)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ({"gamma": 0.001}, {"gamma": 0.0}, ("cnn flat, gamma 0.001", "cnn flat, gamma 0")),
        ({"clip": 1.0}, {"seed": 1, "clip": None}, ("cnn flat, clip 1, seed 0", "cnn flat, clip not said, seed 1")),
        ({"beta": 1.0, "gamma": 0.1}, {"seed": 1, "gamma": 1.0}, ("cnn flat (a)", "cnn flat (b)")),
        ({}, {}, ("cnn flat (a)", "cnn flat (b)")),
    ],
)
def test_runs_of_one_method_are_told_apart_by_what_differs(
    first: dict[str, object], second: dict[str, object], names: tuple[str, ...], tmp_path: Path
) -> None:
    same = {"seed": 0, "clip": 1.0, "beta": 0.1, "gamma": 0.001, "output": "x"}
    runs = [run(tmp_path / "a", **same | first), run(tmp_path / "b", **same | second | {"output": "y"})]
    assert run_names(runs) == names


def test_names_that_differ_already_stay_short(tmp_path: Path) -> None:
    assert run_names([run(tmp_path / "a", seed=0), run(tmp_path / "b", seed=1, model="lstm")]) == (
        "cnn flat",
        "lstm flat",
    )
