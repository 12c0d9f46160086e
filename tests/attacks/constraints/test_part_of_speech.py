import pytest

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.request import Tags
from flatnlp.text import Text

from .asking import answered

ORIGINAL = Text.of("a b c d e f g h i j")


def test_four_words_before_and_three_after_of_the_original_are_the_context() -> None:
    current = ORIGINAL.replace(4, "CHANGED")
    (request,), _ = answered(PartOfSpeech().allowed(ORIGINAL, current, 5, ["x", "y"]), ["X"] * 3)
    assert request == Tags(("b", "c", "d", "e"), ("f", "x", "y"), ("g", "h", "i"))


def test_near_the_ends_the_context_is_what_there_is() -> None:
    (request,), _ = answered(PartOfSpeech().allowed(ORIGINAL, ORIGINAL, 2, ["x"]), ["X"] * 2)
    assert request == Tags(("a", "b"), ("c", "x"), ("d", "e", "f"))
    (request,), _ = answered(PartOfSpeech().allowed(ORIGINAL, ORIGINAL, 9, ["x"]), ["X"] * 2)
    assert request == Tags(("f", "g", "h", "i"), ("j", "x"), ())


def test_only_the_words_own_tag_is_let_through_but_nouns_and_verbs_may_stand_for_each_other() -> None:
    words = ["n", "v", "adjective"]
    kinds = ["NOUN", "VERB", "ADJ"]

    def kept(own: str, **options: bool) -> list[str]:
        return answered(PartOfSpeech(**options).allowed(ORIGINAL, ORIGINAL, 0, words), [own, *kinds])[1]

    assert kept("NOUN") == kept("VERB") == ["n", "v"]
    assert kept("ADJ") == kept("ADJ", verb_for_noun=False) == ["adjective"]
    assert kept("NOUN", verb_for_noun=False) == ["n"]
    assert kept("VERB", verb_for_noun=False) == ["v"]
    assert kept("ADV") == []


def test_a_tagger_that_answers_too_little_is_an_error_and_not_fewer_words() -> None:
    with pytest.raises(ValueError, match="shorter"):
        answered(PartOfSpeech().allowed(ORIGINAL, ORIGINAL, 0, ["x", "y"]), ["NOUN", "NOUN"])
