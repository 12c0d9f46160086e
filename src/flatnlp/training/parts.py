"""What each process of a job does of a step's batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from flatnlp.processes import Processes


@dataclass(frozen=True)
class Part:
    """Some of a batch's members.

    Attributes:
        members: Never empty where the batch is not.
        share: What a mean over them counts: the mean over all processes of ``share * mean(part)`` is the mean over the
            batch. 1 where the part is the whole.
    """

    members: Sequence[int]
    share: float


def part_of(members: Sequence[int], processes: Processes) -> Part:
    """This process's part of a batch: every so-many-th member, for members are ordered by length.

    A process that would have none takes the first along and gives it no weight, so that all of them take the same
    steps.
    """
    own = members[processes.number :: processes.count]
    if len(own) or not len(members):
        return Part(own, len(own) * processes.count / len(members) if len(members) else 1.0)
    return Part(members[:1], 0.0)
