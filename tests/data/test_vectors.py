import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from flatnlp.data import load_vectors
from flatnlp.errors import FlatnlpError

FILE_WORDS = ["the", "film", "café", "good", "new york"]
VECTORS = np.array([[0.5, -1, 2], [1, 2, 3], [4, 5, 6], [7, 8, 9], [-1, -2, -3]], dtype=np.float32)
WANTED = ["<pad>", "<unk>", "good", "café", "nowhere", "new york", "good"]
EXPECTED = np.array([[0] * 3, [0] * 3, [7, 8, 9], [4, 5, 6], [0] * 3, [-1, -2, -3], [7, 8, 9]], dtype=np.float32)


def glove(words: list[str], vectors: np.ndarray) -> bytes:
    return "".join(f"{w} {' '.join(map(str, v.tolist()))}\n" for w, v in zip(words, vectors, strict=True)).encode()


def word2vec(words: list[str], vectors: np.ndarray) -> bytes:
    return f"{len(words)} {vectors.shape[1]}\n".encode() + glove(words, vectors).replace(b"\n", b" \n")


def binary(words: list[str], vectors: np.ndarray, end: bytes = b"\n") -> bytes:
    header = f"{len(words)} {vectors.shape[1]}\n".encode()
    return header + b"".join(
        w.encode() + b" " + v.astype("<f4").tobytes() + end for w, v in zip(words, vectors, strict=True)
    )


def npz(words: list[str], vectors: np.ndarray) -> bytes:
    import io

    stream = io.BytesIO()
    np.savez_compressed(stream, words=np.array(words), vectors=vectors.astype(np.float16))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.txt", glove(FILE_WORDS, VECTORS)),
        ("v.vec", word2vec(FILE_WORDS, VECTORS)),
        ("v.txt.gz", gzip.compress(glove(FILE_WORDS, VECTORS))),
        ("v.vec.gz", gzip.compress(word2vec(FILE_WORDS, VECTORS))),
        ("v.bin", binary(FILE_WORDS, VECTORS)[: -len(b"\n")].replace(b"new york", b"new_york")),
        ("v.bin.gz", gzip.compress(binary([*FILE_WORDS[:4], "new_york"], VECTORS, end=b""))),
        ("v.npz", npz(FILE_WORDS, VECTORS)),
    ],
)
def test_every_format_gives_the_same_vectors(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    wanted = [word.replace(" ", "_") for word in WANTED] if ".bin" in name else WANTED
    vectors = load_vectors(str(tmp_path / name), wanted)
    np.testing.assert_array_equal(vectors.matrix, EXPECTED)
    assert vectors.matrix.dtype == np.float32
    assert vectors.found.tolist() == [False, False, True, True, False, True, True]
    assert vectors.width == 3


def test_a_folder_of_arrays_is_read_like_the_glove_resource(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    np.save(tmp_path / "vectors.npy", VECTORS)
    pq.write_table(pa.table({"index": FILE_WORDS}), tmp_path / "words.parquet")
    vectors = load_vectors(str(tmp_path), WANTED)
    np.testing.assert_array_equal(vectors.matrix, EXPECTED)


def test_the_first_of_two_vectors_of_a_word_counts(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("a 1 2\na 3 4\n")
    assert load_vectors(str(tmp_path / "v.txt"), ["a"]).matrix.tolist() == [[1, 2]]


def test_binary_words_across_the_read_buffer_are_whole(tmp_path: Path) -> None:
    words = [f"word{i}" for i in range(4_000)]
    matrix = np.arange(4_000 * 100, dtype=np.float32).reshape(4_000, 100)
    (tmp_path / "v.bin").write_bytes(binary(words, matrix))
    assert (tmp_path / "v.bin").stat().st_size > 1 << 20
    np.testing.assert_array_equal(load_vectors(str(tmp_path / "v.bin"), words).matrix, matrix)


def test_binary_words_that_are_not_utf8_are_passed_over(tmp_path: Path) -> None:
    vector = np.ones(2, dtype="<f4").tobytes()
    (tmp_path / "v.bin").write_bytes(b"2 2\n\xff\xfe " + vector + b"good " + vector)
    assert load_vectors(str(tmp_path / "v.bin"), ["good"]).found.all()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("v.txt", b"", "holds no word vectors"),
        ("v.txt", b"good 1 2\nbad 1 nan\n", r"v\.txt, line 2: the vector of 'bad' has a number that is NaN"),
        ("v.txt", b"good 1 2\nbad inf 1\n", r"line 2: the vector of 'bad' has a number that is NaN or infinite"),
        ("v.txt", b"good 1 2\nbad 1 1e99\n", r"line 2: the vector of 'bad' has a number that is NaN or infinite"),
        ("v.txt", b"good 1 2\nother 1\nbad 1 2\n", r"line 2: the vector of 'other' has 1 numbers, not 2"),
        ("v.txt", b"good 1 2\nother 1 2 3\n", r"line 2: the vector of 'other' has 3 numbers, not 2"),
        ("v.vec", b"2 2\ngood 1 2\nbad 1 2 3\n", r"line 3: the vector of 'bad' has 3 numbers, not 2"),
        ("v.vec", b"3 2\ngood 1 2\nbad 1 2\n", r"truncated: its header announces 3 vectors, but it holds 2"),
        ("v.vec", b"3 0\n", r"line 1: the header announces vectors of width 0"),
        ("v.txt", b"good 1 2\nbad 1 x\n", r"line 2: the vector of 'bad' has 'x' where a number should be"),
        ("v.txt", b"good 1 2\nb\xff 1 2\n", r"line 2, byte 2 of the line: the file is not UTF-8"),
        ("v.txt", b"just some words\n", r"line 1: this is no word followed by numbers"),
        ("v.txt", b"other 1 2\n", r"has a vector for none of the 2 words \(the last is 'bad'\)"),
        ("v.txt.gz", b"good 1 2\n", r"damaged gzip"),
        ("v.bin", b"", r"no binary word2vec file"),
        ("v.bin", b"good 1 2\n", r"no binary word2vec file"),
        ("v.bin", binary(["good", "bad"], VECTORS[:2])[:-5], r"truncated: its header announces 2 .* in vector 2"),
        ("v.bin", binary(["good", "bad"], np.array([[1, 2], [1, np.nan]])), r"vector 2: the vector of 'bad' .* NaN"),
        ("v.bin", b"2 2\n" + b"x" * 20_000, r"vector 1: no word begins here"),
        ("v.bin.gz", gzip.compress(binary(["good"], VECTORS[:1]))[:-4], r"damaged gzip"),
        ("v.npz", b"PK\x03\x04 cut", r"not a readable \.npz"),
        ("v.npz", b"\x80\x04K\x01.", r"not a readable \.npz"),
        ("v.npz", npz(["good"], np.array([[1, np.inf]])), r"row 1: the vector of 'good' .* infinite"),
        ("v.npz", npz(["good"], VECTORS), r"has 1 words but 5 vectors"),
        ("v.npz", npz(["good"], VECTORS[0]), r"shape \(3,\), but must be numbers of shape \(words, width\)"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FlatnlpError, match=message) as caught:
        load_vectors(str(tmp_path / name), ["good", "bad"])
    assert "\n" not in str(caught.value)


def test_arrays_that_need_pickle_or_lack_a_part_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "pickled.npz", words=np.array(["a", None], dtype=object), vectors=np.ones((2, 2)))
    np.savez(tmp_path / "half.npz", words=np.array(["a"]))
    np.save(tmp_path / "single.npy", np.ones((2, 2)))
    (tmp_path / "single.npy").rename(tmp_path / "single.npz")
    with pytest.raises(FlatnlpError, match=r"not a readable \.npz of plain arrays \(it is a single array\)"):
        load_vectors(str(tmp_path / "single.npz"), ["a"])
    np.savez(tmp_path / "numbers.npz", words=np.arange(2), vectors=np.ones((2, 2)))
    with pytest.raises(FlatnlpError, match=r"not a readable \.npz of plain arrays"):
        load_vectors(str(tmp_path / "pickled.npz"), ["a"])
    with pytest.raises(FlatnlpError, match="must hold the arrays 'words' and 'vectors', but holds 'words'"):
        load_vectors(str(tmp_path / "half.npz"), ["a"])
    with pytest.raises(FlatnlpError, match="'words' is int64"):
        load_vectors(str(tmp_path / "numbers.npz"), ["a"])


def test_a_folder_whose_parts_do_not_belong_together_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    np.save(tmp_path / "vectors.npy", VECTORS)
    for table, message in (
        (pa.table({"index": ["a"]}), "has 1 words but 5 vectors"),
        (pa.table({"index": [1, 2]}), "must hold one column of strings"),
    ):
        pq.write_table(table, tmp_path / "words.parquet")
        with pytest.raises(FlatnlpError, match=message):
            load_vectors(str(tmp_path), ["a"])
    (tmp_path / "words.parquet").write_bytes(b"no")
    with pytest.raises(FlatnlpError, match="not a readable Parquet file"):
        load_vectors(str(tmp_path), ["a"])
    (tmp_path / "vectors.npy").write_bytes(b"no")
    with pytest.raises(FlatnlpError, match="not a readable array"):
        load_vectors(str(tmp_path), ["a"])


def test_missing_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="neither an existing path nor a known name"):
        load_vectors(str(tmp_path / "none.bin"), ["a"])
    with pytest.raises(FlatnlpError, match=r"has no vectors\.npy"):
        load_vectors(str(tmp_path), ["a"])
    np.savez(tmp_path / "v.npz", words=np.array(["a"]), vectors=np.ones((1, 2)))
    with pytest.raises(FlatnlpError, match="No words were given"):
        load_vectors(str(tmp_path / "v.npz"), [])


@pytest.mark.parametrize("words", [["zebra", "apple"], ["apple"]])
def test_a_vector_that_nobody_needs_may_be_bad(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "v.txt").write_text("apple 1 2\npear nan 2\nzebra 3 4\n")
    assert load_vectors(str(tmp_path / "v.txt"), words).found.all()


def test_the_named_vectors_agree_with_the_published_ones(fetched: Callable[[str], Path]) -> None:
    fetched("glove-50d")
    vectors = load_vectors("glove_50d", ["<pad>", "the", "film", "no-such-word-at-all"])
    assert vectors.found.tolist() == [False, True, True, False]
    np.testing.assert_allclose(vectors.matrix[1, :3], [0.418, 0.24968, -0.41242], atol=1e-6)


def test_glove_100d_is_read(fetched: Callable[[str], Path]) -> None:
    fetched("glove_100d")
    vectors = load_vectors("glove_100d", ["the", "film"])
    assert vectors.matrix.shape == (2, 100)
    assert vectors.found.all()
