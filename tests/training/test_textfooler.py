"""A round that attacks the training set with PWWS and with TextFooler."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import flatnlp
from flatnlp.attacks.results_file import read_results
from flatnlp.files import read_json
from tests import tiny


def test_both_attacks_examples_are_trained_on(
    tmp_path: Path, tiny_data: Path, tiny_vectors: Path, fetched: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched("perceptron-tagger")
    neighbours = tmp_path / "neighbours.json"
    neighbours.write_text(json.dumps(dict(tiny.SYNONYMS)), encoding="utf-8")
    run = tmp_path / "run"
    chosen = {"attacks": "pwws,textfooler", "synonyms": str(neighbours), "encoder": "none", "vectors": tiny_vectors}
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        flatnlp.train(output=run, dataset=tiny_data, **(tiny.SETTINGS | chosen))
    by_attack = {
        name: read_results(run / "rounds" / "01" / f"adversarial.{name}.parquet") for name in ("pwws", "textfooler")
    }
    for results in by_attack.values():
        assert any(each.status == "successful" for each in results)
    assert read_json(run / "evaluation.json")["attacks"].keys() == {"pwws", "textfooler"}
