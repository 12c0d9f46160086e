"""Files made to hurt: each is refused in one sentence, in little time and memory."""

import bz2
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flatnlp.data import lines as lines_module
from flatnlp.data import load_data, load_vectors
from flatnlp.data import unpacking as unpacking_module
from flatnlp.data.arrow import class_names_in, read_parquet
from flatnlp.data.delimited import read_csv
from flatnlp.data.jsonl import read_jsonl
from flatnlp.data.rotten_tomatoes import CORPUS, read_rotten_tomatoes
from flatnlp.data.vocabulary import Vocabulary
from flatnlp.errors import FlatnlpError

DIGITS = "9" * 5_000
"""More than Python turns into a number unasked."""


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(FlatnlpError) as refused:
        call()
    assert "\n" not in str(refused.value)
    return str(refused.value)


# --- numbers and characters that are none ---


def test_labels_of_many_digits_are_names(tmp_path: Path) -> None:
    rows = [f"text {i},{'1' if i % 2 else DIGITS}" for i in range(20)]
    (tmp_path / "d.csv").write_text("\n".join(["text,label", *rows]))
    assert set(load_data(str(tmp_path / "d.csv")).classes) == {"1", DIGITS}


def test_json_number_of_many_digits(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text(f'{{"text": "a", "label": {DIGITS}}}')
    assert "line 1: the line is not valid JSON" in refusal(lambda: read_jsonl(tmp_path / "d.jsonl"))


def test_label_with_half_a_character(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text('{"text": "a", "label": "\\ud800"}')
    assert "line 1: the label holds half a surrogate pair" in refusal(lambda: read_jsonl(tmp_path / "d.jsonl"))


def test_parquet_text_that_is_not_utf8(tmp_path: Path) -> None:
    broken = pa.array([b"caf\xe9", b"b"]).view(pa.string())
    pq.write_table(pa.table({"text": broken, "label": ["x", "y"]}), tmp_path / "d.parquet")
    assert "is not a readable Parquet file" in refusal(lambda: read_parquet(tmp_path / "d.parquet"))


def test_vocabulary_count_of_many_digits(tmp_path: Path) -> None:
    (tmp_path / "v.tsv").write_text(f"word\tcount\n<pad>\t0\n<unk>\t{DIGITS}\n")
    assert "line 3: the vocabulary is damaged" in refusal(lambda: Vocabulary.load(tmp_path / "v.tsv"))


# --- what Parquet metadata may not do ---


def schema_with(feature: object) -> pa.Schema:
    content = {"info": {"features": {"label": feature}}}
    return pa.schema({"label": pa.int64()}, metadata={"huggingface": json.dumps(content)})


def test_class_names_are_never_read_from_a_file_that_metadata_names(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one\ntwo\n")
    feature = {"_type": "ClassLabel", "names_file": str(tmp_path / "secret")}
    assert class_names_in(schema_with(feature), "label") is None


@pytest.mark.parametrize(
    "feature",
    [
        {"_type": "ClassLabel", "num_classes": 10**12},
        {"_type": "ClassLabel", "names": ["a", "a"]},
        {"_type": "ClassLabel", "names": ["a", 1]},
        {"_type": "ClassLabel", "names": ["a", "\ud800"]},
        {"_type": "ClassLabel", "names": "ab"},
        {"_type": "Value", "names": ["a", "b"]},
        [],
        None,
        "ClassLabel",
    ],
)
def test_metadata_that_defines_no_classes(feature: object) -> None:
    assert class_names_in(schema_with(feature), "label") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b"\xff", b'{"info": []}', DIGITS.encode()])
def test_metadata_that_is_damaged(content: bytes) -> None:
    assert class_names_in(pa.schema({"label": pa.int64()}, metadata={b"huggingface": content}), "label") is None


# --- bombs: small files that unpack to large ones ---


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits a thousand times lower, so that bombs may be small too."""
    monkeypatch.setattr(unpacking_module, "ALWAYS_ALLOWED", 1 << 20)
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 1 << 16)


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("name", ["d.csv.gz", "d.tsv.gz", "d.jsonl.gz"])
def test_gzip_bomb(tmp_path: Path, name: str) -> None:
    header = {"d.csv.gz": b"text,label", "d.tsv.gz": b"text\tlabel", "d.jsonl.gz": b""}[name]
    (tmp_path / name).write_bytes(gzip.compress(header + b"\n" * (5 << 18)))
    assert "is refused: it unpacks to more than 1,048,576 bytes" in refusal(lambda: load_data(str(tmp_path / name)))


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("name", ["d.csv", "d.csv.gz", "v.txt"])
def test_line_without_end(tmp_path: Path, name: str) -> None:
    content = b"x" * (1 << 17)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    load = (lambda path: load_vectors(path, ["a"])) if name == "v.txt" else load_data
    assert "line 1 is longer than 65,536 bytes" in refusal(lambda: load(str(tmp_path / name)))


@pytest.mark.usefixtures("little_room")
def test_parquet_bombs(tmp_path: Path) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 4_000, pa.int32()), pa.array(["x" * 1_000]))
    pq.write_table(pa.table({"text": long, "label": ["a"] * 4_000}), tmp_path / "d.parquet")
    assert (tmp_path / "d.parquet").stat().st_size < 5_000
    assert "unpacks to more than 1,048,576 bytes" in refusal(lambda: read_parquet(tmp_path / "d.parquet"))


@pytest.mark.usefixtures("little_room")
def test_bzip2_bomb(tmp_path: Path) -> None:
    (tmp_path / CORPUS).write_bytes(bz2.compress(b"\n" * (2 << 20)))
    assert "is damaged (it unpacks to more than 1,048,576 bytes" in refusal(lambda: read_rotten_tomatoes(tmp_path))


@pytest.mark.usefixtures("little_room")
def test_npz_bomb(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "v.npz", words=np.array(["a"] * 1000), vectors=np.zeros((1000, 1000), np.float32))
    assert "unpacks to more than 1,048,576 bytes" in refusal(lambda: load_vectors(str(tmp_path / "v.npz"), ["a"]))


def test_large_but_ordinary_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking_module, "ALWAYS_ALLOWED", 1)
    rows = [f"text {i * i * i % 7919} {i},{i % 2}" for i in range(500)]
    content = "\n".join(["text,label", *rows]).encode()
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(content))
    assert len(read_csv(tmp_path / "d.csv.gz")) == 500


# --- headers that promise too much ---


@pytest.mark.parametrize("width", ["999999999", "999999999999", DIGITS])
def test_vectors_of_a_width_that_cannot_be(tmp_path: Path, width: str) -> None:
    (tmp_path / "v.txt").write_text(f"2 {width}\na 1\nb 2\n")
    (tmp_path / "v.bin").write_bytes(f"2 {width}\na ".encode() + b"\0" * 100)
    for name in ("v.txt", "v.bin"):
        said = refusal(lambda name=name: load_vectors(str(tmp_path / name), ["a"]))
        assert "width" in said or "holds no word vectors" in said


def npy(header: str, data: bytes = b"") -> bytes:
    content = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(content)) + content + data


HEADERS = {
    "no literal": "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }(",
    "unclosed": "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, }",
    "string without end": "{'descr': '<f4",
    "terabytes": "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 3), }",
    "beyond 64 bits": f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({'9' * 30}, 3), }}",
    "negative": "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 3), }",
    "objects": "{'descr': '|O', 'fortran_order': False, 'shape': (1, 3), }",
    "deep": "{'descr': " + "(" * 5_000 + ", 'fortran_order': False, 'shape': (1, 3), }",
    "call": "__import__('os').system('true')",
}


@pytest.mark.parametrize("kind", HEADERS)
def test_arrays_with_a_hostile_header(tmp_path: Path, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        archive.writestr("words.npy", npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", b"a\0\0\0"))
        archive.writestr("vectors.npy", npy(HEADERS[kind], b"\0" * 12))
    assert "is not a readable .npz" in refusal(lambda: load_vectors(str(tmp_path / "v.npz"), ["a"]))
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / "vectors.npy").write_bytes(npy(HEADERS[kind], b"\0" * 12))
    pq.write_table(pa.table({"words": ["a"]}), folder / "words.parquet")
    assert "is not a readable array" in refusal(lambda: load_vectors(str(folder), ["a"]))


def test_words_beyond_unicode(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "v.npz", "w") as archive:
        archive.writestr("words.npy", npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", b"\xff" * 4))
        stream = io.BytesIO()
        np.save(stream, np.ones((1, 3)))
        archive.writestr("vectors.npy", stream.getvalue())
    assert "is not a readable .npz" in refusal(lambda: load_vectors(str(tmp_path / "v.npz"), ["a"]))


def test_npz_with_a_password(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", words=np.array(["a"]), vectors=np.ones((1, 3)))
    content = bytearray((tmp_path / "v.npz").read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(signature, at + 1)
    (tmp_path / "v.npz").write_bytes(content)
    assert "is not a readable .npz" in refusal(lambda: load_vectors(str(tmp_path / "v.npz"), ["a"]))


@pytest.mark.usefixtures("little_room")
def test_parquet_of_more_rows_than_memory_has_room_for(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"] * 70_000, "label": ["b"] * 70_000}), tmp_path / "d.parquet")
    assert (tmp_path / "d.parquet").stat().st_size < 5_000
    assert "unpacks to more than 1,048,576 bytes" in refusal(lambda: read_parquet(tmp_path / "d.parquet"))
