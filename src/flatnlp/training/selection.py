"""Which checkpoint a run keeps: the same rule for every method."""

from collections.abc import Sequence
from dataclasses import dataclass

_TOLERANCE = 0.01
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Candidate:
    """An epoch's accuracy and after-attack accuracy on the development data."""

    epoch: int
    round: int
    accuracy: float
    after_attack_accuracy: float


def select(candidates: Sequence[Candidate]) -> Candidate:
    """The highest dev AA among those whose dev SA is within 1 point of the best dev SA; the first of equals.

    Where there were rounds of attack, only their epochs count: what an adversarial method comes to has seen adversarial
    examples. (With the clean epochs among them, one lucky clean epoch of high SA would hand back its start.)
    """
    return max(_eligible(candidates), key=lambda each: each.after_attack_accuracy)


def contenders(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that ``select`` may still choose, whatever candidates of the same or later rounds join them.

    The best accuracy can only rise, so who is more than a point below it is out, and so is who has another, of no less
    accuracy, before it in after-attack accuracy.
    """
    eligible = _eligible(candidates)
    return [
        each
        for place, each in enumerate(eligible)
        if not any(
            other.accuracy >= each.accuracy
            and (other.after_attack_accuracy, -rank) > (each.after_attack_accuracy, -place)
            for rank, other in enumerate(eligible)
        )
    ]


def _eligible(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of the rounds, where there were any, that are within 1 point of the most accurate of them."""
    seasoned = [each for each in candidates if each.round > 0] or candidates
    least = max(each.accuracy for each in seasoned) - _TOLERANCE - _ROUNDING
    return [each for each in seasoned if each.accuracy >= least]
