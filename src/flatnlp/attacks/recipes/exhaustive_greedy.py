"""Exhaustive greedy: the best substitute at the best of all positions, at every step."""

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.over_synonyms import entry_over_synonyms, over_synonyms
from flatnlp.attacks.search.all_positions import AllPositions
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE


def exhaustive_greedy(synonyms: str = DEFAULT_SPACE) -> Recipe:
    """Exhaustive greedy: the best substitute at the best of all positions, at every step.

    No published attack: what greedy searches over the same substitutes come to at most, whatever their order.

    Args:
        synonyms: The synonym space (``SynonymSpace``).

    Raises:
        FlatnlpError: If it is unknown or cannot be had.
    """
    return over_synonyms("exhaustive-greedy", AllPositions(), synonyms, draws=False)


ENTRY = entry_over_synonyms(
    "exhaustive-greedy",
    exhaustive_greedy,
    "greedy over all positions at every step",
    "no published attack: a ceiling for the greedy ones",
)
