"""What the real files give, where they were fetched before."""

from collections.abc import Callable
from pathlib import Path

import pytest

Fetched = Callable[[str], Path]


@pytest.fixture(autouse=True)
def cache() -> None:
    """The real cache, instead of one of the test's own."""


@pytest.fixture
def nltk_roots(fetched: Fetched, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [str(fetched(name)) for name in ("wordnet", "stopwords", "perceptron-tagger")]
    import nltk

    monkeypatch.setattr(nltk.data, "path", roots)


def test_nltk_reads_what_was_fetched(nltk_roots: None) -> None:
    import nltk
    from nltk.corpus import stopwords, wordnet

    assert "goodness" in {lemma.name() for synset in wordnet.synsets("good") for lemma in synset.lemmas()}
    assert len(stopwords.words("english")) == 179
    assert nltk.pos_tag(["the", "movie", "was", "good"]) == [
        ("the", "DT"),
        ("movie", "NN"),
        ("was", "VBD"),
        ("good", "JJ"),
    ]
