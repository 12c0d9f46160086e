from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import ResultsFile, read_results, write_results
from flatnlp.errors import FlatnlpError
from flatnlp.text import Text
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


def inserted_and_merged() -> AttackResult:
    raw = "The plot was very thin, indeed."
    text = Text.of(raw).insert(0, "Well").merge(4, "paper").replace(5, "yes").replace(5, "truly").insert(6, "so")
    return AttackResult(Example(7, raw, 1), text, "successful", (1, 0), (0.9, 0.1), 5, 6)


def test_inserted_and_merged_words_are_written_with_their_places_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    result = inserted_and_merged()
    write_results([result], path)
    assert read_results(path) == [result]
    (row,) = pq.read_table(path).to_pylist()
    assert row["adversarial"] == "Well The plot was paper, truly so."
    assert row["origins"] == [None, 0, 1, 2, 3, 5, None]
    seen = [
        (
            edit["kind"],
            row["original"][edit["start"] : edit["end"]],
            row["adversarial"][edit["adversarial_start"] : edit["adversarial_end"]],
        )
        for edit in row["edits"]
    ]
    assert seen == [
        ("insert", "", "Well"),
        ("merge", "very thin", "paper"),
        ("replace", "indeed", "truly"),
        ("replace", "indeed", "truly"),
        ("insert", "", "so"),
    ]
    assert [row["edits"][i]["start"] for i in (0, 4)] == [0, len("The plot was very thin, indeed")]


def test_words_changed_counts_words_that_are_other_than_before() -> None:
    assert inserted_and_merged().words_changed == 4
    back = Text.of("good old film").replace(0, "fine").replace(0, "good").replace(2, "movie")
    assert AttackResult(Example(0, "good old film", 1), back, "failed", (1, 1), (0.9, 0.9), 5, 3).words_changed == 1


def test_files_from_before_there_were_origins_are_still_read(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    write_results(results(), path)
    pq.write_table(pq.read_table(path).drop_columns(["origins"]), path)
    assert read_results(path) == sorted(results(), key=lambda result: result.example.index)


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(FlatnlpError, match=r"results\.parquet"):
        read_results(path)
    with pytest.raises(FlatnlpError, match=r"missing\.parquet"):
        read_results(tmp_path / "missing.parquet")


def test_a_file_is_a_sequence_that_reads_what_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    write_results(results(), path)
    file, whole = ResultsFile(path), read_results(path)
    assert len(file) == len(whole) == 5
    assert [file[0], file[3], file[-1]] == [whole[0], whole[3], whole[-1]]
    for part in (slice(1, 3), slice(None, None, -1), slice(4, 0, -2), slice(9, 12)):
        assert file[part] == whole[part]
    with pytest.raises(IndexError):
        file[5]
