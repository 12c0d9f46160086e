"""Files that appear whole or not at all."""

import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError

_PARTIAL = ".partial"
_REPLACED = "replaced"
"""Within the hidden folder that a new one is written into: the old one, from when it is taken out of its place on."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; put it in place when the block ends well, remove it when it does not.

    Raises:
        FlatnlpError: If the folder cannot be written, or there is something there that is no ordinary file.
    """
    path = _ordinary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_left_over(path)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_PARTIAL, dir=path.parent)
    except OSError as error:
        raise _cannot_write(path, error) from error
    temporary = Path(name)
    locked = lock(handle)
    if not locked:
        os.close(handle)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise FlatnlpError(
            f"Cannot write {path}: {error.strerror or error}; free some space or choose another place."
        ) from error
    finally:
        with suppress(OSError):  # where the disk has turned read-only, it stays
            temporary.unlink(missing_ok=True)
        if locked:
            os.close(handle)


@contextmanager
def folder_written_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder; put it in the place of ``folder`` when the block ends well, remove it when it does not.

    What a killed process left of an earlier one is removed first.

    Raises:
        FlatnlpError: If it cannot be written, or there is something there that is no folder.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise FlatnlpError(f"Cannot write {folder}: it is a file; choose another place.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        remove_left_over(folder)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=_PARTIAL, dir=folder.parent))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    handle = _opened(made)
    try:
        if handle is not None:
            lock(handle)
        whole = made / "whole"
        whole.mkdir()
        yield whole
        if folder.exists():
            folder.replace(made / _REPLACED)
        whole.replace(folder)
    except OSError as error:
        raise FlatnlpError(
            f"Cannot write {folder}: {error.strerror or error}; free some space or choose another place."
        ) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
        if handle is not None:
            os.close(handle)


def check_writable(path: Path) -> None:
    """Refuse a place for a file before the work that is to fill it; nothing is made.

    Raises:
        FlatnlpError: If there is something there that is no ordinary file, or no file can be made there.
    """
    path = _ordinary(path)
    try:
        nearest = next(folder for folder in path.absolute().parents if folder.exists())
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise _cannot_write(path, error) from error


def write_json(path: Path, value: Any) -> None:
    """Write a value as readable JSON, whole or not at all."""
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        FlatnlpError: If it is missing, damaged, or not an object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FlatnlpError(f"{path} is missing; is its folder complete?") from error
    except (OSError, ValueError, RecursionError) as error:
        raise FlatnlpError(f"{path} is damaged or not readable ({error}); restore it or make it anew.") from error
    if not isinstance(value, dict):
        raise FlatnlpError(f"{path} must hold a JSON object; restore it or make it anew.")
    return value


def remove_left_over(path: Path) -> None:
    """Remove what writers of a file or folder that were killed have left; what is locked is another's still writing.

    A folder that was about to be replaced goes back into its place if nothing is there yet.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*{_PARTIAL}"):
        handle = _opened(left)
        if handle is None:
            continue
        with suppress(OSError):
            if lock(handle):
                _remove(left, path)
        os.close(handle)


def _remove(left: Path, path: Path) -> None:
    if not left.is_dir():
        left.unlink()
        return
    if (left / _REPLACED).is_dir() and not path.exists():
        (left / _REPLACED).replace(path)
    shutil.rmtree(left)


def _opened(path: Path) -> int | None:
    """A handle to be locked; ``None`` where the system has none for folders, or the file has gone."""
    try:
        return os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except OSError:
        return None


def lock(handle: int) -> bool:
    """Lock an open file until it is closed or its process has ended; whether that can be done."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):  # on systems without such locks nothing is removed
        return False
    return True


def in_use(path: Path) -> bool:
    """Whether another holds the :func:`lock` of a file; where there is no such file or no such locks, nobody does.

    Raises:
        OSError: If the file cannot be opened.
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _ordinary(path: Path) -> Path:
    """Where a file of that name really lies: links are followed, lest they or ``/dev/null`` be replaced by a file."""
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            what = "a folder" if target.is_dir() else "no ordinary file"
            raise FlatnlpError(f"Cannot write {path}: it is {what}; choose another place.")
    except OSError as error:
        raise _cannot_write(path, error) from error
    return target


def _cannot_write(path: Path, error: OSError) -> FlatnlpError:
    return FlatnlpError(f"Cannot write {path}: {error.strerror or error}; choose another place.")
