from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.data import Vocabulary
from flatnlp.errors import FlatnlpError

TOKENS = [["b", "a", "c"], ["a", "b", "d"], ["a"]]


def test_orders_by_frequency_then_alphabet() -> None:
    vocabulary = Vocabulary.from_texts(TOKENS)
    assert vocabulary.words == ("<pad>", "<unk>", "a", "b", "c", "d")
    assert vocabulary.counts == (0, 0, 3, 2, 1, 1)
    assert vocabulary.index["b"] == 3
    assert "a" in vocabulary
    assert "z" not in vocabulary


def test_cuts_rare_words_and_counts_them_as_unknown() -> None:
    vocabulary = Vocabulary.from_texts(TOKENS, min_frequency_above=1)
    assert vocabulary.words == ("<pad>", "<unk>", "a", "b")
    assert vocabulary.counts == (0, 2, 3, 2)
    assert vocabulary.encode(["b", "c", "a", "never"]) == [3, 1, 2, 1]


def test_opened_it_knows_more_words_and_has_counted_none_of_them() -> None:
    opened = Vocabulary.from_texts(TOKENS, min_frequency_above=1).opened(["z", "a", "c", "z"])
    assert opened.words == ("<pad>", "<unk>", "a", "b", "z", "c")
    assert opened.counts == (0, 2, 3, 2, 0, 0)


def test_of_no_texts_has_the_two_reserved_words() -> None:
    assert len(Vocabulary.from_texts([])) == 2


def test_reserved_words_in_the_texts_are_unknown_words() -> None:
    assert Vocabulary.from_texts([["<pad>", "<unk>", "a"]]).counts == (0, 2, 1)


words = st.text(st.characters(blacklist_characters="\t\n\r", blacklist_categories=("Cs",)), min_size=1)


@given(tokens=st.lists(st.lists(words)), above=st.integers(0, 3))
def test_survives_saving_and_keeps_every_count(
    tmp_path_factory: pytest.TempPathFactory, tokens: list[list[str]], above: int
) -> None:
    path = tmp_path_factory.mktemp("v") / "vocabulary.tsv"
    vocabulary = Vocabulary.from_texts(tokens, above)
    vocabulary.save(path)
    loaded = Vocabulary.load(path)
    assert loaded == vocabulary
    assert loaded.index == vocabulary.index
    assert sum(loaded.counts) == sum(map(len, tokens))
    assert [file.name for file in path.parent.iterdir()] == ["vocabulary.tsv"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged vocabulary"),
        (b"words\n", r"line 1: this is no vocabulary file"),
        (b"word\tcount\n<pad>\t0\n", "damaged vocabulary"),
        (b"word\tcount\n<unk>\t0\n<pad>\t0\n", "damaged vocabulary"),
        (b"word\tcount\n<pad>\t0\n<unk>\t0\na\n", r"line 4: the vocabulary is damaged \('a' is no word and count"),
        (b"word\tcount\n<pad>\t0\n<unk>\t0\na\t-1\n", r"line 4: the vocabulary is damaged"),
        (b"word\tcount\n<pad>\t0\n<unk>\t0\na\t1\na\t2\n", r"line 5: .*'a' is there twice"),
        (b"word\tcount\n<pad>\t0\n<unk>\t0\na\t1", "must .*end with a complete line"),
        (b"word\tcount\n<pad>\t0\n<unk>\t0\n\xff\t1\n", r"line 4, byte 1 of the line: the file is not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "vocabulary.tsv"
    path.write_bytes(content)
    with pytest.raises(FlatnlpError, match=message):
        Vocabulary.load(path)


def test_missing_and_unwritable_places_are_said(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="There is no file"):
        Vocabulary.load(tmp_path / "none.tsv")
    (tmp_path / "file").write_text("")
    with pytest.raises(FlatnlpError, match="Cannot write"):
        Vocabulary.from_texts([]).save(tmp_path / "file" / "v.tsv")


def test_words_that_the_file_cannot_hold_are_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tab"):
        Vocabulary.from_texts([["a\tb"]]).save(tmp_path / "v.tsv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="starts with"):
        Vocabulary(("a",), (1,))
