"""The docstring of a command as its help."""

from collections.abc import Callable
from inspect import getdoc


def paragraphs(command: Callable[..., None]) -> str:
    """A command's docstring, every paragraph on one line: Typer keeps the line ends of all but the first."""
    return "\n\n".join(" ".join(each.split()) for each in (getdoc(command) or "").split("\n\n"))
