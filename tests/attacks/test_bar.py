"""The bar of an attack."""

from pathlib import Path

import pytest

from flatnlp.attacks.bar import attack_bar
from flatnlp.attacks.journal import attack_to_file
from flatnlp.attacks.result import Example
from tests.attacks.toys import bag_of_words, toy_recipe

WEIGHTS = {"good": 1.0, "fun": 1.0, "fine": 0.5, "poor": -1.0}
ENTRIES = {"good": ("poor",), "fun": ("fine",)}
EXAMPLES = [Example(i, text, 1) for i, text in enumerate(("good", "fun", "a good one", "poor", "good", "odd"))]


def test_it_tells_how_many_are_done_and_successful_whatever_was_done_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"TTY_COMPATIBLE": "1", "TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    victim, path = bag_of_words(WEIGHTS), tmp_path / "results.parquet"
    for _ in ("attacked", "there already"):
        with attack_bar("toy on test", len(EXAMPLES), show=True) as bar:
            results = attack_to_file(
                toy_recipe(ENTRIES), victim, EXAMPLES, path, {}, bar.on_result, on_earlier=bar.on_earlier
            )
        attacked = [result.status for result in results if result.status in ("successful", "failed")]
        assert 0 < attacked.count("successful") < len(attacked)
        shown = capsys.readouterr().err
        for told in ("toy on test", "6/6", f"{attacked.count('successful') / len(attacked):.0%} successful"):
            assert told in shown
