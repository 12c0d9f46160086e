"""Train a classifier from Python: settings in, a run folder with its report out."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from flatnlp.api.interpreting import method_names
from flatnlp.api.loading import check_device
from flatnlp.api.recipes_named import attack_names
from flatnlp.api.saying import Say, silent
from flatnlp.data import load_data
from flatnlp.data.given import Held
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.processes import joined
from flatnlp.reports.page import write_report
from flatnlp.training.settings import TrainSettings
from flatnlp.training.tracking import check_trackers
from flatnlp.training.train import TrainResult, train_run


def train(
    settings: TrainSettings | None = None,
    *,
    output: str | Path,
    dataset: str | Path | Held | None = None,
    overwrite: bool = False,
    resume: bool = False,
    track: str | Sequence[str] = (),
    device: str = "cpu",
    trust_remote_code: bool = False,
    show_progress: bool = False,
    say: Say = silent,
    **options: Any,
) -> TrainResult:
    """Train a classifier and write its run folder, the report included.

    Args:
        settings: All settings; or give them one by one as ``options`` (or both: the options win).
        output: The run's folder.
        dataset: The data set: a name, ``hf:owner/name``, a file or folder; or the rows themselves: a pandas DataFrame,
            a ``datasets.Dataset``, or splits of them by name (``DatasetDict``, a dictionary). Of those the run keeps
            the fingerprint, so that it goes on with no others.
        overwrite: Replace the run that is there.
        resume: Go on with the run that is there.
        track: Where metrics go besides: ``tensorboard``, ``wandb``; a list, or a string with commas. What they write is
            in the run's folder, in ``tracking``.
        device: Where to compute, in torch's words.
        trust_remote_code: Run code that the encoder brings along; read it first.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.
        options: Fields of ``TrainSettings``, for example ``method="flat", epochs=5``.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    known = {field.name for field in fields(TrainSettings)}
    for name in options:
        if name not in known:
            raise FlatnlpError(f"There is no training setting {name!r}; {choose_from(name, sorted(known))}")
    processes = joined(device)
    device = processes.own_device(device)
    check_device(device)
    trackers = check_trackers(track)
    options = _plain(options)
    if dataset is not None and isinstance(dataset, str | Path):
        options["dataset"] = str(dataset)
    settings = TrainSettings(**options) if settings is None else replace(settings, **options)
    data = None
    if dataset is not None and not isinstance(dataset, str | Path):
        data = load_data(
            dataset, text_column=settings.text_column, label_column=settings.label_column, progress=show_progress
        )
        # The names of columns are the holder's affair; the rows are what they are.
        settings = replace(settings, dataset=data.name, text_column=None, label_column=None)
    if not settings.dataset:
        raise FlatnlpError("No data set is named; give dataset=..., a name or a file.")
    result = train_run(
        settings,
        Path(output),
        overwrite=overwrite,
        resume=resume,
        device=device,
        show_progress=show_progress and processes.main,
        say=say if processes.main else silent,
        data=data,
        processes=processes,
        track=trackers,
        trusted=trust_remote_code,
    )
    processes.from_main(lambda: str(write_report([result.folder], result.folder / "report.html")))
    return result


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as JSON can hold them: paths as strings, attacks and interpretations as tuples of names."""
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    names = {"attacks": attack_names, "interpret": method_names}
    return plain | {name: named(plain[name]) for name, named in names.items() if name in plain}
