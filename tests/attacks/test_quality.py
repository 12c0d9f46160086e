"""Similarity and perplexity of adversarial texts, by hand and with the real models."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flatnlp.attacks.quality import QualityMeasure
from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.attacks.services.language_model import Context, LanguageModelService
from flatnlp.attacks.services.sentence_encoder import EncoderService
from flatnlp.evaluation import summarise
from flatnlp.text import Text
from tests.tiny import CommandLine


def result(text: str, swaps: dict[int, str], status: Status = "successful") -> AttackResult:
    adversarial = Text.of(text)
    for position, word in swaps.items():
        adversarial = adversarial.replace(position, word)
    return AttackResult(Example(0, text, 1), adversarial, status, (1, 0), (0.9, 0.1), 5, 3)


class FirstLetters:
    """Knows how probable words are by their first letter, whatever stood before."""

    order, identity = 1, "first letters"

    def log_probabilities(self, contexts: Sequence[Context]) -> list[NDArray[np.float64]]:
        of = {"a": 0.5, "b": 0.25, "c": 0.125, "x": 1e-99}
        return [np.log([of[word[0]] for word in words]) for _, words in contexts]


def directions(texts: Sequence[str]) -> NDArray[np.float32]:
    """A text that begins with 'a' points one way, any other at 60 degrees to it."""
    return np.array([(1, 0) if text[0] == "a" else (0.5, math.sqrt(0.75)) for text in texts], np.float32)


MEASURE = QualityMeasure(EncoderService(lambda _: directions, "toy"), LanguageModelService(FirstLetters()))


def test_it_is_what_is_computed_by_hand() -> None:
    found = MEASURE.of([result("a b, a", {0: "c"}), result("a a", {1: "b"}), result("b", {0: "a"}, "failed")])
    assert found.texts == 2
    assert found.similarity == pytest.approx((0.5 + 1) / 2)
    # before: a b a a a, after: c b a a b
    assert found.perplexity_before == pytest.approx((2 * 4 * 2 * 2 * 2) ** (1 / 5))
    assert found.perplexity_after == pytest.approx((8 * 4 * 2 * 2 * 4) ** (1 / 5))
    assert found.perplexity_ratio == pytest.approx(8 ** (1 / 5))


def test_a_word_that_the_model_lacks_counts_as_one_in_ten_million() -> None:
    found = MEASURE.of([result("a a", {0: "x"})])
    assert found.perplexity_before == pytest.approx(2)
    assert found.perplexity_after == pytest.approx((2 * 1e7) ** (1 / 2))


def test_without_a_successful_text_there_is_nothing_to_say() -> None:
    found = MEASURE.of([result("a", {}, "skipped")])
    assert (found.texts, found.similarity, found.perplexity_ratio) == (0, None, None)


def test_the_record_and_the_sentence_say_it_where_it_was_measured() -> None:
    from dataclasses import replace

    results = [result("a b", {0: "c"})]
    plain = summarise(results, ["no", "yes"])
    assert "quality" not in plain.record()
    assert "similarity" not in plain.sentence()
    with_quality = replace(plain, quality=MEASURE.of(results))
    assert with_quality.record()["quality"]["similarity"] == pytest.approx(0.5)
    assert "similarity to the original 0.500, perplexity 3 before and 6 after" in with_quality.sentence()


def test_with_the_real_models_a_synonym_is_nearer_and_more_fluent_than_nonsense(
    fetched: Callable[[str], Path],
) -> None:
    for name in ("minilm", "en-us-lm"):
        fetched(name)
    measure = QualityMeasure.named("minilm")
    near = measure.of([result("the film was good", {1: "movie"})])
    far = measure.of([result("the film was good", {1: "turnip"})])
    assert near.similarity is not None
    assert far.similarity is not None
    assert far.similarity < near.similarity < 1
    assert near.perplexity_ratio is not None
    assert far.perplexity_ratio is not None
    assert near.perplexity_ratio < far.perplexity_ratio


def test_the_command_says_it(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path, fetched: Callable[[str], Path]
) -> None:
    for name in ("minilm", "en-us-lm"):
        fetched(name)
    record = tmp_path / "record.json"
    said = command_line.done("evaluate", tiny_run, "--dataset", tiny_data, "--quality", "--json", record)
    found = json.loads(record.read_text())["quality"]
    assert found["texts"] > 0
    assert 0 < found["similarity"] < 1
    assert found["perplexity_ratio"] == pytest.approx(found["perplexity_after"] / found["perplexity_before"])
    assert f"similarity to the original {found['similarity']:.3f}" in said
