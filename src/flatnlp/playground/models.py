"""The models of a playground, each loaded when it is first asked for."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from flatnlp.api.demonstration import DEMO_METHODS
from flatnlp.errors import FlatnlpError
from flatnlp.reports.examples import attacks_of, chosen_indexes
from flatnlp.reports.names import run_names
from flatnlp.reports.pairs import pairs_file, read_pairs
from flatnlp.reports.records import read_run

if TYPE_CHECKING:
    from flatnlp.models.classifier import Classifier

_SHORT = 160
"""Characters of a sentence that is short enough to be offered."""


class Models:
    """Runs by their names in the report, and their classifiers once loaded.

    Args:
        runs: The run folders, in the order to show them.
        device: Where to compute.

    Raises:
        FlatnlpError: If there are none, one is no run, or one has no finished model.
    """

    def __init__(self, runs: Sequence[Path], device: str = "cpu") -> None:
        if not runs:
            raise FlatnlpError("The playground needs at least one run folder; name those that 'flatnlp train' wrote.")
        self._records = [read_run(run) for run in runs]
        for run in runs:
            if not (run / "model").is_dir():
                raise FlatnlpError(f"{run} has no finished model; go on with its training (--resume) first.")
        self._folders = dict(zip(run_names(self._records), runs, strict=True))
        self._device = device
        self._loaded: dict[str, Classifier] = {}
        self._lock = Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The names, all different."""
        return tuple(self._folders)

    def load(self, name: str) -> "Classifier":
        """The classifier of a name.

        Raises:
            FlatnlpError: If there is none of that name, or its folder is damaged.
        """
        if name not in self._folders:
            raise FlatnlpError(f"There is no model {name!r} here; choose one of {', '.join(self._folders)}.")
        with self._lock:
            if name not in self._loaded:
                from flatnlp.api.loading import load

                self._loaded[name] = load(self._folders[name], self._device)
            return self._loaded[name]

    def sentences(self, count: int = 4) -> list[str]:
        """Some short texts of the data that the runs were attacked on; none where they were not attacked."""
        chosen = chosen_indexes(self._records)
        for record in self._records:
            for attack, split in attacks_of(record):
                path = pairs_file(record.path, attack, split)
                pairs = read_pairs(path, chosen) if path else {}
                texts = [pairs[index].original for index in chosen if index in pairs]
                if short := [text for text in texts if 0 < len(text) <= _SHORT]:
                    return short[:count]
        return []


def demo_runs(folder: Path) -> list[Path]:
    """The runs that ``flatnlp demo`` has left in a folder.

    Raises:
        FlatnlpError: If there are none yet.
    """
    runs = [folder / method for method in DEMO_METHODS if (folder / method / "model").is_dir()]
    if not runs:
        raise FlatnlpError(
            f"There are no runs in {folder} to play with; train them first with 'make run' (or 'flatnlp demo'), or "
            "name your own with --runs."
        )
    return runs
