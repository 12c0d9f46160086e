import pytest


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing the report takes longer than the tiny training does."""
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda runs, path: path.touch())
