from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.result import Example
from flatnlp.attacks.results_file import read_results, write_results
from flatnlp.errors import FlatnlpError
from tests.attacks.toys import bag_of_words, toy_recipe

WEIGHTS = {"good": 1, "fine": 0.5, "grand": 0.4, "fun": 1, "odd": -3}
ENTRIES = {"good": ("fine", "grand"), "fun": ("odd",)}
TEXTS = ["Good, (FUN)!", "", "good good", "dull", "ünï good—fun"]


def results() -> list:
    return list(Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS)).run(Example(i, t, 1) for i, t in enumerate(TEXTS)))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    write_results(reversed(results()), path)
    assert read_results(path) == sorted(results(), key=lambda result: result.example.index)


def test_spans_point_at_the_swapped_words_in_both_texts(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    write_results(results(), path)
    edited = 0
    for row in pq.read_table(path).to_pylist():
        for edit in row["edits"]:
            edited += 1
            assert row["original"][edit["start"] : edit["end"]] == edit["original"]
            assert row["adversarial"][edit["adversarial_start"] : edit["adversarial_end"]] == edit["substitute"]
    assert edited >= 3


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(FlatnlpError, match=r"results\.parquet"):
        read_results(path)
    with pytest.raises(FlatnlpError, match=r"missing\.parquet"):
        read_results(tmp_path / "missing.parquet")
