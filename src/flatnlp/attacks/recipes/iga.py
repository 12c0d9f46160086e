"""IGA: neighbours in a counter-fitted space, chosen by breeding texts from one change of each word."""

from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.constraints.words_changed import WordsChanged
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.genetic import ImprovedGenetic
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE, SynonymSpace

MIN_COSINE = 0.75  # of vectors of length 1 whose squared distance is 0.5


def iga(synonyms: str = DEFAULT_SPACE) -> Recipe:
    """IGA: neighbours in a counter-fitted space, chosen by breeding texts from one change of each word.

    Wang, Jin and He 2019, https://arxiv.org/abs/1909.06723, with TextAttack 0.3.11's defaults (``IGAWang2019``): up to
    60 members, 20 generations, a word replaced up to 5 times; the 50 nearest neighbours of the current word within a
    squared distance of 0.5; at most 20 % of the words, no stop words.

    Args:
        synonyms: The synonym space (``SynonymSpace``).

    Raises:
        FlatnlpError: If it is unknown or cannot be had.
    """
    space = SynonymSpace(synonyms, most=50, min_cosine=MIN_COSINE)
    return Recipe(
        search=ImprovedGenetic((WordsChanged(0.2),), population=60, iterations=20, replacements=5),
        substitutions=space,
        constraints=(no_english_stop_words(),),
        name="iga",
        settings={"synonyms": space.identity},
    )


ENTRY = RecipeEntry(
    name="iga",
    make=iga,
    search="improved genetic: population 60, 20 generations, a word replaced up to 5 times",
    substitutions="50 nearest neighbours in the counter-fitted space",
    constraints="no stop words, at most 20 % of the words, squared distance at most 0.5 to the current word",
    source="Wang, Jin and He 2019; TextAttack 0.3.11 IGAWang2019",
    resources=("counter-fitted", "stopwords"),
    options=("synonyms",),
)
