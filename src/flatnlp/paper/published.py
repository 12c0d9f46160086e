"""The paper's numbers, each with its cell."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from flatnlp.paper.cell import AA, COUNTS, DEV_SA, KT, LIME_KT, LIME_TI, SA, TI, Cell, Measure, P, R
from flatnlp.paper.grid import DATASETS, UNSEEN


@cache
def published() -> Mapping[Cell, float]:
    """All published numbers; accuracies in percent, as printed."""
    import json
    from importlib.resources import files

    tables = json.loads((files("flatnlp.paper") / "published.json").read_text(encoding="utf-8"))
    return dict(
        [
            *_of_data(1, tables["1"], {}),
            *_of_data(6, tables["6"], {"vocab": "vocabulary"}),
            *_accuracies(2, tables["2"], SA),
            *_accuracies(7, tables["7"], DEV_SA),
            *_robustness(3, tables["3"], {"aa": AA, "kt": KT, "ti5": TI}),
            *_robustness(8, tables["8"], {"kt": LIME_KT, "ti5": LIME_TI}),
            *_transfer(tables["4"]),
            *_ablation(tables["5"]),
            *_correlations(tables["9"]),
            *_groups(tables["10"]),
        ]
    )


Numbers = list[tuple[Cell, float]]


def _of_data(table: int, rows: Mapping[str, Mapping[str, float]], renamed: Mapping[str, str]) -> Numbers:
    return [
        (Cell(table, COUNTS[renamed.get(name, name)], dataset), value)
        for dataset, values in rows.items()
        for name, value in values.items()
    ]


def _accuracies(table: int, rows: list[dict[str, Any]], measure: Measure) -> Numbers:
    return [
        (Cell(table, measure, dataset, row["model"], row["method"], row["attack"]), row[dataset])
        for row in rows
        for dataset in DATASETS
    ]


def _robustness(table: int, rows: list[dict[str, Any]], measures: Mapping[str, Measure]) -> Numbers:
    return [
        (
            Cell(
                table,
                measures[name],
                dataset,
                row["model"],
                row["method"],
                None if row["method"] == "base" else row["attack"],
                row["attack"],
            ),
            value,
        )
        for row in rows
        for dataset in DATASETS
        for name, value in row[dataset].items()
    ]


def _transfer(rows: list[dict[str, Any]]) -> Numbers:
    return [
        (
            Cell(4, AA, "sst2", row["model"], row["method"], None if row["method"] == "base" else "textfooler", unseen),
            row[unseen],
        )
        for row in rows
        for unseen in UNSEEN
    ]


def _ablation(rows: list[dict[str, Any]]) -> Numbers:
    numbers = []
    for row in rows:
        kept = Cell(5, SA, "sst2", "lstm", "flat", "textfooler", beta=float(row["beta"]), gamma=float(row["gamma"]))
        numbers.append((kept, row["sa"]))
        numbers.append((replace(kept, measure=AA, tested="textfooler"), row["aa"]))
    return numbers


def _correlations(rows: Mapping[str, Mapping[str, float]]) -> Numbers:
    return [
        (Cell(9, measure, "sst2", "lstm", "flat", "textfooler", pair=pair), values[measure.name])
        for pair, values in rows.items()
        for measure in (R, P)
    ]


def _groups(rows: list[dict[str, Any]]) -> Numbers:
    numbers = []
    for row in rows:
        numbers.append((Cell(10, SA, "ag_news", "cnn", "group", groups=row["groups"]), row["sa"]))
        tested = Cell(10, AA, "ag_news", "cnn", "group", tested="textfooler", groups=row["groups"])
        numbers.append((tested, row["aa"]))
    return numbers
