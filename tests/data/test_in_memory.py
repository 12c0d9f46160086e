"""Data sets and texts that a program holds."""

from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pandas as pd
import pytest

from flatnlp.data import load_data
from flatnlp.data.given import labels_of, texts_of
from flatnlp.errors import FlatnlpError
from tests import tiny

ROWS = tiny.rows()
COLUMNS = {"text": [text for text, _ in ROWS], "label": [label for _, label in ROWS]}


def content(given: Any, **columns: str) -> tuple[Any, ...]:
    data = load_data(given, **columns)
    return data.name, data.classes, {name: rows.to_dict() for name, rows in data.splits.items()}, data.notes


def test_a_frame_a_data_set_and_a_file_of_the_same_rows_are_the_same_data(tmp_path: Path) -> None:
    frame = pd.DataFrame(COLUMNS)
    name, *rest = content(frame)
    assert name.startswith("in-memory:")
    assert content(datasets.Dataset.from_dict(COLUMNS)) == (name, *rest)
    assert content(datasets.DatasetDict(train=datasets.Dataset.from_dict(COLUMNS))) == (name, *rest)
    assert content({"train": frame}) == (name, *rest)
    assert (
        content(frame.rename(columns={"text": "review", "label": "stars"}), text_column="review", label_column="stars")[
            0
        ]
        == name
    )
    assert list(content(str(tiny.write_csv(tmp_path / "d.csv", ROWS)))[1:]) == rest


def test_other_rows_or_splits_have_another_name() -> None:
    frame = pd.DataFrame(COLUMNS)
    names = {
        load_data(each).name
        for each in (frame, frame[::-1], frame[1:], {"train": frame[20:], "test": frame[:20]}, {"train": frame[20:]})
    }
    assert len(names) == 5


def test_splits_of_ones_own_are_kept() -> None:
    frame = pd.DataFrame(COLUMNS)
    data = load_data({"train": frame[30:], "validation": frame[20:30], "test": frame[:20], "extra": frame[:2]})
    assert {name: len(rows) for name, rows in data.splits.items()} == {"train": 54, "dev": 10, "test": 20}
    assert data.notes[0] == "The split 'extra' of The dict is not used."


def test_categories_and_class_labels_say_the_order_of_the_classes() -> None:
    frame = pd.DataFrame(COLUMNS)
    frame["label"] = pd.Categorical(frame["label"], ["pos", "neg"])
    assert load_data(frame).classes == ("pos", "neg")
    numbers = {**COLUMNS, "label": [int(label == "neg") for label in COLUMNS["label"]]}
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["pos", "neg"])})
    assert load_data(datasets.Dataset.from_dict(numbers, features)).classes == ("pos", "neg")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            pd.DataFrame({"review": ["a"], "label": ["b"]}),
            "The DataFrame has no column 'text': it has 'review', 'label'",
        ),
        (pd.DataFrame({"text": [], "label": []}), "The DataFrame has no rows"),
        (pd.DataFrame({"text": ["a", None], "label": [0, 1]}), "The DataFrame, row 2: the text is missing"),
        (pd.DataFrame({"text": ["a", 3], "label": [0, 1]}), "row 2: the text is a int, but it must be a string"),
        (pd.DataFrame({"text": ["a", "b"], "label": [0, np.nan]}), "row 2: the label is missing"),
        (pd.DataFrame({"text": ["a", "b"], "label": [0, 0.5]}), "row 2: the label 0.5 is a fraction"),
        (
            pd.DataFrame({"text": ["a", "\ud800"], "label": [0, 1]}, dtype=object),
            "row 2: the text holds half a surrogate pair",
        ),
        (pd.DataFrame({"premise": ["a"], "hypothesis": ["b"], "label": [1]}), "holds pairs of sentences"),
        ({"test": pd.DataFrame(COLUMNS)}, "The dict has no split 'train' (its splits are test)"),
        (["a", "b"], "The list is no data set; give a name, a file, a DataFrame"),
        ("in-memory:0123456789abcdef", "were data that a program held, and they were not kept"),
    ],
)
def test_mistakes_are_one_sentence(given: Any, message: str) -> None:
    with pytest.raises(FlatnlpError) as refusal:
        load_data(given)
    assert message in str(refusal.value)
    assert str(refusal.value).count("\n") == 0


def test_texts_and_labels_come_out_of_whatever_holds_them() -> None:
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["no", "yes"])})
    data = datasets.Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]}, features)
    frame = pd.DataFrame({"text": ["a", "b"], "label": ["yes", "no"], "other": ["c", "d"]})
    for held in (data, frame):
        assert texts_of(held) == texts_of(held["text"]) == ["a", "b"]
        assert labels_of(held, None) == ["yes", "no"]
    assert texts_of(np.array(["a", "b"])) == texts_of(iter(("a", "b"))) == ["a", "b"]
    assert texts_of(frame, "other") == ["c", "d"]
    assert labels_of(frame[["text"]], None) is labels_of(["a"], None) is None
    assert labels_of(["a", "b"], data) == ["yes", "no"]
    with pytest.raises(FlatnlpError, match=r"no column 'txt' \(text_column\); did you mean text\?"):
        texts_of(frame, "txt")
    with pytest.raises(FlatnlpError, match="Text 2 is nan, not a string"):
        texts_of(pd.Series(["a", np.nan]))
    with pytest.raises(FlatnlpError, match=r"several splits; give one of them"):
        texts_of(datasets.DatasetDict(train=data))
    with pytest.raises(FlatnlpError, match="The labels are one string"):
        labels_of(["a"], "no")
