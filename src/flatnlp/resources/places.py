"""Where resources lie: the user's own folder and the cache."""

import os
from collections.abc import Iterator
from pathlib import Path

from flatnlp.errors import FlatnlpError
from flatnlp.resources.manifest import is_complete
from flatnlp.resources.resource import KINDS, Kind, Resource, normalise

RESOURCES_VARIABLE = "FLATNLP_RESOURCES"
CACHE_VARIABLE = "FLATNLP_CACHE"


def local_root() -> Path | None:
    """The folder that ``$FLATNLP_RESOURCES`` names, or None where it is not set.

    Raises:
        FlatnlpError: it names something that is no folder.
    """
    value = os.environ.get(RESOURCES_VARIABLE)
    if not value:
        return None
    root = Path(value).expanduser()
    if not root.is_dir():
        raise FlatnlpError(f"The variable {RESOURCES_VARIABLE} names {root}, which is no folder; correct or unset it.")
    return root


def cache_root() -> Path:
    """The folder fetched resources are kept in: ``$FLATNLP_CACHE`` or the platform's cache folder for flatnlp."""
    value = os.environ.get(CACHE_VARIABLE)
    if value:
        return Path(value).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("flatnlp", appauthor=False))


def cache_folder(resource: Resource) -> Path:
    """The folder the resource is fetched into."""
    return cache_root() / resource.kind / resource.name


def local_pattern(resource: Resource) -> str:
    """The place under ``$FLATNLP_RESOURCES`` in words, for messages."""
    name = resource.name
    ending = {"datasets": f"{name}/train.tsv.gz", "vectors": f"{name}.npz", "lexicons": f"{name}.json.gz"}
    return f"${RESOURCES_VARIABLE}/{resource.kind}/{ending.get(resource.kind, f'{name}/')}"


def find_present(resource: Resource) -> Path | None:
    """The resource's path if it is on this machine: first the user's own folder, then the cache.

    Args:
        resource: a catalogued resource.

    Returns:
        A folder, or a file for vectors and lexicons of the user's own; None if absent or incomplete.

    Raises:
        FlatnlpError: ``$FLATNLP_RESOURCES`` names something that is no folder.
    """
    candidates = list(_local_candidates(resource.name, resource.kind))
    root = local_root()
    if root is not None and resource.kind == "nltk" and resource.expects:
        candidates.append(root / "nltk")  # a whole NLTK data root placed there serves too
    for path in candidates:
        if all((path / part).exists() for part in resource.expects):
            return path
    folder = cache_folder(resource)
    return folder if is_complete(folder) else None


def find_local(name: str, kind: Kind | None = None) -> Path | None:
    """The path of something uncatalogued that the user placed under ``$FLATNLP_RESOURCES/<kind>/``.

    Args:
        name: its name, without ending; ``-`` and ``_`` are the same.
        kind: the folder to look in, or None for all of them but ``nltk``, whose folders have other people's names.

    Returns:
        The path, or None.
    """
    for each in (kind,) if kind else tuple(each for each in KINDS if each != "nltk"):
        for path in _local_candidates(name, each):
            return path
    return None


def _local_candidates(name: str, kind: Kind) -> Iterator[Path]:
    root = local_root()
    if root is None or not (root / kind).is_dir():
        return
    for path in sorted((root / kind).iterdir()):
        if normalise(_name_without_ending(path, kind)) == normalise(name):
            yield path


def _name_without_ending(path: Path, kind: Kind) -> str:
    if path.is_dir():
        return path.name if kind != "lexicons" else ""
    if kind == "vectors":
        return path.name.removesuffix(".npz") if path.name.endswith(".npz") else ""
    if kind == "lexicons":
        return path.name.split(".", 1)[0]
    return ""
