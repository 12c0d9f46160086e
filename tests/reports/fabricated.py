"""Run folders made up for the tests, as ``flatnlp train`` would leave them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

EDIT = pa.struct(
    [
        ("kind", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("adversarial_start", pa.int64()),
        ("adversarial_end", pa.int64()),
        ("original", pa.string()),
        ("substitute", pa.string()),
    ]
)
SCHEMA = pa.schema(
    [
        ("index", pa.int64()),
        ("original", pa.string()),
        ("adversarial", pa.string()),
        ("label", pa.int64()),
        ("original_prediction", pa.int64()),
        ("adversarial_prediction", pa.int64()),
        ("original_probability", pa.float64()),
        ("adversarial_probability", pa.float64()),
        ("status", pa.string()),
        ("queries", pa.int64()),
        ("words", pa.int64()),
        ("edits", pa.list_(EDIT)),
    ]
)


def swap(original: str, *swaps: tuple[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """Replace words, each found after the one before it, and tell where."""
    adversarial, edits, read = "", [], 0
    for word, substitute in swaps:
        start = original.index(word, read)
        adversarial += original[read:start]
        written = len(adversarial)
        adversarial += substitute
        read = start + len(word)
        edits.append(
            {
                "kind": "replace" if word else "insert",
                "start": start,
                "end": read,
                "adversarial_start": written,
                "adversarial_end": len(adversarial),
                "original": word,
                "substitute": substitute,
            }
        )
    return adversarial + original[read:], edits


def pair(index: int, original: str, *swaps: tuple[str, str], status: str = "successful", label: int = 1) -> dict:
    """Make one row of an attack's Parquet file."""
    adversarial, edits = swap(original, *swaps)
    right = status != "skipped"
    return {
        "index": index,
        "original": original,
        "adversarial": adversarial,
        "label": label,
        "original_prediction": label if right else 1 - label,
        "adversarial_prediction": label if status in {"failed", "unattackable"} else 1 - label,
        "original_probability": 0.9 if right else 0.2,
        "adversarial_probability": 0.6 if status in {"failed", "unattackable"} else 0.2,
        "status": status,
        "queries": 10 * (index + 1),
        "words": len(original.split()),
        "edits": edits,
    }


def write_run(
    path: Path,
    method: str = "base",
    model: str = "cnn",
    dataset: str = "reviews",
    config: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    evaluation: Mapping[str, Any] | None = None,
    pairs: Iterable[Mapping[str, Any]] = (),
    metrics: Iterable[Mapping[str, Any]] = (),
) -> Path:
    """Write a run folder; ``evaluation`` is left out where it is ``None``."""
    path.mkdir(parents=True)
    settings = {"flatnlp": "0.1.0", "dataset": dataset, "model": model, "method": method, "attacks": ["pwws"]}
    (path / "config.json").write_text(json.dumps(settings | dict(config or {})))
    sizes = {"name": dataset, "classes": ["negative", "positive"], "train": 8000, "dev": 900, "test": 1280}
    (path / "data.json").write_text(json.dumps(sizes | dict(data or {})))
    if evaluation is not None:
        measured = {"dataset": dataset, "split": "test", "model": model, "method": method, "attack": "pwws"}
        (path / "evaluation.json").write_text(json.dumps(measured | dict(evaluation)))
    lines = list(metrics)
    if lines:
        (path / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = list(pairs)
    if rows:
        (path / "attacks").mkdir()
        parquet.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path / "attacks" / "pwws.test.parquet")
    return path


def course(adversarial: bool = True) -> list[dict[str, Any]]:
    """Make the journal of a run with two rounds of two epochs."""
    lines: list[dict[str, Any]] = []
    for epoch in range(1, 7):
        number = (epoch - 1) // 2
        lines.append(
            {
                "kind": "epoch",
                "round": number,
                "epoch": epoch,
                "loss": 0.7 / epoch,
                "clean_loss": 0.6 / epoch,
                "adversarial_loss": 0.9 / epoch if adversarial and number else None,
                "entropy": None,
                "importance_distance": None,
                "dev_accuracy": 0.7 + epoch / 50,
                "dev_after_attack_accuracy": 0.1 + epoch / 60,
            }
        )
        if epoch % 2 == 0:
            lines.append(
                {
                    "kind": "round",
                    "round": number,
                    "epoch": epoch,
                    "attacked": 1000,
                    "adversarial_examples": 800,
                    "attack_success_rate": 0.8,
                    "unknown_pair_share": None,
                    "dev_accuracy": 0.7 + epoch / 50,
                    "dev_after_attack_accuracy": 0.1 + epoch / 60,
                }
            )
    kept = {"kind": "selected", "round": 2, "epoch": 6, "dev_accuracy": 0.82, "dev_after_attack_accuracy": 0.2}
    return [*lines, kept]


def measured(accuracy: float, after: float, **others: Any) -> dict[str, Any]:
    """Make the numbers of an evaluation."""
    return {
        "accuracy": accuracy,
        "macro_f1": accuracy,
        "accuracy_per_class": {"negative": accuracy, "positive": accuracy},
        "after_attack_accuracy": after,
        "after_attack_accuracy_ci95": [after - 0.02, after + 0.02],
        "after_attack_accuracy_per_class": {"negative": after, "positive": after},
        "attack_success_rate": 1 - after / accuracy,
        "words_changed": 0.1234,
        "queries_per_example": 83.25,
        "examples": 1280,
        "skipped": 200,
        "unattackable": 3,
        **others,
    }
