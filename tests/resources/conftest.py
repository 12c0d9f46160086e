"""A cache of one's own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    folder = tmp_path / "cache"
    monkeypatch.setenv("FLATNLP_CACHE", str(folder))
    return folder
