"""How long a task will take: from earlier runs like it, else from rates measured once, else not known."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from flatnlp.files import read_json
from flatnlp.paper.cell import COUNTS, Cell
from flatnlp.paper.published import published
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Importance, Interpret, Task, Together, Train, Trial
from flatnlp.training.settings import METHODS, ResolvedSettings, TrainSettings

_ALIKE = ("dataset", "model", "method", "attacks", "rounds", "epochs", "train_limit", "attack_sample", "test_limit")
_COUNT_SECONDS_PER_TEXT = 0.0001
_IMPORTANCE_SECONDS = 10.0
_TOGETHER_SECONDS = 1.0


class Estimates:
    """Estimates for the tasks of one store.

    Args:
        store: Whose finished runs are the first source.
    """

    def __init__(self, store: Store) -> None:
        self._runs = [
            (read_json(folder / "config.json"), seconds)
            for folder in store.runs()
            if (seconds := _seconds(folder / "timings.jsonl"))
        ]
        self._lines = _lines(store.root / "timings.jsonl")

    def seconds(self, task: Task) -> float | None:
        """Wall-clock seconds on one thread of a machine like the one measured; ``None`` where nothing is known."""
        if isinstance(task, Train | Trial):
            return self._train(task.settings.resolved())
        if isinstance(task, Attack):
            return self._attack(task)
        if isinstance(task, Interpret):
            return self._interpret(task)
        if isinstance(task, Together):
            return _TOGETHER_SECONDS
        if isinstance(task, Importance):
            return _IMPORTANCE_SECONDS
        return _COUNT_SECONDS_PER_TEXT * (_size(task.dataset, "train") or 0)

    def _train(self, settings: ResolvedSettings) -> float | None:
        wanted = settings.record()
        alike = [seconds for config, seconds in self._runs if all(config.get(name) == wanted[name] for name in _ALIKE)]
        if alike:
            return fmean(alike)
        epoch = _rates()["train_seconds_per_text_and_epoch"].get(settings.model)
        attack = self._rate(settings.attacks[0], settings)
        size, dev, test = (_size(settings.dataset, split) for split in ("train", "dev", "test"))
        if epoch is None or attack is None or size is None or dev is None or test is None:
            return None
        size = min(size, settings.train_limit or size)
        epoch *= size * _words(settings) / _rates()["words"]
        epochs = float(settings.epochs)
        attacked = 0.0
        if METHODS[settings.method].adversarial:
            a_round = min(settings.attack_sample or size, size)
            share = _rates()["adversarial_texts_per_attacked"] * a_round / size
            epochs += sum(settings.epochs_per_round * (1 + share * n) for n in range(1, settings.rounds + 1))
            attacked = float(a_round * settings.rounds)
        rounds = settings.rounds * settings.epochs_per_round if METHODS[settings.method].adversarial else 0
        attacked += min(dev, settings.dev_attack_sample) * (settings.epochs + rounds) + min(test, settings.test_limit)
        return float(epochs * epoch + attacked * attack)

    def _attack(self, task: Attack) -> float | None:
        settings = task.train.settings
        rate, size = self._rate(task.recipe, settings), _size(settings.dataset, "test")
        return None if rate is None or size is None else rate * min(size, task.limit)

    def _interpret(self, task: Interpret) -> float | None:
        settings, size = task.attack.train.settings, _size(task.attack.train.settings.dataset, "test")
        here = self._measured("interpret", task.method, settings)
        rate = _rates()["explain_seconds_per_text"].get(task.method, {}).get(settings.model)
        if size is None or not (here or rate):
            return None
        per_text = fmean(here) if here else rate * _words(settings) / _rates()["words"]
        return float(2 * min(size, task.attack.limit, task.pairs) * per_text)

    def _rate(self, recipe: str, settings: TrainSettings) -> float | None:
        """Seconds per text: measured here on the same model and data, else the packaged rate for longer texts.

        Twice as many words are twice as many places to try, each in a text twice as long.
        """
        here = self._measured("attack", recipe, settings)
        if here:
            return fmean(here)
        rate = _rates()["attack_seconds_per_text"].get(recipe, {}).get(settings.model)
        return None if rate is None else float(rate * (_words(settings) / _rates()["words"]) ** 2)

    def _measured(self, kind: str, name: str, settings: TrainSettings) -> list[float]:
        """Seconds per text of what was done here already."""
        wanted = (name, settings.model, settings.dataset)
        alike = [line for line in self._lines if (line.get(kind), line.get("model"), line.get("dataset")) == wanted]
        return [_number(line, "seconds") / texts for line in alike if (texts := _number(line, "texts")) > 0]


def _words(settings: TrainSettings) -> float:
    mean, length = _size(settings.dataset, "mean_length"), _size(settings.dataset, "length")
    return float(min(mean or _rates()["words"], length or _rates()["words"]))


def _size(dataset: str, name: str) -> float | None:
    """A count of a data set as the paper gives it: estimates come before any file is read."""
    table = 6 if name == "length" else 1
    return published().get(Cell(table, COUNTS[name], dataset))


@cache
def _rates() -> Mapping[str, Any]:
    from importlib.resources import files

    found: dict[str, Any] = json.loads((files("flatnlp.paper") / "rates.json").read_text(encoding="utf-8"))
    return found


def _seconds(path: Path) -> float:
    """All that a run's ``timings.jsonl`` sums up to."""
    return sum(_number(line, "seconds") + _number(line, "attack_seconds") for line in _lines(path))


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue  # torn by an interruption; nothing but an estimate hangs on it
        if isinstance(value, dict):
            lines.append(value)
    return lines


def _number(line: Mapping[str, Any], key: str) -> float:
    """A number of seconds or texts; 0 where there is none that makes sense."""
    value = line.get(key)
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e15 else 0.0
