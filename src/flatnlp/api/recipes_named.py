"""Names of recipes as a user gives them."""

from collections.abc import Sequence

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
