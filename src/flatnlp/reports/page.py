"""The report: one HTML file that needs nothing but itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flatnlp import __version__
from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.reports.browser import pair_browser
from flatnlp.reports.consistency import K, consistency_charts, consistency_rows
from flatnlp.reports.curves import Chart, legend_key, training_charts
from flatnlp.reports.examples import example_sets
from flatnlp.reports.facts import dataset_name, facts, notes, settings, without_folders
from flatnlp.reports.findings import findings
from flatnlp.reports.importance import importance_views
from flatnlp.reports.names import run_names
from flatnlp.reports.records import EvaluationRecord, RunRecord, read_run
from flatnlp.reports.table import comparison, percent
from flatnlp.reports.templating import asset, fingerprint
from flatnlp.reports.templating import render as render_template
from flatnlp.reports.visible import visible


@dataclass(frozen=True)
class Course:
    """The training curves of the runs with the same data set and model."""

    title: str
    legend: tuple[tuple[str, str], ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class ClassRow:
    """One class of one run under one attack."""

    run: str
    attack: str
    name: str
    accuracy: str
    after_attack_accuracy: str


def write_report(runs: Sequence[Path], output: Path) -> Path:
    """Write the report of one or more runs.

    The page depends on the records alone: the same records give the same bytes.

    Args:
        runs: The run folders, in the order to show them.
        output: The HTML file to write; one that exists is replaced, folders that are missing are made.

    Returns:
        The file written.

    Raises:
        FlatnlpError: If a run cannot be read or the file cannot be written; an older file is then still as it was.
    """
    if not runs:
        raise FlatnlpError("A report needs at least one run folder; name those that 'flatnlp train' wrote.")
    if output.is_dir():
        raise FlatnlpError(f"The report cannot be written to {output}, which is a folder; name a file in it.")
    page = render([read_run(run) for run in runs])
    with written_whole(output) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return output


def render(runs: Sequence[RunRecord]) -> str:
    """Make the page.

    Args:
        runs: The runs, read.

    Returns:
        The HTML.
    """
    from markupsafe import Markup

    names = run_names(runs)
    styles = _styles(runs)
    table = comparison(runs)
    browser = pair_browser(runs, names)
    script = asset("pairs.js") if browser else ""
    return render_template(
        "report.html.j2",
        # These come from this package alone, never from records.
        style=Markup(asset("report.css") + asset("saliency.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_fingerprint=fingerprint(script),
        svg=Markup,
        json=Markup,
        browser=browser,
        title=_title(runs),
        version=__version__,
        names=names,
        findings=findings(table),
        facts=facts(runs, names),
        notes=notes(runs),
        table=table,
        sizes_differ=len({row.examples for row in table.rows if row.examples is not None}) > 1,
        importances=importance_views(runs, names),
        consistency=consistency_rows(runs, names, "changed"),
        other_consistency=[
            row for population in ("successful", "all") for row in consistency_rows(runs, names, population)
        ],
        consistency_k=K,
        consistency_charts=consistency_charts(runs, names, styles),
        consistency_legend=[(name, legend_key(style)) for name, style in zip(names, styles, strict=True)],
        courses=_courses(runs, names, styles),
        rounds=[(name, run.rounds, run.selected) for name, run in zip(names, runs, strict=True) if run.rounds],
        classes=_class_rows(runs, names),
        sets=example_sets(runs, names),
        settings=settings(runs),
        percent=percent,
    )


def _title(runs: Sequence[RunRecord]) -> str:
    datasets = dict.fromkeys(dataset_name(run) for run in runs)
    return f"How robust are classifiers of {' and '.join(datasets)}?"


def _courses(runs: Sequence[RunRecord], names: Sequence[str], styles: Sequence[int]) -> tuple[Course, ...]:
    courses = []
    for (dataset, model), members in _groups(runs).items():
        charts = training_charts(
            [runs[member] for member in members],
            [names[member] for member in members],
            [styles[member] for member in members],
        )
        legend = tuple((names[member], legend_key(styles[member])) for member in members)
        if charts:
            courses.append(Course(f"{without_folders(model)} on {without_folders(dataset)}", legend, charts))
    return tuple(courses)


def _groups(runs: Sequence[RunRecord]) -> dict[tuple[str, str], list[int]]:
    """The places of the runs that share data set and model."""
    groups: dict[tuple[str, str], list[int]] = {}
    for position, run in enumerate(runs):
        groups.setdefault((run.dataset, run.model), []).append(position)
    return groups


def _styles(runs: Sequence[RunRecord]) -> list[int]:
    """Number the line styles so that a method looks the same everywhere, where methods tell runs apart."""
    if any(len({runs[member].method for member in members}) < len(members) for members in _groups(runs).values()):
        return list(range(len(runs)))
    methods = list(dict.fromkeys(run.method for run in runs))
    return [methods.index(run.method) for run in runs]


def _class_rows(runs: Sequence[RunRecord], names: Sequence[str]) -> tuple[ClassRow, ...]:
    return tuple(
        row
        for name, run in zip(names, runs, strict=True)
        for evaluation in run.evaluations
        for row in _classes_of(name, evaluation)
    )


def _classes_of(name: str, evaluation: EvaluationRecord) -> list[ClassRow]:
    before, after = evaluation.accuracy_per_class, evaluation.after_attack_accuracy_per_class
    rows = [
        ClassRow(name, visible(evaluation.attack), visible(key), percent(before.get(key)), percent(after.get(key)))
        for key in dict.fromkeys([*before, *after])
    ]
    if rows and evaluation.macro_f1 is not None:
        rows.append(ClassRow(name, visible(evaluation.attack), "macro-F1", percent(evaluation.macro_f1), "–"))
    return rows
