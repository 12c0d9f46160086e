"""What the runs of one report are called, so that no two are called the same."""

from collections import Counter
from collections.abc import Sequence

from flatnlp.reports.facts import NEVER_SHOWN, dataset_name, model_name
from flatnlp.reports.records import RunRecord, Scalar
from flatnlp.reports.visible import visible

_FEW = 2
"""A name tells no more settings than that: more would be a list and no name."""


def run_names(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    """Name each run by model and method, by more only where that is not enough.

    Args:
        runs: The runs of one report.

    Returns:
        One name per run, all different: ``cnn flat``, with the data set where there are several; where two runs share
        that, with the one or two settings that tell them apart (``lstm flat, gamma 0``), else with the folder, and
        numbered where even the folders are called the same.
    """
    several = len({run.dataset for run in runs}) > 1
    names = [f"{model_name(run)} {run.method}" for run in runs]
    if several:
        names = [f"{dataset_name(run)} {name}" for run, name in zip(runs, names, strict=True)]
    names = _told_apart(names, runs)
    counts = Counter(names)
    names = [f"{name} ({run.folder})" if counts[name] > 1 else name for name, run in zip(names, runs, strict=True)]
    counts = Counter(names)
    seen: Counter[str] = Counter()
    for position, name in enumerate(names):
        if counts[name] > 1:
            seen[name] += 1
            names[position] = f"{name} #{seen[name]}"
    return tuple(visible(name) for name in names)


def _told_apart(names: Sequence[str], runs: Sequence[RunRecord]) -> list[str]:
    """The names, those shared by several runs with the settings that differ between these, where they are few."""
    told = list(names)
    for name in {name for name, count in Counter(names).items() if count > 1}:
        places = [place for place, each in enumerate(names) if each == name]
        configs = [runs[place].config for place in places]
        keys = sorted({key for config in configs for key in config} - NEVER_SHOWN)
        differing = [key for key in keys if len({repr(config.get(key)) for config in configs}) > 1]
        if len(differing) <= _FEW:
            for place, config in zip(places, configs, strict=True):
                told[place] = ", ".join([name, *(_setting(key, config.get(key)) for key in differing)])
    return told


def _setting(key: str, value: Scalar) -> str:
    shown = f"{value:g}" if isinstance(value, int | float) and not isinstance(value, bool) else value
    return f"{key.replace('_', ' ')} {'not said' if value is None else shown}"
