"""The list of files a fetched resource consists of, with sizes and checksums, written beside them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What was fetched.

    Attributes:
        resource: the resource's name.
        source: the route in words.
        files: path inside the folder (``/`` between parts) -> (size in bytes, sha256).
    """

    resource: str
    source: str
    files: dict[str, tuple[int, str]]


def sha256_of(path: Path) -> str:
    """The file's sha256, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(folder: Path, resource: str, source: str) -> None:
    """List every file below ``folder`` in ``folder/manifest.json``."""
    files = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {"resource": resource, "source": source, "files": files}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, or None where there is none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(path): (int(entry["size"]), str(entry["sha256"])) for path, entry in content["files"].items()}
        return Manifest(str(content["resource"]), str(content["source"]), files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def is_complete(folder: Path) -> bool:
    """Whether every listed file is there with its size: cheap, so that it can be asked at each look-up."""
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    try:
        return all((folder / path).stat().st_size == size for path, (size, _) in manifest.files.items())
    except OSError:
        return False


def problems(folder: Path) -> list[str]:
    """What differs from the manifest, one clause per file; empty if nothing does.

    Args:
        folder: a folder with a manifest.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return [f"{MANIFEST} is missing or damaged"]
    found: list[str] = []
    for path, (size, checksum) in manifest.files.items():
        file = folder / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif file.stat().st_size != size:
            found.append(f"{path} has {file.stat().st_size:,} bytes instead of {size:,}")
        elif sha256_of(file) != checksum:
            found.append(f"{path} has another content than when it was fetched")
    return found
