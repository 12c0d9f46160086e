"""Where finished work lies, and how it is found again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.paper.tasks import (
    Attack,
    Describe,
    Importance,
    Interpret,
    Task,
    Together,
    Train,
    Trial,
    address,
    name,
    record,
    whole,
)
from flatnlp.reports.fields import Fields, read_object
from flatnlp.reports.records import RunRecord, read_run


@dataclass
class Store:
    """The folder of a reproduction.

    ``train/`` holds runs, ``attacks/`` attacks on their test sets, ``interpretations/`` whether reasons held under
    them, ``trials/`` trainings that were tried, ``data/`` what was counted. A run that lies in one of the ``reuse``
    folders counts where its settings are the same, whatever it is called; nothing is written there.

    Attributes:
        root: The folder; it may not be there yet.
        reuse: Folders of finished runs made elsewhere.
    """

    root: Path
    reuse: Sequence[Path] = ()
    _runs: dict[str, Path] = field(default_factory=dict)
    _read: dict[Path, RunRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look for the runs that are there."""
        for folder in self.reuse:
            if not folder.is_dir():
                raise FlatnlpError(f"There is no folder {folder} to reuse runs from; name one that holds runs.")
        for folder in (self.root / "train", *self.reuse):
            for config in sorted(folder.glob("*/config.json")):
                if (config.parent / "evaluation.json").is_file():
                    settings = {key: value for key, value in read_json(config).items() if key != "flatnlp"}
                    self._runs.setdefault(address({"train": whole(settings)}), config.parent)

    def run(self, train: Train) -> Path:
        """The folder of a run, finished, begun or not there yet."""
        return self._runs.get(address(record(train)), self.root / "train" / name(train))

    def runs(self) -> list[Path]:
        """All finished runs."""
        return list(self._runs.values())

    def finished(self, train: Train) -> RunRecord:
        """A finished run's record, read once."""
        folder = self.run(train)
        if folder not in self._read:
            self._read[folder] = read_run(folder)
        return self._read[folder]

    def pairs(self, attack: Attack) -> Path:
        """The file with an attack's results."""
        if attack.in_training:
            return self.run(attack.train) / "attacks" / f"{attack.recipe}.test.parquet"
        return self.root / "attacks" / f"{name(attack)}.parquet"

    def result(self, task: Task) -> Path:
        """The file whose presence says that a task is done."""
        match task:
            case Train():
                return self.run(task) / "evaluation.json"
            case Attack():
                return self.result(task.train) if task.in_training else self.root / "attacks" / f"{name(task)}.json"
            case Together():
                return self.root / "attacks" / f"{name(task)}.json"
            case Importance():
                return self.root / "importances" / f"{name(task)}.json"
            case Interpret():
                return self.root / "interpretations" / f"{name(task)}.json"
            case Trial():
                return self.root / "trials" / f"{name(task)}.json"
            case Describe():
                return self.root / "data" / f"{name(task)}.json"

    def done(self, task: Task) -> bool:
        """Whether a task's result is there."""
        return self.result(task).is_file() or (isinstance(task, Interpret) and self._kept(task) is not None)

    def over_all(self, task: Interpret) -> Fields:
        """What was measured of a finished task's attributions over all pairs, as ``interpret.measure`` writes it down.

        Raises:
            FlatnlpError: If it is damaged.
        """
        path = self.result(task)
        found = (self._kept(task) or Fields(path, read_object(path))).object("all")
        if found is None:
            raise FlatnlpError(f"{path} has nothing that was measured over all pairs; delete it and reproduce again.")
        return found

    def _kept(self, task: Interpret) -> Fields | None:
        """The same as ``flatnlp evaluate --interpret --save`` has left it in the run, if of the same pairs."""
        path = self.run(task.attack.train) / "interpretation.json"
        if not task.attack.in_training or not path.is_file():
            return None
        found: Fields | None = Fields(path, read_object(path))
        for key in ("test", task.attack.recipe, task.method):
            found = found.object(key) if found else None
        if found is None or found.object("all") is None:
            return None
        seed, pairs = found.count("sampled_with_seed"), found.count("pairs") or 0
        same = pairs <= task.pairs if seed is None else (seed, pairs) == (0, task.pairs)
        return found if same else None

    def values(self, task: Task) -> dict[str, Any]:
        """What a finished task has found, by the names of measures."""
        if isinstance(task, Train):
            record = self.finished(task)
            found = {"dev_accuracy": record.selected.dev_accuracy if record.selected else None}
            return found | {"accuracy": record.evaluations[0].accuracy if record.evaluations else None}
        if isinstance(task, Attack) and task.in_training:
            for each in self.finished(task.train).evaluations:
                if each.attack == task.recipe:
                    return {"accuracy": each.accuracy, "after_attack_accuracy": each.after_attack_accuracy}
            raise FlatnlpError(f"{self.result(task)} has no {task.recipe}; delete its folder and reproduce again.")
        if isinstance(task, Interpret):
            # Over all texts, those without a substitution as identical pairs: the paper's way.
            over_all = self.over_all(task)
            return {
                f"{task.method}_kendall_tau": over_all.number("kendall_tau"),
                f"{task.method}_top_5": over_all.numbers("top_k").get("5"),
            }
        return read_json(self.result(task))
