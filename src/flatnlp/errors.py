"""The one exception for what a user can mend."""

import difflib
from collections.abc import Sequence


class FlatnlpError(Exception):
    """Bad input or a missing outside thing, said in one sentence.

    The sentence tells what was wrong, where (file, line, column) and what to do. The command line prints it and exits
    with 2; it is never shown with a traceback. Programming errors are other exceptions.
    """


def choose_from(name: str, choices: Sequence[str]) -> str:
    """The end of a sentence about an unknown name: the nearest choice, or all of them."""
    near = difflib.get_close_matches(name, choices, 1)
    return f"did you mean {near[0]}?" if near else f"choose one of {', '.join(choices)}."


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python, or torch on any device, could not get memory; torch says so in the text of a RuntimeError."""
    said = isinstance(error, RuntimeError) and ("allocate memory" in str(error) or "out of memory" in str(error))
    return said or isinstance(error, MemoryError)
