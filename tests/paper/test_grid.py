"""The grid is the paper's: every published number has a cell, and the claims hold in the paper as it says."""

import json
from collections import Counter
from importlib.resources import files

import pytest

from flatnlp.paper.claims import claims, judge, papers_own
from flatnlp.paper.grid import TABLES, layout
from flatnlp.paper.published import published


def test_every_published_number_has_a_cell_and_every_cell_a_number() -> None:
    cells = [cell for table in TABLES for cell in layout(table).cells()]
    assert len(cells) == len(set(cells))
    beyond = {cell for cell in cells if cell.table == 4 and cell.tested in ("textfooler", "ensemble")}
    assert len(beyond) == 2 * 4 * 3  # each model and method under the attack of the training, and under all
    assert set(cells) - beyond == set(published())


def test_no_number_of_the_file_is_left_out() -> None:
    def numbers(value: object) -> int:
        if isinstance(value, dict):
            return sum(numbers(each) for key, each in value.items() if key not in ("beta", "gamma", "groups"))
        if isinstance(value, list):
            return sum(map(numbers, value))
        return isinstance(value, int | float)

    tables = json.loads((files("flatnlp.paper") / "published.json").read_text(encoding="utf-8"))
    counted = Counter(cell.table for cell in published())
    assert {int(table): numbers(value) for table, value in tables.items()} == counted


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_as_wide_as_their_headings(table: int) -> None:
    laid = layout(table)
    assert {len(row.labels) for row in laid.rows} == {len(laid.headings)}
    assert {len(row.cells) for row in laid.rows} == {len(laid.columns)}


@pytest.mark.parametrize(
    ("labels", "table", "column", "value"),
    [
        (("lstm", "flat", "textfooler"), 2, "sst2", 84.79),
        (("cnn", "base", ""), 7, "trec", 88.27),
        (("pwws", "cnn", "flat"), 3, "ag_news AA", 71.37),
        (("textfooler", "deberta", "adv"), 3, "imdb KT", 0.81),
        (("pwws", "bert", "flat"), 8, "trec TI", 0.8),
        (("cnn", "flat"), 4, "genetic", 55.02),
        (("0", "0.001"), 5, "AA", 8.18),
        (("trec",), 6, "vocabulary", 8095),
        (("importance and substitution frequency",), 9, "r", 0.087),
        (("40",), 10, "SA", 91.13),
    ],
)
def test_cells_stand_where_they_are_printed(labels: tuple[str, ...], table: int, column: str, value: float) -> None:
    laid = layout(table)
    row = next(row for row in laid.rows if row.labels == labels)
    assert published()[row.cells[laid.columns.index(column)]] == value


def test_an_encoder_of_ones_own_has_rows_without_published_numbers() -> None:
    own = [cell for cell in layout(3, ("cnn", "my/encoder")).cells() if cell.model == "my/encoder"]
    assert len(own) == 2 * 3 * 12
    assert not set(own) & set(published())


def test_the_claims_hold_in_the_papers_own_numbers_as_often_as_it_says() -> None:
    found = {claim.says: judge(claim, papers_own) for claim in claims()}
    share = {says: (verdict.held, verdict.cases) for says, verdict in found.items()}
    assert share == {
        "After-attack accuracy: flat > adv > base.": (32, 32),
        "Kendall's tau by integrated gradients: flat above adv and base.": (32, 32),
        "Top-5 intersection by integrated gradients: flat above adv and base.": (32, 32),
        "Kendall's tau by LIME: flat above adv and base.": (32, 32),
        "Top-5 intersection by LIME: flat above adv and base.": (32, 32),
        "Clean accuracy: flat is at most one point below base.": (28, 32),
        "Clean accuracy: flat is above base.": (18, 32),
        "Clean accuracy: flat falls below base by no more than in the paper.": (32, 32),
        "Accuracy on dev: flat is at most one point below base.": (31, 32),
        "Unseen attacks: flat is above adv and base.": (24, 24),
        "Unseen attacks: adv is above base.": (17, 24),
        "Ablation: AA is highest with both beta and gamma.": (3, 3),
        "Ablation: without beta the mean importance is higher.": (0, 0),  # said, but without numbers
        "Importance is not frequency: all correlations are weaker than 0.2.": (3, 3),
        "Masks shared by groups of words: AA is at most one point above base's.": (5, 5),
    }
