"""What of a reproduction is not as in the paper, said from its settings."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from flatnlp.paper.cell import COUNTS, KT, LIME_KT, LIME_TI, TI, Cell
from flatnlp.paper.hyperparameters import BASE_ATTACK, attack_options
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.plan import cells_of, in_order
from flatnlp.paper.published import published
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Train
from flatnlp.training.settings import METHODS, TrainSettings

_WORD_MODELS = ("cnn", "lstm")
_EXPLAINED = (KT, TI, LIME_KT, LIME_TI)


def differences(request: Request, store: Store) -> list[str]:
    """Sentences about data, vectors, encoders and training; values differ for these reasons before all others."""
    runs = _runs(request)
    said = [f"{name} was read from {source}." for name, source in request.sources.items() if name in request.datasets]
    said += _data([run for run in runs if store.done(run)], store)
    said += sorted(
        {
            f"Word vectors: {run.settings.vectors}; the paper's are 300-dimensional word2vec (GoogleNews)."
            for run in runs
            if run.settings.model in _WORD_MODELS
        }
    )
    if runs:
        said.append(
            "Checkpoints are chosen on the development set (highest dev AA within one point of the best dev SA), the "
            f"paper's on the test set; base's under {BASE_ATTACK}, so that one base model serves all rows."
        )
        said.append("The paper states no hidden sizes and no dropout; ours are the defaults of `flatnlp train`.")
    if any(run.settings.accumulate for run in runs):
        said.append(
            "adv and flat train on the adversarial examples of all rounds so far, the paper's on the newest round's."
        )
    said += _resources(request)
    said += _samples(request, runs)
    if any(cell.measure in _EXPLAINED for cell in cells_of(request)):
        said.append(
            "Kendall's tau and top-5 intersection are means over the class labels and over all test texts that were "
            "attacked, those without a substitution counted as identical pairs, as the paper has it."
        )
    said.append("Absolute values are to be compared with these differences in mind, the order of the methods without.")
    return said


def sources_of_settings(request: Request) -> list[str]:
    """Where the hyper-parameters of the cells asked for come from."""
    cells = [cell for cell in cells_of(request) if cell.model is not None]
    said = []
    for choice in request.choices:
        if any(choice.matches(cell) for cell in cells):
            where = ", ".join(f"{name} {' or '.join(values)}" for name, values in choice.where.items()) or "all cells"
            values = ", ".join(f"{name} = {value}" for name, value in choice.settings.items())
            said.append(f"{where}: {values} ({choice.source}).")
    if request.overrides:
        said.append(
            "All cells, said on the command line: "
            + ", ".join(f"{name} = {value}" for name, value in request.overrides.items())
            + "."
        )
    said.append(f"Seeds: {', '.join(map(str, range(request.seeds)))}.")
    said.append(f"Budget {request.budget.name}: {request.budget.about}, where nothing else was said.")
    return said


def _runs(request: Request) -> list[Train]:
    """The trainings behind a request, those of the first seed."""
    tasks = in_order(
        task
        for cell in cells_of(request)
        if cell.model is not None and (task := task_for(cell, 0, request)) is not None
    )
    return [task for task in tasks if isinstance(task, Train)]


def _data(runs: Sequence[Train], store: Store) -> list[str]:
    """Where the splits have other sizes than the paper's."""
    records = {run.settings.dataset: store.finished(run).data for run in runs}
    said = []
    for dataset, record in records.items():
        of_it = [run for run in runs if run.settings.dataset == dataset]
        sizes = {"train": record.train, "dev": record.dev, "test": record.test}
        for split, ours in sizes.items():
            papers = published().get(Cell(1, COUNTS[split], dataset))
            limited = split == "train" and any(run.settings.train_limit for run in of_it)
            if papers is not None and ours is not None and ours != papers and not limited:
                said.append(f"{dataset} has {ours:,} {split} texts here, in the paper {papers:,}.")
    return said


def _resources(request: Request) -> list[str]:
    """What was chosen about the attacks in the place of what the paper used."""
    used = {
        (cell.tested, attack_options(cell, request.choices, request.overrides))
        for cell in cells_of(request)
        if cell.tested is not None
    }
    return sorted(
        f"{recipe} with {name} = {value}, not its default."
        for recipe, options in used
        for name, value in options.given().items()
    )


def _samples(request: Request, runs: Sequence[Train]) -> list[str]:
    said = []
    for _, whose, value in _by_dataset(runs, lambda run: (run.method, run.train_limit)):
        if value is not None:
            said.append(f"{whose}: {value:,} training texts are used.")
    adversarial = [run for run in runs if METHODS[run.settings.method].adversarial]
    for dataset, whose, value in _by_dataset(adversarial, lambda run: (f"against {run.attacks[0]}", run.attack_sample)):
        papers = value == 10000 and dataset in ("imdb", "ag_news")
        if value is not None and not papers:
            said.append(f"{whose}: {value:,} training texts are attacked a round.")
    if request.budget.name != "paper":
        limits = sorted({run.settings.test_limit for run in runs})
        if limits:
            said.append(f"At most {' or '.join(f'{limit:,}' for limit in limits)} test texts are attacked.")
    slow = {
        recipe: request.budget.attack_limits[recipe]
        for recipe in dict.fromkeys(cell.tested for cell in cells_of(request))
        if recipe is not None and recipe in request.budget.attack_limits
    }
    if request.pairs is not None and any(cell.measure in _EXPLAINED for cell in cells_of(request)):
        said.append(f"At most {request.pairs:,} substituted pairs per cell are explained, a seeded sample.")
    if slow:
        said.append(f"Attacks on a sample of the test set: {_listed(slow.items())} texts.")
    return said


def _by_dataset(
    runs: Iterable[Train], of: Callable[[TrainSettings], tuple[str, int | None]]
) -> list[tuple[str, str, int | None]]:
    """The values of a setting by data set, and whose each is: the data set's, or some of its runs' by their kinds."""
    kinds: dict[tuple[str, int | None], dict[str, None]] = {}
    for run in runs:
        kind, value = of(run.settings)
        kinds.setdefault((run.settings.dataset, value), {})[kind] = None
    values = Counter(dataset for dataset, _ in kinds)
    return sorted(
        (
            (dataset, dataset if values[dataset] == 1 else f"{dataset}, {' and '.join(of_them)}", value)
            for (dataset, value), of_them in kinds.items()
        ),
        key=str,
    )


def _listed(pairs: Iterable[tuple[object, object]]) -> str:
    return ", ".join(f"{name} on {value}" for name, value in pairs)
