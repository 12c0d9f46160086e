"""``python -m tests.package``: build wheel and sdist, install the wheel alone, and use it outside the repository.

Needs the network (or a package index of your own): the environment is made anew. ``make package`` calls this.
"""

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import tests
from tests import tiny

ROOT = Path(tests.__file__).resolve().parents[1]
LARGEST = 1_000_000
"""Bytes that the wheel may have."""


def main() -> int:
    """Build and check; the exit code says whether all went well."""
    parser = argparse.ArgumentParser(prog="python -m tests.package", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="Where the wheel and the sdist go.")
    parser.add_argument("--build-only", action="store_true", help="Make no environment; look into the archives only.")
    given = parser.parse_args()
    wheel, sdist = _build(given.output.resolve())
    wrong = [*_wrong_with_wheel(wheel), *_wrong_with_sdist(sdist)]
    print(f"{wheel.name}: {wheel.stat().st_size:,} bytes; {sdist.name}: {sdist.stat().st_size:,} bytes", flush=True)
    if not given.build_only:
        with tempfile.TemporaryDirectory(prefix="flatnlp-package-") as folder:
            wrong += _wrong_in_use(wheel, Path(folder))
    for each in wrong:
        print(f"wrong: {each}", flush=True)
    return 1 if wrong else 0


def _build(folder: Path) -> tuple[Path, Path]:
    for old in (*folder.glob("flatnlp-*.whl"), *folder.glob("flatnlp-*.tar.gz")):
        old.unlink()
    _run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], ROOT)
    (wheel,), (sdist,) = folder.glob("flatnlp-*.whl"), folder.glob("flatnlp-*.tar.gz")
    return wheel, sdist


def _wrong_with_wheel(wheel: Path) -> list[str]:
    """Too large, or without a file of the package."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    source = ROOT / "src"
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / "flatnlp").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wrong = [f"the wheel has no {name}" for name in sorted(expected - inside)]
    wrong += [f"the wheel has {name}, which is no file of the package" for name in sorted(inside - expected)]
    if wheel.stat().st_size >= LARGEST:
        wrong.append(f"the wheel has {wheel.stat().st_size:,} bytes, not less than {LARGEST:,}")
    return wrong


def _wrong_with_sdist(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    needed = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "constraints.txt", "Makefile", "mkdocs.yml")
    folders = ("src/flatnlp/__init__.py", "tests/conftest.py", "docs/index.md", "benchmarks/README.md")
    return [f"the sdist has no {name}" for name in (*needed, *folders) if name not in inside]


def _wrong_in_use(wheel: Path, folder: Path) -> list[str]:
    """Install the wheel into an environment of its own and do what a user does first."""
    print("installing the wheel into an environment of its own", flush=True)
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / "bin" / "python"
    _run([python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", wheel], folder)
    rows = [(f'{text[:-1]}, "really" 😀', {"pos": "praise", "neg": "complaint"}[kind]) for text, kind in tiny.rows()]
    rows += [(f"When does the {noun} start, please?", "question") for noun in tiny.NOUNS * 6]
    tiny.write_csv(folder / "own.csv", rows, ("What they wrote", "Kind"))
    tiny.write_vectors(folder / "own.npz")
    own = ("--dataset", "own.csv", "--text-column", "What they wrote", "--label-column", "Kind", "--threads", "1")
    few = ("--vectors", "own.npz", "--epochs", "2", "--rounds", "1", "--epochs-per-round", "1")
    commands: list[tuple[str, ...]] = [
        ("--version",),
        ("demo", "--help"),
        ("doctor",),
        ("recipes",),
        ("resources", "list"),
        ("train", *own, *few, "--output", "run"),
        ("attack", "run", *own, "--output", "pairs.parquet"),
        ("explain", "run", "The plot was dull, and so it ends!", "--attack", "pwws", "--html", "why.html"),
        ("report", "run", "--output", "report.html"),
        ("reproduce", "all", "--models", "cnn", "--dry-run"),
    ]
    wrong = []
    for command in commands:
        came = _run([python.with_name("flatnlp"), *command], folder, check=False)
        shown = " ".join(("flatnlp", *command))
        print(f"exit code {came.returncode}: {shown}", flush=True)
        if came.returncode:
            wrong.append(f"{shown}\n{came.stdout}{came.stderr}")
    where = _run([python, "-c", "import flatnlp; print(flatnlp.__file__)"], folder).stdout.strip()
    if not Path(where).is_relative_to(folder):
        wrong.append(f"flatnlp was imported from {where}, not from the wheel")
    return wrong


def _run(command: Sequence[str | Path], folder: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program that sees nothing of the repository."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    came = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True)
    if check and came.returncode:
        print(came.stdout + came.stderr, flush=True)
        raise SystemExit(came.returncode)
    return came


if __name__ == "__main__":
    sys.exit(main())
