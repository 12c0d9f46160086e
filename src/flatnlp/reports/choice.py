"""Which attacked texts a report shows: chosen by rule, never by hand."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from flatnlp.reports.pairs import FAILED, SKIPPED, SUCCESSFUL, UNATTACKABLE, Outcome

SHORT = 60

RULE = (
    "Chosen by rule, not by hand: half are examples on which the runs differ, a quarter examples where every run was "
    "flipped, a quarter where every run held; what one kind lacks, the others fill. Among the examples on which the "
    "runs differ, the ways of differing take turns, the most frequent first. Within a kind: in the order of the data "
    f"set, texts of at most {SHORT} words before longer ones."
)
RULE_FOR_ONE = (
    "Chosen by rule, not by hand: half are examples where the run was flipped, half where it held; what one kind "
    f"lacks, the other fills. Within a kind: in the order of the data set, texts of at most {SHORT} words before "
    "longer ones."
)

Pattern = tuple[str, ...]


def choose(outcomes: Sequence[Sequence[Outcome]], count: int) -> tuple[int, ...]:
    """Choose examples to show side by side.

    Args:
        outcomes: For each run, how its attack on each example ended.
        count: How many examples to choose at most.

    Returns:
        Indexes of examples that every run attacked and whose text is the same in all of them, in the order to show
        them. Empty where the runs share nothing.
    """
    shared = _shared(outcomes)
    patterns = {index: tuple(outcome.status for outcome in found) for index, found in shared.items()}
    order = sorted(shared, key=lambda index: (shared[index][0].words > SHORT, index))
    differ = [index for index in order if _kind(patterns[index]) == "differ"]
    kinds = [
        list(_in_turns(differ, patterns)),
        [index for index in order if _kind(patterns[index]) == "flipped"],
        [index for index in order if _kind(patterns[index]) == "held"],
        [index for index in order if _kind(patterns[index]) == "partly skipped"],
    ]
    quotas = [count - 2 * (count // 4), count // 4, count // 4, 0]
    taken = [min(quota, len(kind)) for quota, kind in zip(quotas, kinds, strict=True)]
    while sum(taken) < count and any(have < len(kind) for have, kind in zip(taken[:3], kinds[:3], strict=True)):
        for position in range(3):
            if sum(taken) < count and taken[position] < len(kinds[position]):
                taken[position] += 1
    taken[3] = min(count - sum(taken), len(kinds[3]))
    return tuple(index for kind, have in zip(kinds, taken, strict=True) for index in kind[:have])


def _shared(outcomes: Sequence[Sequence[Outcome]]) -> dict[int, tuple[Outcome, ...]]:
    by_index = [{outcome.index: outcome for outcome in found} for found in outcomes]
    shared: dict[int, tuple[Outcome, ...]] = {}
    for index in by_index[0] if by_index else ():
        found = [run.get(index) for run in by_index]
        present = tuple(outcome for outcome in found if outcome is not None)
        if len(present) == len(found) and len({outcome.original for outcome in present}) == 1:
            shared[index] = present
    return shared


def _kind(pattern: Pattern) -> str:
    statuses = set(pattern)
    if statuses == {SUCCESSFUL}:
        return "flipped"
    if statuses == {FAILED}:
        return "held"
    if statuses == {SUCCESSFUL, FAILED}:
        return "differ"
    return "uninteresting" if statuses <= {SKIPPED, UNATTACKABLE} else "partly skipped"


def _in_turns(indexes: Sequence[int], patterns: Mapping[int, Pattern]) -> Iterator[int]:
    counts = Counter(patterns[index] for index in indexes)
    queues = {
        pattern: iter([index for index in indexes if patterns[index] == pattern])
        for pattern in sorted(counts, key=lambda pattern: (-counts[pattern], pattern))
    }
    while queues:
        for pattern in list(queues):
            index = next(queues[pattern], None)
            if index is None:
                del queues[pattern]
            else:
                yield index
