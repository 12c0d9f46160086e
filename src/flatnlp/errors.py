"""The one exception for what a user can mend."""

import difflib
from collections.abc import Iterable


class FlatnlpError(Exception):
    """Bad input or a missing outside thing, said in one sentence.

    The sentence tells what was wrong, where (file, line, column) and what to do. The command line prints it and exits
    with 2; it is never shown with a traceback. Programming errors are other exceptions.
    """


def choose_from(name: str, choices: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the nearest choice, or all of them."""
    near = nearest(name, choices)
    return f"did you mean {near}?" if near else f"choose one of {', '.join(choices)}."


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice that a name was probably meant for, whatever its capitals; none where nothing is near."""
    folded = {choice.casefold().replace("_", "-"): choice for choice in reversed(list(choices))}
    near = difflib.get_close_matches(name.casefold().replace("_", "-"), folded, 1)
    return folded[near[0]] if near else None


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python, or torch on any device, could not get memory; torch says so in the text of a RuntimeError."""
    said = isinstance(error, RuntimeError) and ("allocate memory" in str(error) or "out of memory" in str(error))
    return said or isinstance(error, MemoryError)
