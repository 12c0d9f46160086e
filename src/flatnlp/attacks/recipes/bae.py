"""BAE: words of a masked language model, the most important word first."""

import math

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.services.masked_model import DEFAULT_MODEL, MaskedModelService
from flatnlp.attacks.services.sentence_encoder import with_threshold
from flatnlp.attacks.services.tagger import tagger as tagger_named
from flatnlp.attacks.substitutions.masked import MaskedSubstitutes

LEAST = 1 - math.acos(0.936338023) / math.pi  # the cosine of the recipe as the angular similarity of the constraint
THRESHOLDS = {"use": LEAST, "minilm": LEAST}
"""Encoder -> least angular similarity; the published number, which is for the Universal Sentence Encoder."""


def bae(masked_model: str = DEFAULT_MODEL, encoder: str = "minilm", tagger: str = "nltk") -> Recipe:
    """BAE: words of a masked language model, the most important word first.

    Garg and Ramakrishnan 2020, https://arxiv.org/abs/2004.01970, mode BAE-R, with TextAttack 0.3.11's defaults
    (``BAEGarg2019``): the 50 most probable words in the word's place; a word's importance is the score without it; the
    same part of speech, nouns and verbs for each other; the 15 words around a change of cosine 0.936338023 to the
    original's, shorter texts aside; no word twice, no stop words.

    Args:
        masked_model: The masked language model (``MaskedModelService``).
        encoder: The sentence encoder (``sentence_encoder.encoder``), or ``none`` to do without.
        tagger: The tagger (``tagger``).

    Raises:
        FlatnlpError: If one of them is unknown or cannot be had.
    """
    words, tags = MaskedModelService(masked_model), tagger_named(tagger)
    chosen = None if encoder == "none" else with_threshold(encoder, THRESHOLDS)
    similarity = None if chosen is None else SentenceSimilarity(chosen.threshold, against_original=True)
    return Recipe(
        search=ImportanceGreedy("deletion", (PartOfSpeech(),), similarity),
        substitutions=MaskedSubstitutes(most=50),
        constraints=(no_repeats, no_english_stop_words()),
        name="bae",
        services=(words, tags) if chosen is None else (words, tags, chosen.service),
        settings={
            "masked_model": words.identity,
            "encoder": "none" if chosen is None else f"{chosen.service.identity} {chosen.threshold}",
            "tagger": tags.identity,
        },
    )


ENTRY = RecipeEntry(
    name="bae",
    make=bae,
    search="greedy, the word first whose deletion raises the score most",
    substitutions="50 words of a masked language model",
    constraints="no word twice, no stop words, same part of speech (noun for verb allowed), sentence similarity of the "
    "15 words around, cosine 0.936 to the original",
    source="Garg and Ramakrishnan 2020; TextAttack 0.3.11 BAEGarg2019",
    resources=("minilm-l6-mlm", "perceptron-tagger", "minilm", "stopwords"),
    options=("masked_model", "encoder", "tagger"),
)
