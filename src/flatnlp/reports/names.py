"""What the runs of one report are called, so that no two are called the same."""

from collections import Counter
from collections.abc import Sequence

from flatnlp.reports.facts import dataset_name, model_name
from flatnlp.reports.records import RunRecord
from flatnlp.reports.visible import visible


def run_names(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    """Name each run by model and method, by more only where that is not enough.

    Args:
        runs: The runs of one report.

    Returns:
        One name per run, all different: ``cnn flat``, with the data set where there are several, with the folder where
        two runs share all of that, and numbered where even the folders are called the same.
    """
    several = len({run.dataset for run in runs}) > 1
    names = [f"{model_name(run)} {run.method}" for run in runs]
    if several:
        names = [f"{dataset_name(run)} {name}" for run, name in zip(runs, names, strict=True)]
    counts = Counter(names)
    names = [f"{name} ({run.folder})" if counts[name] > 1 else name for name, run in zip(names, runs, strict=True)]
    counts = Counter(names)
    seen: Counter[str] = Counter()
    for position, name in enumerate(names):
        if counts[name] > 1:
            seen[name] += 1
            names[position] = f"{name} #{seen[name]}"
    return tuple(visible(name) for name in names)
