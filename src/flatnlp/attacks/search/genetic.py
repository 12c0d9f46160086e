"""Genetic search (Alzantot et al. 2018) and the evolution that it shares with the improved one."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from flatnlp.attacks.constraints.substitute import SubstituteConstraint
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.search.population import Known, drawn
from flatnlp.attacks.search.together import together
from flatnlp.text import Text

TEMPERATURE = 0.3

Weights = Sequence[float]
"""Per word: how readily each word is chosen for a change."""


@dataclass(frozen=True, eq=False, slots=True)
class Member:
    """One text of a population.

    Attributes:
        text: The text.
        score: Its score.
        reached: Whether it reaches the goal.
        weights: How readily each word is chosen for a change.
    """

    text: Text
    score: float
    reached: bool
    weights: Weights


@dataclass(frozen=True)
class Evolution:
    """How a population changes from one generation to the next.

    Attributes:
        spend: A word's weight after it was changed.
        taken: Which words a child has from its second parent: randomness and number of words -> mask.
        iterations: Generations.
        temperature: Of the choice of parents.
    """

    spend: Callable[[float], float]
    taken: Callable[[np.random.Generator, int], NDArray[np.bool_]]
    iterations: int
    temperature: float

    def run(self, problem: Problem, known: Known, population: list[Member]) -> Generator[Any, Any, Text]:
        """Breed until a member reaches the goal; the best is kept from each generation to the next.

        As TextAttack 0.3.11's ``GeneticAlgorithm``, which draws parents with probability ``softmax(-score / t)``: the
        *worse* ones more often. Children are not held to the constraints; the changes made to them afterwards are. What
        the last generation brings counts here; TextAttack forgets it.
        """
        for _ in range(self.iterations):
            population = sorted(population, key=lambda member: (member.reached, member.score), reverse=True)
            if population[0].reached:
                break
            size = len(population)
            chances = softmax(-np.array([member.score for member in population]) / self.temperature)
            parents = problem.random.choice(size, (2, size - 1), p=chances).T.tolist()
            children = yield from together(
                [self._child(problem, known, population[a], population[b]) for a, b in parents]
            )
            population = [population[0], *children]
        best = max(population, key=lambda member: (member.reached, member.score))
        return (yield from known.counted(best.text))

    def _child(self, problem: Problem, known: Known, first: Member, second: Member) -> Generator[Any, Any, Member]:
        mask = self.taken(problem.random, len(first.weights))
        text = known.mixed(first.text, second.text, mask)
        score, reached = yield from known.score(text)
        pairs = zip(first.weights, second.weights, mask.tolist(), strict=True)
        child = Member(text, score, reached, [other if taken else own for own, other, taken in pairs])
        return (yield from self.perturbed(problem, known, child))

    def perturbed(
        self, problem: Problem, known: Known, member: Member, fixed: int | None = None
    ) -> Generator[Any, Any, Member]:
        """A member with one word swapped for the substitute that scores best, at a position drawn by weight.

        Where no substitute raises the score, another position is drawn, as often as there are words that may be drawn;
        one that has no substitute may be drawn again. With a ``fixed`` position TextAttack asks for its substitutes so
        often all the same; these queries are counted.
        """
        weights, changed = list(member.weights), member.text.changed
        for left in range(sum(map(bool, weights)), 0, -1):
            at = drawn(problem.random, weights) if fixed is None else fixed
            best = yield from known.best(member.text, changed, at)
            if best.offered and best.score > member.score:
                after = list(member.weights)
                after[at] = self.spend(after[at])
                return Member(member.text.replace(at, best.word), best.score, best.reached, after)
            if fixed is not None:
                if best.offered and left > 1:
                    yield from known.best(member.text, changed, at, left - 1)
                break
            if best.offered:
                weights[at] = 0.0
        return member


@dataclass(frozen=True)
class Genetic:
    """A population of texts, each with one more word changed; words are chosen by how many substitutes they have.

    Alzantot et al. 2018, "Generating Natural Language Adversarial Examples", in the form of TextAttack 0.3.11's
    ``AlzantotGeneticAlgorithm(post_crossover_check=False)``: a child has each word from either parent, and a word once
    changed is not drawn again.

    Attributes:
        constraints: All must allow a substitute.
        population: Members.
        iterations: Generations.
        temperature: Of the choice of parents.
    """

    constraints: tuple[SubstituteConstraint, ...] = ()
    population: int = 60
    iterations: int = 20
    temperature: float = TEMPERATURE

    def __call__(self, problem: Problem) -> Generator[Any, Any, Text | None]:
        """Search; ``None`` if no word has a substitute."""
        evolution = Evolution(_never_again, _either, self.iterations, self.temperature)
        known = Known(problem, self.constraints)
        found = yield from known.all_options(problem.text)
        counts = [float(len(words)) for words in found]
        if not any(counts):
            return None
        least = float(max(1, int(min(counts) * 0.1)))
        original = Member(problem.text, problem.score, False, [max(count, least) for count in counts])
        first = yield from together([evolution.perturbed(problem, known, original) for _ in range(self.population)])
        return (yield from evolution.run(problem, known, first))


@dataclass(frozen=True)
class ImprovedGenetic:
    """A population that begins with one text per word, that word changed; a word may be changed several times.

    Wang, Jin and He 2019, "Natural Language Adversarial Attacks and Defenses in Word Level", in the form of TextAttack
    0.3.11's ``ImprovedGeneticAlgorithm(post_crossover_check=False)``: a child is cut from its parents at one point, and
    words are chosen by how often they may still be replaced. TextAttack takes a random word in the place of the first
    one when the population begins; so does this.

    Attributes:
        constraints: All must allow a substitute.
        population: Members at most; there are no more than words.
        iterations: Generations.
        replacements: How often one word may be replaced.
        temperature: Of the choice of parents.
    """

    constraints: tuple[SubstituteConstraint, ...] = ()
    population: int = 60
    iterations: int = 20
    replacements: int = 5
    temperature: float = TEMPERATURE

    def __call__(self, problem: Problem) -> Generator[Any, Any, Text | None]:
        """Search; ``None`` if no word has a substitute."""
        evolution = Evolution(_one_less, _tail, self.iterations, self.temperature)
        known = Known(problem, self.constraints)
        found = yield from known.all_options(problem.text)
        if not any(found):
            return None
        weights = [float(self.replacements)] * len(found)
        original = Member(problem.text, problem.score, False, weights)
        first = yield from together(
            [evolution.perturbed(problem, known, original, position or None) for position in range(len(weights))]
        )
        return (yield from evolution.run(problem, known, first[: self.population]))


def _never_again(_: float) -> float:
    return 0.0


def _one_less(weight: float) -> float:
    return weight - 1.0


def _either(random: np.random.Generator, words: int) -> NDArray[np.bool_]:
    return random.random(words) < 0.5


def _tail(random: np.random.Generator, words: int) -> NDArray[np.bool_]:
    return np.arange(words) >= random.integers(words)
