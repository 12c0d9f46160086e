"""``flatnlp evaluate``."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from flatnlp.attacks.recipes import RECIPES
from tests import tiny
from tests.tiny import CommandLine, rows, write_csv

KEYS = {
    "accuracy",
    "after_attack_accuracy",
    "after_attack_accuracy_ci95",
    "attack_success_rate",
    "words_changed",
    "queries_per_example",
    "examples",
    "seconds",
}


def test_evaluate_writes_its_record(command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path) -> None:
    command_line.done("evaluate", tiny_run, "--dataset", tiny_data, "--json", tmp_path / "new" / "out.json")
    record = json.loads((tmp_path / "new" / "out.json").read_text())
    assert set(record) >= KEYS
    assert "attacks" not in record
    assert (record["dataset"], record["split"], record["attack"]) == (str(tiny_data), "test", "pwws")
    low, high = record["after_attack_accuracy_ci95"]
    assert 0 <= low <= record["after_attack_accuracy"] <= high <= 1
    assert record["after_attack_accuracy"] < record["accuracy"] <= 1
    assert 0 < record["words_changed"] < 1
    assert record["queries_per_example"] > 1
    finished = json.loads((tiny_run / "evaluation.json").read_text())
    assert {key: finished[key] for key in KEYS - {"seconds"}} == {key: record[key] for key in KEYS - {"seconds"}}


def test_several_attacks_stand_side_by_side(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        RECIPES, "other", replace(RECIPES["pwws"], name="other", make=lambda: replace(tiny.pwws(), name="other"))
    )
    out = command_line.done(
        *(
            "evaluate",
            tiny_run,
            "--dataset",
            tiny_data,
            "--json",
            tmp_path / "out.json",
            "--attack",
            "other, pwws,other",
        )
    )
    record = json.loads((tmp_path / "out.json").read_text())
    assert [line.split(":")[0] for line in out.splitlines()] == ["other", "pwws"]
    assert list(record["attacks"]) == ["other", "pwws"]
    assert record["attack"] == "other"
    assert all(record["attacks"][name]["accuracy"] == record["accuracy"] for name in ("other", "pwws"))


def test_a_model_that_is_always_wrong_is_a_result_too(
    command_line: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    swapped = [
        (text, "pos" if label == "neg" else "neg") for text, label in rows() if "lovely" in text or "awful" in text
    ]
    data = write_csv(tmp_path / "d.csv", swapped)
    out = command_line.done("evaluate", tiny_run, "--dataset", data, "--split", "all", "--json", tmp_path / "out.json")
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["accuracy"] == record["after_attack_accuracy"] == 0
    assert record["skipped"] == record["examples"] == len(swapped)
    assert record["attack_success_rate"] is record["words_changed"] is record["queries_per_example"] is None
    assert "nan" not in out.lower()
