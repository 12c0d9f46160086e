"""The bar on a terminal, and nothing where there is none."""

import pytest

from flatnlp.processes import Processes
from flatnlp.progress import progress_bar


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")


def work(show: bool) -> None:
    with progress_bar("Attacking", 4, "texts", show) as advance:
        for number in range(3):
            advance()
            advance(f"{number} fell")


@pytest.mark.usefixtures("terminal")
def test_a_terminal_is_shown_what_is_done_its_rate_and_the_note(capsys: pytest.CaptureFixture[str]) -> None:
    work(show=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    for each in ("Attacking", "6/4", "texts/s", "2 fell"):
        assert each in shown.err


@pytest.mark.usefixtures("terminal")
def test_no_number_is_cut_where_the_terminal_is_narrow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with progress_bar("textfooler on train", 10_000, "texts") as advance:
        advance("31% successful, 1,234 queries/s", 2_800)
    shown = capsys.readouterr().err
    assert "…" not in shown
    for each in ("2800/10000", "31% successful, 1,234", "queries/s"):
        assert each in shown


@pytest.mark.usefixtures("terminal")
def test_the_bar_is_of_what_all_processes_have_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    processes = Processes(0, 2)
    monkeypatch.setattr(processes, "counter", lambda: lambda _: 5)
    with progress_bar("Attacking", 10, "texts", processes=processes) as advance:
        advance()
        advance()
    assert "7/10" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
def test_nothing_is_shown_where_it_is_not_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    work(show=False)
    assert capsys.readouterr() == ("", "")


def test_nothing_is_shown_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    work(show=True)
    assert capsys.readouterr() == ("", "")
