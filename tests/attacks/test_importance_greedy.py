"""The search of TextFooler, against hand-computed attacks, and lazy against eager on random ones."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.request import Similarity, Tags
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.service import Memory, Spent
from flatnlp.models.classifier import CallableClassifier
from flatnlp.text import clean

from .hashed_victim import hashed_victim
from .toys import Lexicon, bag_of_words

EVERY_LENGTH = SentenceSimilarity(threshold=0.5, window=15, skip_shorter=False)


class Answers:
    """A service that answers from a function."""

    name = "toy"

    def __init__(self, handles: type, function: Any) -> None:
        self.handles = handles
        self.function = function
        self.spent = Spent()
        self.asked = 0

    def answer(self, requests: Sequence[tuple[Any, Memory]]) -> list[Any]:
        self.asked += sum(len(request.others) if self.handles is Similarity else 0 for request, _ in requests)
        return [self.function(request) for request, _ in requests]

    def close(self) -> None:
        pass


def by_word(angular: dict[str, float], otherwise: float = 1.0) -> Answers:
    """Angular similarity of a variant, by a word that it holds."""

    def cosines(request: Similarity) -> np.ndarray:
        found = [next((angular[w] for w in other.split() if w in angular), otherwise) for other in request.others]
        return np.cos(np.pi * (1 - np.array(found)))

    return Answers(Similarity, cosines)


def run(
    search: ImportanceGreedy,
    lexicon: dict[str, tuple[str, ...]],
    victim: CallableClassifier,
    text: str,
    label: int,
    *services: Any,
) -> AttackResult:
    recipe = Recipe(search, Lexicon(lexicon), (no_repeats,), services=services)
    (result,) = Engine(recipe, victim).run([Example(0, text, label)])
    return result


def test_the_most_important_word_goes_first_by_its_best_substitute() -> None:
    victim = bag_of_words({"good": 2.0, "nice": 1.0, "fair": 0.8, "kind": 0.2, "bad": -5.0})
    lexicon = {"good": ("fair", "kind"), "nice": ("bad",), "a": ("one",)}
    result = run(ImportanceGreedy(), lexicon, victim, "a nice good film", 1)
    assert result.adversarial.raw == "a bad kind film"  # good goes first and becomes kind; then bad reaches the goal
    assert [edit.original for edit in result.adversarial.edits] == ["good", "nice"]
    assert result.status == "successful"
    assert result.queries == 1 + 4 + 2 + 1  # the text, a deletion per word, two for good, one for nice


def test_a_swap_that_does_not_raise_the_score_is_not_kept() -> None:
    victim = bag_of_words({"good": 1.0, "great": 2.0})
    result = run(ImportanceGreedy(), {"good": ("great", "good")}, victim, "a good film", 1)
    assert (result.status, result.adversarial.raw) == ("failed", "a good film")


def test_a_swap_that_leaves_the_score_as_it_was_is_not_kept() -> None:
    result = run(ImportanceGreedy(), {"good": ("fine",)}, bag_of_words({"good": 1.0, "fine": 1.0}), "a good film", 1)
    assert (result.status, result.adversarial.raw) == ("failed", "a good film")


@pytest.mark.parametrize(("importance", "first"), [("deletion", "bb"), ("unknown", "aa")])
def test_importance_is_the_score_with_the_word_deleted_or_unknown(importance: Any, first: str) -> None:
    known = {"aa bb": 0.9, "bb": 0.8, "aa": 0.6, "unk bb": 0.5, "aa unk": 0.7, "xx bb": 0.85, "aa yy": 0.85}

    def probabilities(texts: list[str]) -> list[list[float]]:
        return [[known.get(" ".join(clean(text)), 0.2), 1 - known.get(" ".join(clean(text)), 0.2)] for text in texts]

    victim = CallableClassifier(probabilities, ["x", "y"])
    result = run(ImportanceGreedy(importance), {"aa": ("xx",), "bb": ("yy",)}, victim, "aa bb", 0)
    assert result.adversarial.raw == "xx yy"
    assert result.adversarial.edits[0].original == first


def test_of_those_that_succeed_the_most_similar_is_taken() -> None:
    victim = bag_of_words({"good": 1.0, "awful": -3.0, "bad": -2.0, "poor": -1.0, "fair": 0.5})
    lexicon = {"good": ("awful", "bad", "fair", "poor")}
    similarity = by_word({"awful": 0.6, "bad": 0.8, "poor": 0.7, "fair": 0.9})
    result = run(ImportanceGreedy(similarity=EVERY_LENGTH), lexicon, victim, "a good film", 1, similarity)
    assert result.adversarial.raw == "a bad film"
    assert similarity.asked == 3  # fair does not succeed, so nobody asks how similar it is
    without = run(ImportanceGreedy(), lexicon, victim, "a good film", 1)
    assert without.adversarial.raw == "a awful film"


def test_of_those_that_succeed_what_is_not_similar_enough_does_not_hide_the_rest() -> None:
    victim = bag_of_words({"good": 1.0, "awful": -3.0, "bad": -2.0, "poor": -1.0, "fair": 0.5})
    lexicon = {"good": ("awful", "bad", "fair", "poor")}
    similarity = by_word({"awful": 0.6, "bad": 0.4, "poor": 0.8, "fair": 0.9})
    result = run(ImportanceGreedy(similarity=EVERY_LENGTH), lexicon, victim, "a good film", 1, similarity)
    assert result.adversarial.raw == "a poor film"


def test_the_most_similar_is_looked_for_down_to_the_first_that_fails() -> None:
    said = {"aaa": (0.3, 0.6), "bbb": (0.4, 0.35), "ccc": (0.45, 0.5)}  # of three classes; bbb does not flip it

    def probabilities(texts: list[str]) -> list[list[float]]:
        found = [next((said[word] for word in clean(text) if word in said), (0.9, 0.05)) for text in texts]
        return [[first, second, 1 - first - second] for first, second in found]

    victim = CallableClassifier(probabilities, ["x", "y", "z"])
    similarity = by_word({"aaa": 0.6, "bbb": 0.7, "ccc": 0.9})
    search = ImportanceGreedy(similarity=EVERY_LENGTH)
    result = run(search, {"good": ("aaa", "bbb", "ccc")}, victim, "a good film", 0, similarity)
    assert (result.status, result.adversarial.raw) == ("successful", "a aaa film")


def test_what_is_not_similar_enough_is_passed_over() -> None:
    victim = bag_of_words({"good": 3.0, "bad": 0.5, "poor": 1.0, "fair": 2.0})
    lexicon = {"good": ("bad", "fair", "poor")}
    similarity = by_word({"bad": 0.4, "poor": 0.3, "fair": 0.9})
    result = run(ImportanceGreedy(similarity=EVERY_LENGTH), lexicon, victim, "a good film", 1, similarity)
    assert (result.status, result.adversarial.raw) == ("failed", "a fair film")


def test_the_encoder_is_asked_about_the_best_then_about_twice_as_many() -> None:
    sizes = []

    def cosines(request: Similarity) -> np.ndarray:
        sizes.append(len(request.others))
        return np.full(len(request.others), -1.0)

    victim = bag_of_words({"good": 9.0, "s1": 5.0, "s2": 4.0, "s3": 3.0, "s4": 2.0, "s5": 1.0})
    lexicon = {"good": ("s1", "s2", "s3", "s4", "s5")}
    search = ImportanceGreedy(similarity=EVERY_LENGTH)
    result = run(search, lexicon, victim, "a good film", 1, Answers(Similarity, cosines))
    assert (result.status, result.adversarial.raw) == ("failed", "a good film")
    assert sizes == [1, 2, 2]


def test_just_as_similar_as_asked_is_similar_enough() -> None:
    victim = bag_of_words({"good": 1.0, "bad": -2.0})
    search = ImportanceGreedy(similarity=EVERY_LENGTH)
    result = run(search, {"good": ("bad",)}, victim, "a good film", 1, by_word({"bad": 0.5}))
    assert (result.status, result.adversarial.raw) == ("successful", "a bad film")


def test_an_encoder_that_answers_too_little_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        run(
            ImportanceGreedy(similarity=EVERY_LENGTH, lazy=False),
            {"good": ("bad", "poor")},
            bag_of_words({"good": 1.0}),
            "a good film",
            1,
            Answers(Similarity, lambda request: np.ones(1)),
        )


def test_short_texts_are_not_compared() -> None:
    victim = bag_of_words({"good": 3.0, "bad": -1.0})
    asking_nobody = ImportanceGreedy(similarity=SentenceSimilarity(threshold=0.9))
    result = run(asking_nobody, {"good": ("bad",)}, victim, "a good film", 1)
    assert result.adversarial.raw == "a bad film"


def test_part_of_speech_is_asked_in_the_words_place_in_the_original() -> None:
    seen: list[Tags] = []

    def tags(request: Tags) -> list[str]:
        seen.append(request)
        kinds = {"swift": "ADJ", "quick": "ADJ", "run": "VERB", "fox": "NOUN", "ran": "VERB"}
        return [kinds.get(word, "X") for word in request.words]

    victim = bag_of_words({"quick": 2.0, "swift": 1.5, "run": -9.0, "fox": 1.0, "ran": -0.5})
    lexicon = {"quick": ("run", "swift"), "fox": ("ran",)}
    search = ImportanceGreedy(constraints=(PartOfSpeech(),))
    result = run(search, lexicon, victim, "w1 w2 w3 w4 w5 quick fox w8 w9 w10", 1, Answers(Tags, tags))
    assert result.adversarial.raw == "w1 w2 w3 w4 w5 swift ran w8 w9 w10"  # run is no adjective; a verb may be a noun
    assert seen[0] == Tags(("w2", "w3", "w4", "w5"), ("quick", "run", "swift"), ("fox", "w8", "w9"))
    assert seen[1].before == ("w3", "w4", "w5", "quick")
    strict = ImportanceGreedy(constraints=(PartOfSpeech(verb_for_noun=False),))
    result = run(strict, lexicon, victim, "w1 w2 w3 w4 w5 quick fox w8 w9 w10", 1, Answers(Tags, tags))
    assert result.adversarial.raw == "w1 w2 w3 w4 w5 swift fox w8 w9 w10"


@pytest.mark.parametrize(("tag", "status"), [("ADJ", "unattackable"), ("NOUN", "failed")])
def test_without_any_allowed_substitute_a_text_is_unattackable(tag: str, status: str) -> None:
    victim = bag_of_words({"film": 1.0})
    tags = Answers(Tags, lambda request: ["NOUN"] + [tag] * (len(request.words) - 1))
    search = ImportanceGreedy(constraints=(PartOfSpeech(),))
    assert run(search, {"film": ("movie",)}, bag_of_words({"film": 1.0, "movie": 2.0}), "a film", 1, tags).status == (
        status
    )
    assert run(ImportanceGreedy(), {}, victim, "a film", 1).queries == 1


def hashed_cosine(request: Similarity) -> np.ndarray:
    """Cosines between 0 and 1 that depend on both strings, and are often the same."""
    found = []
    for other in request.others:
        digest = hashlib.sha256(f"{request.reference}|{other}".encode()).digest()
        found.append(np.cos(np.pi * (1 - (0.7 + digest[0] % 8 * 0.04))))
    return np.array(found)


WORDS = ("red", "green", "blue", "tall", "small", "warm", "cold")


@given(
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=9),
    lexicon=st.dictionaries(
        st.sampled_from(WORDS), st.lists(st.sampled_from([*WORDS, "x", "y", "z"]), min_size=1, max_size=6, unique=True)
    ),
    threshold=st.sampled_from([0.7, 0.8, 0.86, 0.95]),
    classes=st.sampled_from([2, 3]),
)
def test_lazy_and_eager_end_the_same(
    text: list[str], lexicon: dict[str, list[str]], threshold: float, classes: int
) -> None:
    victim = hashed_victim(classes)
    raw = " ".join(text)
    label = int(victim.predict_proba([raw])[0].argmax())
    entries = {word: tuple(each for each in near if each != word) for word, near in lexicon.items()}
    similarity = SentenceSimilarity(threshold, skip_shorter=False)
    results, asked = [], []
    for lazy in (True, False):
        service = Answers(Similarity, hashed_cosine)
        search = ImportanceGreedy(similarity=similarity, lazy=lazy)
        results.append(run(search, entries, victim, raw, label, service))
        asked.append(service.asked)
    lazy_one, eager = results
    assert (lazy_one.status, lazy_one.adversarial) == (eager.status, eager.adversarial)
    assert lazy_one.probabilities == eager.probabilities
    assert asked[0] <= asked[1]
    assert lazy_one.queries >= eager.queries
