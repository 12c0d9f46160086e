"""spaCy's tagger, where the extra ``spacy`` is installed."""

import pytest

from flatnlp.attacks.request import Tags
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.tagger import tagger


def test_spacy_tags_words_in_their_places() -> None:
    pytest.importorskip("spacy", reason="the extra spacy is not installed")
    film = Tags(("a", "warm", "and", "funny"), ("film", "movie"), ("about", "two", "brothers"))
    verb = Tags(("they",), ("film", "shoot"), ("the", "scene", "at", "night"))
    service = tagger("spacy")
    assert service.answer([(film, Memory(0)), (verb, Memory(0))]) == [["NOUN", "NOUN"], ["VERB", "VERB"]]
