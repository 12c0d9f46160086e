"""Whole files of word vectors."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flatnlp.data.all_vectors import read_all_vectors
from flatnlp.errors import FlatnlpError

ROWS = np.array([[1.0, 0.5], [0.0, -1.0], [2.0, 2.0]], np.float32)


def written(folder: Path, form: str) -> Path:
    """Three rows in the file, "a" twice: the first one counts."""
    words = ["a", "b", "a"]
    if form == "txt":
        lines = [f"{word} {x} {y}" for word, (x, y) in zip(words, ROWS.tolist(), strict=True)]
        (folder / "v.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif form == "npz":
        np.savez(folder / "v.npz", words=np.array(words), vectors=ROWS)
    else:
        np.save(folder / "vectors.npy", ROWS)
        pq.write_table(pa.table({"index": words}), folder / "words.parquet")
    return folder if form == "parquet" else folder / f"v.{form}"


@pytest.mark.parametrize("form", ["txt", "npz", "parquet"])
def test_every_word_comes_once_in_the_order_of_the_file(tmp_path: Path, form: str) -> None:
    words, vectors = read_all_vectors(written(tmp_path, form))
    assert words == ["a", "b"]
    assert vectors.tolist() == ROWS[:2].tolist()


def test_files_without_words_and_damaged_ones_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty.npz").touch()
    np.savez(tmp_path / "empty.npz", words=np.array([], dtype=str), vectors=np.zeros((0, 2), np.float32))
    with pytest.raises(FlatnlpError, match="holds no word vectors"):
        read_all_vectors(tmp_path / "empty.npz")
    folder = written(tmp_path, "parquet")
    (folder / "words.parquet").write_bytes(b"no")
    with pytest.raises(FlatnlpError, match=r"words\.parquet is not a readable Parquet file of words"):
        read_all_vectors(folder)
