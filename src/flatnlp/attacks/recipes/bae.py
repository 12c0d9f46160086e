"""BAE: words of a masked language model, the most important word first."""

from collections.abc import Mapping
from types import MappingProxyType

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.recipes.similarity import similarity_part
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.services.masked_model import DEFAULT_MODEL, MaskedModelService
from flatnlp.attacks.services.tagger import tagger as tagger_named
from flatnlp.attacks.substitutions.masked import MaskedSubstitutes

THRESHOLDS: Mapping[str, float] = MappingProxyType({"use": 0.885807768, "minilm": 0.8947})
"""Encoder -> least angular similarity. BAE's own, cosine 0.936338023, is for the Universal Sentence Encoder; for MiniLM
it is the one at which as large a share of BAE's candidates passes (``benchmarks/encoder_thresholds.py``)."""


def bae(masked_model: str = DEFAULT_MODEL, encoder: str = "minilm", tagger: str = "nltk") -> Recipe:
    """BAE: words of a masked language model, the most important word first.

    Garg and Ramakrishnan 2020, https://arxiv.org/abs/2004.01970, mode BAE-R, with TextAttack 0.3.11's defaults
    (``BAEGarg2019``): the 50 most probable words in the word's place; a word's importance is the score without it; the
    same part of speech, nouns and verbs for each other; the 15 words around a change similar enough to the original's,
    shorter texts aside; no word twice, no stop words. TextAttack asks the Universal Sentence Encoder for a cosine of
    0.936338023, as ``encoder="use"`` does here (angular similarity 0.8858). The default, MiniLM, is asked for the
    angular similarity 0.8947 (cosine 0.9458), at which it accepts as many of the same candidates.

    Args:
        masked_model: The masked language model (``MaskedModelService``).
        encoder: The sentence encoder (``sentence_encoder.encoder``), or ``none`` to do without.
        tagger: The tagger (``tagger``).

    Raises:
        FlatnlpError: If one of them is unknown or cannot be had.
    """
    words, tags = MaskedModelService(masked_model), tagger_named(tagger)
    similarity = similarity_part(encoder, THRESHOLDS, against_original=True)
    return Recipe(
        search=ImportanceGreedy("deletion", (PartOfSpeech(),), similarity.constraint),
        substitutions=MaskedSubstitutes(most=50),
        constraints=(no_repeats, no_english_stop_words()),
        name="bae",
        draws=False,
        services=(words, tags, *similarity.services),
        settings={
            "masked_model": words.identity,
            "encoder": similarity.setting,
            "tagger": tags.identity,
        },
    )


ENTRY = RecipeEntry(
    name="bae",
    make=bae,
    search="greedy, the word first whose deletion raises the score most",
    substitutions="50 words of a masked language model",
    constraints="no word twice, no stop words, same part of speech (noun for verb allowed), sentence similarity of the "
    "15 words around to the original's",
    source="Garg and Ramakrishnan 2020; TextAttack 0.3.11 BAEGarg2019",
    resources=("minilm-l6-mlm", "perceptron-tagger", "minilm", "stopwords"),
    options=("masked_model", "encoder", "tagger"),
)
