"""Files from their publisher's own address."""

from collections.abc import Callable
from pathlib import Path

from flatnlp.resources.manifest import sha256_of
from flatnlp.resources.progress import progress_bar
from flatnlp.resources.route_error import RouteError
from flatnlp.resources.sources import HomeSource
from flatnlp.resources.wheels import extract_members

HomeDownloader = Callable[[HomeSource, Path, bool], None]
"""``(source, file to write, show progress)``; raises RouteError."""

_CHUNK = 1 << 20
_PATIENCE_SECONDS = 30


def home_download(source: HomeSource, path: Path, progress: bool) -> None:
    """Download one file over https, through the user's proxy if there is one.

    Raises:
        RouteError: the address cannot be reached or does not answer with the file.
    """
    import urllib.request

    if not source.url.startswith("https://"):
        raise RouteError("it is no https address")
    try:
        with (
            urllib.request.urlopen(source.url, timeout=_PATIENCE_SECONDS) as answer,  # noqa: S310
            path.open("wb") as sink,
            progress_bar(f"download {source.url.rpartition('/')[2]}", source.size, progress) as bar,
        ):
            while chunk := answer.read(_CHUNK):
                if sink.tell() > 2 * source.size + _CHUNK:  # before it fills the disk: it cannot be the file
                    raise RouteError(f"it goes on after {sink.tell():,} bytes, but the file has about {source.size:,}")
                sink.write(chunk)
                bar.move_by(len(chunk))
    except (OSError, ValueError) as error:  # of the network: what the disk refuses is said by the caller
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise RouteError(f"it cannot be downloaded ({str(error).rstrip('.')})") from error


def take_home_file(source: HomeSource, folder: Path, download: HomeDownloader, progress: bool) -> None:
    """Download a file, check it, and put it (or the wanted member of it) into a folder.

    Raises:
        RouteError: it cannot be downloaded, or is not what it should be.
    """
    downloaded = folder / ".download"
    download(source, downloaded, progress)
    found = sha256_of(downloaded)
    if source.sha256 is not None and found != source.sha256:
        raise RouteError(f"the downloaded file has sha256 {found} instead of {source.sha256}")
    if source.member is None:
        downloaded.rename(folder / source.target)
    else:
        extract_members(downloaded, {source.member: source.target}, folder, progress=progress)
        downloaded.unlink()
    if source.prepare is not None:
        try:
            source.prepare(folder)
        except ValueError as error:
            raise RouteError(f"what was downloaded is not what it should be: {error}") from error
