"""Random: random substitutes for the words in random order."""

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.over_synonyms import entry_over_synonyms, over_synonyms
from flatnlp.attacks.search.random_order import random_order
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE


def random_synonyms(synonyms: str = DEFAULT_SPACE) -> Recipe:
    """Random: random substitutes for the words in random order.

    No published attack: a floor. What it brings down needs no search.

    Args:
        synonyms: The synonym space (``SynonymSpace``).

    Raises:
        FlatnlpError: If it is unknown or cannot be had.
    """
    return over_synonyms("random", random_order, synonyms, draws=True)


ENTRY = entry_over_synonyms(
    "random", random_synonyms, "random words, random substitutes", "no published attack: a floor"
)
