"""The bar of an attack: how many texts are done, how fast, and how many attacks were successful."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.tally import Tally
from flatnlp.processes import ALONE, Processes
from flatnlp.progress import progress_bar


@dataclass(frozen=True)
class AttackBar:
    """What moves the bar; what ``attack_to_file`` takes under the same names.

    Attributes:
        on_result: Told each result of this process as it comes.
        on_earlier: Told how many other results have ended in which way.
    """

    on_result: Callable[[AttackResult], None]
    on_earlier: Callable[[Mapping[str, int]], None]


@contextmanager
def attack_bar(description: str, texts: int, show: bool, processes: Processes = ALONE) -> Iterator[AttackBar]:
    """A bar on standard error while texts are attacked, as ``progress_bar``.

    Args:
        description: Which attack on what.
        texts: How many there are.
        show: Whether to show it at all.
        processes: That share out the texts.
    """
    tally = Tally()
    with progress_bar(description, texts, "texts", show, processes) as advance:
        yield AttackBar(
            on_result=lambda result: advance(tally.add(result)),
            on_earlier=lambda counts: advance(tally.add_earlier(counts), sum(counts.values())),
        )
