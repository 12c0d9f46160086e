"""Search hyper-parameters from Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flatnlp.api.loading import check_device
from flatnlp.api.reproducing import checked_overrides
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.recipes import RECIPES
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.paper.budget import budget as budget_named
from flatnlp.paper.cell import DEV_SA, Cell
from flatnlp.paper.estimate import Estimates
from flatnlp.paper.hyperparameters import packaged_choices, train_settings
from flatnlp.paper.plan import duration
from flatnlp.paper.schedule import Worker
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Trial
from flatnlp.paper.tuning.front import Outcome, chosen, pareto_front
from flatnlp.paper.tuning.search import Search, search
from flatnlp.paper.tuning.write import add_choice, choice_for, write_front
from flatnlp.runs import locked
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
        output: Where trials, ``<method>.csv`` and ``chosen.json`` go. What ``chosen.json`` holds of other methods, data
            sets or models stays.
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
    if attack not in RECIPES:
        raise FlatnlpError(f"There is no attack named {attack!r}; {choose_from(attack, RECIPES)}")
    for device in devices:
        check_device(device)
    overrides, sizes = checked_overrides(settings or {}, [model]), budget_named(budget)
    folder, found = Path(output), {}
    with locked(folder):
        for method in methods:
            cell = Cell(7, DEV_SA, dataset, model, method, attack)
            start = train_settings(cell, seed, sizes, packaged_choices(), {}, overrides)

            def searched(values: Mapping[str, Any], start: TrainSettings = start) -> TrainSettings:
                return replace(start, **values)

            store = Store(folder)
            each = Estimates(store).seconds(Trial(start))
            about = "" if each is None else f", about {duration(each)} each at the rates measured"
            say(f"Searching for {method}: {trials} trial{'' if trials == 1 else 's'}{about}")
            worker = Worker(tuple(devices), jobs, threads, show_progress)
            outcomes = search(Search(method, searched, trials, seed), store, worker, say)
            write_front(folder / f"{method}.csv", outcomes)
            # A method that knows no attack in training is chosen for all cells, whatever attacked its dev set here.
            known = cell if METHODS[method].adversarial else replace(cell, trained=None)
            add_choice(folder / "chosen.json", choice_for(known, outcomes, seed))
            found[method] = TuneResult(tuple(outcomes), tuple(pareto_front(outcomes)), chosen(outcomes))
    return found
