"""What comes from a publisher's own address: endless, altered, or not over https."""

import hashlib
import io
import zipfile
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


def test_what_is_sent_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: io.BytesIO(b"all of it"))
    home_download(HomeSource("https://example.org/file", "file", 9), tmp_path / "file", False)
    assert (tmp_path / "file").read_bytes() == b"all of it"


def test_a_member_is_taken_out_of_an_archive_and_looked_at(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/words.txt", "one\n")
        archive.writestr("deep/other.txt", "two\n")
    seen = []

    def look(folder: Path) -> None:
        seen.append((folder / "words.txt").read_text())
        if len(seen) > 1:
            raise ValueError("line 1 is no word")

    source = HomeSource("https://example.org/words.zip", "words.txt", 4, member="deep/words.txt", prepare=look)
    take_home_file(source, tmp_path, sent(packed.getvalue()), False)
    assert seen == ["one\n"]
    assert [each.name for each in tmp_path.iterdir()] == ["words.txt"]
    with pytest.raises(RouteError, match="what was downloaded is not what it should be: line 1 is no word"):
        take_home_file(source, tmp_path, sent(packed.getvalue()), False)
