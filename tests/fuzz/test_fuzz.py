"""A short, seeded slice of the fuzzing; ``make fuzz`` fires thousands (docs/ROBUSTNESS.md)."""

from functools import cache

import pytest

from .firing import fire
from .targets import Target, targets

INPUTS = 60


@cache
def reader(name: str) -> Target:
    return targets()[name]()


NAMES = (
    *("csv", "csv.gz", "tsv", "jsonl", "parquet", "rotten-tomatoes"),
    *("vectors text", "vectors text.gz", "vectors binary", "vectors npz", "vectors folder"),
    *("model config", "model weights", "vocabulary", "json record"),
    *("attack results", "attack journal", "wheel archive", "manifest", "tagger pickle"),
    *("run config", "run metrics", "run data", "run evaluation", "run interpretation"),
    *("attacked pairs", "saliency records", "importance records"),
    *("paper run", "paper timings", "paper rates", "paper attack", "paper interpretation", "paper kept"),
    *("paper choices", "encoder config", "encoder weights", "encoder tokenizer", "encoder tokenizer config"),
)


def test_every_reader_is_listed() -> None:
    assert set(NAMES) == set(targets())


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(name: str) -> None:
    outcome = fire(reader(name), name, INPUTS, seed=1)
    assert outcome.inputs == INPUTS
    assert not outcome.bugs, "\n".join(said for _, said in outcome.bugs.values())


@pytest.mark.parametrize("name", NAMES)
def test_whole_files_are_read(name: str) -> None:
    seeds = len(reader(name).seeds)
    assert fire(reader(name), name, seeds, seed=1).read == seeds
