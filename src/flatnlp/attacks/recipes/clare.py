"""CLARE: words replaced, inserted and merged by a masked language model, the best of all changes at every step."""

from collections.abc import Mapping
from types import MappingProxyType

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.recipes.similarity import similarity_part
from flatnlp.attacks.search.all_positions import AllPositions
from flatnlp.attacks.search.changes import Gap
from flatnlp.attacks.services.masked_model import DEFAULT_MODEL, MaskedModelService
from flatnlp.attacks.services.tagger import tagger as tagger_named
from flatnlp.attacks.substitutions.masked import MaskedSubstitutes

THRESHOLDS: Mapping[str, float] = MappingProxyType({"use": 0.746816689, "minilm": 0.7026})
"""Encoder -> least angular similarity. CLARE's own, cosine 0.7, is for the Universal Sentence Encoder; for MiniLM it is
the one at which as large a share of CLARE's candidates passes (``benchmarks/encoder_thresholds.py``): nearly all."""


def clare(masked_model: str = DEFAULT_MODEL, encoder: str = "minilm", tagger: str = "nltk") -> Recipe:
    """CLARE: words replaced, inserted and merged by a masked language model, the best of all changes at every step.

    Li et al. 2021, https://arxiv.org/abs/2009.07502, with TextAttack 0.3.11's defaults (``CLARE2020``): the 50 most
    probable words of probability 5e-4 for a word, of any probability before a word, of 5e-3 for two words; the 15 words
    around a change similar enough to the original's, shorter texts aside; no word twice, no stop words replaced. As
    there, a word may come before a stop word, and which words are merged is for their parts of speech alone to say.
    TextAttack goes on without end where no change reaches the goal; here there are at most as many changes as words.
    TextAttack asks the Universal Sentence Encoder for a cosine of 0.7, as ``encoder="use"`` does here (angular
    similarity 0.7468). The default, MiniLM, is asked for the angular similarity 0.7026 (cosine 0.5947), at which it
    accepts as many of the same candidates.

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
        search=AllPositions(
            (), similarity.constraint, insert=Gap(50, where=(no_repeats,)), merge=Gap(50, 5e-3), most_steps=1
        ),
        substitutions=MaskedSubstitutes(most=50, least=5e-4),
        constraints=(no_repeats, no_english_stop_words()),
        name="clare",
        draws=False,
        services=(words, tags, *similarity.services),
        settings={
            "masked_model": words.identity,
            "encoder": similarity.setting,
            "tagger": tags.identity,
        },
    )


ENTRY = RecipeEntry(
    name="clare",
    make=clare,
    search="greedy over all positions at every step",
    substitutions="masked language model: 50 words to replace (probability 5e-4), insert (any) or merge (5e-3)",
    constraints="no word twice, no stop words, sentence similarity of the 15 words around to the original's",
    source="Li et al. 2021; TextAttack 0.3.11 CLARE2020",
    resources=("minilm-l6-mlm", "perceptron-tagger", "minilm", "stopwords"),
    options=("masked_model", "encoder", "tagger"),
)
