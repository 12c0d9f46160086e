"""Search hyper-parameters from Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flatnlp.api.loading import check_device
from flatnlp.api.reproducing import checked_overrides
from flatnlp.api.saying import Say, silent
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.paper.budget import budget as budget_named
from flatnlp.paper.cell import DEV_SA, Cell
from flatnlp.paper.hyperparameters import packaged_choices, train_settings
from flatnlp.paper.schedule import Worker
from flatnlp.paper.store import Store
from flatnlp.paper.tuning.front import Outcome, chosen, pareto_front
from flatnlp.paper.tuning.search import Search, search
from flatnlp.paper.tuning.write import choice_for, write_choices, write_front
from flatnlp.training.settings import METHODS, TrainSettings


@dataclass(frozen=True)
class TuneResult:
    """What a search has found for one method.

    Attributes:
        outcomes: All trials that came to an end.
        front: Those of the Pareto front of dev SA and dev AA.
        chosen: The one taken, by the rule of ``flatnlp.paper.tuning.front``.
    """

    outcomes: tuple[Outcome, ...]
    front: tuple[Outcome, ...]
    chosen: Outcome


def tune(
    dataset: str,
    *,
    model: str = "cnn",
    methods: Sequence[str] = ("base", "adv", "flat"),
    attack: str = "pwws",
    trials: int = 20,
    seed: int = 0,
    budget: str = "quick",
    settings: Mapping[str, Any] | None = None,
    output: str | Path = "runs/tune",
    devices: Sequence[str] = ("cpu",),
    jobs: int = 1,
    threads: int | None = None,
    show_progress: bool = False,
    say: Say = silent,
) -> dict[str, TuneResult]:
    """Search the paper's ranges for what is best on development data; every method gets the same number of trials.

    Two objectives, dev SA and dev AA, are searched together (Optuna's TPE). The test set is not looked at. An
    interrupted search goes on, and ends as an uninterrupted one does.

    Args:
        dataset: Name, file or folder.
        model: As in ``train``.
        methods: Whose hyper-parameters.
        attack: In training and on dev.
        trials: Trainings per method; the first with the settings as they are.
        seed: Of the search and of every training.
        budget: Sizes of samples, as in ``reproduce``.
        settings: Training settings for all trials.
        output: Where trials, ``<method>.csv`` and ``chosen.json`` go.
        devices: In torch's words; trials go to them in turns.
        jobs: Trials side by side. Part of the search's settings: with another number other trials are tried.
        threads: Of each process; torch's own choice if not said.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.

    Returns:
        By method.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    for method in methods:
        if method not in METHODS:
            raise FlatnlpError(f"There is no method {method!r}; {choose_from(method, list(METHODS))}")
    if not methods:
        raise FlatnlpError("No method is named; give at least one.")
    for name, value in (("trials", trials), ("jobs", jobs)):
        if value < 1:
            raise FlatnlpError(f"--{name} is {value}; it must be 1 or more.")
    for device in devices:
        check_device(device)
    overrides, sizes = checked_overrides(settings or {}, [model]), budget_named(budget)
    folder = Path(output)
    found, choices = {}, []
    for method in methods:
        trained = attack if METHODS[method].adversarial else None
        cell = Cell(7, DEV_SA, dataset, model, method, trained)
        # The attack is also the one on dev, for methods that know none in training.
        start = replace(
            train_settings(cell, seed, sizes, packaged_choices(), {}, overrides), attacks=(attack,), seed=seed
        )

        def searched(values: Mapping[str, Any], start: TrainSettings = start) -> TrainSettings:
            return replace(start, **values)

        say(f"Searching for {method}: {trials} trials")
        worker = Worker(tuple(devices), jobs, threads, show_progress)
        outcomes = search(Search(method, searched, trials, seed), Store(folder), worker, say)
        write_front(folder / f"{method}.csv", outcomes)
        choices.append(choice_for(cell, outcomes, seed))
        found[method] = TuneResult(tuple(outcomes), tuple(pareto_front(outcomes)), chosen(outcomes))
    write_choices(folder / "chosen.json", choices)
    return found
