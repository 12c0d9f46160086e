"""``python -m tests.fuzz``: fire many inputs at every reader, each in a process of its own, and write what came of it.

With ``--engine atheris`` coverage guides the inputs (``pip install atheris``); else they are seeded damage of good
files, the same for the same seed on every machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

MEMORY = 3 << 30
"""Address space that a reader may add to what it needs anyway; what asks for more fails with MemoryError: a bug."""


def main() -> int:
    """Fire, or be the process that fires at one target."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="Inputs per target.")
    parser.add_argument("--seconds", type=float, default=600, help="Seconds per target at most.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=("seeded", "atheris"), default="seeded")
    parser.add_argument("--bugs", type=Path, default=Path("runs/fuzz"), help="Where inputs that found a bug go.")
    parser.add_argument("--results", type=Path, help="A JSON file for the counts.")
    parser.add_argument("--only", default="", help="Targets, separated by commas.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        return _one(given)
    from .targets import targets

    given.bugs.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {}
    for name in [each for each in given.only.split(",") if each] or targets():
        report[name] = _in_a_process(name, given)
        print(f"{name:16}", json.dumps(report[name]), flush=True)
    if given.results:
        given.results.write_text(
            json.dumps({"engine": given.engine, "seed": given.seed, "targets": report}, indent=1) + "\n"
        )
    return int(any(each["bugs"] for each in report.values()))


def _in_a_process(name: str, given: argparse.Namespace) -> dict[str, Any]:
    arguments = [f"--{key}={getattr(given, key)}" for key in ("inputs", "seconds", "seed", "engine", "bugs")]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--one", name, *arguments], capture_output=True, text=True, check=False
    )
    lines = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    if not lines:
        kept = given.bugs / f"{name.replace(' ', '-')}.crash"
        if (given.bugs / _current(name)).exists():
            (given.bugs / _current(name)).replace(kept)
        return {"inputs": None, "bugs": [f"the process died with {ran.returncode}: see {kept}; {ran.stderr[-300:]}"]}
    (given.bugs / _current(name)).unlink(missing_ok=True)
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def _current(name: str) -> str:
    return f".{name.replace(' ', '-')}.current"


def _one(given: argparse.Namespace) -> int:
    from .firing import digest, fire
    from .targets import targets

    target = targets()[given.one]()
    warm = fire(target, given.one, len(target.seeds), given.seed)  # imports, before memory is limited
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    current, started = given.bugs / _current(given.one), time.monotonic()
    if given.engine == "atheris":
        return _atheris(given, target)
    outcome = fire(
        target,
        given.one,
        given.inputs,
        given.seed,
        before=current.write_bytes,
        go_on=lambda: time.monotonic() - started < given.seconds,
    )
    outcome.bugs.update(warm.bugs)
    for where, (content, said) in outcome.bugs.items():
        kept = given.bugs / f"{given.one.replace(' ', '-')}-{digest(content)}"
        kept.write_bytes(content)
        kept.with_suffix(".txt").write_text(f"{where}\n{said}", errors="backslashreplace")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        json.dumps(
            {
                "inputs": outcome.inputs,
                "refused": outcome.refused,
                "read": outcome.read,
                "peak_mb_above_start": round(grown / 1024),
                "bugs": sorted(outcome.bugs),
            }
        )
    )
    return 0


def _atheris(given: argparse.Namespace, target: Any) -> int:
    """Let coverage of the readers' own code guide the inputs; the process ends with the first bug or the last input."""
    import tempfile

    import atheris

    from .firing import Outcome, try_one

    outcome = Outcome()
    corpus = Path(tempfile.mkdtemp(prefix="flatnlp-corpus-"))
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    instrument = [module for name, module in sys.modules.items() if name.startswith("flatnlp.")]
    for module in instrument:
        for value in vars(module).values():
            if callable(value) and getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"):
                atheris.instrument_func(value)

    def one(content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            try_one(target, content, Path(folder), outcome)
        if outcome.bugs:
            where, (content, said) = next(iter(outcome.bugs.items()))
            (given.bugs / f"{given.one.replace(' ', '-')}-atheris").write_bytes(content)
            print(json.dumps({"inputs": outcome.inputs, "bugs": [where], "said": said}), flush=True)
            os._exit(0)
        if outcome.inputs >= given.inputs:
            _tell()

    def _tell() -> None:
        print(
            json.dumps({"inputs": outcome.inputs, "refused": outcome.refused, "read": outcome.read, "bugs": []}),
            flush=True,
        )
        os._exit(0)

    started = time.monotonic()

    def timed(content: bytes) -> None:
        one(content)
        if time.monotonic() - started > given.seconds:
            _tell()

    atheris.Setup([sys.argv[0], str(corpus), f"-seed={given.seed + 1}", "-rss_limit_mb=0", "-max_len=20000"], timed)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
