"""Examples made from the rows of a data set when they are looked at are those made all at once."""

import datasets
import pytest

from flatnlp.attacks.examples import DataSetExamples, chosen_rows
from flatnlp.evaluation import sample

TEXTS = [f"text {i}" for i in range(2_500)]
LABELS = [i % 3 for i in range(2_500)]
NUMBERS = [2, 0, 1]


@pytest.mark.parametrize("limit", [None, 1, 1_700, 2_500, 9_999])
def test_they_are_those_of_a_list(limit: int | None) -> None:
    rows = datasets.Dataset.from_dict({"text": TEXTS, "label": LABELS})
    lazy = DataSetExamples(rows, NUMBERS, chosen_rows(len(rows), limit, 5))
    expected = sample(TEXTS, [NUMBERS[label] for label in LABELS], limit, 5)
    assert list(lazy) == expected
    assert list(map(repr, lazy)) == list(map(repr, expected))  # the numbers are Python's: they go into settings
    assert len(lazy) == len(expected)
    assert (lazy[0], lazy[-1]) == (expected[0], expected[-1])
    assert list(lazy[:3]) == expected[:3]
    with pytest.raises(IndexError):
        lazy[len(expected)]
