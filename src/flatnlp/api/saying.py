"""How the functions here tell what happens."""

from collections.abc import Callable

Say = Callable[[str], None]
"""Told what happens, a sentence at a time."""


def silent(_: str) -> None:
    """Say nothing."""
