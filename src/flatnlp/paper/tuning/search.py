"""One search: ask Optuna for settings, train with them, tell it dev SA and dev AA."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.errors import FlatnlpError
from flatnlp.paper.schedule import Worker, do_all
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Task, Trial, address
from flatnlp.paper.tuning.front import Outcome
from flatnlp.paper.tuning.space import point, suggest
from flatnlp.reports.fields import Fields
from flatnlp.training.settings import TrainSettings

if TYPE_CHECKING:
    import optuna

Say = Callable[[str], None]
Settings = Callable[[Mapping[str, Any]], TrainSettings]


@dataclass(frozen=True)
class Search:
    """A search over the settings of one method.

    Attributes:
        method: Whose settings.
        settings: From what is searched to all settings of a training.
        trials: How many trainings, the first with the settings as they are.
        seed: Of what is tried; what trial number n tries hangs on it and on the trials told before, so that an
            interrupted search goes on as if nothing had been.
    """

    method: str
    settings: Settings
    trials: int
    seed: int


def search(wanted: Search, store: Store, worker: Worker, say: Say) -> list[Outcome]:
    """Search, or go on with the search that is there; ``worker.jobs`` trials are asked for, done and told together.

    Returns:
        The trials that came to an end, in their order. Those whose training failed (a loss that became infinite, for
        example) are left out, and said.

    Raises:
        FlatnlpError: If Optuna is not installed, the search that is there is another, or the first trial fails.
    """
    study = _study(wanted, store.root)
    if not study.trials:
        study.enqueue_trial(point(wanted.settings({}).record(), wanted.method))
    while True:
        batch = _batch(study, wanted, worker.jobs)
        if not batch:
            break
        tasks = {trial.number: Trial(wanted.settings(trial.user_attrs["settings"])) for trial in batch}
        waiting: list[Task] = [task for task in dict.fromkeys(tasks.values()) if not store.done(task)]
        failed = do_all(waiting, store, worker, say) if waiting else {}
        for trial in batch:
            _tell(study, trial.number, tasks[trial.number], store, failed, say)
    return _outcomes(study)


def _study(wanted: Search, root: Path) -> "optuna.Study":
    try:
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend
    except ImportError as error:
        raise FlatnlpError("Searching needs Optuna; install it with: pip install 'flatnlp[tune]'.") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    described = address({"seed": wanted.seed, **wanted.settings({}).record()})
    try:
        storage = JournalStorage(JournalFileBackend(str(root / "study.jsonl")))
        name = f"{wanted.method} {described}"
        for other in optuna.get_all_study_names(storage):
            # One that never got to an end, for a setting was wrong or a resource missing, holds nothing.
            if other.startswith(f"{wanted.method} ") and other != name and _outcomes(_opened(other, storage)):
                raise FlatnlpError(
                    f"{root} holds a search for {wanted.method} with other settings; choose another output folder."
                )
        return optuna.create_study(
            storage=storage,
            study_name=name,
            directions=["maximize", "maximize"],
            load_if_exists=True,
        )
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise FlatnlpError(
            f"{root / 'study.jsonl'} cannot be read or written ({error}); restore or move it."
        ) from error


def _opened(name: str, storage: "optuna.storages.BaseStorage") -> "optuna.Study":
    import optuna

    return optuna.load_study(study_name=name, storage=storage)


def _batch(study: "optuna.Study", wanted: Search, jobs: int) -> list["optuna.trial.FrozenTrial"]:
    """The trials to do next: those an interruption left, and new ones until the batch is whole."""
    from optuna.samplers import TPESampler
    from optuna.trial import TrialState

    asked = [trial for trial in study.trials if trial.state != TrialState.WAITING]
    # Batches begin at multiples of their size, whatever was interrupted: what is asked for must not depend on that.
    told = sum(trial.state.is_finished() for trial in asked)
    end = min(told - told % jobs + jobs, wanted.trials)
    for number in range(len(asked), end):
        study.sampler = TPESampler(seed=(wanted.seed * 1_000_003 + number) % 2**32)
        new = study.ask()
        new.set_user_attr("settings", suggest(new, wanted.method))
    running = [trial for trial in study.trials if trial.state == TrialState.RUNNING]
    for trial in running:
        if "settings" not in trial.user_attrs:  # killed between asking and writing down
            study.tell(trial.number, state=TrialState.FAIL)
    return [trial for trial in running if "settings" in trial.user_attrs]


def _tell(study: "optuna.Study", number: int, task: Trial, store: Store, failed: Mapping[Task, str], say: Say) -> None:
    from optuna.trial import TrialState

    if task in failed:
        if number == 0:
            raise FlatnlpError(f"The first trial, with the settings as they are, failed: {failed[task]}")
        study.tell(number, state=TrialState.FAIL)
        say(f"Trial {number} failed: {failed[task]}")
        return
    found = Fields(store.result(task), store.values(task))
    accuracy, after_attack = found.number("dev_accuracy"), found.number("dev_after_attack_accuracy")
    if accuracy is None or after_attack is None:
        raise FlatnlpError(f"{found.where} has no accuracies on the development data; delete it and tune again.")
    study.tell(number, (accuracy, after_attack))
    say(f"Trial {number}: dev accuracy {accuracy:.1%}, after attack {after_attack:.1%}.")


def _outcomes(study: "optuna.Study") -> list[Outcome]:
    from optuna.trial import TrialState

    return [
        Outcome(trial.number, trial.user_attrs["settings"], *trial.values)
        for trial in study.trials
        if trial.state == TrialState.COMPLETE
    ]
