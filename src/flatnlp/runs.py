"""A run's folder: what is in it, who may write it, and where an interrupted run goes on."""

import json
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flatnlp import __version__
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json, write_json


@dataclass(frozen=True)
class Run:
    """Paths and journals of one run (DESIGN, section 7).

    Attributes:
        folder: Where everything lies.
    """

    folder: Path

    @property
    def model(self) -> Path:
        """The chosen model."""
        return self.folder / "model"

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return (self.folder / "evaluation.json").is_file()

    def checkpoint(self, epoch: int) -> Path:
        """Trainable weights after an epoch."""
        return self.folder / "checkpoints" / f"epoch-{epoch:03}.safetensors"

    def adversarial(self, round_number: int, attack: str) -> Path:
        """Results of a round's attack on the training data."""
        return self.folder / "rounds" / f"{round_number:02}" / f"adversarial.{attack}.parquet"

    def attack(self, attack: str, split: str) -> Path:
        """Results of the final attack on a split."""
        return self.folder / "attacks" / f"{attack}.{split}.parquet"

    def record(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one of the folder's JSON files."""
        write_json(self.folder / f"{name}.json", value)

    def add_metrics(self, record: Mapping[str, Any]) -> None:
        """Append to ``metrics.jsonl``; no wall-clock values."""
        self._append("metrics.jsonl", record)

    def add_timing(self, record: Mapping[str, Any]) -> None:
        """Append to ``timings.jsonl``, the only place for wall-clock values."""
        self._append("timings.jsonl", record)

    def metrics(self) -> list[dict[str, Any]]:
        """All whole lines of ``metrics.jsonl``; a torn last line is dropped."""
        records = []
        path = self.folder / "metrics.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
            try:
                records.append(json.loads(line))
            except ValueError:
                break
        return records

    def rewind(self, lines: int) -> None:
        """Forget all of ``metrics.jsonl`` after its first so many lines."""
        path = self.folder / "metrics.jsonl"
        if path.is_file():
            kept = path.read_text(encoding="utf-8").splitlines(keepends=True)[:lines]
            temporary = path.with_suffix(".partial")
            temporary.write_text("".join(kept), encoding="utf-8")
            temporary.replace(path)

    def _append(self, name: str, record: Mapping[str, Any]) -> None:
        with (self.folder / name).open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(record, allow_nan=False) + "\n")


@contextmanager
def open_run(folder: Path, settings: Mapping[str, Any], overwrite: bool = False, resume: bool = False) -> Iterator[Run]:
    """Make a run's folder, or take up the one that is there; no other process may have it meanwhile.

    Args:
        folder: Where.
        settings: All settings; a run is resumed only with the same.
        overwrite: Delete the run that is there.
        resume: Go on with the run that is there, or start where there is none.

    Raises:
        FlatnlpError: If the folder is in use, not a run, there and neither option is given, or cannot be written.
    """
    from filelock import FileLock, Timeout

    config = {"flatnlp": __version__, **settings}
    try:
        if folder.exists() and not folder.is_dir():
            raise FlatnlpError(f"{folder} is a file, not a folder; choose another output folder.")
        if folder.is_dir() and any(folder.iterdir()):
            _check_existing(folder, config, overwrite, resume)
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise FlatnlpError(
            f"Another process is writing {folder}; wait for it or choose another output folder."
        ) from error
    except OSError as error:
        raise FlatnlpError(
            f"Cannot write {folder}: {error.strerror or error}; choose another output folder."
        ) from error
    try:
        run = Run(folder)
        if overwrite:
            _clear(folder)
        if not (folder / "config.json").exists():
            run.record("config", config)
            run.record("environment", _environment())
        yield run
    finally:
        lock.release()
        (folder / ".lock").unlink(missing_ok=True)


def _check_existing(folder: Path, config: Mapping[str, Any], overwrite: bool, resume: bool) -> None:
    is_run = (folder / "config.json").is_file() and "flatnlp" in read_json(folder / "config.json")
    if not is_run and any(path.name != ".lock" for path in folder.iterdir()):
        raise FlatnlpError(f"{folder} holds files that no flatnlp run wrote; choose another output folder.")
    if not is_run:
        return
    if not overwrite and not resume:
        raise FlatnlpError(
            f"{folder} holds a run already; give --resume to go on with it or --overwrite to replace it."
        )
    if resume and not overwrite:
        then = read_json(folder / "config.json")
        for name in sorted({*then, *config} - {"flatnlp"}):
            if then.get(name) != config.get(name):
                raise FlatnlpError(
                    f"{folder} was started with {name} = {then.get(name)!r}, not {config.get(name)!r}; "
                    "resume it with the same settings, or give --overwrite."
                )


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == ".lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _environment() -> dict[str, Any]:
    packages = ("torch", "numpy", "nltk", "datasets", "safetensors")
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "packages": {name: version(name) for name in packages},
    }
