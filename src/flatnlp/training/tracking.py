"""A run's metrics in TensorBoard or Weights & Biases, through Accelerate's trackers.

``metrics.jsonl`` stays what a run goes on from; a tracker is told the same as it is written, and nothing hangs on it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.runs import Run

TRACKERS = ("tensorboard", "wandb")
FOLDER = "tracking"
"""Where in a run's folder they write."""

_CURES = {"tensorboard": "check the folder", "wandb": "log in with `wandb login`, or set WANDB_MODE=offline"}
_NOT_FIGURES = frozenset({"kind", "epoch", "round"})


def check_trackers(names: str | Sequence[str]) -> tuple[str, ...]:
    """Names of trackers, each once, from a list or from a string with commas.

    Raises:
        FlatnlpError: If there is none of such a name, or its package is not installed.
    """
    listed = names.split(",") if isinstance(names, str) else names
    chosen = tuple(dict.fromkeys(name.strip() for name in listed if name.strip()))
    for name in chosen:
        if name not in TRACKERS:
            raise FlatnlpError(f"There is no tracker {name!r}; {choose_from(name, TRACKERS)}")
        if find_spec(name) is None:
            package = "'flatnlp[track]'" if name == "tensorboard" else name
            raise FlatnlpError(
                f"--track {name} needs the package {name}, which is not installed; pip install {package}."
            )
    return chosen


@contextmanager
def tracked(run: Run, names: Sequence[str], settings: Mapping[str, Any]) -> Iterator[None]:
    """Tell trackers a run's metrics while the block runs.

    They are started with the first metric, when Accelerate has been set up for the training.

    Args:
        run: The run.
        names: As ``check_trackers`` gave them.
        settings: The run's settings, its hyper-parameters to a tracker.

    Raises:
        FlatnlpError: If a tracker cannot be started.
    """
    started: list[Any] = []

    def tell(record: Mapping[str, Any]) -> None:
        if not started:
            started.extend(_started(run, name, settings) for name in names)
        figures = figures_of(record)
        for tracker in started:
            tracker.log(figures, step=record["epoch"])

    if names:
        run.on_metrics = tell
    try:
        yield
    finally:
        for tracker in started:
            tracker.finish()


def figures_of(record: Mapping[str, Any]) -> dict[str, float]:
    """A record's numbers by name, what kind of record it is in front: ``epoch/dev_accuracy``."""
    return {
        f"{record['kind']}/{name}": value
        for name, value in record.items()
        if name not in _NOT_FIGURES and isinstance(value, int | float)
    }


def _started(run: Run, name: str, settings: Mapping[str, Any]) -> Any:
    from accelerate.tracking import TensorBoardTracker, WandBTracker

    folder = run.folder / FOLDER
    makers: dict[str, Callable[[], Any]] = {
        "tensorboard": lambda: TensorBoardTracker("tensorboard", folder),
        "wandb": lambda: WandBTracker("flatnlp", dir=str(folder), name=run.folder.name),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tracker = makers[name]()
        tracker.start()
        tracker.store_init_configuration({key: _plain(value) for key, value in settings.items() if value is not None})
    except Exception as error:  # trackers raise exceptions of their own, of many kinds
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(f"The tracker {name} could not be started ({reason}); {_CURES[name]}.") from error
    return tracker


def _plain(value: Any) -> Any:
    """A setting as trackers take them: lists as one string."""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
