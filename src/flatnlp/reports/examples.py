"""Attacked texts, the same example side by side for all runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flatnlp.reports.choice import RULE, RULE_FOR_ONE, choose
from flatnlp.reports.facts import without_folders
from flatnlp.reports.markup import Stretch, mark
from flatnlp.reports.pairs import SKIPPED, SUCCESSFUL, UNATTACKABLE, Pair, pairs_file, read_outcomes, read_pairs
from flatnlp.reports.records import RunRecord
from flatnlp.reports.table import percent
from flatnlp.reports.visible import visible

COUNT = 12

Member = tuple[RunRecord, str, Path]
"""A run, its name, and the file of its attacked texts."""

VERDICTS = {SUCCESSFUL: "flipped", SKIPPED: "already wrong", UNATTACKABLE: "nothing to swap"}
HELD = "held"
"""How an attack ended, in the words of the page; what is not in ``VERDICTS`` was held."""


@dataclass(frozen=True)
class Attempt:
    """What the attack did to one example in one run."""

    run: str
    status: str
    verdict: str
    original: tuple[Stretch, ...]
    adversarial: tuple[Stretch, ...]
    original_prediction: str
    adversarial_prediction: str
    original_probability: str
    adversarial_probability: str
    swaps: int
    queries: int


@dataclass(frozen=True)
class Example:
    """One example of the data set with the attempts on it."""

    index: int
    label: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class ExampleSet:
    """Examples of one data set, attack and split, and the rule that chose them."""

    dataset: str
    attack: str
    split: str
    runs: tuple[str, ...]
    rule: str
    examples: tuple[Example, ...]


def example_sets(runs: Sequence[RunRecord], names: Sequence[str]) -> tuple[ExampleSet, ...]:
    """Choose and read attacked texts.

    Args:
        runs: The runs of the report.
        names: The name of each run.

    Returns:
        One set for each data set, attack and split; where runs share no example, a set for each of them.
    """
    sets = []
    for (dataset, attack, split), members, chosen in _chosen(runs, names):
        sets.append(_set(dataset, attack, split, members, chosen))
    return tuple(found for found in sets if found.examples)


def chosen_indexes(runs: Sequence[RunRecord]) -> tuple[int, ...]:
    """The indexes of all examples that ``example_sets`` shows."""
    chosen = _chosen(runs, [""] * len(runs))
    return tuple(dict.fromkeys(index for _, _, indexes in chosen for index in indexes))


def _chosen(
    runs: Sequence[RunRecord], names: Sequence[str]
) -> Iterator[tuple[tuple[str, str, str], list[Member], tuple[int, ...]]]:
    groups: dict[tuple[str, str, str], list[Member]] = {}
    for run, name in zip(runs, names, strict=True):
        for attack, split in attacks_of(run):
            path = pairs_file(run.path, attack, split)
            if path:
                groups.setdefault((run.dataset, attack, split), []).append((run, name, path))
    for group, members in groups.items():
        outcomes = [read_outcomes(path) for _, _, path in members]
        chosen = choose(outcomes, COUNT)
        if chosen or len(members) == 1:
            yield group, members, chosen
        else:
            for member, outcome in zip(members, outcomes, strict=True):
                yield group, [member], choose([outcome], COUNT)


def attacks_of(run: RunRecord) -> list[tuple[str, str]]:
    """Give the attacks and splits that a run was evaluated with."""
    measured = [(evaluation.attack, evaluation.split) for evaluation in run.evaluations if evaluation.attack]
    return list(dict.fromkeys(measured or [(attack, "test") for attack in run.attacks]))


def _set(dataset: str, attack: str, split: str, members: Sequence[Member], chosen: Sequence[int]) -> ExampleSet:
    read = [(run, name, read_pairs(path, chosen)) for run, name, path in members]
    examples = []
    for index in chosen:
        attempts = tuple(_attempt(run, name, pairs[index]) for run, name, pairs in read)
        run, _, pairs = read[0]
        examples.append(Example(index, class_name(run, pairs[index].label), attempts))
    return ExampleSet(
        dataset=without_folders(dataset),
        attack=visible(attack),
        split=visible(split),
        runs=tuple(name for _, name, _ in members),
        rule=RULE if len(members) > 1 else RULE_FOR_ONE,
        examples=tuple(examples),
    )


def _attempt(run: RunRecord, name: str, pair: Pair) -> Attempt:
    return Attempt(
        run=name,
        status="flipped" if pair.status == SUCCESSFUL else "none" if pair.status in VERDICTS else HELD,
        verdict=VERDICTS.get(pair.status, HELD),
        original=mark(pair.original, [(edit.start, edit.end) for edit in pair.edits]),
        adversarial=mark(pair.adversarial, [(edit.adversarial_start, edit.adversarial_end) for edit in pair.edits]),
        original_prediction=class_name(run, pair.original_prediction),
        adversarial_prediction=class_name(run, pair.adversarial_prediction),
        original_probability=percent(pair.original_probability),
        adversarial_probability=percent(pair.adversarial_probability),
        swaps=len({(edit.adversarial_start, edit.adversarial_end) for edit in pair.edits}),
        queries=pair.queries,
    )


def class_name(run: RunRecord, number: int) -> str:
    """Name a class by its number; one that the data does not name is called by the number."""
    return visible(run.data.classes[number]) if 0 <= number < len(run.data.classes) else f"class {number}"
