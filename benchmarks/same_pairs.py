"""Whether the reasons of base, adv and flat hold on the very same pairs of texts, and by how much each was attacked.

    python benchmarks/same_pairs.py runs/sst2/* [--pairs 400] [--method lime] [--attack textfooler]

A method's Kendall's tau (KT) and top-5 overlap (TI) are usually taken over the pairs that the attack made against that
very model. A robust model has more words swapped before it gives in, and each swap moves attributions, so methods are
compared on unequal pairs. Here, for runs that differ in method and seed only:

- *others' pairs*: every model explains the same pairs, made against a base model of another seed;
- *own pairs*: each model explains its own, one line by the number of words that were swapped.

Prints Markdown. Pairs are a seeded sample; the interval of flat less adv is a bootstrap over the pairs.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import flatnlp
from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.results_file import read_results
from flatnlp.bootstrap import bootstrap_interval
from flatnlp.errors import FlatnlpError
from flatnlp.interpret.consistency import pair_consistency
from flatnlp.interpret.measure import METHODS
from flatnlp.models.classifier import Classifier
from flatnlp.text import Text

ORDER = ("base", "adv", "flat")
SWAPPED = {"1": (1, 1), "2": (2, 2), "3 or more": (3, np.inf), "all": (0, np.inf)}
TI_AT = 5

Pairs = dict[int, AttackResult]


def main() -> None:
    """Explain, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--method", choices=METHODS, default="ig")
    parser.add_argument("--attack", help="whose pairs; the attack that adv was trained against if not said")
    options = parser.parse_args()
    runs: dict[tuple[str, str], dict[int, dict[str, Path]]] = defaultdict(lambda: defaultdict(dict))
    for run in options.runs:
        config = json.loads((run / "config.json").read_text())
        if config["method"] in ORDER:
            runs[config["dataset"], config["model"]][config["seed"]][config["method"]] = run
    for (dataset, model), by_seed in runs.items():
        seeds = sorted(seed for seed, methods in by_seed.items() if len(methods) == len(ORDER))
        if len(seeds) < 2:
            print(f"{dataset}, {model}: base, adv and flat of two seeds are needed.")
            continue
        attack = options.attack or json.loads((by_seed[seeds[0]]["adv"] / "config.json").read_text())["attacks"][0]
        print(f"\n{dataset}, {model}, {attack}, {options.method}\n", flush=True)
        compare({seed: by_seed[seed] for seed in seeds}, attack, options.method, options.pairs)


def compare(by_seed: dict[int, dict[str, Path]], attack: str, method: str, number: int) -> None:
    """Print both tables of one cell."""
    seeds = list(by_seed)
    others: dict[str, list[NDArray[np.float64]]] = defaultdict(list)
    own: dict[str, list[tuple[NDArray[np.int64], NDArray[np.float64]]]] = defaultdict(list)
    for seed, following in zip(seeds, seeds[1:] + seeds[:1], strict=True):
        models = {name: flatnlp.load(by_seed[seed][name]) for name in ORDER}
        foreign = sample(substituted(by_seed[following]["base"], attack), number)
        for name, model in models.items():
            others[name].append(consistency(model, foreign, method))
            mine = sample(substituted(by_seed[seed][name], attack), number)
            swapped = np.array([result.words_changed for result in mine])
            own[name].append((swapped, consistency(model, mine, method)))
    print_others(others, seeds)
    print_own(own)


def substituted(run: Path, attack: str) -> Pairs:
    """A run's test texts in which the attack swapped a word, by index; those of ``reproduce`` lie beside its runs."""
    path = run / "attacks" / f"{attack}.test.parquet"
    if not path.exists():
        beside = sorted((run.parent.parent / "attacks").glob(f"{run.name}.{attack}.*.parquet"))
        if len(beside) != 1:
            raise FlatnlpError(f"{run} has no test texts attacked with {attack}.")
        path = beside[0]
    return {result.example.index: result for result in read_results(path) if result.adversarial.edits}


def sample(pairs: Pairs, number: int) -> list[AttackResult]:
    """A seeded sample, in the order of the data set."""
    drawn = np.random.default_rng(0).permutation(sorted(pairs))[:number]
    return [pairs[int(index)] for index in sorted(drawn)]


def consistency(model: Classifier, pairs: Sequence[AttackResult], method: str) -> NDArray[np.float64]:
    """KT and TI of each pair: ``[pairs, 2]``; NaN where a pair has no KT."""
    texts = [Text.of(result.example.text) for result in pairs] + [result.adversarial for result in pairs]
    explained = METHODS[method](model, texts, on_text=lambda: None)
    rows: list[Any] = []
    for result, before, after in zip(pairs, explained[: len(pairs)], explained[len(pairs) :], strict=True):
        tau, overlaps = pair_consistency(before.values, after.values, result.adversarial.origins)
        rows.append((tau, overlaps[TI_AT - 1]))
    return np.array(rows, dtype=float).reshape(-1, 2)


def print_others(others: dict[str, list[NDArray[np.float64]]], seeds: Sequence[int]) -> None:
    """KT and TI of all methods on the same pairs, seed by seed."""
    print("| pairs of another base model | " + " | ".join(ORDER) + " | flat less adv: KT, TI |")
    print("|---|" + "---:|" * len(ORDER) + "---|")
    for i, seed in enumerate(seeds):
        print_row(f"seed {seed}, {len(others['base'][i])} pairs", [others[name][i] for name in ORDER])
    print_row("all", [np.concatenate(others[name]) for name in ORDER])


def print_row(title: str, values: Sequence[NDArray[np.float64]]) -> None:
    """One line: means of KT and TI, and the difference of the last two with its interval."""
    differences = [(values[-1] - values[-2])[:, column] for column in (0, 1)]
    cells = [", ".join(f"{mean:.3f}" for mean in np.nanmean(each, 0)) for each in values]
    print(f"| {title} | {' | '.join(cells)} | {', '.join(map(with_interval, differences))} |", flush=True)


def with_interval(values: NDArray[np.float64]) -> str:
    """A mean and its 95 % bootstrap interval."""
    defined = values[~np.isnan(values)]
    low, high = bootstrap_interval(defined)
    return f"{defined.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def print_own(own: dict[str, list[tuple[NDArray[np.int64], NDArray[np.float64]]]]) -> None:
    """KT and TI of each method on its own pairs, by how many words were swapped; all seeds together."""
    print("\n| own pairs, words swapped | " + " | ".join(ORDER) + " |")
    print("|---|" + "---|" * len(ORDER))
    joined = {name: tuple(np.concatenate(part) for part in zip(*own[name], strict=True)) for name in ORDER}
    for title, (least, most) in SWAPPED.items():
        cells = []
        for name in ORDER:
            swapped, values = joined[name]
            chosen = values[(least <= swapped) & (swapped <= most)]
            tau, overlap = np.nanmean(chosen, 0)
            cells.append(f"{tau:.3f}, {overlap:.3f} ({len(chosen)})")
        print(f"| {title} | {' | '.join(cells)} |", flush=True)
    means = " | ".join(f"{joined[name][0].mean():.2f}" for name in ORDER)
    print(f"| words swapped, mean | {means} |")


if __name__ == "__main__":
    main()
