"""Data that cannot be trained on."""

import re
from pathlib import Path

import pytest

from tests.bad_input.conftest import Train
from tests.tiny import rows, write_csv


def test_missing_file(refuse_to_train: Train) -> None:
    assert re.search(
        r"'no/such\.csv' is neither an existing path nor a known name; the known", refuse_to_train(data="no/such.csv")
    )


@pytest.mark.parametrize("option", ["text_column", "label_column"])
def test_column_that_is_not_there(refuse_to_train: Train, option: str) -> None:
    sentence = refuse_to_train(**{option: "stars"})
    assert re.search(
        rf"has no column 'stars': it has 'text', 'label'; name the right one with --{option.replace('_', '-')}\.$",
        sentence,
    )


def test_training_texts_without_a_word(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(
        tmp_path / "d.csv", [("", label) if i % 2 else ("!!!", label) for i, (_, label) in enumerate(rows())]
    )
    assert re.search(r"training texts of .* have no word .*--text-column\)\.$", refuse_to_train(data=data))


def test_usual_column_missing(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", rows(), header=("review", "label"))
    assert re.search(r"no column 'text': it has 'review', 'label'; .*--text-column", refuse_to_train(data=data))


def test_one_class_only(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", [(text, "pos") for text, _ in rows()])
    assert re.search(
        r"every row has the label 'pos'.*check the label column \(--label-column\)", refuse_to_train(data=data)
    )


def test_label_unseen_in_training(refuse_to_train: Train, tmp_path: Path) -> None:
    write_csv(tmp_path / "set" / "train.csv", rows())
    write_csv(tmp_path / "set" / "test.csv", [("A film.", "neutral")])
    sentence = refuse_to_train(data=tmp_path / "set")
    assert re.search(r"test\.csv, line 2: the label 'neutral' does not occur in the training split", sentence)


def test_not_utf8(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes("text,label\nA café,pos\n".encode("latin-1"))
    sentence = refuse_to_train(data=tmp_path / "d.csv")
    assert sentence.endswith("d.csv, line 2, byte 6 of the line: the file is not UTF-8; convert it to UTF-8.")
