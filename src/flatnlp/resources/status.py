"""What is here, and whether it is still what was fetched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flatnlp.resources.catalogue import RESOURCES, resource_named
from flatnlp.resources.manifest import MANIFEST, problems, read_manifest
from flatnlp.resources.places import RESOURCES_VARIABLE, cache_folder, find_present, local_pattern
from flatnlp.resources.resource import Kind, Resource


@dataclass(frozen=True)
class ResourceStatus:
    """One row of ``flatnlp resources list``.

    Attributes:
        name: the resource's name.
        kind: its kind.
        size: bytes on disk, about.
        licence: as its publisher states it.
        used_by: what needs it.
        description: one sentence.
        origin: the routes in words.
        how: how to get it: a command, or where to place it.
        present: whether it is on this machine.
        path: where, if so.
    """

    name: str
    kind: Kind
    size: int
    licence: str
    used_by: str
    description: str
    origin: str
    how: str
    present: bool
    path: Path | None


@dataclass(frozen=True)
class Verification:
    """What checking one resource's files against its manifest found.

    Attributes:
        name: the resource's name.
        state: ``intact``; ``damaged``; ``absent``; or ``unlisted`` for files of the user's own, which have no manifest.
        path: where it is, if anywhere.
        files: how many files were checked.
        problems: one clause per file that differs.
    """

    name: str
    state: Literal["intact", "damaged", "absent", "unlisted"]
    path: Path | None
    files: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is known to be wrong."""
        return self.state in ("intact", "unlisted")


def status(catalogue: Mapping[str, Resource] = RESOURCES) -> list[ResourceStatus]:
    """One row per catalogued resource, in the catalogue's order; nothing is downloaded.

    Raises:
        FlatnlpError: ``$FLATNLP_RESOURCES`` names something that is no folder.
    """
    rows = []
    for resource in catalogue.values():
        path = find_present(resource)
        origin = ", else ".join(source.label for source in resource.sources)
        rows.append(
            ResourceStatus(
                name=resource.name,
                kind=resource.kind,
                size=resource.size,
                licence=resource.licence,
                used_by=resource.used_by,
                description=resource.description,
                origin=origin or f"${RESOURCES_VARIABLE} only",
                how=how_to_get(resource),
                present=path is not None,
                path=path,
            )
        )
    return rows


def how_to_get(resource: Resource) -> str:
    """The command that fetches a resource, or where to place it and what else serves."""
    if resource.sources:
        return f"flatnlp resources fetch {resource.name}"
    otherwise = f", or {resource.instead}" if resource.instead else ""
    return f"place it at {local_pattern(resource)}{otherwise}"


def list_resources() -> list[ResourceStatus]:
    """The rows of ``flatnlp resources list``; the same as :func:`status` of the whole catalogue."""
    return status()


def verify(names: Iterable[str] = (), catalogue: Mapping[str, Resource] = RESOURCES) -> list[Verification]:
    """Compare files with the checksums noted when they were fetched.

    Args:
        names: which resources; none means all that are on this machine.
        catalogue: the known resources.

    Returns:
        One result per resource, in the order asked for.

    Raises:
        FlatnlpError: a name is unknown.
    """
    chosen = [resource_named(name, catalogue) for name in names]
    if chosen:
        return [_verify(resource) for resource in chosen]
    return [result for result in map(_verify, catalogue.values()) if result.state != "absent"]


def _verify(resource: Resource) -> Verification:
    path = find_present(resource)
    folder = cache_folder(resource)
    if path is None and folder.exists():  # in the cache, but not whole
        path = folder
    if path is None:
        return Verification(resource.name, "absent", None, 0, ())
    if path != folder and not (path / MANIFEST).is_file():
        return Verification(resource.name, "unlisted", path, 0, ())
    found = tuple(problems(path))
    manifest = read_manifest(path)
    files = len(manifest.files) if manifest else 0
    return Verification(resource.name, "damaged" if found else "intact", path, files, found)
