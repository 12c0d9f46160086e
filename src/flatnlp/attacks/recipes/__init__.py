"""The registry of recipes by name. Adding one: a file beside this one that defines ``ENTRY``, and its name below."""

from collections.abc import Iterable
from importlib import import_module

from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.errors import FlatnlpError, choose_from

_FILES = (
    "pwws",
    "textfooler",
    "genetic",
    "iga",
    "pso",
    "bae",
    "clare",
    "random_synonyms",
    "exhaustive_greedy",
)

_ENTRIES: tuple[RecipeEntry, ...] = tuple(import_module(f"{__name__}.{file}").ENTRY for file in _FILES)

RECIPES: dict[str, RecipeEntry] = {entry.name: entry for entry in _ENTRIES}
"""All recipes, in the order in which they are listed."""


def recipe(name: str | Recipe, options: AttackOptions = DEFAULTS) -> Recipe:
    """The recipe of a name; one that a user composed is returned as it is.

    Args:
        name: As in ``RECIPES``.
        options: The user's choices; those that mean nothing to this recipe are passed over (see ``check_options``).

    Raises:
        FlatnlpError: If there is none of that name, or a resource it needs cannot be had.
    """
    if isinstance(name, Recipe):
        return name
    if name not in RECIPES:
        if name.partition(":")[0] == "ensemble":
            raise FlatnlpError(
                "An ensemble of attacks can only be evaluated; name one attack, or give it to flatnlp evaluate."
            )
        raise FlatnlpError(f"There is no attack named {name!r}; {choose_from(name, RECIPES)}")
    entry = RECIPES[name]
    return entry.make(**{option: value for option, value in options.given().items() if option in entry.options})


def check_options(recipes: Iterable[str | Recipe], options: AttackOptions) -> None:
    """Refuse an option that means nothing to any of the recipes.

    Raises:
        FlatnlpError: Naming the option and who takes it.
    """
    names = [each.name if isinstance(each, Recipe) else each for each in recipes]
    taken = {option for name in names if name in RECIPES for option in RECIPES[name].options}
    for option in options.given():
        if option not in taken and all(name in RECIPES for name in names):
            takers = " or ".join(entry.name for entry in RECIPES.values() if option in entry.options)
            raise FlatnlpError(
                f"--{option.replace('_', '-')} means nothing to {', '.join(names)}; leave it out, or attack with "
                f"{takers}."
            )
