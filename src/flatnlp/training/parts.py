"""What each process of a job does of a step's batch."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Generator

from flatnlp.models.draws import Draws
from flatnlp.processes import Processes
from flatnlp.training.batches import EncodedTexts


@dataclass(frozen=True)
class Part:
    """Some of a batch's members.

    Attributes:
        members: Never empty where the batch is not.
        rows: Their places in the batch.
        share: What a mean over them counts: the mean over all processes of ``share * mean(part)`` is the mean over the
            batch. 1 where the part is the whole.
    """

    members: Sequence[int]
    rows: range
    share: float


def part_of(members: Sequence[int], processes: Processes) -> Part:
    """This process's part of a batch: every so-many-th member, for members are ordered by length.

    A process that would have none takes the first along and gives it no weight, so that all of them take the same
    steps.
    """
    rows = range(processes.number, len(members), processes.count)
    if len(rows) or not len(members):
        own = members[processes.number :: processes.count]
        return Part(own, rows, len(own) * processes.count / len(members) if len(members) else 1.0)
    return Part(members[:1], range(1), 0.0)


def draws_of(part: Part, members: Sequence[int], texts: EncodedTexts, generator: Generator | None) -> Draws | None:
    """What is random in a part of a batch; ``None`` where nothing is shared, or the batch is empty.

    Args:
        part: Of the batch.
        members: All of the batch.
        texts: That they are of.
        generator: In the same state in all processes.
    """
    if generator is None or not len(members):
        return None
    return Draws(part.rows, len(members), max(len(texts.ids[each]) for each in members), generator)
