"""Several searches of one example side by side."""

from collections.abc import Generator, Sequence
from typing import Any, TypeVar

Result = TypeVar("Result")


def together(searches: Sequence[Generator[Any, Any, Result]]) -> Generator[Any, Any, list[Result]]:
    """Run generators of requests in step: all that they wait for is asked in one turn.

    Args:
        searches: Each yields a request, or a tuple of them; so one may run others together itself.

    Returns:
        What each returned, in their order.
    """
    results: dict[int, Result] = {}
    waiting: dict[int, Any] = {}

    def go_on(number: int, answer: Any) -> None:
        try:
            waiting[number] = searches[number].send(answer)
        except StopIteration as end:
            results[number] = end.value
            waiting.pop(number, None)

    for number in range(len(searches)):
        go_on(number, None)
    while waiting:
        asked = list(waiting.items())
        flat = [each for _, wanted in asked for each in (wanted if isinstance(wanted, tuple) else (wanted,))]
        answers = iter((yield tuple(flat)))
        for number, wanted in asked:
            if isinstance(wanted, tuple):
                go_on(number, tuple(next(answers) for _ in wanted))
            else:
                go_on(number, next(answers))
    return [results[number] for number in range(len(searches))]
