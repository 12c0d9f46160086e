"""spaCy's tagger, where the extra ``spacy`` is installed."""

import sys
from types import SimpleNamespace

import pytest

from flatnlp.attacks.request import Tags
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.tagger import tagger
from flatnlp.errors import FlatnlpError


def test_spacy_tags_words_in_their_places() -> None:
    pytest.importorskip("spacy", reason="the extra spacy is not installed")
    film = Tags(("a", "warm", "and", "funny"), ("film", "movie"), ("about", "two", "brothers"))
    verb = Tags(("they",), ("film", "shoot"), ("the", "scene", "at", "night"))
    service = tagger("spacy")
    assert service.answer([(film, Memory(0)), (verb, Memory(0))]) == [["NOUN", "NOUN"], ["VERB", "VERB"]]


def test_without_spacy_or_its_pipeline_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(FlatnlpError, match=r"needs spaCy; give pip install 'flatnlp\[spacy\]', or take --tagger nltk"):
        tagger("spacy")

    def load(name: str, enable: list[str]) -> object:
        raise OSError(f"there is no {name}")

    absent = SimpleNamespace(load=load, util=SimpleNamespace(is_package=lambda name: False))
    monkeypatch.setitem(sys.modules, "spacy", absent)
    with pytest.raises(FlatnlpError, match="spaCy has no pipeline en_core_web_sm; give pip install"):
        tagger("spacy")


def test_a_tagger_nobody_knows_is_refused() -> None:
    with pytest.raises(FlatnlpError, match="no tagger named 'brill'; choose one of"):
        tagger("brill")
