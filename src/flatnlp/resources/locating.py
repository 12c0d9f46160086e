"""From a name or a path to a path."""

import os
from pathlib import Path

from flatnlp.errors import FlatnlpError, nearest
from flatnlp.resources.catalogue import RESOURCES
from flatnlp.resources.fetching import fetch as fetch_resources
from flatnlp.resources.places import RESOURCES_VARIABLE, cache_root, find_local, find_present
from flatnlp.resources.resource import Kind, normalise


def locate(name: str, *, fetch: bool = True, progress: bool = True, kind: Kind | None = None) -> Path:
    """The path of a resource: an explicit path, the user's own folder, the cache, or a download, in that order.

    A catalogued name always means the resource; a file or folder of the same name in the current folder is meant by
    ``./name``. So ``--dataset imdb`` does not change its meaning when a folder ``imdb`` appears.

    Args:
        name: a catalogued name, the name of something under ``$FLATNLP_RESOURCES/<kind>/``, or an existing path.
        fetch: download it where it is absent.
        progress: show progress bars on standard error.
        kind: for names that are not catalogued, the only folder under ``$FLATNLP_RESOURCES`` to look in.

    Returns:
        A folder or a file. For the kind ``nltk``, a folder to put into ``nltk.data.path``.

    Raises:
        FlatnlpError: there is no such path or name, it is absent and may not be fetched, or no route answered.
    """
    resource = RESOURCES.get(normalise(name))
    if resource is None or (kind is not None and resource.kind != kind):
        if os.sep not in name and "/" not in name:
            local = find_local(name, kind)
            if local is not None:
                return local
        path = Path(name).expanduser()
        if path.exists():
            return path
        known = sorted(r.name for r in RESOURCES.values() if kind is None or r.kind == kind)
        near = nearest(name, known)
        if near:
            raise FlatnlpError(f"{name!r} is neither an existing path nor a known name; did you mean {near}?")
        raise FlatnlpError(
            f"{name!r} is neither an existing path nor a known name; the known names are {', '.join(known)}, and what "
            f"lies under ${RESOURCES_VARIABLE}/{kind or '<kind>'}/."
        )
    found = find_present(resource)
    if found is not None:
        return found
    if not fetch:
        raise FlatnlpError(
            f"The resource {resource.name} is neither under ${RESOURCES_VARIABLE} nor in the cache {cache_root()}; get "
            f"it with 'flatnlp resources fetch {resource.name}'."
        )
    return fetch_resources([resource.name], progress=progress)[resource.name]
