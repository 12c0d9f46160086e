"""The paper's figures, drawn of the runs of a reproduction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from flatnlp.api.figures import FigureSettings, figure
from flatnlp.api.saying import Say
from flatnlp.errors import FlatnlpError
from flatnlp.paper.cell import AA, KT, SA, Cell
from flatnlp.paper.grid import METHODS, layout
from flatnlp.paper.hyperparameters import BASE_ATTACK
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Interpret, Train
from flatnlp.reports.figures import top_k
from flatnlp.reports.figures.drawing import save_figure


def draw_figures(
    numbers: Sequence[int],
    request: Request,
    store: Store,
    output: Path,
    device: str,
    show_progress: bool,
    say: Say,
) -> dict[int, list[Path]]:
    """Draw figures of the runs that are there; those whose runs are not there are said, not drawn.

    3: the first data set, model and attack for which base, adv and flat are there. 4 and 5: the runs of tables 9 and 5.
    6: all of table 3. Runs are those of seed 0; figure 6 takes every seed.

    Args:
        numbers: 3 to 6.
        request: Says which runs.
        store: Where they are.
        output: The folder of the pictures and their data.
        device: Where to compute, in torch's words.
        show_progress: Whether to show bars on standard error.
        say: Told what is to be known, a sentence at a time.

    Returns:
        The files of each figure that was drawn.
    """
    files: dict[int, list[Path]] = {}
    for number in numbers:
        try:
            if number == 6:
                files[number] = _curves(request, store, output)
            else:
                runs = [store.run(train) for train in _RUNS[number](request, store)]
                if not runs:
                    raise FlatnlpError(_MISSING[number])
                synonyms = request.overrides.get("synonyms", FigureSettings().synonyms)
                settings = FigureSettings(device=device, synonyms=synonyms)
                files[number] = figure(number, runs, output, settings, show_progress=show_progress, say=say)
        except FlatnlpError as error:
            say(f"Figure {number} was not drawn: {error}")
    return files


def _cells(table: int, request: Request) -> list[Cell]:
    return [cell for cell in layout(table, request.models_shown).cells() if request.wants(cell)]


def _saliency_runs(request: Request, store: Store) -> list[Train]:
    """base, adv and flat, each with its own attack on the test set."""
    for flat in (cell for cell in _cells(3, request) if cell.method == "flat" and cell.measure == AA):
        cells = [replace(flat, method=method, trained=None if method == "base" else flat.trained) for method in METHODS]
        attacks = [task_for(cell, 0, request) for cell in cells]
        found = [each for each in attacks if isinstance(each, Attack) and each.in_training and store.done(each)]
        if len(found) == len(METHODS):
            return [each.train for each in found]
    return []


def _importance_runs(request: Request, store: Store) -> list[Train]:
    return _trained(_cells(9, request)[:1], request, store)


def _synonym_runs(request: Request, store: Store) -> list[Train]:
    """With gamma and without, beta as in the paper."""
    return _trained([row.cells[0] for row in layout(5).rows[:2] if request.wants(row.cells[0])], request, store)


def _trained(cells: Sequence[Cell], request: Request, store: Store) -> list[Train]:
    tasks = [task_for(replace(cell, pair=None, measure=SA), 0, request) for cell in cells]
    return [task for task in tasks if isinstance(task, Train) and store.done(task)]


def _curves(request: Request, store: Store, output: Path) -> list[Path]:
    curves = []
    for cell in (cell for cell in _cells(3, request) if cell.measure == KT):
        for seed in range(request.seeds):
            task = task_for(cell, seed, request)
            if isinstance(task, Interpret) and store.done(task):
                values = store.over_all(task).numbers("top_k")
                panel = f"{cell.model} on {cell.dataset}, {cell.tested}"
                shares = tuple(values[str(k)] for k in range(1, len(values) + 1) if str(k) in values)
                if shares and len(shares) == len(values):
                    curves.append(top_k.TopKCurve(f"{cell.method}, seed {seed}", panel, str(cell.method), shares))
    if not curves:
        raise FlatnlpError(_MISSING[6])
    return save_figure(top_k.draw(curves), top_k.HEADER, top_k.rows(curves), output / "figure-6")


_RUNS: dict[int, Callable[[Request, Store], list[Train]]] = {
    3: _saliency_runs,
    4: _importance_runs,
    5: _synonym_runs,
}
_MISSING = {
    3: f"it needs base, adv and flat of a model and data set under {BASE_ATTACK}, which base's run ends with.",
    4: "it needs the run of table 9, flat's LSTM on sst2 under TextFooler.",
    5: "it needs the first two runs of table 5, with gamma and without.",
    6: "it needs integrated gradients of table 3.",
}
