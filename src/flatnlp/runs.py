"""A run's folder: what is in it, who may write it, and where an interrupted run goes on."""

import json
import platform
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flatnlp import __version__
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json, remove_left_over, write_json, written_whole
from flatnlp.processes import ALONE, Processes

_CONFIG, _ENVIRONMENT, _LOCK = "config.json", "environment.json", ".flatnlp.lock"
_OF_A_RUN = frozenset(
    {
        *(
            _CONFIG,
            _ENVIRONMENT,
            "data.json",
            "evaluation.json",
            "importance.parquet",
            "interpretation.json",
            "metrics.jsonl",
            "timings.jsonl",
            "report.html",
        ),
        *("model", "checkpoints", "rounds", "attacks", "tracking"),
    }
)
"""All that a run writes into its folder, and all that is deleted when a run is replaced; hidden files are nobody's."""


class Run:
    """Paths and journals of one run.

    Args:
        folder: Where everything lies.
        begin: Called once, before the first record or journal line.
        processes: Of the job; only the main one writes, the others read what it has written.
    """

    def __init__(self, folder: Path, begin: Callable[[], None] = lambda: None, processes: Processes = ALONE) -> None:
        self.folder = folder
        self.processes = processes
        self._begin: Callable[[], None] | None = begin
        self.on_metrics: Callable[[Mapping[str, Any]], None] = lambda _: None

    @property
    def model(self) -> Path:
        """The chosen model."""
        return self.folder / "model"

    def checkpoint(self, epoch: int) -> Path:
        """Trainable weights after an epoch."""
        return self.folder / "checkpoints" / f"epoch-{epoch:03}.safetensors"

    def keep_checkpoints(self, epochs: Collection[int]) -> None:
        """Delete the weights of all other epochs."""
        kept = {self.checkpoint(epoch).name for epoch in epochs}
        there = (self.folder / "checkpoints").glob("epoch-*.safetensors") if self.processes.main else ()
        for path in sorted(there):
            if path.name not in kept:
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    raise FlatnlpError(f"Cannot delete {path}: {error.strerror or error}; make it writable.") from error

    def adversarial(self, round_number: int, attack: str) -> Path:
        """Results of a round's attack on the training data."""
        return self.folder / "rounds" / f"{round_number:02}" / f"adversarial.{attack}.parquet"

    def attack(self, attack: str, split: str) -> Path:
        """Results of the final attack on a split."""
        return self.folder / "attacks" / f"{attack}.{split}.parquet"

    def record(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one of the folder's JSON files."""
        if self.processes.main:
            self._ensure_begun()
            write_json(self.folder / f"{name}.json", value)

    def add_metrics(self, record: Mapping[str, Any]) -> None:
        """Append to ``metrics.jsonl``; no wall-clock values. Who listens (``on_metrics``) is told once it is there."""
        self._append("metrics.jsonl", record)
        self.on_metrics(record)

    def add_timing(self, record: Mapping[str, Any]) -> None:
        """Append to ``timings.jsonl``, the only place for wall-clock values."""
        self._append("timings.jsonl", record)

    def metrics(self) -> list[dict[str, Any]]:
        """All whole lines of ``metrics.jsonl``, the same for all processes; a torn last line is dropped.

        Raises:
            FlatnlpError: If a whole line is damaged.
        """
        return self.processes.from_main(self._read_metrics)

    def _read_metrics(self) -> list[dict[str, Any]]:
        records = []
        for number, line in enumerate(self._whole_lines(), 1):
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                raise FlatnlpError(
                    f"{self._metrics}, line {number} is damaged; restore the file, or start anew with --overwrite."
                )
            records.append(record)
        return records

    def rewind(self, lines: int) -> None:
        """Forget all of ``metrics.jsonl`` after its first so many lines."""
        if self.processes.main and self._metrics.is_file():
            kept = b"".join(self._whole_lines()[:lines])
            with written_whole(self._metrics) as temporary:
                temporary.write_bytes(kept)

    @property
    def _metrics(self) -> Path:
        return self.folder / "metrics.jsonl"

    def _whole_lines(self) -> list[bytes]:
        lines = self._metrics.read_bytes().splitlines(keepends=True) if self._metrics.is_file() else []
        return [line for line in lines if line.endswith(b"\n")]

    def _append(self, name: str, record: Mapping[str, Any]) -> None:
        if not self.processes.main:
            return
        self._ensure_begun()
        line = json.dumps(record, allow_nan=False) + "\n"
        try:
            with (self.folder / name).open("a", encoding="utf-8") as journal:
                journal.write(line)
        except OSError as error:
            raise FlatnlpError(
                f"Cannot write {self.folder / name}: {error.strerror or error}; make room and go on with --resume."
            ) from error

    def _ensure_begun(self) -> None:
        begin, self._begin = self._begin, None
        if begin is not None:
            begin()


@contextmanager
def open_run(
    folder: Path,
    settings: Mapping[str, Any],
    overwrite: bool = False,
    resume: bool = False,
    processes: Processes = ALONE,
) -> Iterator[Run]:
    """Make a run's folder, or take up the one that is there; no other process may have it meanwhile.

    Nothing in it changes before the first record is written: what fails earlier (bad data, missing vectors) costs
    neither the run that was to be replaced nor leaves an empty one.

    Args:
        folder: Where.
        settings: All settings; a run is resumed only with the same.
        overwrite: Delete the run that is there.
        resume: Go on with the run that is there, or start where there is none.
        processes: Of the job; the main one opens the folder for all.

    Raises:
        FlatnlpError: If the folder is in use, not a run, there and neither option is given, or cannot be written.
    """
    config = {"flatnlp": __version__, **settings}
    if overwrite and resume:
        raise FlatnlpError("Give --resume or --overwrite, not both: a run is either gone on with or replaced.")
    with ExitStack() as open_until_the_end:

        def take() -> None:
            open_until_the_end.enter_context(locked(folder))
            _check_existing(folder, config, overwrite, resume)

        processes.from_main(take)
        yield Run(folder, lambda: _begin(folder, config, overwrite), processes)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder and lock it; where it is still empty at the end, what was made is removed.

    Raises:
        FlatnlpError: If it is a file or cannot be written, or another process has locked it.
    """
    from filelock import FileLock, Timeout

    made: list[Path] = []
    try:
        if folder.exists() and not folder.is_dir():
            raise FlatnlpError(f"{folder} is a file, not a folder; choose another output folder.")
        made = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise FlatnlpError(
            f"Another process is writing {folder}; wait for it or choose another output folder."
        ) from error
    except OSError as error:
        _remove_empty(made)
        raise FlatnlpError(
            f"Cannot write {folder}: {error.strerror or error}; choose another output folder."
        ) from error
    try:
        yield
    finally:
        with suppress(OSError):
            (folder / _LOCK).unlink()  # before the release: after it, the lock may be another's
        lock.release()
        _remove_empty(made)


def _remove_empty(folders: list[Path]) -> None:
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _check_existing(folder: Path, config: Mapping[str, Any], overwrite: bool, resume: bool) -> None:
    remove_left_over(folder / _CONFIG)  # of a run that was killed as it wrote its first file, and is none yet
    there = sorted(path.name for path in folder.iterdir() if path.name != _LOCK)
    if not there:
        return
    then = read_json(folder / _CONFIG) if (folder / _CONFIG).is_file() else {}
    if "flatnlp" not in then:
        raise FlatnlpError(f"{folder} holds files that no flatnlp run wrote; choose another output folder.")
    if not overwrite and not resume:
        raise FlatnlpError(
            f"{folder} holds a run already; give --resume to go on with it or --overwrite to replace it."
        )
    if overwrite:
        foreign = [name for name in there if name not in _OF_A_RUN and not name.startswith(".")]
        if foreign:
            raise FlatnlpError(
                f"{folder} also holds {foreign[0]}, which no flatnlp run wrote; move it elsewhere or choose another "
                "output folder."
            )
        return
    for name in sorted({*then, *config} - {"flatnlp"}):
        if then.get(name) != config.get(name):
            raise FlatnlpError(
                f"{folder} was started with {name} = {then.get(name)!r}, not {config.get(name)!r}; "
                "resume it with the same settings, or give --overwrite."
            )


def _begin(folder: Path, config: Mapping[str, Any], overwrite: bool) -> None:
    if overwrite:
        _clear(folder)
    for name, value in ((_CONFIG, config), (_ENVIRONMENT, _environment())):
        if not (folder / name).exists():
            write_json(folder / name, value)


def _clear(folder: Path) -> None:
    """Delete a run; what says that it is one goes last, so that a deletion cut short can be done again."""
    for name in sorted(_OF_A_RUN, key=lambda name: (name == _CONFIG, name)):
        path = folder / name
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise FlatnlpError(
                f"Cannot replace {path}: {error.strerror or error}; delete it or choose another output folder."
            ) from error


def _environment() -> dict[str, Any]:
    packages = ("torch", "numpy", "nltk", "datasets", "safetensors")
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "packages": {name: version(name) for name in packages},
    }
