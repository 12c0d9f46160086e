"""``flatnlp attack``."""

from pathlib import Path

import pyarrow.parquet as pq

from tests.tiny import CommandLine, rows

COLUMNS = {
    "index",
    "original",
    "adversarial",
    "edits",
    "label",
    "original_prediction",
    "adversarial_prediction",
    "original_probability",
    "adversarial_probability",
    "status",
    "queries",
    "words",
    "origins",
    "stopped",
}


def test_attack_writes_one_row_per_text_with_aligned_edits(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out.parquet"
    command_line.done("attack", tiny_run, "--dataset", tiny_data, "--split", "all", "--output", out)
    table = pq.read_table(out).to_pylist()
    assert set(table[0]) == COLUMNS
    assert [row["index"] for row in table] == list(range(len(rows())))
    assert sorted(row["original"] for row in table) == sorted(text for text, _ in rows())
    for row in table:
        assert (row["status"] == "successful") == (
            row["original_prediction"] == row["label"] != row["adversarial_prediction"]
        )
        rebuilt, end = "", 0
        for edit in sorted(row["edits"], key=lambda edit: edit["start"]):
            assert row["original"][edit["start"] : edit["end"]] == edit["original"]
            assert row["adversarial"][edit["adversarial_start"] : edit["adversarial_end"]] == edit["substitute"]
            rebuilt += row["original"][end : edit["start"]] + edit["substitute"]
            end = edit["end"]
        assert row["adversarial"] == rebuilt + row["original"][end:]
    assert any(row["edits"] for row in table)


def test_attacks_on_a_limited_seeded_sample(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    def indices(name: str, seed: int) -> list[int]:
        out, options = tmp_path / name, ("--split", "train", "--limit", 5, "--seed", seed)
        command_line.done("attack", tiny_run, "--dataset", tiny_data, *options, "--output", out)
        found: list[int] = pq.read_table(out)["index"].to_pylist()
        return found

    first = indices("1", 0)
    assert len(first) == 5
    assert first == sorted(first) == indices("2", 0) != indices("3", 1)


def test_attack_replaces_results_when_told_to(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("old")
    command_line.done("attack", tiny_run, "--dataset", tiny_data, "--output", tmp_path / "out", "--overwrite")
    assert pq.read_table(tmp_path / "out").num_rows == 17
