"""Particle swarm search (Zang et al. 2020)."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from flatnlp.attacks.constraints.substitute import SubstituteConstraint
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.search.population import Known, drawn
from flatnlp.attacks.search.together import together
from flatnlp.text import Text

_FASTEST = 3.0
_INERTIA = (0.8, 0.2)  # at the first iteration and towards the last
_TO_OWN_BEST = (0.8, 0.2)
_TO_BEST_OF_ALL = (0.2, 0.8)


@dataclass(frozen=True, eq=False, slots=True)
class Particle:
    """A text, its score, and whether it reaches the goal."""

    text: Text
    score: float
    reached: bool


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
        around = yield from self._best_neighbours(known, original)
        if around is None:
            return None
        size, words = self.population, len(around[0])
        swarm = [_drawn(random, *around) for _ in range(size)]
        velocities = np.repeat(random.uniform(-_FASTEST, _FASTEST, (size, 1)), words, axis=1)
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

    def _best_neighbours(
        self, known: Known, particle: Particle
    ) -> Generator[Any, Any, tuple[list[Particle], list[float]] | None]:
        """For each word the text with its best substitute, and the chance of each: its share of the gain in score.

        Words without a substitute keep the text as it is; where nothing is gained, all chances are equal. ``None`` if
        no word has a substitute.
        """
        text, changed = particle.text, particle.text.changed
        found = yield from together([known.best(text, changed, position) for position in range(known.words)])
        if not any(best.offered for best in found):
            return None
        neighbours = [
            Particle(text.replace(position, best.word), best.score, best.reached) if best.offered else particle
            for position, best in enumerate(found)
        ]
        gains = [max(0.0, each.score - particle.score) for each in neighbours]
        return neighbours, gains if any(gains) else [1.0] * len(gains)

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
        now, own = (np.array([each.text.words[:words] for each in some], object) for some in (swarm, own_best))
        all_best = np.array(best.text.words[:words], object)
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
        changed = [sum(map(str.__ne__, each.text.words, words)) / len(words) for each in swarm]
        chosen = np.flatnonzero(problem.random.random(len(swarm)) < 1 - 2 * np.array(changed)).tolist()
        around = yield from together([self._best_neighbours(known, swarm[number]) for number in chosen])
        after = list(swarm)
        for number, neighbours in zip(chosen, around, strict=True):
            if neighbours is not None:
                after[number] = _drawn(problem.random, *neighbours)
        return after


def _drawn(random: np.random.Generator, particles: Sequence[Particle], chances: Sequence[float]) -> Particle:
    return particles[drawn(random, chances)]


def _best(swarm: Sequence[Particle]) -> Particle:
    return max(swarm, key=lambda particle: (particle.reached, particle.score))


def _between(first: float, last: float, share: float) -> float:
    return first + share * (last - first)
