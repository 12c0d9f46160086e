"""What the registry knows of a recipe before it is made."""

from collections.abc import Callable
from dataclasses import dataclass

from flatnlp.attacks.recipe import Recipe


@dataclass(frozen=True)
class RecipeEntry:
    """A recipe by name, described so that it can be listed on a machine that lacks what it needs.

    Attributes:
        name: What the command line calls it.
        make: Builds it, from its options by name if any are given; raises FlatnlpError if a resource cannot be had.
        search: In words: in what order positions and substitutes are tried.
        substitutions: In words: what a word may become.
        constraints: In words: which changes are allowed.
        source: Who published it.
        resources: Names of the outside files it needs.
        goal: In words: what it is after.
        options: The fields of ``AttackOptions`` that mean something to it.
    """

    name: str
    make: Callable[..., Recipe]
    search: str
    substitutions: str
    constraints: str
    source: str
    resources: tuple[str, ...] = ()
    goal: str = "any other class"
    options: tuple[str, ...] = ()
