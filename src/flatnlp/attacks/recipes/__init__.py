"""The registry of recipes by name. Adding one: a file beside this one that defines ``ENTRY``, and its name below."""

import difflib
from importlib import import_module

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.errors import FlatnlpError

_FILES = ("pwws",)

_ENTRIES: tuple[RecipeEntry, ...] = tuple(import_module(f"{__name__}.{file}").ENTRY for file in _FILES)

RECIPES: dict[str, RecipeEntry] = {entry.name: entry for entry in _ENTRIES}
"""All recipes, in the order in which they are listed."""


def recipe(name: str | Recipe) -> Recipe:
    """The recipe of a name; one that a user composed is returned as it is.

    Raises:
        FlatnlpError: If there is none of that name, or a resource it needs cannot be had.
    """
    if isinstance(name, Recipe):
        return name
    if name not in RECIPES:
        near = difflib.get_close_matches(name, RECIPES, 1)
        hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(RECIPES)}."
        raise FlatnlpError(f"There is no attack named {name!r}; {hint}")
    return RECIPES[name].make()
