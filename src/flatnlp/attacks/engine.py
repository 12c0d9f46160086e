"""Runs the searches of many examples at once and feeds what they ask in full batches to the victim.

A search is a generator; it waits at a request until the engine sends the answer. The engine keeps many waiting,
answers them all together, and starts the next example where one ends. What a search is told depends on its own example
alone, so its result does not depend on which others run beside it, nor on how many.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from flatnlp.attacks.recipe import Problem, Recipe
from flatnlp.attacks.request import Score, Scores
from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.attacks.victim_service import Memory, Spent, VictimService
from flatnlp.models.classifier import Classifier
from flatnlp.text import Text


@dataclass(slots=True)
class _Running:
    search: Generator[Score, Scores, AttackResult]
    memory: Memory
    request: Score


class Engine:
    """An attack in progress.

    Args:
        recipe: The attack.
        classifier: The victim.
        width: Examples attacked at the same time.
    """

    def __init__(self, recipe: Recipe, classifier: Classifier, width: int = 256) -> None:
        self._recipe = recipe
        self._classifier = classifier
        self._width = width
        self._victim = VictimService(classifier, recipe.goal)

    @property
    def spent(self) -> Spent:
        """Where the time went so far."""
        return self._victim.spent

    def run(self, examples: Iterable[Example]) -> Iterator[AttackResult]:
        """Attack examples, taking them in as places come free; results come as they end, not in order.

        Raises:
            FlatnlpError: If the victim misbehaves.
        """
        waiting = iter(examples)
        running: list[_Running] = []
        while True:
            running += [self._start(example) for example in islice(waiting, self._width - len(running))]
            if not running:
                return
            answers = self._victim.answer([(each.request, each.memory) for each in running])
            still = []
            for each, answer in zip(running, answers, strict=True):
                try:
                    each.request = each.search.send(answer)
                    still.append(each)
                except StopIteration as end:
                    yield end.value
            running = still

    def _start(self, example: Example) -> _Running:
        memory = Memory(example.label)
        search = self._attack(example, memory)
        return _Running(search, memory, next(search))

    def _attack(self, example: Example, memory: Memory) -> Generator[Score, Scores, AttackResult]:
        text = Text.of(example.text)
        own = yield Score(text)
        if own.reached[0]:
            return self._result(example, memory, text, "skipped")
        recipe = self._recipe
        words = self._classifier.words_seen(text)
        problem = Problem(text, float(own.scores[0]), words, recipe.substitutions, recipe.constraints)
        if not any(problem.candidates(text, position) for position in problem.positions(text)):
            return self._result(example, memory, text, "unattackable")
        last = yield from recipe.search(problem)
        arrived = memory.reached[memory.rows[self._classifier.encode(last)]]
        return self._result(example, memory, last, "successful" if arrived else "failed")

    def _result(self, example: Example, memory: Memory, last: Text, status: Status) -> AttackResult:
        after = memory.probabilities[memory.rows[self._classifier.encode(last)]]
        before = memory.probabilities[0]
        return AttackResult(
            example=example,
            adversarial=last,
            status=status,
            predictions=(int(before.argmax()), int(after.argmax())),
            probabilities=(float(before[example.label]), float(after[example.label])),
            queries=memory.queries,
            words=len(last.spans),
        )
