"""A short, seeded slice of the fuzzing; ``make fuzz`` fires thousands (docs/ROBUSTNESS.md)."""

import pytest

from .firing import fire
from .targets import Target, targets

INPUTS = 60


@pytest.fixture(scope="session")
def readers() -> dict[str, Target]:
    return targets()


NAMES = (
    *("csv", "csv.gz", "tsv", "jsonl", "parquet", "rotten-tomatoes"),
    *("vectors text", "vectors text.gz", "vectors binary", "vectors npz", "vectors folder"),
    *("model config", "model weights", "vocabulary", "json record"),
    *("attack results", "attack journal", "wheel archive", "manifest", "tagger pickle"),
)


def test_every_reader_is_listed(readers: dict[str, Target]) -> None:
    assert set(NAMES) == set(readers)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(readers: dict[str, Target], name: str) -> None:
    outcome = fire(readers[name], name, INPUTS, seed=1)
    assert outcome.inputs == INPUTS
    assert not outcome.bugs, "\n".join(said for _, said in outcome.bugs.values())


@pytest.mark.parametrize("name", NAMES)
def test_whole_files_are_read(readers: dict[str, Target], name: str) -> None:
    seeds = len(readers[name].seeds)
    assert fire(readers[name], name, seeds, seed=1).read == seeds
