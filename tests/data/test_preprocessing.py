import json
from pathlib import Path

import pytest

from flatnlp.data import PREPROCESSING, Preprocessing, preprocessing_for


def test_the_papers_sets_have_table_6(resources_root: Path) -> None:
    table = json.loads((resources_root / "paper_results.json").read_text())["table6_preprocessing"]
    for name, row in table.items():
        assert preprocessing_for(name, []) == Preprocessing(row["min_frequency_above"], row["length"])
    assert len(PREPROCESSING) == len(table) + 1


@pytest.mark.parametrize(
    ("lengths", "size", "expected"),
    [
        ([], None, Preprocessing(0, 10)),
        ([3] * 100, 30_000, Preprocessing(0, 10)),
        ([41] * 100, 30_001, Preprocessing(5, 50)),
        ([20] * 99 + [900], None, Preprocessing(0, 20)),
        ([20] * 98 + [900] * 2, None, Preprocessing(0, 250)),
    ],
)
def test_others_follow_the_rule(lengths: list[int], size: int | None, expected: Preprocessing) -> None:
    assert preprocessing_for("my-set", lengths, size) == expected
    assert preprocessing_for(None, lengths, size) == expected
