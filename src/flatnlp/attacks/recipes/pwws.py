"""PWWS: WordNet synonyms in the order of probability-weighted word saliency."""

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.substitutions.wordnet import WordNetSynonyms


def pwws() -> Recipe:
    """PWWS: WordNet synonyms in the order of probability-weighted word saliency.

    Ren et al. 2019, with TextAttack 0.3.11's defaults (``PWWSRen2019``): no stop words, no word twice, and
    without its substitution of named entities.
    """
    return Recipe(
        name="pwws",
        draws=False,
        search=weighted_saliency,
        substitutions=WordNetSynonyms(),
        constraints=(no_repeats, no_english_stop_words()),
    )


ENTRY = RecipeEntry(
    name="pwws",
    make=pwws,
    search="greedy, by softmax(saliency) x best score of any substitute",
    substitutions="WordNet synonyms",
    constraints="no word twice, no stop words",
    source="Ren et al. 2019; TextAttack 0.3.11 PWWSRen2019",
    resources=("wordnet", "stopwords"),
)
