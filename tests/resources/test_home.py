"""What comes from a publisher's own address: endless, altered, or not over https."""

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest

from flatnlp.resources.home import home_download, take_home_file
from flatnlp.resources.route_error import RouteError
from flatnlp.resources.sources import HomeSource


class Endless(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        return b"x" * (size or 1)


def test_a_download_far_beyond_the_announced_size_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: Any, **__: Any) -> Endless:
        return Endless()

    monkeypatch.setattr("urllib.request.urlopen", answer)
    with pytest.raises(RouteError, match="goes on after"):
        home_download(HomeSource("https://example.org/file", "file", 1000), tmp_path / "file", False)
    assert (tmp_path / "file").stat().st_size < 5 << 20


def sent(content: bytes) -> Any:
    def write(_: HomeSource, path: Path, __: bool) -> None:
        path.write_bytes(content)

    return write


def test_a_file_with_another_checksum_is_not_taken(tmp_path: Path) -> None:
    source = HomeSource("https://example.org/file", "file.txt", 4, hashlib.sha256(b"good").hexdigest())
    with pytest.raises(RouteError, match=r"the downloaded file has sha256 .* instead of"):
        take_home_file(source, tmp_path, sent(b"evil"), False)
    assert not (tmp_path / "file.txt").exists()
    take_home_file(source, tmp_path, sent(b"good"), False)
    assert (tmp_path / "file.txt").read_bytes() == b"good"


def test_only_https_is_asked(tmp_path: Path) -> None:
    with pytest.raises(RouteError, match="no https address"):
        home_download(HomeSource("file:///etc/passwd", "file", 1000), tmp_path / "file", False)
    assert not (tmp_path / "file").exists()
