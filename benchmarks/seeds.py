"""Runs that differ only in their seed, as one row each: mean, lowest and highest value over the seeds.

    python benchmarks/seeds.py runs/sst2/*

Prints a Markdown table; the values are those of each run's evaluation.json (test split).
"""

import sys
from collections import defaultdict
from pathlib import Path

from flatnlp.reports.records import RunRecord, read_run

METHODS = ("base", "vmask", "adv", "flat")


COLUMNS = ("data set", "model", "attack", "method", "seeds", "SA %", "AA %", "AA by seed", "words changed %")


def main(folders: list[str]) -> None:
    """Print the table."""
    groups: dict[tuple[str, str, str, str], list[RunRecord]] = defaultdict(list)
    for folder in folders:
        run = read_run(Path(folder))
        if run.evaluations:
            groups[run.dataset, run.model, ", ".join(run.attacks), run.method].append(run)
    columns = (*COLUMNS, "dev SA %", "dev AA %")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for key in sorted(groups, key=lambda key: (key[:3], METHODS.index(key[3]))):
        runs = sorted(groups[key], key=lambda run: run.config["seed"])
        tests = [run.evaluations[0] for run in runs]
        chosen = [run.selected for run in runs if run.selected]
        cells = [
            *(key[0], key[1], key[2], key[3], str(len(runs))),
            spread([test.accuracy for test in tests]),
            spread([test.after_attack_accuracy for test in tests]),
            ", ".join(f"{100 * (test.after_attack_accuracy or 0):.1f}" for test in tests),
            spread([test.words_changed for test in tests]),
            spread([one.dev_accuracy for one in chosen]),
            spread([one.dev_after_attack_accuracy for one in chosen]),
        ]
        print("| " + " | ".join(cells) + " |")


def spread(shares: list[float | None]) -> str:
    """Mean, lowest and highest in percent."""
    values = [100 * share for share in shares if share is not None]
    return f"{sum(values) / len(values):.1f} ({min(values):.1f} to {max(values):.1f})" if values else "-"


if __name__ == "__main__":
    main(sys.argv[1:])
