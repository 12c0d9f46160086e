"""Synonyms as the attacks would offer them, in token ids."""

import pytest
import torch

from flatnlp.attacks.recipe import Recipe
from flatnlp.data import Vocabulary
from flatnlp.errors import FlatnlpError
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.training.settings import TrainSettings
from flatnlp.training.synonyms import (
    NO_SYNONYMS,
    check_synonyms,
    substitutes_of,
    synonyms_for,
    synonyms_of,
    vocabulary_pairs,
    words_of,
)
from tests.attacks.toys import Lexicon, toy_recipe

ENTRIES = {"good": ("fine", "grand", "well-made"), "film": ("movie",), "well-made": ("good",), "the": ("a",)}
TEXTS = ["The GOOD film, well-made!", "a fine film"]


def classifier() -> WordClassifier:
    vocabulary = Vocabulary.from_texts([["a", "film", "fine", "good", "made", "the", "well"]])
    network = WordNetwork(WordNetworkConfig("cnn", 9, 3, 2, True, 4, 0.0), torch.zeros(9, 3))
    return WordClassifier(network, vocabulary, ["no", "yes"], 10)


def test_words_are_those_of_the_texts_in_small_letters() -> None:
    assert words_of(TEXTS) == ["a", "film", "fine", "good", "the", "well-made"]


def test_stop_words_have_none_and_two_recipes_add_up() -> None:
    other = toy_recipe({"good": ("fine", "nice")})
    found = dict(synonyms_of(words_of(TEXTS), [toy_recipe(ENTRIES), other]))
    assert found == {"film": ("movie",), "good": ("fine", "grand", "well-made", "nice"), "well-made": ("good",)}


def test_pairs_are_of_words_that_the_model_knows_both() -> None:
    victim = classifier()
    index = victim.vocabulary.index
    good, fine, well_made = (index["good"],), (index["fine"],), (index["well"], index["made"])
    found = vocabulary_pairs(words_of(TEXTS), [toy_recipe(ENTRIES)], victim)
    assert found.pairs == [[(good, fine)], [(good, well_made)], [(well_made, good)]]


def test_substitutes_are_of_one_token_the_unknown_one_among_them() -> None:
    victim = classifier()
    index = victim.vocabulary.index
    found = substitutes_of(victim, words_of(TEXTS), [toy_recipe(ENTRIES)])
    of = {
        word: found.ids[found.first[i] : found.first[i] + found.counts[i]].tolist()
        for word, i in index.items()
        if found.counts[i]
    }
    assert of == {"good": [index["fine"], 1], "film": [1]}
    assert found.counts.sum() == len(found.ids)


def test_only_what_the_settings_ask_for_is_made() -> None:
    victim, recipes = classifier(), [toy_recipe(ENTRIES)]

    def made(**options: object) -> tuple[bool, bool]:
        found = synonyms_for(TrainSettings(dataset="d", **options), victim, TEXTS, recipes)  # type: ignore[arg-type]
        return found.substitutes is not None, found.pairs is not None

    assert synonyms_for(TrainSettings(dataset="d"), victim, TEXTS, recipes) is NO_SYNONYMS
    assert made(importance_pairs="vocabulary") == (False, True)
    assert made(importance_pairs="vocabulary", method="adv") == (False, False)  # no masks, no importances
    assert made(views="random") == (True, False)
    assert made(method="synonym") == (True, False)


def test_where_there_are_none_it_is_said() -> None:
    with pytest.raises(FlatnlpError, match="No word of the training texts has a synonym that the model knows; leave"):
        vocabulary_pairs(["film"], [toy_recipe(ENTRIES)], classifier())
    with pytest.raises(FlatnlpError, match="No word of the training texts has a synonym of one token; leave out"):
        substitutes_of(classifier(), ["fine"], [toy_recipe(ENTRIES)])


def test_attacks_that_look_at_the_text_around_are_refused() -> None:
    class InContext(Lexicon):
        def in_context(self, text: object, position: int) -> object:
            raise AssertionError

    bae = Recipe(toy_recipe({}).search, InContext({}), name="bae")  # type: ignore[arg-type]
    check_synonyms(TrainSettings(dataset="d"), [bae])
    check_synonyms(TrainSettings(dataset="d", views="random"), [toy_recipe({})])
    for options in ({"views": "random"}, {"importance_pairs": "vocabulary"}, {"smooth_vectors": 0.5}):
        with pytest.raises(FlatnlpError, match="bae takes a word's substitutes from the text around it"):
            check_synonyms(TrainSettings(dataset="d", **options), [toy_recipe({}), bae])  # type: ignore[arg-type]
