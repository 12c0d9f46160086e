"""The results of an attack together, and what notebooks and programs make of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, overload

from flatnlp.attacks.result import AttackResult, Status
from flatnlp.attacks.result_html import pair_html
from flatnlp.attacks.results_file import ResultsFile, row_of
from flatnlp.attacks.textattack_csv import write_textattack_csv

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 10


@dataclass(frozen=True, eq=False, repr=False)
class AttackResults(Sequence[AttackResult]):
    """Attack results in the order of their examples; they equal any sequence of the same results.

    Attributes:
        items: The results: in memory, or read from their file as they are looked at.
        classes: The classifier's class names.
    """

    items: Sequence[AttackResult]
    classes: tuple[str, ...]

    @overload
    def __getitem__(self, index: int) -> AttackResult: ...
    @overload
    def __getitem__(self, index: slice) -> "AttackResults": ...
    def __getitem__(self, index: int | slice) -> "AttackResult | AttackResults":
        return AttackResults(self.items[index], self.classes) if isinstance(index, slice) else self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[AttackResult]:
        return iter(self.items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str) or len(self) != len(other):
            return False
        return all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def counts(self) -> dict[str, int]:
        """How many ended in which way, all ways in the order of ``Status``."""
        if isinstance(self.items, ResultsFile):
            return self.items.counts()
        ended = Counter[str](result.status for result in self)
        return {status: ended[status] for status in get_args(Status)}

    def to_pandas(self) -> "pd.DataFrame":
        """One row per example: texts, classes by name, probabilities of the true class, what it cost.

        Columns: index, original, adversarial, label, original_prediction, adversarial_prediction,
        original_probability, adversarial_probability, status, queries, words, words_changed, stopped.
        """
        import pandas as pd

        return pd.DataFrame.from_records([_record(result, self.classes) for result in self], columns=list(_COLUMNS))

    def save_textattack_csv(self, path: str | Path) -> Path:
        """Write the results in the columns of TextAttack's csv files.

        Raises:
            FlatnlpError: If the file cannot be written.
        """
        write_textattack_csv(self, Path(path))
        return Path(path)

    def __repr__(self) -> str:
        ended = ", ".join(f"{count:,} {status}" for status, count in self.counts().items() if count)
        return f"<AttackResults of {len(self):,} texts{': ' if ended else ''}{ended}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first pairs, changed words marked."""
        from html import escape

        shown = "".join(pair_html(result, self.classes) for result in islice(self, _SHOWN))
        more = f"<p>… and {len(self) - _SHOWN:,} more.</p>" if len(self) > _SHOWN else ""
        return f"<div><p>{escape(repr(self).strip('<>'))}</p>{shown}{more}</div>"


_COLUMNS = (
    "index",
    "original",
    "adversarial",
    "label",
    "original_prediction",
    "adversarial_prediction",
    "original_probability",
    "adversarial_probability",
    "status",
    "queries",
    "words",
    "words_changed",
    "stopped",
)


def _record(result: AttackResult, classes: Sequence[str]) -> dict[str, Any]:
    row = row_of(result)
    named = {name: classes[row[name]] for name in ("label", "original_prediction", "adversarial_prediction")}
    return {**row, **named, "words_changed": result.words_changed}
