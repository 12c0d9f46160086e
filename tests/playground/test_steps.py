"""The way from the original to the adversarial text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.models.classifier import CallableClassifier
from flatnlp.playground.steps import steps
from flatnlp.text import Text


def share_of_a(texts: list[str]) -> list[list[float]]:
    shares = [text.count("a") / max(1, len(text)) for text in texts]
    return [[share, 1 - share] for share in shares]


CLASSIFIER = CallableClassifier(share_of_a, ["a", "other"])


def test_every_edit_is_a_step_with_the_probabilities_after_it() -> None:
    original = Text.of("aaa bbb, ccc")
    last = original.replace(1, "ab").insert(0, "x").merge(2, "aa")
    found = steps(CLASSIFIER, original, last)
    assert [step.text.raw for step in found] == ["aaa bbb, ccc", "aaa ab, ccc", "x aaa ab, ccc", "x aaa aa,"]
    assert [step.edit for step in found] == [None, *last.edits]
    assert [[step.text.raw[a:b] for a, b in step.new] for step in found] == [[], ["ab"], ["x"], ["aa"]]
    assert [[step.text.raw[a:b] for a, b in step.earlier] for step in found] == [[], [], ["ab"], ["x"]]
    assert found[0].probabilities == pytest.approx((3 / 12, 9 / 12))
    assert found[3].probabilities == pytest.approx((5 / 9, 4 / 9))


def test_a_text_without_edits_is_the_only_step() -> None:
    text = Text.of("aaa")
    assert [step.text for step in steps(CLASSIFIER, text, text)] == [text]


@given(st.lists(st.tuples(st.sampled_from(["replace", "insert", "merge"]), st.integers(0, 9)), max_size=6))
def test_the_last_step_is_the_adversarial_text(edits: list[tuple[str, int]]) -> None:
    original = last = Text.of("one two, three four! five")
    for kind, where in edits:
        room = len(last.spans) - (kind == "merge")
        if room > 0:
            last = getattr(last, kind)(where % room, "a")
    found = steps(CLASSIFIER, original, last)
    assert found[-1].text.raw == last.raw
    assert len(found) == len(last.edits) + 1
    for step in found:
        np.testing.assert_allclose(step.probabilities, share_of_a([step.text.raw])[0])
        assert len({*step.new, *step.earlier}) == len(step.new) + len(step.earlier)
