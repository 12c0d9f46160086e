import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.text import Edit, Text, clean, is_one_word, match_case

RAW = st.text(st.characters() | st.sampled_from("aZ9 _'-*@.,\n\tÉßİΣſK²\u0301\u200b"), max_size=60)
SWAPS = st.lists(st.tuples(st.integers(0, 10**6), st.text(max_size=8)), min_size=1, max_size=6)


@given(RAW)
def test_the_tokens_of_a_text_are_the_tokens_of_its_words_in_order(raw: str) -> None:
    assert clean(raw) == [token for word in Text.of(raw).words for token in clean(word)]


@given(RAW)
def test_tokens_are_of_the_papers_alphabet(raw: str) -> None:
    assert all(token and set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for token in clean(raw))


@given(RAW)
def test_spans_are_in_order_apart_and_begin_and_end_with_a_letter_or_digit(raw: str) -> None:
    text = Text.of(raw)
    end_before = -1
    for start, end in text.spans:
        assert end_before < start < end <= len(raw)
        assert raw[start].isalnum()
        assert raw[end - 1].isalnum()
        end_before = end
    assert text.words == [text.word(i) for i in range(len(text.spans))]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", []),
        (" \n\t", []),
        ("... !? -- '", []),
        ("It's a so-so film.", ["It's", "a", "so-so", "film"]),
        ("'quoted' -dashed- *starred*", ["quoted", "dashed", "starred"]),
        ("snake_case _private_", ["snake_case", "private"]),
        ("mail me@home, f**k 90210", ["mail", "me@home", "f**k", "90210"]),
        ("a b", ["a", "b"]),
        ("naïve café", ["naïve", "café"]),
        ("don’t", ["don", "t"]),
    ],
)
def test_finds_words(raw: str, words: list[str]) -> None:
    assert Text.of(raw).words == words


@pytest.mark.parametrize(
    ("raw", "tokens"),
    [
        ("Don't STOP", ["don", "t", "stop"]),
        ("café", ["caf"]),
        ("so-so 4x4", ["so", "so", "4x4"]),
        ("日本", []),
    ],
)
def test_cleans_as_the_paper_does(raw: str, tokens: list[str]) -> None:
    assert clean(raw) == tokens


@given(RAW.filter(lambda raw: Text.of(raw).spans), st.integers(0, 10**6), st.text(max_size=8))
def test_replacing_a_word_keeps_everything_outside_it(raw: str, number: int, substitute: str) -> None:
    text = Text.of(raw)
    position = number % len(text.spans)
    start, end = text.spans[position]
    replaced = text.replace(position, substitute)
    assert replaced.raw == raw[:start] + substitute + raw[end:] == text.with_word(position, substitute)
    assert replaced.edits == (Edit("replace", position, raw[start:end], substitute),)
    assert text == Text.of(raw)


@given(RAW.filter(lambda raw: Text.of(raw).spans), SWAPS)
def test_spans_stay_aligned_after_several_replacements(raw: str, swaps: list[tuple[int, str]]) -> None:
    text = Text.of(raw)
    words = text.words
    gaps = [raw[a:b] for (_, a), (b, _) in zip([(0, 0), *text.spans], [*text.spans, (len(raw), 0)], strict=True)]
    for number, substitute in swaps:
        position = number % len(words)
        text = text.replace(position, substitute)
        words[position] = substitute
    assert text.words == words
    assert text.raw == gaps[0] + "".join(word + gap for word, gap in zip(words, gaps[1:], strict=True))
    assert text.changed == {number % len(words) for number, _ in swaps}
    assert [edit.substitute for edit in text.edits] == [substitute for _, substitute in swaps]


def test_an_edit_of_an_edited_word_says_what_stood_there_before_it() -> None:
    text = Text.of("a good film").replace(1, "fine").replace(1, "nice")
    assert text.raw == "a nice film"
    assert [(edit.original, edit.substitute) for edit in text.edits] == [("good", "fine"), ("fine", "nice")]


def test_an_empty_substitute_leaves_an_empty_word_in_place() -> None:
    text = Text.of("a good film").replace(1, "")
    assert (text.raw, text.words) == ("a  film", ["a", "", "film"])
    assert text.replace(2, "story").raw == "a  story"


@pytest.mark.parametrize(
    ("substitute", "word", "expected"),
    [
        ("film", "movie", "film"),
        ("film", "Movie", "Film"),
        ("film", "MOVIE", "FILM"),
        ("film", "mOVIE", "film"),
        ("Paris", "city", "Paris"),
        ("Paris", "CITY", "PARIS"),
        ("Paris", "City", "Paris"),
        ("me", "I", "Me"),
        ("one", "A", "One"),
        ("twenty-one", "21", "twenty-one"),
        ("fourth", "4TH", "FOURTH"),
        ("x", "", "x"),
        ("", "Movie", ""),
        ("élan", "Verve", "Élan"),
        ("3d", "Flat", "3d"),
    ],
)
def test_a_substitute_takes_the_capitals_of_its_word(substitute: str, word: str, expected: str) -> None:
    assert match_case(substitute, word) == expected


@given(st.from_regex(r"[A-Za-z0-9'-]{0,8}", fullmatch=True), RAW)
def test_taking_capitals_changes_nothing_else(substitute: str, word: str) -> None:
    assert match_case(substitute, word).lower() == substitute.lower()


@pytest.mark.parametrize(
    ("raw", "one"),
    [("film", True), ("so-so", True), (" film.", True), ("", False), ("'", False), ("a film", False), ("a/b", False)],
)
def test_tells_one_word_from_none_and_several(raw: str, one: bool) -> None:
    assert is_one_word(raw) is one
