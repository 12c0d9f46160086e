"""Runs the searches of many examples at once and feeds what they ask in full batches to the services.

A search is a generator; it waits at a request until the engine sends the answer. The engine keeps many waiting,
answers them all together, and starts the next example where one ends. What a search is told depends on its own example
alone, so its result does not depend on which others run beside it, nor on how many.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.recipe import Problem, Recipe, Seed
from flatnlp.attacks.request import Score
from flatnlp.attacks.result import AttackResult, Example, Status, Stopped
from flatnlp.attacks.service import Memory, Placeable, Service, Spent
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.attacks.victim_service import VictimService
from flatnlp.models.classifier import Classifier
from flatnlp.text import Text

WIDTH = 256
"""Examples attacked at the same time, if not said."""


@dataclass(slots=True)
class _Running:
    example: Example
    search: Generator[Any, Any, AttackResult]
    memory: Memory
    asked: Any
    began: float

    @property
    def requests(self) -> tuple[Any, ...]:
        return self.asked if isinstance(self.asked, tuple) else (self.asked,)


class Engine:
    """An attack in progress.

    Args:
        recipe: The attack.
        classifier: The victim.
        width: Examples attacked at the same time; a function, where that changes.
        seed: Of what is random in the search; each example's randomness hangs on it and on the example's index alone.
        limits: Where to give an example up.
    """

    def __init__(
        self,
        recipe: Recipe,
        classifier: Classifier,
        width: int | Callable[[], int] = WIDTH,
        seed: Seed = 0,
        limits: Limits = NO_LIMITS,
    ) -> None:
        self._recipe = recipe
        self._classifier = classifier
        self._width = width if callable(width) else lambda: width
        self._seed = seed if isinstance(seed, tuple) else (seed,)
        self._limits = limits
        self._seconds = 0.0
        services: tuple[Service, ...] = (VictimService(classifier, recipe.goal), *recipe.services)
        for service in recipe.services:
            if isinstance(service, Placeable):
                service.place_on(classifier.device)
        self._services = {service.handles: service for service in services}

    @property
    def spent(self) -> dict[str, Spent]:
        """Where the time went so far, by the name of the service."""
        return {service.name: service.spent for service in self._services.values()}

    @property
    def time_spent(self) -> TimeSpent:
        """The time of all attacks that have ended."""
        return TimeSpent(self._seconds, self.spent)

    def run(self, examples: Iterable[Example]) -> Iterator[AttackResult]:
        """Attack examples, taking them in as places come free; results come as they end, not in order.

        Raises:
            FlatnlpError: If the victim misbehaves.
        """
        began = time.perf_counter()
        try:
            yield from self._run(iter(examples))
        finally:
            self._seconds += time.perf_counter() - began

    def _run(self, waiting: Iterator[Example]) -> Iterator[AttackResult]:
        running: list[_Running] = []
        while True:
            running += [self._start(example) for example in islice(waiting, max(0, self._width() - len(running)))]
            if not running:
                return
            within = []
            for each in running:
                stopped = self._limits.reached(each.memory.queries, each.requests, each.began)
                if stopped is None:
                    within.append(each)
                else:
                    yield self._given_up(each, stopped)
            running = within
            answers = self._answer(running)
            still = []
            for each, answer in zip(running, answers, strict=True):
                try:
                    each.asked = each.search.send(answer)
                    still.append(each)
                except StopIteration as end:
                    yield end.value
            running = still

    def _start(self, example: Example) -> _Running:
        memory = Memory(example.label)
        search = self._attack(example, memory)
        return _Running(example, search, memory, next(search), time.perf_counter())

    def _given_up(self, running: _Running, stopped: Stopped) -> AttackResult:
        """The result of a search that a limit ends, at the text whose variants it was asking about."""
        running.search.close()
        text = last = Text.of(running.example.text)
        for request in running.requests:
            if isinstance(request, Score) and self._classifier.encode(request.text) in running.memory.rows:
                last = request.text
        return replace(self._result(running.example, running.memory, text, last), stopped=stopped)

    def _answer(self, running: Sequence[_Running]) -> list[Any]:
        """What each is told: an answer, or a tuple of them where it asked several things at once."""
        asked = [each.requests for each in running]
        answers: list[list[Any]] = [[None] * len(requests) for requests in asked]
        places: dict[type, list[tuple[int, int]]] = {}
        for i, requests in enumerate(asked):
            for j, request in enumerate(requests):
                places.setdefault(type(request), []).append((i, j))
        for kind, at in places.items():
            service = self._services[kind]
            begin = time.perf_counter()
            told = service.answer([(asked[i][j], running[i].memory) for i, j in at])
            service.spent.seconds += time.perf_counter() - begin
            service.spent.calls += 1
            for (i, j), answer in zip(at, told, strict=True):
                answers[i][j] = answer
        return [
            tuple(told) if isinstance(each.asked, tuple) else told[0]
            for each, told in zip(running, answers, strict=True)
        ]

    def _attack(self, example: Example, memory: Memory) -> Generator[Any, Any, AttackResult]:
        text = Text.of(example.text)
        own = yield Score(text)
        if own.reached[0]:
            return self._result(example, memory, text, text, "skipped")
        recipe = self._recipe
        problem = Problem(
            text=text,
            score=float(own.scores[0]),
            words=self._classifier.words_seen(text),
            offers=recipe.offers,
            constraints=recipe.constraints,
            seed=(*self._seed, example.index),
            in_context=recipe.in_context,
        )
        last = yield from recipe.search(problem)
        if last is None:
            return self._result(example, memory, text, text, "unattackable")
        return self._result(example, memory, text, last)

    def _result(
        self, example: Example, memory: Memory, text: Text, last: Text, status: Status | None = None
    ) -> AttackResult:
        row = memory.rows[self._classifier.encode(last)]
        before, after = memory.probabilities[0], memory.probabilities[row]
        return AttackResult(
            example=example,
            adversarial=last,
            status=status or ("successful" if memory.reached[row] else "failed"),
            predictions=(int(before.argmax()), int(after.argmax())),
            probabilities=(float(before[example.label]), float(after[example.label])),
            queries=memory.queries,
            words=len(text.spans),
        )
