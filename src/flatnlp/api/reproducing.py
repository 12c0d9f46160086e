"""Reproduce the paper's tables from Python."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.api.loading import check_device
from flatnlp.api.reproduced_figures import draw_figures
from flatnlp.api.saying import Say, silent
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.files import check_writable
from flatnlp.paper.budget import budget as budget_named
from flatnlp.paper.differences import differences, sources_of_settings
from flatnlp.paper.grid import ATTACKS, DATASETS, FIGURE_TABLE, FIGURES, TABLES
from flatnlp.paper.hyperparameters import choices_of, packaged_choices
from flatnlp.paper.need import Request
from flatnlp.paper.plan import cells_of, not_asked_for, plan
from flatnlp.paper.results import Reproduction, reproduction
from flatnlp.paper.schedule import Worker, do_all
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import title
from flatnlp.paper.values import values_of
from flatnlp.paper.write import write_reproduction
from flatnlp.training.setting_kinds import of_their_kind
from flatnlp.training.settings import TrainSettings

NAMES = (*(f"table{number}" for number in TABLES), *(f"figure{number}" for number in FIGURES), "all")
FIXED = ("dataset", "model", "method", "attacks", "seed")
"""Training settings that are the grid's, or have options of their own."""


@dataclass(frozen=True)
class ReproductionResult:
    """What a reproduction has come to.

    Attributes:
        reproduction: Tables and claims.
        page: The HTML page; the other files lie beside it. ``None`` after a dry run.
        figures: The pictures and their data.
    """

    reproduction: Reproduction | None
    page: Path | None
    figures: tuple[Path, ...] = ()


def reproduce(
    names: str | Sequence[str] = ("all",),
    *,
    datasets: Sequence[str] = DATASETS,
    models: Sequence[str] = ("lstm", "cnn"),
    attacks: Sequence[str] = ATTACKS,
    seeds: int | None = None,
    budget: str = "quick",
    pairs: int | None = None,
    output: str | Path = "runs/reproduce",
    reuse: Sequence[str | Path] = (),
    sources: Mapping[str, str | Path] | None = None,
    hyperparameters: Sequence[str | Path] = (),
    settings: Mapping[str, Any] | None = None,
    devices: Sequence[str] = ("cpu",),
    jobs: int = 1,
    threads: int | None = None,
    dry_run: bool = False,
    finished_only: bool = False,
    command: str = "flatnlp reproduce",
    show_progress: bool = False,
    say: Say = silent,
) -> ReproductionResult:
    """Reproduce tables of the paper; what was computed before is only read.

    Args:
        names: ``table1`` to ``table10``, ``figure3`` to ``figure6``, ``all``. A figure comes with the table of its
            runs.
        datasets: Of the paper: sst2, imdb, ag_news, trec.
        models: Of the paper: lstm, cnn, bert, deberta; any other name or folder of an encoder has rows of its own.
        attacks: In training: textfooler, pwws.
        seeds: Seeds 0 to ``seeds`` - 1; the budget's number if not said.
        budget: ``quick`` or ``paper``.
        pairs: Most pairs explained per cell of tables 3 and 8, a seeded sample; the budget's number if not said.
        output: Where runs, attacks and tables go.
        reuse: Folders that hold finished runs, which count where their settings are the same.
        sources: For a data set of the paper, the file, folder or name it is read from.
        hyperparameters: Files of choices, such as ``tune`` writes; later ones win.
        settings: Training settings for all cells.
        devices: In torch's words; work goes to them in turns.
        jobs: Pieces of work side by side.
        threads: Of each process; torch's own choice if not said.
        dry_run: Say the plan and stop.
        finished_only: Make tables of what is there and do no more work.
        command: What the page says it was made by.
        show_progress: Whether to show bars on standard error.
        say: Told the plan and what happens, a sentence at a time.

    Raises:
        FlatnlpError: For everything the user can mend. Where single pieces of work fail, the others are done and
            written first.
    """
    files = [(path, choices_of(Path(path))) for path in hyperparameters]
    request = Request(
        tables=_tables(names),
        datasets=_chosen(datasets, DATASETS, "data set"),
        models=_some(models, "model"),
        attacks=_chosen(attacks, ATTACKS, "attack in training"),
        seeds=_seeds(seeds, budget),
        budget=budget_named(budget),
        choices=(*packaged_choices(), *(each for _, choices in files for each in choices)),
        sources={name: str(source) for name, source in (sources or {}).items()},
        overrides=checked_overrides(settings or {}, models),
        pairs=pairs,
    )
    _chosen([*request.sources], DATASETS, "data set", empty=True)
    for option, value in (("--jobs", jobs), ("--pairs", pairs)):
        if value is not None and value < 1:
            raise FlatnlpError(f"{option} is {value}; it must be 1 or more.")
    store = Store(Path(output), tuple(map(Path, reuse)))
    cells, nothing = cells_of(request), not_asked_for(request)
    if not cells:
        raise FlatnlpError(nothing[0])
    for path, choices in files:
        if not any(choice.matches(cell) for choice in choices for cell in cells):
            say(f"Nothing in {path} is for what was asked for: its 'where' names other data sets, models or methods.")
    planned = plan(request, store)
    for sentence in nothing:
        say(sentence)
    for sentence in planned.sentences(jobs):
        say(sentence)
    if dry_run:
        return ReproductionResult(None, None)
    check_writable(Path(output) / "reproduction.html")
    waiting = [] if finished_only else [each.task for each in planned.waiting]
    failed: dict[Any, str] = {}
    if waiting:
        for device in devices:
            check_device(device)
        failed = do_all(waiting, store, Worker(tuple(devices), jobs, threads, show_progress), say)
        store = Store(Path(output), tuple(map(Path, reuse)))
    made = reproduction(
        request, values_of(request, store, failed), differences(request, store), sources_of_settings(request), command
    )
    drawn = draw_figures(_figures(names), request, store, Path(output) / "figures", devices[0], show_progress, say)
    page = write_reproduction(made, Path(output), drawn)
    if failed:
        first, reason = next(iter(failed.items()))
        raise FlatnlpError(
            f"{len(failed)} of {len(waiting)} pieces of work could not be done, the first being to {title(first)} "
            f"({reason.rstrip('.')}); the rest is in {page}, and the same command tries again."
        )
    return ReproductionResult(made, page, tuple(path for files in drawn.values() for path in files))


def parsed_settings(given: Sequence[str]) -> dict[str, Any]:
    """Training settings written as ``name=value``, the value as JSON or else a text.

    Raises:
        FlatnlpError: If one has no ``=``.
    """
    settings: dict[str, Any] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise FlatnlpError(f"--set {each} has no '='; write --set name=value, for example --set epochs=5.")
        try:
            settings[name.strip().replace("-", "_")] = json.loads(value)
        except ValueError:
            settings[name.strip().replace("-", "_")] = value
    return settings


def _tables(names: str | Sequence[str]) -> tuple[int, ...]:
    listed = [names] if isinstance(names, str) else list(names)
    if "all" in listed:
        return TABLES
    for name in listed:
        if name not in NAMES:
            raise FlatnlpError(f"The paper has no {name!r} to reproduce; {choose_from(name, NAMES)}")
    figures = (FIGURE_TABLE[number] for number in _figures(listed))
    tables = (int(name.removeprefix("table")) for name in _some(listed, "table") if name.startswith("table"))
    return tuple(sorted({*tables, *figures}))


def _figures(names: str | Sequence[str]) -> tuple[int, ...]:
    listed = [names] if isinstance(names, str) else list(names)
    return tuple(number for number in FIGURES if "all" in listed or f"figure{number}" in listed)


def _chosen(given: Sequence[str], known: Sequence[str], what: str, empty: bool = False) -> tuple[str, ...]:
    for name in given:
        if name not in known:
            raise FlatnlpError(f"The paper has no {what} {name!r}; {choose_from(name, known)}")
    return tuple(given) if empty else _some(given, what)


def _some(given: Sequence[str], what: str) -> tuple[str, ...]:
    if not given:
        raise FlatnlpError(f"No {what} is named; give at least one.")
    return tuple(dict.fromkeys(given))


def _seeds(seeds: int | None, budget: str) -> int:
    if seeds is not None and seeds < 1:
        raise FlatnlpError(f"--seeds is {seeds}; it must be 1 or more.")
    return budget_named(budget).seeds if seeds is None else seeds


def checked_overrides(settings: Mapping[str, Any], models: Sequence[str]) -> dict[str, Any]:
    """Training settings that may be set for all cells of some models.

    Raises:
        FlatnlpError: If there is none of such a name, or it may not be set, or its value means nothing to a model.
    """
    overrides = of_their_kind(settings, FIXED)
    for model in models:
        TrainSettings(dataset="any", model=model, **overrides)
    return overrides
