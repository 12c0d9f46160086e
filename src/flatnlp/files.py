"""Files that appear whole or not at all."""

import glob
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; put it in place when the block ends well, remove it when it does not.

    Raises:
        FlatnlpError: If the folder cannot be written, or there is something there that is no ordinary file.
    """
    path = _ordinary(path)
    prefix, suffix = f".{path.name}.", ".partial"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_over(path.parent, prefix, suffix)
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=path.parent)
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


def _remove_left_over(folder: Path, prefix: str, suffix: str) -> None:
    """Remove what writers that were killed have left; what is locked is another's who is still writing."""
    for path in folder.glob(f"{glob.escape(prefix)}*{suffix}"):
        with suppress(OSError):
            handle = os.open(path, os.O_RDWR)
            try:
                if lock(handle):
                    path.unlink()
            finally:
                os.close(handle)


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
