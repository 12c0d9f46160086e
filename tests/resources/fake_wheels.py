"""Wheels made on the spot."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from flatnlp.resources import Resource, WheelSource


def make_wheel(folder: Path, members: Mapping[str, bytes], package: str = "fake-data", version: str = "1.0") -> Path:
    """A wheel that pip takes for one: the members, and the metadata it looks at."""
    folder.mkdir(parents=True, exist_ok=True)
    module = package.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


def source_of(wheel: Path, members: Mapping[str, str], **changes: object) -> WheelSource:
    settings: dict[str, object] = {
        "package": "fake-data",
        "version": "1.0",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "size": wheel.stat().st_size,
        "members": members,
    }
    return WheelSource(**{**settings, **changes})  # type: ignore[arg-type]


def resource_of(name: str, *sources: WheelSource, kind: str = "lexicons", expects: tuple[str, ...] = ()) -> Resource:
    return Resource(name, kind, "none", 1, "tests", "A test.", sources, expects)  # type: ignore[arg-type]


class CountingDownload:
    """Copies a wheel made before, and counts."""

    def __init__(self, wheel: Path, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.wheel, self.meanwhile, self.calls = wheel, meanwhile, 0

    def __call__(self, source: WheelSource, folder: Path, progress: bool) -> Path:
        self.calls += 1
        self.meanwhile()
        target = folder / self.wheel.name
        target.write_bytes(self.wheel.read_bytes())
        return target
