"""JSON objects of a run, whose wrong values are reported with their place."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError


@dataclass(frozen=True)
class Fields:
    """A JSON object and where it stands, so that a wrong value is reported with its place."""

    where: Path | str
    values: Mapping[str, Any]

    def number(self, key: str) -> float | None:
        """A finite number, or ``None``."""
        return self._as_number(self.values.get(key), key)

    def count(self, key: str) -> int | None:
        """A whole number, or ``None``."""
        number = self.number(key)
        return None if number is None else int(number)

    def text(self, key: str) -> str | None:
        """A text, or ``None``."""
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(key, "text")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text counts as a list."""
        value = self.values.get(key)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._wrong(key, "a list of texts")

    def numbers(self, key: str) -> dict[str, float]:
        """The finite numbers of an object."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong(key, "an object of numbers")
        found = ((name, self._as_number(number, key)) for name, number in value.items())
        return {name: number for name, number in found if number is not None}

    def interval(self, key: str) -> tuple[float, float] | None:
        """Two finite numbers, or ``None``."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2:
            raise self._wrong(key, "a list of two numbers")
        low, high = (self._as_number(number, key) for number in value)
        return None if low is None or high is None else (low, high)

    def object(self, key: str) -> "Fields | None":
        """An object with fields of its own, or ``None``."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._wrong(key, "an object")
        return Fields(f"{self.where}, {key}", value)

    def objects(self) -> Iterator[tuple[str, "Fields"]]:
        """Every field, all of them objects."""
        for key in self.values:
            found = self.object(key)
            if found is not None:
                yield key, found

    def _as_number(self, value: Any, key: str) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        return value if math.isfinite(value) else None

    def _wrong(self, key: str, wanted: str) -> FlatnlpError:
        return FlatnlpError(
            f"{self.where}: '{key}' should be {wanted}; the run is damaged, so train or evaluate again."
        )


def read_object(path: Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises:
        FlatnlpError: If it cannot be read or holds something else.
    """
    try:
        value = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise FlatnlpError(f"{path} cannot be read ({error.strerror}); check the file and its permissions.") from error
    except UnicodeDecodeError as error:
        raise FlatnlpError(f"{path} is not UTF-8 text; the run is damaged, so train or evaluate again.") from error
    except RecursionError as error:
        raise FlatnlpError(f"{path} is nested too deeply; the run is damaged, so train or evaluate again.") from error
    except json.JSONDecodeError as error:
        raise FlatnlpError(
            f"{path} is not valid JSON (line {error.lineno}, column {error.colno}); "
            "the run is damaged, so train or evaluate again."
        ) from error
    except ValueError as error:
        raise FlatnlpError(
            f"{path} has a number of thousands of digits; the run is damaged, so train or evaluate again."
        ) from error
    if not isinstance(value, dict):
        raise FlatnlpError(f"{path} should hold a JSON object; the run is damaged, so train or evaluate again.")
    return value
