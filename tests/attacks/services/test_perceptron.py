import json
from collections.abc import Callable
from pathlib import Path

import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.attacks.request import Tags
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.perceptron import Perceptron
from flatnlp.attacks.services.tagger import TaggerService, tagger
from flatnlp.errors import FlatnlpError
from flatnlp.resources.perceptron_tagger import TAGGER_FILE, TAGGER_FOLDER
from flatnlp.text import Text

SENTENCES = (
    "a warm and funny film about two brothers who cannot stop arguing",
    "The acting is superb but the plot falls apart in the last 20 minutes of 1999",
    "It's a slow-burning thriller that doesn't trust its audience",
    "She called the script a clumsy self-important mess and walked out",
    "Stocks fell 7 percent on Monday",
)
SUBSTITUTES = ("run", "Film", "quickly", "fallen", "xqzt", "1999", "42nd", "well-made", "beautiful", "is")


@pytest.fixture(scope="module")
def folder(fetched: Callable[[str], Path]) -> Path:
    return fetched("perceptron-tagger")


@pytest.fixture(scope="module")
def perceptron(folder: Path) -> Perceptron:
    return Perceptron(folder)


@pytest.fixture(scope="module")
def reference(folder: Path) -> nltk.PerceptronTagger:
    if str(folder) not in nltk.data.path:
        nltk.data.path.append(str(folder))
    return nltk.PerceptronTagger()


def contexts(window: int) -> list[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    listed = [Text.of(sentence).words for sentence in SENTENCES]
    return [
        (tuple(words[max(0, i - window) : i]), word, tuple(words[i + 1 : i + window]))
        for words in listed
        for i in range(len(words))
        for word in (words[i], *SUBSTITUTES)
    ]


@pytest.mark.parametrize("window", [0, 1, 2, 3, 4, 20])
def test_tags_as_nltk_does(perceptron: Perceptron, reference: nltk.PerceptronTagger, window: int) -> None:
    asked = contexts(window)
    expected = [reference.tag([*before, word, *after])[len(before)][1] for before, word, after in asked]
    assert perceptron.tag(asked) == expected
    assert perceptron.tag(asked[::-1]) == expected[::-1]
    assert [perceptron.tag([each])[0] for each in asked[:40]] == expected[:40]


@given(words=st.lists(st.text("aens-1D'é", min_size=1, max_size=5), min_size=1, max_size=7), data=st.data())
def test_tags_any_words_as_nltk_does(
    perceptron: Perceptron, reference: nltk.PerceptronTagger, words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    expected = reference.tag(words)[at][1]
    assert perceptron.tag([(tuple(words[:at]), words[at], tuple(words[at + 1 :]))]) == [expected]


def test_the_service_maps_to_universal_tags_and_remembers(folder: Path) -> None:
    service = tagger("nltk")
    request = Tags(("a",), ("beautiful", "film", "quickly"), ("film", "runs"))
    first = service.answer([(request, Memory(0)), (request, Memory(1))])
    assert first == [["ADJ", "NOUN", "ADV"]] * 2
    assert service.answer([(request, Memory(0))]) == first[:1]
    assert (service.spent.items, service.spent.duplicates) == (9, 6)


def test_what_is_forgotten_is_asked_again() -> None:
    asked = []

    def load() -> Callable[..., list[str]]:
        def tag(contexts: list[tuple[tuple[str, ...], str, tuple[str, ...]]]) -> list[str]:
            asked.extend(word for _, word, _ in contexts)
            return ["NN"] * len(contexts)

        return tag

    service = TaggerService(load, "toy", kept=1)
    for word in ("one", "two", "two", "one"):
        assert service.answer([(Tags((), (word,), ()), Memory(0))]) == [["NOUN"]]
    assert asked == ["one", "two", "one"]


def test_a_damaged_tagger_is_named_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    (tmp_path / TAGGER_FOLDER).mkdir(parents=True)
    (tmp_path / TAGGER_FOLDER / TAGGER_FILE.format(part="weights")).write_text(json.dumps({})[:-1])
    with pytest.raises(FlatnlpError, match=r"weights\.json is missing or damaged.*fetch perceptron-tagger"):
        Perceptron(tmp_path)


def test_a_tagger_nobody_knows_is_refused() -> None:
    with pytest.raises(FlatnlpError, match="no tagger named 'flair'; choose one of nltk, spacy"):
        tagger("flair")
