"""A server that never stops sending."""

import io
from pathlib import Path
from typing import Any

import pytest

from flatnlp.resources.home import home_download
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
