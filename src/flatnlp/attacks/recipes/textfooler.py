"""TextFooler: neighbours in a counter-fitted space, the most important word first."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.recipes.similarity import similarity_part
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.services.tagger import tagger as tagger_named
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE, SynonymSpace

THRESHOLDS: Mapping[str, float] = MappingProxyType({"use": 0.840845057, "minilm": 0.8268})
"""Encoder -> least angular similarity. TextFooler's own is for the Universal Sentence Encoder; for MiniLM it is the one
at which as large a share of the same candidates passes (``benchmarks/encoder_thresholds.py``, docs/RESULTS.md)."""


def textfooler(synonyms: str = DEFAULT_SPACE, encoder: str = "minilm", tagger: str = "nltk") -> Recipe:
    """TextFooler: neighbours in a counter-fitted space, the most important word first.

    Jin et al. 2020, "Is BERT Really Robust?", with TextAttack 0.3.11's defaults (``TextFoolerJin2019``): the 50 nearest
    neighbours of at least cosine 0.5; a word's importance is the score without it; TextFooler's own stop words; no word
    twice; the same part of speech, nouns and verbs for each other; the 15 words around a change similar enough to what
    they were, shorter texts aside; of the substitutes that succeed, the most similar one.

    Args:
        synonyms: The synonym space (``SynonymSpace``).
        encoder: The sentence encoder (``sentence_encoder.encoder``), or ``none`` to do without.
        tagger: The tagger (``tagger``).

    Raises:
        FlatnlpError: If one of them is unknown or cannot be had.
    """
    tags, similarity = tagger_named(tagger), similarity_part(encoder, THRESHOLDS)
    space = SynonymSpace(synonyms)
    return Recipe(
        name="textfooler",
        draws=False,
        search=ImportanceGreedy("deletion", (PartOfSpeech(),), similarity.constraint),
        substitutions=space,
        constraints=(no_repeats, no_stop_words(stop_words())),
        services=(tags, *similarity.services),
        settings={
            "synonyms": space.identity,
            "encoder": similarity.setting,
            "tagger": tags.identity,
        },
    )


def stop_words() -> list[str]:
    """TextFooler's own."""
    listed = files("flatnlp.attacks.constraints").joinpath("textfooler_stop_words.txt")
    lines = listed.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


ENTRY = RecipeEntry(
    name="textfooler",
    make=textfooler,
    search="greedy, the word first whose deletion raises the score most; of the substitutes that succeed, the most "
    "similar",
    substitutions="50 nearest neighbours in a synonym space, cosine 0.5 or more",
    constraints="no word twice, no stop words (TextFooler's own), same part of speech (noun for verb allowed), "
    "sentence similarity of the 15 words around",
    source="Jin et al. 2020; TextAttack 0.3.11 TextFoolerJin2019",
    resources=("counter-fitted", "perceptron-tagger", "minilm"),
    options=("synonyms", "encoder", "tagger"),
)
