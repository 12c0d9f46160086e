"""What tells whether the files of a data set are as they were, without reading them whole."""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatnlp.data.files import split_files
from flatnlp.data.in_memory import SCHEME
from flatnlp.errors import FlatnlpError
from flatnlp.resources.locating import locate

_READ = 1 << 16
"""Bytes read at the beginning and at the end of each file."""

_MOST_FILES = 100


def state_of(spec: str) -> list[list[Any]] | None:
    """The state of the files that a data set is read from, such as JSON holds.

    Of each file: path, size, inode, the times of its last modification and of the last change of any kind, and a
    checksum of its first and last 64 KiB. A change that leaves all of them as they were is not noticed; writing to a
    file sets the last of the times, and no program can set that back but by the clock of the machine.

    Args:
        spec: As for ``load_data``.

    Returns:
        ``None`` where that cannot be told: data sets of the hub, those that a program held, folders of very many files,
        pipes (which can be read only once).
    """
    if spec.startswith((SCHEME, "hf:")):
        return None
    try:
        path = locate(spec, progress=False, kind="datasets", fetch=False)
        files = [path]
        if path.is_dir():
            files = [*split_files(path).values()] or sorted(each for each in path.rglob("*") if each.is_file())
        if len(files) > _MOST_FILES or not all(each.is_file() for each in files):
            return None
        return [_state(each) for each in files]
    except (FlatnlpError, OSError):  # where the data set is read, that is told
        return None


def _state(path: Path) -> list[Any]:
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        ends = sha256(file.read(_READ))
        file.seek(max(0, stat.st_size - _READ))
        ends.update(file.read(_READ))
    real = os.path.realpath(path)
    return [real, stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, ends.hexdigest()]
