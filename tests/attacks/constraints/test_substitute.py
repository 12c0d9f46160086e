"""Several constraints on a substitute, one after the other."""

from collections.abc import Generator, Sequence
from typing import Any

from flatnlp.attacks.constraints.substitute import allowed
from flatnlp.text import Text

from .asking import answered

ORIGINAL, CURRENT = Text.of("a b"), Text.of("a c")


class Named:
    """Asks for its own name, and keeps the words that the answer holds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def allowed(
        self, original: Text, text: Text, position: int, substitutes: Sequence[str]
    ) -> Generator[Any, Any, Sequence[str]]:
        answer = yield self.name, original, text, position, list(substitutes)
        return [word for word in substitutes if word in answer]


def test_each_is_asked_about_what_those_before_it_left() -> None:
    asking = allowed([Named("first"), Named("second")], ORIGINAL, CURRENT, 1, ["x", "y", "z"])
    asked, kept = answered(asking, "xz", "yz")
    assert asked == [("first", ORIGINAL, CURRENT, 1, ["x", "y", "z"]), ("second", ORIGINAL, CURRENT, 1, ["x", "z"])]
    assert kept == ["z"]


def test_nothing_left_is_nothing_to_ask_about() -> None:
    assert answered(allowed([Named("first"), Named("second")], ORIGINAL, CURRENT, 1, ["x"]), "y")[1] == []
    assert answered(allowed([Named("first")], ORIGINAL, CURRENT, 1, [])) == ([], [])
    assert answered(allowed([], ORIGINAL, CURRENT, 1, ["x"])) == ([], ["x"])
