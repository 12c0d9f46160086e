"""What was trained on what: the settings and the data of the runs, without the ways to files of one machine."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flatnlp.reports.records import RunRecord, Scalar
from flatnlp.reports.visible import visible

_FOLDERS = re.compile(r"(?<![\w/\\:.<])(?:~|[A-Za-z]:(?=[/\\]))?[/\\](?:[^\s/\\'\"]+[/\\])*(?=[^\s/\\'\"])")
NEVER_SHOWN = frozenset({"output", "flatnlp"})
"""Settings that tell of the machine and the version, not of the model."""


@dataclass(frozen=True)
class Fact:
    """One thing to know, as lines of text: one line where all runs agree, else a line per run."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Setting:
    """One setting and its value in each run."""

    name: str
    values: tuple[str, ...]
    differs: bool


def facts(runs: Sequence[RunRecord], names: Sequence[str]) -> tuple[Fact, ...]:
    """Gather what the reader has to know before the numbers.

    Args:
        runs: The runs of the report.
        names: The name of each run.

    Returns:
        The facts that at least one run recorded.
    """
    found = []
    for title, value in _FACTS:
        values = [value(run) for run in runs]
        if len(set(values)) == 1:
            lines = values[:1]
        else:
            lines = [f"{name}: {value or 'not recorded'}" for name, value in zip(names, values, strict=True)]
        if any(values):
            found.append(Fact(title, tuple(lines)))
    return tuple(found)


def notes(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    """Gather what the runs noted about their data, each note once."""
    return tuple(dict.fromkeys(without_folders(note) for run in runs for note in run.data.notes))


def settings(runs: Sequence[RunRecord]) -> tuple[Setting, ...]:
    """Lay the settings of the runs side by side, those that differ first."""
    keys = sorted({key for run in runs for key in run.config} - NEVER_SHOWN)
    found = []
    for key in keys:
        values = tuple(_write(run.config.get(key)) for run in runs)
        found.append(Setting(visible(key), values, differs=len(set(values)) > 1))
    return tuple(sorted(found, key=lambda setting: not setting.differs))


def without_folders(text: str) -> str:
    """Shorten absolute file names to their last part, so that a report tells nothing about a machine."""
    return visible(_FOLDERS.sub("", text))


def dataset_name(run: RunRecord) -> str:
    """What a run's data set is called everywhere: as it was given, a file by its whole name."""
    return without_folders(run.dataset)


def model_name(run: RunRecord) -> str:
    """What a run's model is called everywhere: as it was given, a folder by its own name."""
    return without_folders(run.model)


def _write(value: Scalar) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return without_folders(str(value))


def _count(number: int | None, unit: str = "") -> str:
    return "" if number is None else f"{number:,}{unit}"


def _sizes(run: RunRecord) -> str:
    sizes = (("train", run.data.train), ("dev", run.data.dev), ("test", run.data.test))
    return " · ".join(f"{size:,} {split}" for split, size in sizes if size is not None)


def _setting(key: str) -> Callable[[RunRecord], str]:
    return lambda run: "" if run.config.get(key) is None else _write(run.config[key])


_FACTS: tuple[tuple[str, Callable[[RunRecord], str]], ...] = (
    ("Data set", lambda run: dataset_name(run)),
    ("Classes", lambda run: ", ".join(visible(name) for name in run.data.classes)),
    ("Texts", _sizes),
    ("Vocabulary", lambda run: _count(run.data.vocabulary, " words")),
    ("Words read per text", lambda run: _count(run.data.length)),
    ("Word vectors", _setting("vectors")),
    ("Attack in training", lambda run: visible(", ".join(run.attacks))),
    ("Rounds", _setting("rounds")),
    ("Seed", _setting("seed")),
)
