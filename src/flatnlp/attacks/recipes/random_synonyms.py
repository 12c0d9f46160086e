"""Random: random substitutes for the words in random order."""

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.random_order import random_order
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE, SynonymSpace


def random_synonyms(synonyms: str = DEFAULT_SPACE) -> Recipe:
    """Random: random substitutes for the words in random order.

    No published attack: a floor. What it brings down needs no search.

    Args:
        synonyms: The synonym space (``SynonymSpace``).

    Raises:
        FlatnlpError: If it is unknown or cannot be had.
    """
    space = SynonymSpace(synonyms)
    return Recipe(
        search=random_order,
        substitutions=space,
        constraints=(no_repeats, no_english_stop_words()),
        name="random",
        settings={"synonyms": space.identity},
    )


ENTRY = RecipeEntry(
    name="random",
    make=random_synonyms,
    search="random words, random substitutes",
    substitutions="50 nearest neighbours in a synonym space, cosine 0.5 or more",
    constraints="no word twice, no stop words",
    source="no published attack: a floor",
    resources=("counter-fitted", "stopwords"),
    options=("synonyms",),
)
