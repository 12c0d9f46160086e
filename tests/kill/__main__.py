"""``python -m tests.kill``: stop a small run at random moments and at every change it makes on the disk."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from . import stopping, trials
from .job import Job, import_all


def main() -> int:
    """Run the trials; print one line each, and what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--moments", type=int, default=25, help="Random moments for SIGKILL.")
    parser.add_argument("--signals", type=int, default=10, help="Random moments for SIGINT and SIGTERM each.")
    parser.add_argument("--every", type=int, default=1, help="Kill at every so many changes on the disk.")
    parser.add_argument("--full", type=int, default=4, help="Full and read-only disk at every so many changes.")
    parser.add_argument("--sizes", type=int, default=10, help="Random limits on the size of files.")
    parser.add_argument("--disks", type=int, default=5, help="Real small disks (tmpfs), where one may be mounted.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, help="A JSON file for what came of it.")
    given = parser.parse_args()
    import_all()
    with tempfile.TemporaryDirectory(prefix="flatnlp-kill-") as folder:
        whole = trials.reference(Path(folder))
        print(
            f"never stopped: {whole.seconds:.2f} s of processor time, {whole.changes} changes on the disk", flush=True
        )
        counts: dict[str, int] = {}
        wrong = []
        for kind, place, stop in _trials(given, whole):
            counts[kind] = counts.get(kind, 0) + 1
            found = trials.trial(whole, stop)
            if found:
                wrong.append(f"{kind} at {place}: {found}")
                print(wrong[-1], flush=True)
            result = {"seed": given.seed, "changes": whole.changes, "trials": counts, "wrong": wrong}
            if given.results:
                given.results.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({"trials": counts, "wrong": len(wrong)}))
    return int(bool(wrong))


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
