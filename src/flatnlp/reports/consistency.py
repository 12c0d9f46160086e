"""How consistent the runs' reasons are under attack: Kendall's tau and top-k intersection, in table and curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flatnlp.reports.curves import Chart, Line, line_chart
from flatnlp.reports.facts import dataset_name, model_name
from flatnlp.reports.fields import Fields, read_object
from flatnlp.reports.figures.top_k import TopKCurve
from flatnlp.reports.records import RunRecord
from flatnlp.reports.saliency.maps import METHODS
from flatnlp.reports.table import ABSENT
from flatnlp.reports.visible import visible

K = 5
"""The k of the table (the paper's)."""

POPULATIONS = {
    "changed": "pairs with a swapped word",
    "successful": "pairs whose prediction changed",
    "all": "all texts, unattacked ones as identical pairs (the paper's way)",
}

Interval = tuple[float, float]


@dataclass(frozen=True)
class Measured:
    """The consistency over one population of pairs.

    Attributes:
        pairs: How many pairs.
        kendall_tau: Mean Kendall's tau-b, in [-1, 1].
        kendall_tau_ci95: Its bootstrap interval.
        top_k: Mean intersection by k, in [0, 1].
        top_k_ci95: Its bootstrap interval by k.
    """

    pairs: int | None
    kendall_tau: float | None
    kendall_tau_ci95: Interval | None
    top_k: Mapping[int, float]
    top_k_ci95: Mapping[int, Interval]


@dataclass(frozen=True)
class ConsistencyRecord:
    """One attack on one split, explained by one method; ``populations`` has the keys of ``POPULATIONS``."""

    split: str
    attack: str
    interpretation: str
    populations: Mapping[str, Measured]


@dataclass(frozen=True)
class ConsistencyRow:
    """A row of the table; a number that is the best of its data set, model, attack and way of explaining is marked."""

    run: str
    attack: str
    interpretation: str
    population: str
    pairs: str
    kendall_tau: str
    top_k: str
    best_kendall_tau: bool
    best_top_k: bool


def read_consistency(run: Path) -> tuple[ConsistencyRecord, ...]:
    """Read ``interpretation.json`` of a run: by split, attack and method. Nothing, if it was never measured.

    Raises:
        FlatnlpError: If the file is damaged.
    """
    path = run / "interpretation.json"
    if not path.is_file():
        return ()
    return tuple(
        ConsistencyRecord(split, attack, method, _populations(found))
        for split, attacks in Fields(path, read_object(path)).objects()
        for attack, methods in attacks.objects()
        for method, found in methods.objects()
    )


def consistency_rows(runs: Sequence[RunRecord], names: Sequence[str], population: str) -> tuple[ConsistencyRow, ...]:
    """The table for one population of pairs."""
    entries = [
        (run, name, record, measured)
        for run, name in zip(runs, names, strict=True)
        for record in read_consistency(run.path)
        if (measured := record.populations.get(population))
    ]
    rows = []
    for run, name, record, measured in entries:
        group = [
            other
            for other_run, _, other_record, other in entries
            if (other_run.dataset, other_run.model) == (run.dataset, run.model)
            and (other_record.attack, other_record.interpretation) == (record.attack, record.interpretation)
        ]
        rows.append(
            ConsistencyRow(
                run=name,
                attack=visible(record.attack),
                interpretation=METHODS.get(record.interpretation, visible(record.interpretation)),
                population=POPULATIONS[population],
                pairs=ABSENT if measured.pairs is None else f"{measured.pairs:,}",
                kendall_tau=_written(measured.kendall_tau, measured.kendall_tau_ci95),
                top_k=_written(measured.top_k.get(K), measured.top_k_ci95.get(K)),
                best_kendall_tau=_is_best(measured.kendall_tau, [other.kendall_tau for other in group]),
                best_top_k=_is_best(measured.top_k.get(K), [other.top_k.get(K) for other in group]),
            )
        )
    return tuple(rows)


def top_k_curves(runs: Sequence[RunRecord], names: Sequence[str], population: str = "changed") -> tuple[TopKCurve, ...]:
    """The curves of figure 6; a panel for each data set, model, attack and way of explaining."""
    curves = []
    for run, name in zip(runs, names, strict=True):
        for record in read_consistency(run.path):
            measured = record.populations.get(population)
            if measured and measured.top_k:
                way = METHODS.get(record.interpretation, record.interpretation)
                keys = sorted(measured.top_k)
                intervals = tuple(measured.top_k_ci95[k] for k in keys if k in measured.top_k_ci95)
                curves.append(
                    TopKCurve(
                        run=name,
                        panel=f"{model_name(run)} on {dataset_name(run)}, {record.attack}, {way}",
                        method=run.method,
                        values=tuple(measured.top_k[k] for k in keys),
                        intervals=intervals if len(intervals) == len(keys) else (),
                    )
                )
    return tuple(curves)


def consistency_charts(runs: Sequence[RunRecord], names: Sequence[str], styles: Sequence[int]) -> tuple[Chart, ...]:
    """The curves as charts of the page, in the line styles that the runs have everywhere in it."""
    curves = top_k_curves(runs, names)
    style_of = dict(zip(names, styles, strict=True))
    charts = []
    for panel in dict.fromkeys(curve.panel for curve in curves):
        lines = tuple(
            Line(curve.run, style_of[curve.run], tuple((k, 100 * value) for k, value in enumerate(curve.values, 1)))
            for curve in curves
            if curve.panel == panel
        )
        charts.append(line_chart(visible(f"Top-k words in common, %: {panel}"), lines, "k", unit="k"))
    return tuple(charts)


def _populations(found: Fields) -> dict[str, Measured]:
    populations = {"changed": _measured(found)}
    for name in ("successful", "all"):
        fields = found.object(name)
        if fields:
            populations[name] = _measured(fields)
    return populations


def _measured(fields: Fields) -> Measured:
    intervals = fields.object("top_k_ci95")
    by_k = {int(k): intervals.interval(k) for k in intervals.values if _is_k(k)} if intervals else {}
    return Measured(
        pairs=fields.count("pairs"),
        kendall_tau=fields.number("kendall_tau"),
        kendall_tau_ci95=fields.interval("kendall_tau_ci95"),
        top_k={int(k): value for k, value in fields.numbers("top_k").items() if _is_k(k)},
        top_k_ci95={k: interval for k, interval in by_k.items() if interval},
    )


def _is_k(name: str) -> bool:
    """Whether it names a number of words: what else ``isdigit`` takes for digits, as "²", is none to ``int``."""
    return name.isascii() and name.isdigit() and len(name) < 5


def _written(value: float | None, interval: Interval | None) -> str:
    if value is None or interval is None:
        return ABSENT if value is None else f"{value:.3f}"
    return f"{value:.3f} [{interval[0]:.3f}, {interval[1]:.3f}]"


def _is_best(value: float | None, group: Sequence[float | None]) -> bool:
    known = [other for other in group if other is not None]
    return value is not None and len(known) > 1 and f"{value:.3f}" == f"{max(known):.3f}"
