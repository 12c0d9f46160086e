"""Names of recipes as a user gives them."""

from collections.abc import Sequence

from flatnlp.attacks.ensemble import CHEAP_FIRST, DEFAULT_MEMBERS, Ensemble
from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import check_options, recipe
from flatnlp.errors import FlatnlpError


def attack_names(attacks: str | Sequence[str]) -> tuple[str, ...]:
    """Names of recipes, each once, from a list or from a string with commas.

    Raises:
        FlatnlpError: If there are none.
    """
    listed = attacks.split(",") if isinstance(attacks, str) else attacks
    names = tuple(dict.fromkeys(name.strip() for name in listed if name.strip()))
    if not names:
        raise FlatnlpError("No attack is named; give at least one, for example --attack pwws.")
    return names


def recipes_of(
    attacks: str | Recipe | Sequence[str | Recipe], options: AttackOptions = DEFAULTS
) -> dict[str, Recipe | Ensemble]:
    """Recipes by name, from one, a list, or a string with commas; those of one's own stay as they are.

    ``ensemble`` stands for the seven attacks of the paper's transfer test together, ``ensemble:a+b`` for others.

    Raises:
        FlatnlpError: If there are none, one is unknown or lacks a resource, an option means nothing to any of them, or
            two have one name.
    """
    listed = [attacks] if isinstance(attacks, str | Recipe) else list(attacks)
    names = [name for each in listed if isinstance(each, str) for name in each.split(",")]
    recipes: list[Recipe | Ensemble] = [each for each in listed if isinstance(each, Recipe)]
    if names or not recipes:
        named = attack_names(names)
        check_options([member for name in named for member in _members(name) or [name]], options)
        recipes += [_named(name, options) for name in named]
    by_name = {each.name: each for each in recipes}
    if len(by_name) < len(recipes):
        raise FlatnlpError("Two of the recipes have one name; give your own another, as in Recipe(..., name='mine').")
    return by_name


def _members(name: str) -> list[str]:
    """The members of an ensemble, the cheap ones first; none where the name is not an ensemble's."""
    kind, _, listed = name.partition(":")
    if kind != "ensemble":
        return []
    members = [each.strip() for each in listed.split("+") if each.strip()] or list(DEFAULT_MEMBERS)
    return sorted(dict.fromkeys(members), key=lambda each: CHEAP_FIRST.index(each) if each in CHEAP_FIRST else 0)


def _named(name: str, options: AttackOptions) -> Recipe | Ensemble:
    members = _members(name)
    if not members:
        return recipe(name, options)
    return Ensemble(tuple(recipe(member, options) for member in members), name)
