"""``flatnlp report`` as a whole: the page, the saliency maps it computes once, and the browser it opens."""

import json
import re
import shutil
import webbrowser
from pathlib import Path
from typing import Any

import pytest

import flatnlp
from flatnlp.api.reporting import report
from flatnlp.attacks.results_file import read_results
from flatnlp.reports.saliency.stored import read_saliency

from .tiny import CommandLine, contents


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "flat"))


def pairs_of(page: Path) -> list[list[Any]]:
    (data,) = re.findall(r'id="pairs-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(data)["pairs"]  # type: ignore[no-any-return]


def test_saliency_is_computed_once_and_agrees_with_explain(run: Path, tmp_path: Path) -> None:

    page = report([run], tmp_path / "report.html", saliency=3)
    assert sum(bool(row[-1]) for row in pairs_of(page)) == 3
    assert 'id="importance"' in page.read_text(encoding="utf-8")
    (file,) = [path for path in (run / "attacks").iterdir() if "saliency" not in path.name]
    stored = read_saliency(file)
    assert stored
    before = contents(run)
    report([run], tmp_path / "again.html", saliency=2)
    assert contents(run) == before
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()
    pair = next(iter(stored.pairs.values()))
    row = next(row for row in read_results(file) if row.example.index == pair.index)
    (found,) = flatnlp.explain(run, row.example.text, label=pair.label)
    assert [word.value for word in pair.original] == pytest.approx([word.value for word in found.original.words])


def test_a_run_whose_model_is_gone_has_a_report_without_saliency(run: Path, tmp_path: Path) -> None:
    shutil.rmtree(run / "model")
    said: list[str] = []
    page = report([run], tmp_path / "report.html", say=said.append)
    assert len(said) == 1
    assert "gets no new saliency maps" in said[0]
    assert sum(bool(row[-1]) for row in pairs_of(page)) == 0


def test_without_saliency_nothing_is_written_into_the_run(run: Path, tmp_path: Path) -> None:
    before = contents(run)
    report([run], tmp_path / "report.html", saliency=0)
    assert contents(run) == before


def test_on_the_command_line_it_opens_the_browser(
    run: Path, tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: bool(opened.append(address)))
    outcome = command_line("report", run, "--output", tmp_path / "page.html", "--saliency", 1, "--open", "--quiet")
    assert (outcome.code, outcome.out) == (0, f"Report: {tmp_path / 'page.html'}\n")
    assert "open the file yourself" in outcome.err
    assert opened == [(tmp_path / "page.html").as_uri()]
