"""One trial: start the run, stop it, look at how it ended, go on, compare with the run that was never stopped."""

import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests import tiny
from tests.models.encoders import write_encoder

from . import stopping
from .job import Job, ended, forked

_INTERRUPTED = re.compile(
    r"Interrupted; (what was finished is kept, the same command with --resume goes on from there"
    r"|give the same command to start again)\.\n"
)
_REFUSED = re.compile(r"Error: [^\n]*\n")


@dataclass(frozen=True)
class Reference:
    """The run never stopped: its end, its processor time, and the number of changes it made on the disk."""

    job: Job
    end: dict[str, bytes]
    seconds: float
    changes: int


def reference(folder: Path, encoder: bool = False) -> Reference:
    """Run once without a stop.

    Args:
        folder: For inputs and outputs.
        encoder: Train a small encoder with random weights, in the place of a CNN.
    """
    folder.mkdir(exist_ok=True)
    data = tiny.write_csv(folder / "tiny.csv", tiny.rows())
    vectors = tiny.write_vectors(folder / "tiny.npz")
    job = Job(data, vectors, folder / "work", _written_encoder(folder) if encoder else None)
    counted = folder / "changes"

    def count() -> None:
        with counted.open("ab", buffering=0) as file:
            file.write(b".")

    counted.touch()
    watch = stopping.at_change(job.folder, 0, count)
    pid = job.start(before=watch)
    seconds = 0.0
    while not stopping.has_ended(pid):
        seconds = stopping.processor_seconds(pid)
    code = ended(pid)
    assert code == 0, job.log()
    return Reference(job, job.end(), seconds, counted.stat().st_size)


def _written_encoder(folder: Path) -> Path:
    """Made in a child, for what computes leaves threads behind."""

    def write() -> int:
        write_encoder("bert", folder / "bert", initializer_range=0.1)
        return 0

    log = folder / "encoder.txt"
    assert ended(forked(log, write)) == 0, log.read_text()
    return folder / "bert"


def trial(whole: Reference, stop: Callable[[Job], str | None]) -> str | None:
    """One run, stopped and gone on with.

    Args:
        whole: What it must come to. Its folder is used again: paths are part of what is written.
        stop: Starts the job, stops it, and says what was wrong with its end.

    Returns:
        What was wrong, or ``None``.
    """
    job = whole.job
    shutil.rmtree(job.folder, ignore_errors=True)
    wrong = stop(job)
    if wrong:
        return wrong
    code = ended(job.start(resume=True))
    if code:
        return f"gone on with, it ended with {code}: {job.log()[-2000:]}"
    end = job.end()
    different = sorted(name for name in {*end, *whole.end} if end.get(name) != whole.end.get(name))
    return f"at the end {different} are not as in the run never stopped" if different else None


def killed(seconds: float) -> Callable[[Job], str | None]:
    """SIGKILL at a moment."""

    def stop(job: Job) -> str | None:
        pid = job.start()
        stopping.at_moment(pid, seconds, signal.SIGKILL)
        code = ended(pid)
        return None if code in (0, -signal.SIGKILL) else f"it ended with {code}: {job.log()[-2000:]}"

    return stop


def killed_again_and_again(moments: Iterable[float]) -> Callable[[Job], str | None]:
    """SIGKILL, go on, SIGKILL, and so forth."""

    def stop(job: Job) -> str | None:
        for number, seconds in enumerate(moments):
            pid = job.start(resume=number > 0)
            stopping.at_moment(pid, seconds, signal.SIGKILL)
            code = ended(pid)
            if code not in (0, -signal.SIGKILL):
                return f"the {number + 1}th time it ended with {code}: {job.log()[-2000:]}"
        return None

    return stop


def interrupted(seconds: float, how: signal.Signals) -> Callable[[Job], str | None]:
    """SIGINT or SIGTERM at a moment: the exit code of the shells, and a sentence that says how to go on."""

    def stop(job: Job) -> str | None:
        pid = job.start()
        there = stopping.at_moment(pid, seconds, how)
        code = ended(pid)
        if not there or code == 0:
            return None
        if code != 128 + how:
            return f"it ended with {code}: {job.log()[-2000:]}"
        return None if _INTERRUPTED.fullmatch(_last_lines(job)) else f"it said {job.log()!r}"

    return stop


def killed_at_change(number: int) -> Callable[[Job], str | None]:
    """SIGKILL right before a change on the disk."""

    def stop(job: Job) -> str | None:
        code = ended(job.start(before=stopping.at_change(job.folder, number, stopping.die)))
        return None if code == -signal.SIGKILL else f"it ended with {code}: {job.log()[-2000:]}"

    return stop


def refused_at_change(number: int, what: Callable[[], None]) -> Callable[[Job], str | None]:
    """From a change on, the disk takes no more: one sentence, exit code 2."""
    return lambda job: _refused(job, stopping.at_change(job.folder, number, what))


def refused_by_size(size: int) -> Callable[[Job], str | None]:
    """No file can grow beyond a size: one sentence, exit code 2."""
    return lambda job: _refused(job, stopping.no_file_larger_than(size))


def refused_by_small_disk(kilobytes: int) -> Callable[[Job], str | None]:
    """The folder is a real tmpfs of so many kilobytes: one sentence, exit code 2; then what is there goes to a disk."""

    def stop(job: Job) -> str | None:
        job.folder.mkdir()
        aside = job.folder.with_name(f"{job.folder.name}.aside")
        mounted = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(job.folder)]
        subprocess.run(mounted, check=True, capture_output=True)
        try:
            wrong = _refused(job, lambda: None)
            shutil.copytree(job.folder, aside)
        finally:
            subprocess.run(["umount", str(job.folder)], check=True)
        job.folder.rmdir()
        aside.rename(job.folder)
        return wrong

    return stop


def can_mount(folder: Path) -> bool:
    """Whether a tmpfs may be mounted here."""
    folder.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    subprocess.run(["umount", str(folder)], check=True)
    return True


def _refused(job: Job, before: Callable[[], None]) -> str | None:
    code = ended(job.start(before=before))
    if code == 0:
        return None
    if code != 2 or not _REFUSED.fullmatch(_last_lines(job)):
        return f"it ended with {code} and said {job.log()[-2000:]}"
    return None


def _last_lines(job: Job) -> str:
    """What was printed, less the results of the commands that came through."""
    lines = [
        line for line in job.log().splitlines(keepends=True) if line.startswith(("Error:", "Interrupted", "  File"))
    ]
    return "".join(lines)


def moments(whole: Reference, count: int, random: Random) -> list[float]:
    """Random moments of the run."""
    return [random.uniform(0, whole.seconds) for _ in range(count)]
