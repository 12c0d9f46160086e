"""Do one task. Whatever was finished of it before is not done again."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flatnlp.files import write_json
from flatnlp.paper.grid import ENSEMBLE, PAIRS
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Describe, Importance, Interpret, Task, Together, Train, Trial

Say = Callable[[str], None]


def do(task: Task, store: Store, device: str, show_progress: bool, say: Say) -> None:
    """Do a task and leave its result in the store.

    Raises:
        FlatnlpError: If a resource is missing, training fails, or the disk refuses.
    """
    match task:
        case Train():
            _train(task, store, device, show_progress, say)
        case Trial():
            _try(task, store, device, show_progress, say)
        case Attack():
            _attack(task, store, device, show_progress)
        case Together():
            write_json(store.result(task), survived(task, store))
        case Interpret():
            _interpret(task, store, device, show_progress)
        case Importance():
            _importance(task, store, device)
        case Describe():
            write_json(store.result(task), described(task.source, show_progress))


def _train(task: Train, store: Store, device: str, show_progress: bool, say: Say) -> None:
    from flatnlp.reports.page import write_report
    from flatnlp.training.train import train_run

    folder = store.run(task)
    train_run(task.settings, folder, resume=True, device=device, show_progress=show_progress, say=say)
    write_report([folder], folder / "report.html")


def _try(task: Trial, store: Store, device: str, show_progress: bool, say: Say) -> None:
    from flatnlp.attacks.recipes import recipe
    from flatnlp.runs import open_run
    from flatnlp.training.preparation import prepare
    from flatnlp.training.rounds import train_rounds

    settings, result = task.settings.resolved(), store.result(task)
    recipes = [recipe(each, settings.attack_options) for each in settings.attacks]
    with open_run(result.with_suffix(""), settings.record(), resume=True) as run:
        prepared = prepare(settings, recipes, device, show_progress)
        kept = train_rounds(run, prepared, recipes, settings, show_progress, say)
    write_json(result, {"dev_accuracy": kept.accuracy, "dev_after_attack_accuracy": kept.after_attack_accuracy})


def _attack(task: Attack, store: Store, device: str, show_progress: bool) -> None:
    from flatnlp.attacks.bar import attack_bar
    from flatnlp.attacks.journal import attack_to_file, settings_for
    from flatnlp.attacks.recipes import recipe
    from flatnlp.data import load_data
    from flatnlp.evaluation import summarise
    from flatnlp.models.saved import load_model
    from flatnlp.training.preparation import examples

    settings, attack = task.train.settings, recipe(task.recipe, task.options)
    classifier = load_model(store.run(task.train), device)
    data = load_data(
        settings.dataset,
        text_column=settings.text_column,
        label_column=settings.label_column,
        progress=show_progress,
    )
    chosen = examples(data, "test", task.limit, 0)  # the same texts for every run, as at the end of a training
    path = store.pairs(task)
    path.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with attack_bar(f"{task.recipe} on test", len(chosen), show_progress) as bar:
        described = settings_for(attack, classifier, chosen)
        found = attack_to_file(attack, classifier, chosen, path, described, bar.on_result, on_earlier=bar.on_earlier)
        results = list(found)
    _note_time(
        store.root,
        {
            "attack": task.recipe,
            "model": settings.model,
            "dataset": settings.dataset,
            "texts": len(chosen),
            "seconds": time.perf_counter() - started,
        },
    )
    evaluation = summarise(results, classifier.classes).record()
    write_json(store.result(task), {"attack": task.recipe, "split": "test", **evaluation})


def survived(task: Together, store: Store) -> dict[str, Any]:
    """After-attack accuracy under all attacks together, and what each brought down, from their result files."""
    from flatnlp.attacks.ensemble import together
    from flatnlp.attacks.results_file import read_results
    from flatnlp.evaluation import summarise

    found = together({attack.recipe: read_results(store.pairs(attack)) for attack in task.attacks})
    evaluation = summarise(found.results, store.finished(task.train).data.classes)
    record = replace(evaluation, members=found.shares()).record()
    return {"attack": ENSEMBLE, "split": "test", **record}


def _interpret(task: Interpret, store: Store, device: str, show_progress: bool) -> None:
    from flatnlp.attacks.results_file import read_results
    from flatnlp.interpret.measure import check_interpretable, interpretation, sample_pairs
    from flatnlp.models.saved import load_model
    from flatnlp.progress import progress_bar

    settings, recipe = task.attack.train.settings, task.attack.recipe
    classifier = load_model(store.run(task.attack.train), device)
    check_interpretable(classifier, [task.method])
    results = read_results(store.pairs(task.attack))
    texts = 2 * sum(bool(result.adversarial.edits) for result in sample_pairs(results, task.pairs, 0))
    started = time.perf_counter()
    with progress_bar(f"{task.method} on {recipe}", texts, "texts", show_progress) as advance:
        found = interpretation(results, classifier, task.method, pairs=task.pairs, on_text=advance)
    _note_time(
        store.root,
        {
            "interpret": task.method,
            "model": settings.model,
            "dataset": settings.dataset,
            "texts": texts,
            "seconds": time.perf_counter() - started,
        },
    )
    write_json(store.result(task), found)


def _importance(task: Importance, store: Store, device: str) -> None:
    from flatnlp.attacks.results_file import read_results
    from flatnlp.models.saved import load_model
    from flatnlp.reports.figures.importance import WordUse, correlations
    from flatnlp.training.words import importances_in

    folder = store.run(task.train)
    rounds = sorted((folder / "rounds").glob("*/adversarial.*.parquet"))
    results = (result for file in rounds for result in read_results(file))
    words = [
        WordUse(each.word, each.importance, each.frequency, each.substitutions)
        for each in importances_in(folder, load_model(folder, device), results)
    ]
    frequency, substitutions, both = correlations(words)
    found = dict(zip(PAIRS, (frequency, substitutions, both), strict=True))
    write_json(
        store.result(task),
        {
            "mean_importance": sum(each.importance for each in words) / len(words),
            "pairs": {pair: {"n": each.n, "r": each.r, "p": each.p} for pair, each in found.items()},
        },
    )


def described(source: str, show_progress: bool) -> dict[str, Any]:
    """Count a data set: its classes, splits and lengths, and the vocabulary that a word model would have of it.

    The mean length is that of the cleaned training texts, in words. ``min_frequency_above`` and ``length`` are the
    preset or, for other data, the rule of ``preprocessing_for``.
    """
    from flatnlp.data import load_data, preprocessing_for
    from flatnlp.text import clean

    data = load_data(source, progress=show_progress)
    tokens = [clean(text) for text in data.splits["train"]["text"]]
    counts = Counter(token for text in tokens for token in text)
    preset = preprocessing_for(source, [len(text) for text in tokens], len(counts))
    return {
        "classes": len(data.classes),
        "mean_length": sum(map(len, tokens)) / len(tokens),
        **{split: len(data.splits[split]) for split in ("train", "dev", "test")},
        "vocabulary": sum(count > preset.min_frequency_above for count in counts.values()),
        "min_frequency_above": preset.min_frequency_above,
        "length": preset.length,
        "notes": list(data.notes),
    }


def _note_time(root: Path, line: dict[str, Any]) -> None:
    import json

    with (root / "timings.jsonl").open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(line) + "\n")
