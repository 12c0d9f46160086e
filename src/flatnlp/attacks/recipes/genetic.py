"""Genetic: neighbours in a counter-fitted space, chosen by breeding texts."""

from flatnlp.attacks.constraints.language_model import MostProbable
from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.constraints.words_changed import WordsChanged
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.genetic import Genetic
from flatnlp.attacks.services.language_model import DEFAULT_MODEL, LanguageModelService, language_model_named
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE, SynonymSpace

MIN_COSINE = 0.75  # of vectors of length 1 whose squared distance is 0.5


def genetic(synonyms: str = DEFAULT_SPACE, language_model: str = DEFAULT_MODEL) -> Recipe:
    """Genetic: neighbours in a counter-fitted space, chosen by breeding texts.

    Alzantot et al. 2018, https://arxiv.org/abs/1804.07998, with TextAttack 0.3.11's defaults
    (``GeneticAlgorithmAlzantot2018``): 60 members, 20 generations; the 8 nearest neighbours of the current word within
    a squared distance of 0.5, of which the language model keeps the 4 most probable; at most 20 % of the words, no word
    twice, no stop words. The authors' language model, of a billion words of news, is not on offer any more: any serves.

    Args:
        synonyms: The synonym space (``SynonymSpace``).
        language_model: The language model (``language_model_named``).

    Raises:
        FlatnlpError: If one of them is unknown or cannot be had.
    """
    space = SynonymSpace(synonyms, most=8, min_cosine=MIN_COSINE)
    probabilities = LanguageModelService(language_model_named(language_model))
    constraints = (WordsChanged(0.2), MostProbable(4))
    return Recipe(
        search=Genetic(constraints, population=60, iterations=20),
        substitutions=space,
        constraints=(no_repeats, no_english_stop_words()),
        name="genetic",
        services=(probabilities,),
        settings={"synonyms": space.identity, "language_model": probabilities.identity},
    )


ENTRY = RecipeEntry(
    name="genetic",
    make=genetic,
    search="genetic: population 60, 20 generations",
    substitutions="8 nearest neighbours in the counter-fitted space",
    constraints="no word twice, no stop words, at most 20 % of the words, squared distance at most 0.5 to the current "
    "word, language model: the 4 most probable",
    source="Alzantot et al. 2018; TextAttack 0.3.11 GeneticAlgorithmAlzantot2018",
    resources=("counter-fitted", "en-us-lm", "stopwords"),
    options=("synonyms", "language_model"),
)
