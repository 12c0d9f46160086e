"""Reading files: every format gives the same data set, every bad one is refused with its place."""

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from flatnlp.data import load_data
from flatnlp.data.delimited import read_csv, read_tsv
from flatnlp.data.files import read_file, read_folder
from flatnlp.data.table import Table
from flatnlp.errors import FlatnlpError

ROWS = [('He said "no", twice', "bad"), ("", "good"), ("naïve\u2028café — 10 %", "good"), ("x" * 200_000, "bad")]


def write_csv(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    lines = ["label,other,text"] + [f'{label},1,"{text.replace(chr(34), chr(34) * 2)}"' for text, label in rows]
    content = "\r\n".join([*lines, ""]).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_tsv(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    content = "".join(f"{text}\t{label}\n" for text, label in [("text", "label"), *rows]).encode("utf-8-sig")
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_jsonl(path: Path, rows: Sequence[tuple[str, str]]) -> None:
    content = "\n".join(json.dumps({"text": text, "label": label}) for text, label in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_parquet(path: Path, rows: Sequence[tuple[Any, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": [row[0] for row in rows], "label": [row[1] for row in rows]}), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("d.csv", write_csv),
        ("d.csv.gz", write_csv),
        ("d.tsv", write_tsv),
        ("D.TSV.gz", write_tsv),
        ("d.jsonl", write_jsonl),
        ("d.jsonl.gz", write_jsonl),
        ("d.parquet", write_parquet),
    ],
)
def test_every_format_gives_the_same_rows(
    tmp_path: Path, name: str, write: Callable[[Path, Sequence[tuple[str, str]]], None]
) -> None:
    write(tmp_path / name, ROWS)
    table = read_file(tmp_path / name)
    assert list(zip(table.texts, table.labels, strict=True)) == ROWS


def test_a_quoted_text_may_span_lines_and_rows_know_where_they_start(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b'text,label\n"one\ntwo",a\nthree,b\n\nfour,a\n')
    table = read_csv(tmp_path / "d.csv")
    assert list(table.texts) == ["one\ntwo", "three", "four"]
    assert list(table.positions) == [2, 4, 6]


def test_tsv_takes_quotation_marks_as_text(tmp_path: Path) -> None:
    (tmp_path / "d.tsv").write_bytes(b'text\tlabel\n"open\t1\nclose"\t0\n')
    assert list(read_tsv(tmp_path / "d.tsv").texts) == ['"open', 'close"']


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("d.csv", b"", r"d\.csv is empty; it needs a header and rows"),
        ("d.tsv", b"\n\n", r"d\.tsv is empty"),
        ("d.jsonl", b"\n", r"d\.jsonl is empty"),
        ("d.csv", b"text,label\n", r"d\.csv has a header but no rows"),
        ("d.csv", b"review,stars\na,1\n", r"no column 'text': it has 'review', 'stars'.*--text-column"),
        ("d.csv", b"text,stars\na,1\n", r"no column 'label': it has 'text', 'stars'.*--label-column"),
        ("d.csv", b"text,label,text\na,1,b\n", r"column 'text' more than once"),
        ("d.csv", b"text,label\na,1\nb,1,2\n", r"d\.csv, line 3: the row has 3 fields, but the header has 2"),
        ("d.csv", b"text,label\na,1\n\nb\n", r"d\.csv, line 4: the row has 1 of the header's 2 fields"),
        ("d.tsv", b"text\tlabel\na\t1\nb\tc\t1\n", r"d\.tsv, line 3: the row has 3 fields"),
        ("d.csv", b'text,label\na,1\n"open,1\nb,2\n', r"d\.csv, line 3: the row is not valid csv"),
        ("d.csv", b'text,label\n"a"b,1\n', r"d\.csv, line 2: the row is not valid csv"),
        ("d.csv", b"text,label\na,1\nb,\n", r"d\.csv, line 3: the label is missing"),
        ("d.csv", b"text,label\na,NaN\n", r"d\.csv, line 2: the label is missing"),
        ("d.csv", b"text,label\na,1\nb\xff,1\n", r"d\.csv, line 3, byte 2 of the line: the file is not UTF-8"),
        ("d.csv", "text,label\na,1\n".encode("utf-16"), r"line 1, byte 1 of the line: the file is not UTF-8"),
        ("d.jsonl", b'{"text": "caf\xe9", "label": 1}\n', r"d\.jsonl, line 1, byte 14 of the line: the file is not"),
        ("d.csv", b"\xef\xbb\xbftext\xff,label\n", r"d\.csv, line 1, byte 8 of the line: the file is not UTF-8"),
        ("d.jsonl", b'{"text": "a", "label": 1}\n{"text": \n', r"d\.jsonl, line 2: the line is not valid JSON"),
        ("d.jsonl", b"[1, 2]\n", r"line 1: the line is JSON, but not an object"),
        ("d.jsonl", b'{"text": "a"}\n', r"line 1 has no column 'label': it has 'text'"),
        ("d.csv", b"\xef\xbb\xbftext;label\na;b\n", r"The columns of .*d\.csv.* seem to be separated by semicolons"),
        ("d.tsv", b"text,label\na,b\n", r"The columns of .*d\.tsv.* seem to be separated by commas"),
        ("d.jsonl", b'{"text": null, "label": 1}\n', r"line 1: the text is missing"),
        ("d.jsonl", b'{"text": 7, "label": 1}\n', r"line 1: the text is a int"),
        ("d.jsonl", b'{"text": "a", "label": null}\n', r"line 1: the label is missing"),
        ("d.jsonl", b'{"text": "a", "label": NaN}\n', r"line 1: the label is missing"),
        ("d.jsonl", b'{"text": "a", "label": [0, 2]}\n', r"line 1: the label is a list, but flatnlp takes one label"),
        ("d.jsonl", b'{"text": "a", "label": 0.5}\n', r"line 1: the label 0\.5 is a fraction"),
        ("d.jsonl", b'{"text": "a", "label": {}}\n', r"line 1: the label is a dict"),
        ("d.jsonl", b"[" * 100_000, r"line 1: the line is not valid JSON"),
        ("d.csv.gz", b"text,label\na,1\n", r"d\.csv\.gz is a damaged gzip file"),
        ("d.tsv.gz", gzip.compress(b"text\tlabel\n" + b"a\t1\n" * 999)[:-20], r"d\.tsv\.gz is a damaged gzip file"),
        ("d.parquet", b"PAR1 not at all", r"d\.parquet is not a readable Parquet file"),
        ("d.xlsx", b"PK", r"d\.xlsx has no known ending; data files end in \.csv"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FlatnlpError, match=message) as caught:
        load_data(str(tmp_path / name))
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("a", 1), (None, 0)], r"row 2: the text is missing"),
        ([("a", 1), ("b", None)], r"row 2: the label is missing"),
        ([("a", 1.0), ("b", float("nan"))], r"row 2: the label is missing"),
        ([("a", 0.25)], r"row 1: the label 0\.25 is a fraction"),
        ([("a", [1])], r"'label' holds lists"),
        ([(1, 1)], r"'text' holds int64, but texts must be strings"),
        ([], r"has no rows"),
    ],
)
def test_a_bad_parquet_file_is_refused_with_its_row(tmp_path: Path, rows: list[tuple[Any, Any]], message: str) -> None:
    write_parquet(tmp_path / "d.parquet", rows)
    with pytest.raises(FlatnlpError, match=message):
        read_file(tmp_path / "d.parquet")


def test_text_and_label_cannot_be_one_column(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes(b"text,label\na,1\n")
    with pytest.raises(FlatnlpError, match="cannot both be the column 'text'"):
        load_data(str(tmp_path / "d.csv"), label_column="text")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"none\.csv' is neither an existing path nor a known name"):
        load_data(str(tmp_path / "none.csv"))


def test_a_folder_is_read_by_the_names_in_it(tmp_path: Path) -> None:
    write_csv(tmp_path / "train.csv", ROWS)
    write_jsonl(tmp_path / "validation.jsonl", ROWS[:2])
    write_tsv(tmp_path / "test.tsv.gz", ROWS[1:])
    (tmp_path / "training-notes.txt").touch()
    tables = read_folder(tmp_path)
    assert {split: len(table) for split, table in tables.items()} == {"train": 4, "dev": 2, "test": 3}


def test_a_folder_without_a_train_file_says_what_it_holds(tmp_path: Path) -> None:
    write_csv(tmp_path / "reviews.csv", ROWS)
    with pytest.raises(FlatnlpError, match=r"has no train file \(it holds reviews\.csv\)"):
        load_data(str(tmp_path))


def test_two_files_for_one_split_are_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "dev.csv", ROWS)
    write_csv(tmp_path / "valid.csv", ROWS)
    with pytest.raises(FlatnlpError, match=r"two files for the dev split, dev\.csv and valid\.csv"):
        load_data(str(tmp_path))


def test_parquet_keeps_the_class_names_of_a_hugging_face_file(tmp_path: Path) -> None:
    import datasets

    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["ok", "bad"])})
    data = datasets.Dataset.from_dict({"text": ["a", "b"], "label": [1, 0]}, features=features)
    data.to_parquet(str(tmp_path / "d.parquet"))
    table = read_file(tmp_path / "d.parquet")
    assert table.labels == ["bad", "ok"]
    assert table.class_names == ("ok", "bad")


def test_parquet_class_names_that_do_not_cover_the_labels_are_refused(tmp_path: Path) -> None:
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["ok", "bad"])})
    for label, message in ((2, "row 2: the label 2 is none of the 2 classes"), (-1, "row 2: the label is missing")):
        pq.write_table(
            pa.table({"text": ["a", "b"], "label": [1, label]}, features.arrow_schema), tmp_path / "d.parquet"
        )
        with pytest.raises(FlatnlpError, match=message):
            read_file(tmp_path / "d.parquet")


def test_texts_of_few_values_may_be_dictionary_encoded(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = pa.array(["a", "b", "a"]).dictionary_encode()
    pq.write_table(pa.table({"text": texts, "label": [True, False, True]}), tmp_path / "d.parquet")
    table = read_file(tmp_path / "d.parquet")
    assert list(table.texts) == ["a", "b", "a"]
    assert table.labels == ["true", "false", "true"]


def test_a_table_tells_where_a_row_is() -> None:
    assert Table("f.csv", ["a", "b"], ["x", "y"], [2, 1_005]).where(1) == "f.csv, line 1,005"
