"""What the attacks that no one published have in common: a synonym space, no word twice, no stop words."""

from collections.abc import Callable

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe, Search
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.substitutions.synonym_space import SynonymSpace


def over_synonyms(name: str, search: Search, synonyms: str, draws: bool) -> Recipe:
    """A search over a synonym space.

    Args:
        name: The recipe's.
        search: In what order positions and substitutes are tried.
        synonyms: The synonym space (``SynonymSpace``).
        draws: As in ``Recipe``.

    Raises:
        FlatnlpError: If the space is unknown or cannot be had.
    """
    space = SynonymSpace(synonyms)
    return Recipe(
        search=search,
        substitutions=space,
        constraints=(no_repeats, no_english_stop_words()),
        name=name,
        settings={"synonyms": space.identity},
        draws=draws,
    )


def entry_over_synonyms(name: str, make: Callable[..., Recipe], search: str, source: str) -> RecipeEntry:
    """The entry of such a recipe."""
    return RecipeEntry(
        name=name,
        make=make,
        search=search,
        substitutions="50 nearest neighbours in a synonym space, cosine 0.5 or more",
        constraints="no word twice, no stop words",
        source=source,
        resources=("counter-fitted", "stopwords"),
        options=("synonyms",),
    )
