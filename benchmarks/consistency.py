"""Whether the reasons of trained runs hold under attack: AA, Kendall's tau and top-5 overlap, beside the paper's.

    python benchmarks/consistency.py runs/sst2/* [--ig-pairs N] [--lime-pairs 1000]

Interprets the runs that are not interpreted yet (integrated gradients on all substituted pairs, LIME on a seeded
sample) and keeps that in their folders, as `flatnlp evaluate RUN --interpret ... --save` does; then prints Markdown
tables with mean and range over the seeds.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import flatnlp

POPULATIONS = {"substituted pairs": None, "successful pairs": "successful", "all test texts": "all"}


def main() -> None:
    """Interpret what is not interpreted yet; print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--ig-pairs", type=int, help="a seeded sample; all substituted pairs if not said")
    parser.add_argument("--lime-pairs", type=int, default=1000)
    parser.add_argument("--methods", nargs="+", default=["ig", "lime"])
    options = parser.parse_args()
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for run in options.runs:
        config = json.loads((run / "config.json").read_text())
        attack = config["attacks"][0]
        found = interpreted(run, attack, options.methods, {"ig": options.ig_pairs, "lime": options.lime_pairs})
        after = json.loads((run / "evaluation.json").read_text())["after_attack_accuracy"]
        groups[config["model"], config["method"]].append({"aa": after, **found})
    for method in options.methods:
        print(f"\n{method}\n")
        print_table(groups, method)


def interpreted(run: Path, attack: str, methods: Sequence[str], pairs: dict[str, int | None]) -> dict[str, Any]:
    """A run's interpretation by method; measured and kept in its folder where it is not there."""
    path = run / "interpretation.json"
    for method in methods:
        found = json.loads(path.read_text())["test"].get(attack, {}) if path.exists() else {}
        if method not in found:
            result = flatnlp.evaluate(run, attacks=attack, interpret=method, pairs=pairs[method], save=True)
            print(f"{run.name}: {result.evaluations[attack].sentence()} ({result.seconds:.0f} s)", flush=True)
    saved: dict[str, Any] = json.loads(path.read_text())["test"][attack]
    return saved


def print_table(groups: dict[tuple[str, str], list[dict[str, Any]]], method: str) -> None:
    """One row per model and training method."""
    print("| model | method | seeds | AA % | " + " | ".join(f"KT, TI: {name}" for name in POPULATIONS) + " | pairs |")
    print("|---|---|---:|---:|" + "---|" * len(POPULATIONS) + "---:|")
    for (model, training), runs in groups.items():
        cells = []
        for key in POPULATIONS.values():
            records = [run[method] if key is None else run[method][key] for run in runs]
            tau = spread([record["kendall_tau"] for record in records])
            overlap = spread([record["top_k"]["5"] for record in records])
            cells.append(f"{tau}, {overlap}")
        pairs = ", ".join(f"{run[method]['pairs']:,}" for run in runs)
        aa = spread([100 * run["aa"] for run in runs], 1)
        print(f"| {model} | {training} | {len(runs)} | {aa} | {' | '.join(cells)} | {pairs} |")


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Mean, and lowest to highest."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{np.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


if __name__ == "__main__":
    main()
