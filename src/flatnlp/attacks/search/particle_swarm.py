"""Particle swarm search (Zang et al. 2020)."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from flatnlp.attacks.constraints.substitute import SubstituteConstraint
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.search.population import Best, Known, drawn
from flatnlp.attacks.search.together import together
from flatnlp.text import Text

_FASTEST = 3.0
_INERTIA = (0.8, 0.2)  # at the first iteration and towards the last
_TO_OWN_BEST = (0.8, 0.2)
_TO_BEST_OF_ALL = (0.2, 0.8)


@dataclass(frozen=True, eq=False)
class Particle:
    """A text, its score, and whether it reaches the goal."""

    text: Text
    score: float
    reached: bool

    @cached_property
    def words(self) -> list[str]:
        """The text's words."""
        return self.text.words


class Neighbours:
    """The texts that differ from a particle's in one word, the best substitute there; made when they are drawn.

    Args:
        particle: The particle. Where a word has no substitute, it is its own neighbour.
        found: The best substitute for each word; at least one word has any.
    """

    def __init__(self, particle: Particle, found: Sequence[Best]) -> None:
        self._particle, self._found = particle, found
        gains = [max(0.0, best.score - particle.score) if best.offered else 0.0 for best in found]
        self._chances = gains if any(gains) else [1.0] * len(gains)
        self._made: dict[int, Particle] = {}

    def drawn(self, random: np.random.Generator) -> Particle:
        """One of them, its chance being its share of the gain in score; where nothing is gained, all are equal."""
        position = drawn(random, self._chances)
        best = self._found[position]
        if not best.offered:
            return self._particle
        if position not in self._made:
            text = self._particle.text.replace(position, best.word)
            self._made[position] = Particle(text, best.score, best.reached)
        return self._made[position]


@dataclass(frozen=True)
class ParticleSwarm:
    """Texts that move towards the best that each has been and that any has been, word by word, and change at random.

    Zang et al. 2020, "Word-level Textual Adversarial Attacking as Combinatorial Optimization", in the form of
    TextAttack 0.3.11's ``ParticleSwarmOptimization``: each word takes the place of the best text's with the probability
    ``sigmoid(velocity)``; afterwards a text changes one more word, the more readily the fewer it has changed, drawn by
    how much each position's best substitute raises the score.

    Attributes:
        constraints: All must allow a substitute.
        population: Particles.
        iterations: Moves.
    """

    constraints: tuple[SubstituteConstraint, ...] = ()
    population: int = 60
    iterations: int = 20

    def __call__(self, problem: Problem) -> Generator[Any, Any, Text | None]:
        """Search; ``None`` if no word has a substitute."""
        random = problem.random
        original = Particle(problem.text, problem.score, False)
        known = Known(problem, self.constraints)
        around = yield from _neighbours(known, original, 1)
        if around is None:
            return None
        size = self.population
        swarm = [around.drawn(random) for _ in range(size)]
        velocities = np.repeat(random.uniform(-_FASTEST, _FASTEST, (size, 1)), known.words, axis=1)
        best, own_best = _best(swarm), list(swarm)
        for i in range(self.iterations):
            if best.reached:
                break
            self._accelerate(velocities, i, swarm, own_best, best)
            texts = self._moved(problem, known, velocities, i, swarm, own_best, best)
            scores = yield from together([known.score(text) for text in texts])
            swarm = [Particle(text, *each) for text, each in zip(texts, scores, strict=True)]
            if not _best(swarm).reached:
                swarm = yield from self._mutated(problem, known, swarm)
            own_best = [
                now if now.score > before.score else before for now, before in zip(swarm, own_best, strict=True)
            ]
            best = _best([best, *swarm])
        return (yield from known.counted(best.text))

    def _accelerate(
        self,
        velocities: NDArray[np.float64],
        iteration: int,
        swarm: Sequence[Particle],
        own_best: Sequence[Particle],
        best: Particle,
    ) -> None:
        """Turn velocities ``[particles, words]`` away from words that agree with the best and to those that do not."""
        inertia = _between(*_INERTIA, iteration / self.iterations)
        words = velocities.shape[1]
        now, own = (np.array([each.words[:words] for each in some], object) for some in (swarm, own_best))
        all_best = np.array(best.words[:words], object)
        pull = np.where(now == own, -_FASTEST, _FASTEST) + np.where(now == all_best, -_FASTEST, _FASTEST)
        velocities *= inertia
        velocities += (1 - inertia) * pull

    def _moved(
        self,
        problem: Problem,
        known: Known,
        velocities: NDArray[np.float64],
        iteration: int,
        swarm: Sequence[Particle],
        own_best: Sequence[Particle],
        best: Particle,
    ) -> list[Text]:
        """Each text after it moved towards its own best, the best of all, both, or neither."""
        random, chances = problem.random, expit(velocities)
        texts = [particle.text for particle in swarm]
        for goals, (first, last) in (
            ([each.text for each in own_best], _TO_OWN_BEST),
            ([best.text] * len(swarm), _TO_BEST_OF_ALL),
        ):
            moves = random.random(len(swarm)) < _between(first, last, iteration / self.iterations)
            kept = random.random(chances.shape) < chances
            texts = [
                known.mixed(goal, text, mask) if move else text
                for text, goal, mask, move in zip(texts, goals, kept, moves.tolist(), strict=True)
            ]
        return texts

    def _mutated(
        self, problem: Problem, known: Known, swarm: Sequence[Particle]
    ) -> Generator[Any, Any, list[Particle]]:
        """Change one more word of each, with the probability ``1 - 2 x`` its share of changed words."""
        words = problem.text.words
        changed = [sum(map(str.__ne__, each.words, words)) / len(words) for each in swarm]
        chosen = np.flatnonzero(problem.random.random(len(swarm)) < 1 - 2 * np.array(changed)).tolist()
        alike = Counter(swarm[number].text.raw for number in chosen)  # many stand at one text; it is looked at once
        first = {swarm[number].text.raw: swarm[number] for number in reversed(chosen)}
        found = yield from together([_neighbours(known, first[raw], times) for raw, times in alike.items()])
        around = dict(zip(alike, found, strict=True))
        after = list(swarm)
        for number in chosen:
            neighbours = around[swarm[number].text.raw]
            if neighbours is not None:
                after[number] = neighbours.drawn(problem.random)
        return after


def _neighbours(known: Known, particle: Particle, times: int) -> Generator[Any, Any, Neighbours | None]:
    """The neighbours of so many particles at one text; ``None`` if no word of it has a substitute."""
    text, changed = particle.text, particle.text.changed
    found = yield from together([known.best(text, changed, position, times) for position in range(known.words)])
    return Neighbours(particle, found) if any(best.offered for best in found) else None


def _best(swarm: Sequence[Particle]) -> Particle:
    return max(swarm, key=lambda particle: (particle.reached, particle.score))


def _between(first: float, last: float, share: float) -> float:
    return first + share * (last - first)
