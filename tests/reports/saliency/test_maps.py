import math

from hypothesis import given
from hypothesis import strategies as st

from flatnlp.reports.saliency.maps import SaliencyMap, SaliencyWord, finite, scale_of, segments
from flatnlp.text import Text
from tests.reports.explained import pair, saliency


def test_a_text_is_cut_into_words_gaps_and_marks() -> None:
    found = segments(saliency("A dull film.", [0.1, -0.4], ["dull"]), 0.4)
    assert [each.text for each in found] == ["A", " ", "dull", " ", "film", "."]
    assert [each.strength for each in found] == [0.25, 0.0, -1.0, 0.0, 0.0, 0.0]
    assert [each.swapped for each in found] == [False, False, True, False, False, False]
    assert [each.unseen for each in found] == [False, False, False, False, True, False]


def test_a_swap_of_several_words_marks_what_is_between_them() -> None:
    found = segments(saliency("one two three", [0, 0, 0], ["one two"]), 1.0)
    assert [(each.text, each.swapped) for each in found] == [
        ("one", True),
        (" ", True),
        ("two", True),
        (" ", False),
        ("three", False),
    ]


def test_an_insertion_leaves_a_place_in_the_other_text() -> None:
    raw = "good film"
    words = tuple(SaliencyWord(*span, 0.0) for span in Text.of(raw).spans)
    for place in (0, 5, 9):
        shown = segments(SaliencyMap("m", raw, words, "ig", "a", 1, "a", 1, ((place, place),)), 1.0)
        at = next(position for position, each in enumerate(shown) if not each.text)
        assert sum(len(each.text) for each in shown[:at]) == place
        assert [each.swapped for each in shown].count(True) == 1


@given(st.text(max_size=60), st.data())
def test_nothing_of_a_text_is_lost_or_doubled(raw: str, data: st.DataObject) -> None:
    spans = data.draw(st.lists(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw))).map(sorted).map(tuple)))
    words = tuple(SaliencyWord(*span, data.draw(st.floats(-9, 9))) for span in Text.of(raw).spans)
    drawn = SaliencyMap("m", raw, words, "ig", "a", 1, "a", 1, tuple(spans))
    found = segments(drawn, scale_of([drawn]))
    assert "".join(each.text for each in found) == raw
    assert all(abs(each.strength) <= 1 for each in found)
    assert {each.word for each in found} - {None} == set(words)


def test_both_texts_of_a_pair_share_a_scale_and_zero_is_no_scale() -> None:
    assert scale_of(pair().maps) == 0.4
    assert scale_of([saliency("a b", [0.0, None])]) == 1.0
    assert finite(math.nan) is None
    assert finite(0.5) == 0.5
