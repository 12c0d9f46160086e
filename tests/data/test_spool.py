"""Rows that went to disk while they were read come back as they were."""

import tempfile
from pathlib import Path

import pytest

from flatnlp.data import load_data, spool
from flatnlp.data.spool import SpooledStrings
from flatnlp.errors import FlatnlpError

TEXTS = [f"text {i} ünï \U0001f600" if i % 7 else "" for i in range(2_345)]


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_MAPPED_ROWS", 0)


def spooled() -> spool.Strings:
    growing = SpooledStrings()
    for text in TEXTS:
        growing.add(text)
    return growing.strings()


@pytest.mark.parametrize("in_memory", [0, 1_500, 9_999])
def test_strings_come_back(monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(spool, "_MAPPED_ROWS", in_memory)
    strings = spooled()
    assert list(strings) == TEXTS
    assert [strings[i] for i in (0, 1, 1_000, -1)] == [TEXTS[i] for i in (0, 1, 1_000, -1)]
    assert list(strings[990:1_010]) == TEXTS[990:1_010]


def test_no_strings_at_all() -> None:
    assert list(SpooledStrings().strings()) == []


def test_nothing_is_left_behind(mapped: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    strings = spooled()
    assert list(tmp_path.iterdir()) == []  # gone from the folder before the rows are
    assert strings[2_000] == TEXTS[2_000]


def test_a_disk_that_refuses_is_one_sentence(mapped: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(FlatnlpError, match=r"No space left on device.*TMPDIR"):
        spooled()


def test_a_data_set_on_disk_is_the_data_set_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{text}\t{'ab'[i % 3 == 0]}\n" for i, text in enumerate(TEXTS)]
    (tmp_path / "d.tsv").write_text("text\tlabel\n" + "".join(lines), encoding="utf-8")
    in_memory = load_data(str(tmp_path / "d.tsv"))
    monkeypatch.setattr(spool, "_MAPPED_ROWS", 0)
    on_disk = load_data(str(tmp_path / "d.tsv"))
    assert on_disk.notes == in_memory.notes
    for split, rows in in_memory.splits.items():
        assert on_disk.splits[split].to_dict() == rows.to_dict()
        assert on_disk.splits[split].features == rows.features
