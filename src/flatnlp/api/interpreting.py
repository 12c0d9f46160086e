"""Which interpretations are asked for, and where a run keeps them."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from flatnlp.attacks.options import AttackOptions
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.interpret.measure import check_method
from flatnlp.runs import Run
from flatnlp.training.card import write_card


def method_names(interpret: str | Sequence[str] | None) -> tuple[str, ...]:
    """Names of interpretation methods, each once, from a list or from a string with commas.

    Raises:
        FlatnlpError: If there is none of such a name.
    """
    listed = interpret.split(",") if isinstance(interpret, str) else interpret or ()
    return tuple(dict.fromkeys(check_method(name.strip()) for name in listed))


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
    """The data set that a run was trained on, which of its texts it is tested on, and how it is attacked, as arguments.

    Raises:
        FlatnlpError: If the model is no run's folder.
    """
    if not isinstance(model, str | Path) or not _is_run(Path(model)):
        raise FlatnlpError("No data set is named, and the model is not a run's folder that names one; give --dataset.")
    config = read_json(Path(model) / "config.json")
    limit = config.get("test_limit") if split == "test" else None
    return {name: config.get(name) for name in ("dataset", "text_column", "label_column")} | {
        "limit": limit,
        "options": AttackOptions(**{field.name: config.get(field.name) for field in fields(AttackOptions)}),
    }


def save_interpretations(run: Run, split: str, found: dict[str, dict[str, Any] | None]) -> None:
    """Add interpretations, by attack and method, to the run's ``interpretation.json``: split, attack, method."""
    path = run.folder / "interpretation.json"
    saved = read_json(path) if path.exists() else {}
    attacks = saved.setdefault(split, {})
    for attack, methods in found.items():
        attacks.setdefault(attack, {}).update(methods or {})
    run.record("interpretation", saved)
    write_card(run.folder)


def _is_run(folder: Path) -> bool:
    config = folder / "config.json"
    return config.is_file() and "flatnlp" in read_json(config)
