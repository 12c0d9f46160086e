"""Word vectors that cannot be used."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.bad_input.conftest import Train


def test_missing_vectors(refuse_to_train: Train) -> None:
    sentence = refuse_to_train(vectors="no/vectors.txt")
    assert re.search(r"'no/vectors\.txt' is neither an existing path nor a known name.*glove-50d", sentence)


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_vectors_with_nan(refuse_to_train: Train, tmp_path: Path, number: str) -> None:
    (tmp_path / "v.txt").write_text(f"the 0.1 0.2\nfilm 0.1 {number}\n")
    sentence = refuse_to_train(vectors=tmp_path / "v.txt")
    assert re.search(r"v\.txt, line 2.*'film'.*(NaN|finite|infinity)", sentence)


def test_array_with_nan(refuse_to_train: Train, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", words=np.array(["the", "film"]), vectors=np.array([[0, 1], [0, np.nan]]))
    assert re.search(r"v\.npz, row 2.*'film'", refuse_to_train(vectors=tmp_path / "v.npz"))


def test_vectors_of_different_width(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("the 0.1 0.2\nfilm 0.1 0.2 0.3\n")
    assert re.search(r"v\.txt, line 2.*3.*2", refuse_to_train(vectors=tmp_path / "v.txt"))


def test_vectors_of_other_words(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("der 0.1 0.2\nfilme 0.1 0.2\n")
    assert re.search(r"none of the .* words.*check that", refuse_to_train(vectors=tmp_path / "v.txt"))
