from hypothesis import given
from hypothesis import strategies as st

from flatnlp.reports.markup import Stretch, mark
from tests.reports.fabricated import swap


def joined(stretches: tuple[Stretch, ...]) -> str:
    return "".join(piece.text for stretch in stretches for piece in (*stretch.pieces, *stretch.rest))


def marked(stretches: tuple[Stretch, ...]) -> list[str]:
    return ["".join(piece.text for piece in stretch.pieces) for stretch in stretches if stretch.marked]


def test_marks_several_swaps_in_both_texts_of_unicode() -> None:
    original = "Ça, c'est 🎬 géant — naïve naïve!"
    adversarial, edits = swap(original, ("géant", "énorme 👍"), ("naïve", "crédule"), ("naïve", "simple"))
    before = mark(original, [(edit["start"], edit["end"]) for edit in edits])
    after = mark(adversarial, [(edit["adversarial_start"], edit["adversarial_end"]) for edit in edits])
    assert marked(before) == ["géant", "naïve", "naïve"]
    assert marked(after) == ["énorme 👍", "crédule", "simple"]
    assert (joined(before), joined(after)) == (original, adversarial)


def test_an_inserted_word_marks_its_place_and_overlaps_merge() -> None:
    stretches = mark("good film", [(5, 5), (0, 3), (2, 4)])
    assert marked(stretches) == ["good", ""]
    assert joined(stretches) == "good film"


def test_spans_at_the_ends_and_of_an_empty_text() -> None:
    assert marked(mark("ab", [(1, 2), (0, 1)])) == ["a", "b"]
    assert mark("", []) == ()
    assert marked(mark("", [(0, 0)])) == [""]


def test_characters_that_cannot_be_seen_get_a_stand_in() -> None:
    pieces = mark("a\u202eb", [])[0].pieces
    assert [(piece.text, piece.hidden) for piece in pieces] == [("a", False), ("[U+202E]", True), ("b", False)]


def test_long_stretches_lose_their_middle_but_never_a_swap() -> None:
    text = "x" * 5000 + "SWAP" + "y" * 10
    first, swapped, last = mark(text, [(5000, 5004)], kept=100)
    assert first.left_out == 4800
    assert len(first.pieces[0].text) == len(first.rest[0].text) == 100
    assert swapped.pieces[0].text == "SWAP"
    assert last.left_out == 0


@given(st.text(st.characters(categories=["L", "Zs", "S"]), max_size=60), st.data())
def test_nothing_is_lost(text: str, data: st.DataObject) -> None:
    place = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(place, place).map(lambda ends: (min(ends), max(ends))), max_size=5))
    stretches = mark(text, spans)
    assert joined(stretches) == text
    covered = {position for start, end in spans for position in range(start, end)}
    assert sum(len(found) for found in marked(stretches)) == len(covered)
