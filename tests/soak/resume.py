"""``python -m tests.soak.resume MODEL FILE``: attack a large file with the real command, kill it, go on, and measure.

``flatnlp attack`` runs on a terminal of its own, so that its bar is there. It is killed with SIGKILL after a while and
started again with ``--resume``. Told is, of each start: the seconds (of the clock and of the processor) and the bytes
read until the first new result is on the disk, then the memory over time and what the bar shows.
"""

import argparse
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

_COLOUR, _CONTROL = re.compile(r"\x1b\[[0-9;]*m"), re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def main() -> int:
    """Start, kill, go on, kill, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.resume", description=__doc__)
    parser.add_argument("model", help="The folder of a model or run.")
    parser.add_argument("file", help="As python -m tests.soak.rows writes it.")
    parser.add_argument("--output", type=Path, default=Path("soak.parquet"))
    parser.add_argument("--seconds", type=float, default=120, help="From the first result to each kill.")
    parser.add_argument("--starts", type=int, default=2, help="How often it is started in all.")
    parser.add_argument("--go-on", action="store_true", help="With what is there, in the place of beginning anew.")
    parser.add_argument("--results", type=Path, help="A JSON file for what was measured.")
    given = parser.parse_args()
    measured = []
    for start in range(given.starts):
        arguments = [given.model, "--dataset", given.file, "--split", "all", "--output", str(given.output)]
        how = "--resume" if start or given.go_on else "--overwrite"
        with running([sys.executable, "-m", "flatnlp", "attack", *arguments, how]) as child:
            measured.append(watch(child, given.output, given.seconds))
        print(json.dumps(measured[-1]), flush=True)  # noqa: T201
    if given.results:
        given.results.write_text(json.dumps(measured, indent=1) + "\n")
    return 0


@dataclass
class Child:
    """A command on a terminal.

    Attributes:
        pid: Its process.
        shown: What it has shown so far.
    """

    pid: int
    shown: bytearray = field(default_factory=bytearray)

    def status(self) -> dict[str, float]:
        """Megabytes of resident memory: in all, its own, and pages of files."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        found = dict(line.split(":", 1) for line in lines)
        names = {"resident": "VmRSS", "own": "RssAnon", "files": "RssFile"}
        return {name: int(found[each].split()[0]) / 1e3 for name, each in names.items()}

    def processor_seconds(self) -> float:
        """Processor time so far."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def megabytes_read(self) -> float:
        """What it has asked the system to read so far."""
        return int(Path(f"/proc/{self.pid}/io").read_text().split()[1]) / 1e6

    def last_shown(self) -> str:
        """The last state of the bar."""
        shown = _COLOUR.sub("", self.shown[-4000:].decode(errors="replace")).replace("\r", "\n")
        lines = _CONTROL.sub("\n", shown).splitlines()
        return next((line.strip() for line in reversed(lines) if "/s" in line), "")


@contextmanager
def running(arguments: list[str]) -> Iterator[Child]:
    """Start a command on a terminal of its own; it is killed in the end."""
    mine, its = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "160"}
    process = subprocess.Popen(arguments, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True)
    os.close(its)
    child = Child(process.pid)

    def read() -> None:
        with suppress(OSError):  # the terminal is gone with the child
            while part := os.read(mine, 1 << 16):
                child.shown += part

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield child
    finally:
        os.kill(child.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        os.close(mine)


def watch(child: Child, output: Path, seconds: float) -> dict[str, Any]:
    """What a start comes to within so many seconds from its first result."""
    journal = output.with_name(output.name + ".jsonl.partial")
    before, finished = size_of(journal), lines_of(journal)
    began = time.monotonic()
    while size_of(journal) <= before:
        time.sleep(0.02)
        if size_of(journal) < before:  # begun anew
            before, finished = size_of(journal), 0
        if not Path(f"/proc/{child.pid}/io").exists():
            raise SystemExit(child.shown.decode(errors="replace"))
    told: dict[str, Any] = {
        "finished_before": finished,
        "seconds_to_first": time.monotonic() - began,
        "processor_seconds_to_first": child.processor_seconds(),
        "megabytes_read_to_first": child.megabytes_read(),
    }
    samples, shown = [], []
    first = time.monotonic()
    while (now := time.monotonic() - first) < seconds:
        time.sleep(1)
        samples.append((now, lines_of(journal), child.status()))
        if len(samples) in (3, 10) or len(samples) % 30 == 0:
            shown.append((round(now), samples[-1][1], child.last_shown()))
    late = samples[len(samples) // 2 :]
    texts = np.array([each[1] for each in late]) / 1e6
    told["texts"] = samples[-1][1] - finished
    told["texts_per_second"] = (late[-1][1] - late[0][1]) / max(1e-9, late[-1][0] - late[0][0])
    told["bar"] = shown
    told["memory"] = {"first": samples[0][2], "last": samples[-1][2]}
    told["mb_per_million_texts"] = {
        name: float(np.polyfit(texts, [each[2][name] for each in late], 1)[0]) if np.ptp(texts) else None
        for name in samples[0][2]
    }
    return told


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


_COUNTED: dict[Path, tuple[int, int]] = {}


def lines_of(path: Path) -> int:
    """Results in a journal, whose first line is none; only what has come since the last call is read."""
    if not path.exists():
        return 0
    at, lines = _COUNTED.get(path, (0, 0))
    if path.stat().st_size < at:
        at = lines = 0
    with path.open("rb") as file:
        file.seek(at)
        while part := file.read(1 << 24):
            at, lines = at + len(part), lines + part.count(b"\n")
    _COUNTED[path] = at, lines
    return max(0, lines - 1)


if __name__ == "__main__":
    sys.exit(main())
