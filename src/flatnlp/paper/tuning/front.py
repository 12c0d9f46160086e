"""The Pareto front of finished trials, and which of its points is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TOLERANCE = 0.01 + 1e-9

RULE = (
    "Taken is the highest dev AA among the trials whose dev SA is within one point of the best dev SA, the higher SA "
    "and then the earlier trial of equals: the rule by which a training chooses its checkpoint."
)


@dataclass(frozen=True)
class Outcome:
    """A finished trial: its settings and what they gave on the development data, as shares."""

    number: int
    settings: Mapping[str, Any]
    accuracy: float
    after_attack_accuracy: float


def pareto_front(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The trials that no other betters in one measure without being worse in the other, by falling accuracy."""
    front = [each for each in outcomes if not any(_dominates(other, each) for other in outcomes)]
    return sorted(front, key=lambda each: (-each.accuracy, each.number))


def chosen(outcomes: Sequence[Outcome]) -> Outcome:
    """The trial to take, by ``RULE``; it is on the front."""
    best = max(each.accuracy for each in outcomes)
    eligible = [each for each in outcomes if each.accuracy >= best - _TOLERANCE]
    return max(eligible, key=lambda each: (each.after_attack_accuracy, each.accuracy, -each.number))


def _dominates(one: Outcome, other: Outcome) -> bool:
    a = (one.accuracy, one.after_attack_accuracy)
    b = (other.accuracy, other.after_attack_accuracy)
    return a != b and all(x >= y for x, y in zip(a, b, strict=True))
