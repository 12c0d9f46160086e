"""Interpretation consistency of attack results, under progress bars, and where a run keeps it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flatnlp.attacks.result import AttackResult
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.interpret.measure import check_method, interpretation, sample_pairs
from flatnlp.models.classifier import Classifier
from flatnlp.progress import progress_bar
from flatnlp.runs import Run
from flatnlp.training.card import write_card


def method_names(interpret: str | Sequence[str] | None) -> tuple[str, ...]:
    """Names of interpretation methods, each once, from a list or from a string with commas.

    Raises:
        FlatnlpError: If there is none of such a name.
    """
    listed = interpret.split(",") if isinstance(interpret, str) else interpret or ()
    return tuple(dict.fromkeys(check_method(name.strip()) for name in listed))


def interpretations(
    results: Sequence[AttackResult],
    classifier: Classifier,
    methods: Sequence[str],
    *,
    attack: str,
    pairs: int | None,
    seed: int,
    show_progress: bool,
) -> dict[str, Any] | None:
    """The consistency of attack results by method; ``None`` where there is no method."""
    found = {}
    texts = 2 * sum(bool(result.adversarial.edits) for result in sample_pairs(results, pairs, seed))
    for method in methods:
        with progress_bar(f"{method} on {attack}", texts, "texts", show_progress) as advance:
            found[method] = interpretation(results, classifier, method, pairs=pairs, seed=seed, on_text=advance)
    return found or None


def run_of(model: object) -> Run:
    """The run whose folder a model is.

    Raises:
        FlatnlpError: If it is none.
    """
    if isinstance(model, str | Path) and _is_run(Path(model)):
        return Run(Path(model))
    shown = model if isinstance(model, str | Path) else "The classifier"
    raise FlatnlpError(
        f"{shown} is not a run's folder, so there is no place to save into; give one, or leave out --save."
    )


def own_data(model: object, split: str) -> dict[str, Any]:
    """The data set that a run was trained on, and which of its texts the run itself is tested on, as arguments.

    Raises:
        FlatnlpError: If the model is no run's folder.
    """
    if not isinstance(model, str | Path) or not _is_run(Path(model)):
        raise FlatnlpError("No data set is named, and the model is not a run's folder that names one; give --dataset.")
    config = read_json(Path(model) / "config.json")
    limit = config.get("test_limit") if split == "test" else None
    return {name: config.get(name) for name in ("dataset", "text_column", "label_column")} | {"limit": limit}


def save_interpretations(run: Run, split: str, found: dict[str, dict[str, Any] | None]) -> Path:
    """Add interpretations, by attack and method, to the run's ``interpretation.json``: split, attack, method."""
    path = run.folder / "interpretation.json"
    saved = read_json(path) if path.exists() else {}
    attacks = saved.setdefault(split, {})
    for attack, methods in found.items():
        attacks.setdefault(attack, {}).update(methods or {})
    run.record("interpretation", saved)
    write_card(run.folder)
    return path


def _is_run(folder: Path) -> bool:
    config = folder / "config.json"
    return config.is_file() and "flatnlp" in read_json(config)
