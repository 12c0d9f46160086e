"""Whether values that come from a file or a command line are of the kind that training settings have."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.training.settings import TrainSettings

_WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", NoneType: "null"}
_TEXTS = "a list of texts"


def of_their_kind(settings: Mapping[str, Any], fixed: tuple[str, ...], path: Path | None = None) -> dict[str, Any]:
    """Training settings as read from JSON, its lists as tuples.

    Args:
        settings: By the names of the fields of ``TrainSettings``.
        fixed: Fields that may not be set.
        path: The file they are from, if they are from one.

    Raises:
        FlatnlpError: If there is none of such a name, it may not be set, or its value is of another kind.
    """
    where = f"{path}: t" if path else "T"
    kinds = {name: kinds for name, kinds in _kinds().items() if name not in fixed}
    for name, value in settings.items():
        if name not in kinds:
            raise FlatnlpError(
                f"{where}here is no training setting {name!r} to set; {choose_from(name, sorted(kinds))}"
            )
        if not any(_is(value, kind) for kind in kinds[name]):
            wanted = " or ".join(_TEXTS if get_origin(kind) is tuple else _WORDS[kind] for kind in kinds[name])
            raise FlatnlpError(f"{where}he training setting {name} is {value!r}; it must be {wanted}.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


@cache
def _kinds() -> Mapping[str, tuple[Any, ...]]:
    hints = get_type_hints(TrainSettings)
    return {name: get_args(kind) if isinstance(kind, UnionType) else (kind,) for name, kind in hints.items()}


def _is(value: Any, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if isinstance(value, bool):  # which Python counts among the whole numbers
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
