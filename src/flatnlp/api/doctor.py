"""What ``flatnlp doctor`` looks at: versions, devices, threads, files, extras; nothing is fetched or changed."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from flatnlp import __version__
from flatnlp.errors import FlatnlpError

State = Literal["ok", "absent", "wrong"]

_ROOM = 2 << 30
"""Bytes that what ``make run`` fetches and writes fits into several times."""

_NOT_FOR_USERS = frozenset({"dev", "bench"})
"""Extras that only who works on flatnlp needs."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        group: ``versions``, ``devices``, ``threads``, ``folders``, ``resources`` or ``extras``.
        name: What.
        state: ``ok``; ``absent``: not here, and not needed for what works by default, or fetched when it is; ``wrong``:
            something will fail.
        said: What was found.
        cure: What to do about it; empty where there is nothing to do.
    """

    group: str
    name: str
    state: State
    said: str
    cure: str = ""


def diagnose() -> list[Finding]:
    """Look at everything; what raises is a finding too."""
    findings: list[Finding] = []
    for group, look in _GROUPS.items():
        try:
            findings += look()
        except Exception as error:  # a broken library may raise anything, and that is what is looked for
            reason = (str(error).splitlines() or [""])[0]
            findings.append(Finding(group, group, "wrong", f"{type(error).__name__}: {reason}", "Mend what it names."))
    return findings


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "flatnlp", "ok", __version__)
    yield Finding("versions", "python", "ok", f"{platform.python_version()}, {sys.executable}")
    requirements = _requirements()
    if not requirements:
        said = "flatnlp runs from its source and was never installed, so nothing tells which versions it needs"
        yield Finding("versions", "packages", "absent", said, "pip install -e .")
    for requirement in requirements:
        if requirement.extra is None:
            yield _installed("versions", requirement)


def _extras() -> Iterator[Finding]:
    by_extra: dict[str, list[Finding]] = {}
    for requirement in _requirements():
        if requirement.extra and requirement.extra not in _NOT_FOR_USERS:
            by_extra.setdefault(requirement.extra, []).append(_installed("extras", requirement))
    for extra, found in sorted(by_extra.items()):
        lacking = [each.name for each in found if each.state != "ok"]
        if lacking:
            cure = f"pip install 'flatnlp[{extra}]'"
            yield Finding("extras", extra, "absent", f"{', '.join(lacking)} not here or too old", cure)
        else:
            yield Finding("extras", extra, "ok", ", ".join(f"{each.name} {each.said}" for each in found))


@dataclass(frozen=True)
class _Requirement:
    name: str
    specifier: str
    extra: str | None


def _requirements() -> list[_Requirement]:
    """What the installed package asks for; nothing where flatnlp runs from its source and was never installed."""
    from packaging.requirements import Requirement

    try:
        lines = requires("flatnlp") or []
    except PackageNotFoundError:
        return []
    found = []
    for line in lines:
        parsed = Requirement(line)
        extra = str(parsed.marker).partition('extra == "')[2].partition('"')[0] if parsed.marker else ""
        if parsed.marker is None or parsed.marker.evaluate({"extra": extra}):
            found.append(_Requirement(parsed.name, str(parsed.specifier), extra or None))
    return found


def _installed(group: str, requirement: _Requirement) -> Finding:
    from packaging.specifiers import SpecifierSet

    cure = f"pip install '{requirement.name}{requirement.specifier}'"
    try:
        there = version(requirement.name)
    except PackageNotFoundError:
        return Finding(group, requirement.name, "wrong", "not installed", cure)
    if SpecifierSet(requirement.specifier).contains(there, prereleases=True):
        return Finding(group, requirement.name, "ok", there)
    return Finding(group, requirement.name, "wrong", f"{there}, but it must be {requirement.specifier}", cure)


def _devices() -> Iterator[Finding]:
    import torch

    yield Finding("devices", "cpu", "ok", f"{platform.machine()}, {_cores()} cores for this process")
    for i in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(i)
        device = f"cuda:{i}"
        said = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
        try:
            torch.zeros(1, device=device).cpu()
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            yield Finding(
                "devices", device, "wrong", f"{said}, unusable ({reason})", "Mend the driver, or compute on cpu."
            )
        else:
            yield Finding("devices", device, "ok", said)
    if torch.cuda.device_count() == 0:
        built = f"torch was built for CUDA {torch.version.cuda}" if torch.version.cuda else "torch was built for CPUs"
        cure = "Without a GPU nothing is to be done; with one, install torch as pytorch.org says."
        yield Finding("devices", "cuda", "absent", f"none; {built}", cure)
    if torch.backends.mps.is_available():
        yield Finding("devices", "mps", "ok", "Apple's GPU")


def _threads() -> Iterator[Finding]:
    import torch

    threads, cores = torch.get_num_threads(), _cores()
    said = f"{threads} on {cores} cores"
    set_by = [f"{name}={os.environ[name]}" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS") if os.environ.get(name)]
    said += f" ({', '.join(set_by)})" if set_by else ""
    if threads > cores:
        yield Finding("threads", "torch", "wrong", f"{said}: they wait for each other", f"Give --threads {cores}.")
    else:
        yield Finding("threads", "torch", "ok", said)


def _folders() -> Iterator[Finding]:
    from flatnlp.resources.places import CACHE_VARIABLE, RESOURCES_VARIABLE, cache_root, local_root

    try:
        root = local_root()
        said = f"{root}" if root else f"${RESOURCES_VARIABLE} is not set"
        yield Finding("folders", "own resources", "ok" if root else "absent", said)
    except FlatnlpError as error:
        yield Finding("folders", "own resources", "wrong", str(error), f"Correct or unset {RESOURCES_VARIABLE}.")
    for name, folder, variable in (
        ("cache", cache_root(), CACHE_VARIABLE),
        ("temporary files", Path(tempfile.gettempdir()), "TMPDIR"),
    ):
        nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        cure = f"Name a folder with room that can be written in {variable}."
        try:
            with tempfile.TemporaryFile(dir=nearest):
                pass
        except OSError as error:
            yield Finding("folders", name, "wrong", f"{folder} cannot be written ({error.strerror or error})", cure)
            continue
        free = shutil.disk_usage(nearest).free
        said = f"{folder}, {free / 2**30:.1f} GiB free"
        yield Finding("folders", name, "ok" if free > _ROOM else "wrong", said, "" if free > _ROOM else cure)


def _resources() -> Iterator[Finding]:
    from flatnlp.resources import status

    for row in status():
        if row.present:
            yield Finding("resources", row.name, "ok", f"{row.kind}, {row.path}")
            continue
        yield Finding("resources", row.name, "absent", f"{row.kind}, for {row.used_by}", row.how)


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_GROUPS: dict[str, Callable[[], Iterator[Finding]]] = {
    "versions": _versions,
    "devices": _devices,
    "threads": _threads,
    "folders": _folders,
    "resources": _resources,
    "extras": _extras,
}
