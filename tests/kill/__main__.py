"""``python -m tests.kill``: stop a small run at random moments and at every change it makes on the disk."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from . import several, stopping, trials
from .job import Job, import_all, import_encoders


def main() -> int:
    """Run the trials; print one line each, and what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--moments", type=int, default=25, help="Random moments for SIGKILL.")
    parser.add_argument("--signals", type=int, default=10, help="Random moments for SIGINT and SIGTERM each.")
    parser.add_argument("--every", type=int, default=1, help="Kill at every so many changes on the disk.")
    parser.add_argument("--full", type=int, default=4, help="Full and read-only disk at every so many changes.")
    parser.add_argument("--sizes", type=int, default=10, help="Random limits on the size of files.")
    parser.add_argument("--disks", type=int, default=5, help="Real small disks (tmpfs), where one may be mounted.")
    parser.add_argument("--encoder", type=int, default=15, help="Random moments for SIGKILL in an encoder's run.")
    parser.add_argument("--together", type=int, default=12, help="Two processes killed at a random moment.")
    parser.add_argument("--worker", type=int, default=12, help="One of two processes killed at a random moment.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, help="A JSON file for what came of it.")
    given = parser.parse_args()
    import_all()
    counts: dict[str, int] = {}
    wrong: list[str] = []
    changes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="flatnlp-kill-") as folder:
        for kind, place, found in _tried(given, Path(folder), changes):
            counts[kind] = counts.get(kind, 0) + 1
            if found:
                wrong.append(f"{kind} at {place}: {found}")
                print(wrong[-1], flush=True)
            result = {"seed": given.seed, "changes": changes, "trials": counts, "wrong": wrong}
            if given.results:
                given.results.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({"trials": counts, "wrong": len(wrong)}))
    return int(bool(wrong))


def _tried(given: argparse.Namespace, folder: Path, changes: dict[str, int]) -> Iterator[tuple[str, str, str | None]]:
    """All trials: what kind, where in the run, and what was wrong."""
    for name in ("a CNN", "an encoder") if given.encoder else ("a CNN",):
        encoder = name == "an encoder"
        if encoder:
            import_encoders()
        whole = trials.reference(folder / name.split()[1], encoder)
        changes[name] = whole.changes
        print(f"{name}, never stopped: {whole.seconds:.2f} s of processor time, {whole.changes} changes", flush=True)
        for kind, place, stop in _of_encoder(given, whole) if encoder else _trials(given, whole):
            yield kind, place, trials.trial(whole, stop)
    if given.together or given.worker:
        together = several.reference(folder)
        print("two processes, never stopped: ", [round(each, 2) for each in together.seconds], flush=True)
        random = Random(given.seed)
        for kill in several.kills(given.together, False, random):
            yield "SIGKILL of two processes", str(kill), several.trial(together, kill)
        for kill in several.kills(given.worker, True, random):
            yield "SIGKILL of one of two processes", str(kill), several.trial(together, kill)


def _of_encoder(
    given: argparse.Namespace, whole: trials.Reference
) -> list[tuple[str, str, Callable[[Job], str | None]]]:
    moments = trials.moments(whole, given.encoder, Random(given.seed))
    return [("SIGKILL of an encoder's run", f"{each:.3f} s", trials.killed(each)) for each in moments]


def _trials(given: argparse.Namespace, whole: trials.Reference) -> list[tuple[str, str, Callable[[Job], str | None]]]:
    random = Random(given.seed)
    planned: list[tuple[str, str, Callable[[Job], str | None]]] = []
    for seconds in trials.moments(whole, given.moments, random):
        planned.append(("SIGKILL at a random moment", f"{seconds:.3f} s", trials.killed(seconds)))
    if given.moments > 10:
        often = [each / 3 for each in trials.moments(whole, given.moments, random)]
        planned.append(("SIGKILL again and again", f"{len(often)} moments", trials.killed_again_and_again(often)))
    for how in (signal.SIGINT, signal.SIGTERM):
        for seconds in trials.moments(whole, given.signals, random):
            planned.append((how.name, f"{seconds:.3f} s", trials.interrupted(seconds, how)))
    if given.every:
        for number in range(0, whole.changes, given.every):
            planned.append(("SIGKILL before a change on the disk", str(number), trials.killed_at_change(number)))
    if given.full:
        for number in range(0, whole.changes, given.full):
            full = trials.refused_at_change(number, stopping.disk_full)
            planned.append(("full disk", str(number), full))
            gone = trials.refused_at_change(number, stopping.read_only)
            planned.append(("disk turned read-only", str(number), gone))
    largest = max(map(len, whole.end.values()))
    for _ in range(given.sizes):
        size = 500 + int(largest ** random.uniform(0.2, 1))  # the log must hold the sentence
        planned.append(("file that cannot grow", f"{size} bytes", trials.refused_by_size(size)))
    if given.disks and not trials.can_mount(whole.job.folder.with_name("disk")):
        print("no tmpfs may be mounted here, so no real small disk is tried", flush=True)
        given.disks = 0
    written = sum(map(len, whole.end.values())) // 1024
    for _ in range(given.disks):
        kilobytes = int(random.uniform(0.1, 0.9) * written)
        planned.append(("real small disk", f"{kilobytes} KB", trials.refused_by_small_disk(kilobytes)))
    return planned


if __name__ == "__main__":
    sys.exit(main())
