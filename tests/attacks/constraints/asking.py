"""A constraint asked outside an engine."""

from collections.abc import Generator
from typing import Any


def answered(asking: Generator[Any, Any, Any], *answers: Any) -> tuple[list[Any], Any]:
    """What a constraint asks when it is given these answers, and what it comes to."""
    asked: list[Any] = []
    answer = None
    try:
        while True:
            asked.append(asking.send(answer))
            answer = answers[len(asked) - 1]
    except StopIteration as end:
        assert len(asked) == len(answers)
        return asked, end.value
