"""The registry of recipes by name. Adding one: write its parts, add one function and one line here."""

import difflib
from collections.abc import Callable

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.substitutions.wordnet import WordNetSynonyms
from flatnlp.errors import FlatnlpError
from flatnlp.resources import locate


def pwws() -> Recipe:
    """PWWS: WordNet synonyms in the order of probability-weighted word saliency.

    Ren et al. 2019, with TextAttack 0.3.11's defaults (``PWWSRen2019``): no stop words, no word twice, and
    without its substitution of named entities.
    """
    return Recipe("pwws", weighted_saliency, WordNetSynonyms(), (no_repeats, no_stop_words(_english_stop_words())))


RECIPES: dict[str, Callable[[], Recipe]] = {"pwws": pwws}


def recipe(name: str) -> Recipe:
    """The recipe of a name.

    Raises:
        FlatnlpError: If there is none of that name, or a resource it needs cannot be had.
    """
    if name not in RECIPES:
        near = difflib.get_close_matches(name, RECIPES, 1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(RECIPES)}."
        raise FlatnlpError(f"There is no attack named {name!r}; {hint}")
    return RECIPES[name]()


def _english_stop_words() -> list[str]:
    path = locate("stopwords") / "corpora" / "stopwords" / "english"
    return path.read_text(encoding="utf-8").split()
