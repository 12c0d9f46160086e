"""--batch-size: how much is classified at once, and that nothing else hangs on it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import flatnlp
from flatnlp import CallableClassifier, FlatnlpError
from flatnlp.models.word_classifier import WordClassifier

from . import tiny
from .test_api import count_words
from .tiny import CommandLine, rows

TEXTS = [text for text, _ in rows()]
LABELS = [label for _, label in rows()]


@pytest.fixture(autouse=True)
def tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts word models were asked about, call by call."""
    asked: list[int] = []
    classify = WordClassifier.classify
    monkeypatch.setattr(
        WordClassifier, "classify", lambda self, keys: (asked.append(len(keys)), classify(self, keys))[1]
    )
    return asked


@pytest.mark.parametrize("batch_size", [1, 7])
def test_results_do_not_hang_on_it(tiny_run: Path, sizes: list[int], batch_size: int) -> None:
    model = flatnlp.load(tiny_run)
    before = flatnlp.attack(model, TEXTS, LABELS)
    assert max(sizes) > 7
    sizes.clear()
    assert flatnlp.attack(model, TEXTS, LABELS, batch_size=batch_size) == before
    assert max(sizes) == batch_size
    evaluated = flatnlp.evaluate(model, TEXTS, LABELS, batch_size=batch_size).evaluations
    assert max(sizes) == batch_size
    assert evaluated == flatnlp.evaluate(tiny_run, TEXTS, LABELS).evaluations
    assert model.batch_size is None


def test_a_function_is_asked_in_batches_of_its_own_or_of_the_attack() -> None:
    asked: list[int] = []

    def function(texts: list[str]) -> list[list[float]]:
        asked.append(len(texts))
        return count_words(texts)

    victim = CallableClassifier(function, ("neg", "pos"), batch_size=5)
    before = flatnlp.attack(victim, TEXTS, LABELS)
    assert max(asked) == 5
    asked.clear()
    assert flatnlp.attack(victim, TEXTS, LABELS, batch_size=3) == before
    assert max(asked) == 3
    asked.clear()
    victim.batch_size = None
    assert np.array_equal(victim.predict_proba(TEXTS), count_words(TEXTS))
    assert asked == [len(TEXTS)]


def test_on_the_command_line(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, tmp_path: Path, sizes: list[int]
) -> None:
    common = (tiny_run, "--dataset", tiny_data, "--quiet")
    command_line.done("attack", *common, "--output", tmp_path / "a.parquet", "--batch-size", 2)
    command_line.done("evaluate", *common, "--batch-size", 2)
    assert max(sizes) == 2
    refused = command_line.refusal("attack", *common, "--output", tmp_path / "b.parquet", "--batch-size", 0)
    assert "--batch-size" in refused
    with pytest.raises(FlatnlpError, match="--batch-size is 0; it must be a number of 1 or more"):
        flatnlp.attack(tiny_run, TEXTS, batch_size=0)
