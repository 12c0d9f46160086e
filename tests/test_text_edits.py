"""Edits that change the number of words: the spans stay right, and which word became which is never lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.text import Edit, Text, swapped_words

RAW = st.text(st.characters() | st.sampled_from("aZ9 _'-*@.,\n\t"), max_size=40)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["replace", "insert", "merge"]), st.integers(0, 10**6), st.sampled_from("xyz")),
    max_size=8,
)


def changed(text: Text, changes: list[tuple[str, int, str]]) -> Text:
    """Make those changes that the text has words enough for."""
    for kind, number, word in changes:
        places = len(text.spans) + {"replace": 0, "insert": 1, "merge": -1}[kind]
        if places > 0:
            text = getattr(text, kind)(number % places, word)
    return text


def outside_words(text: Text) -> str:
    """All characters but those of words and spaces."""
    edges = [(0, 0), *text.spans, (len(text.raw), 0)]
    return "".join("".join(text.raw[a:b].split()) for (_, a), (b, _) in pairwise(edges))


@given(RAW, CHANGES)
def test_the_words_are_those_of_a_list_that_went_through_the_same(
    raw: str, changes: list[tuple[str, int, str]]
) -> None:
    text = Text.of(raw)
    words = text.words
    for kind, number, word in changes:
        before, places = text, len(words) + {"replace": 0, "insert": 1, "merge": -1}[kind]
        if places <= 0:
            continue
        at = number % places
        text = getattr(text, kind)(at, word)
        words[at : at + {"replace": 1, "insert": 0, "merge": 2}[kind]] = [word]
        assert text.words == words
        assert [start < end for start, end in text.spans] == [True] * len(words)
        assert all(a[1] <= b[0] for a, b in pairwise(text.spans))
        assert text.original_length == len(Text.of(raw).spans)
        assert outside_words(text) == outside_words(before)


@given(RAW, CHANGES)
def test_making_the_edits_again_gives_the_text(raw: str, changes: list[tuple[str, int, str]]) -> None:
    text = changed(Text.of(raw), changes)
    again = Text.of(raw)
    for edit in text.edits:
        again = again.redo(edit)
    assert again == text


@given(RAW, CHANGES)
def test_every_word_of_the_original_is_accounted_for_once(raw: str, changes: list[tuple[str, int, str]]) -> None:
    original = Text.of(raw)
    text = changed(original, changes)
    assert [position for positions in text.alignment for position in positions] == list(range(len(original.spans)))
    assert text.origins == tuple(positions[0] if positions else None for positions in text.alignment)
    for i, (positions, touched) in enumerate(zip(text.alignment, text.touched_by, strict=True)):
        assert (i in text.changed) == bool(touched)
        if not touched:
            assert [text.word(i)] == [original.word(position) for position in positions]
    assert sorted(number for touched in text.touched_by for number in touched) == list(range(len(text.edits)))


@pytest.mark.parametrize(
    ("raw", "position", "expected"),
    [
        ("A good, (old) film!", 0, "so A good, (old) film!"),
        ("A good, (old) film!", 2, "A good, (so old) film!"),
        ("A good, (old) film!", 4, "A good, (old) film so!"),
        ("", 0, "so"),
        ("...", 0, "... so"),
    ],
)
def test_an_inserted_word_stands_before_its_place(raw: str, position: int, expected: str) -> None:
    text = Text.of(raw).insert(position, "so")
    assert text.raw == expected
    assert text.word(position) == "so"
    assert text.edits == (Edit("insert", position, "", "so"),)
    assert text.origins.index(None) == position


@pytest.mark.parametrize(
    ("raw", "position", "expected", "original"),
    [
        ("a very good film", 1, "a great film", "very good"),
        ("a very, good film.", 1, "a great, film.", "very, good"),
        ("a very , good", 1, "a great ,", "very , good"),
        ("very/good", 0, "great/", "very/good"),
    ],
)
def test_merging_keeps_the_punctuation(raw: str, position: int, expected: str, original: str) -> None:
    text = Text.of(raw).merge(position, "great")
    assert text.raw == expected
    assert text.edits == (Edit("merge", position, original, "great"),)


def test_who_stands_for_whom_by_hand() -> None:
    original = Text.of("the plot was very thin indeed")
    text = original.insert(0, "well").merge(4, "paper").replace(5, "yes").replace(5, "truly").replace(1, "a")
    assert text.raw == "well a plot was paper truly"
    assert text.origins == (None, 0, 1, 2, 3, 5)
    assert text.alignment == ((), (0,), (1,), (2,), (3, 4), (5,))
    assert text.touched_by == ((0,), (4,), (), (), (1,), (2, 3))
    assert text.changed == {0, 1, 4, 5}
    assert swapped_words(original, text) == [("the", "a"), ("very", "paper"), ("indeed", "truly")]


def test_a_word_that_was_swapped_back_is_no_pair() -> None:
    original = Text.of("good film")
    text = original.replace(0, "fine").replace(0, "good")
    assert swapped_words(original, text) == []
    assert text.changed == {0}


@given(RAW, st.lists(st.sampled_from(["x", "yy", "Ä", ""]), min_size=20, max_size=20), st.integers(0, 2**20 - 1))
def test_other_words_all_at_once_are_the_same_as_one_after_the_other(raw: str, others: list[str], mask: int) -> None:
    text = Text.of(raw)
    words = [other if mask >> i & 1 else word for i, (word, other) in enumerate(zip(text.words, others, strict=False))]
    words += text.words[len(words) :]
    expected = text
    for position, word in enumerate(words):
        if word != expected.word(position):
            expected = expected.replace(position, word)
    assert text.with_words(words) == expected
