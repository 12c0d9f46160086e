"""Exhaustive greedy: the best substitute at the best of all positions, at every step."""

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.all_positions import AllPositions
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE, SynonymSpace


def exhaustive_greedy(synonyms: str = DEFAULT_SPACE) -> Recipe:
    """Exhaustive greedy: the best substitute at the best of all positions, at every step.

    No published attack: what greedy searches over the same substitutes come to at most, whatever their order.

    Args:
        synonyms: The synonym space (``SynonymSpace``).

    Raises:
        FlatnlpError: If it is unknown or cannot be had.
    """
    space = SynonymSpace(synonyms)
    return Recipe(
        search=AllPositions(),
        substitutions=space,
        constraints=(no_repeats, no_english_stop_words()),
        name="exhaustive-greedy",
        settings={"synonyms": space.identity},
    )


ENTRY = RecipeEntry(
    name="exhaustive-greedy",
    make=exhaustive_greedy,
    search="greedy over all positions at every step",
    substitutions="50 nearest neighbours in a synonym space, cosine 0.5 or more",
    constraints="no word twice, no stop words",
    source="no published attack: a ceiling for the greedy ones",
    resources=("counter-fitted", "stopwords"),
    options=("synonyms",),
)
