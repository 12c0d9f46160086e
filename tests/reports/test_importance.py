import re
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.reports.figures.importance import WordUse
from flatnlp.reports.importance import importance_views, read_importance, write_importance
from flatnlp.reports.page import write_report
from flatnlp.reports.records import read_run
from tests.reports.fabricated import measured, write_run

WORDS = tuple(WordUse(f"w{i:02}<b>", i / 30, 1 + i % 5, i % 3) for i in range(30))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = write_run(tmp_path / "flat", "flat", evaluation=measured(0.8, 0.2))
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text("{}")
    write_importance(WORDS, folder)
    return folder


def test_what_is_stored_counts_until_the_model_changes(run: Path) -> None:
    assert read_importance(run) == WORDS
    (run / "model" / "config.json").write_text('{"sha256": {}}')
    assert read_importance(run) is None
    write_importance((), run)
    assert read_importance(run) == ()
    (run / "importance.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(FlatnlpError, match=r"importance\.parquet is damaged; delete it"):
        read_importance(run)


def test_the_page_names_both_ends_and_describes_the_picture(run: Path, tmp_path: Path) -> None:
    (view,) = importance_views([read_run(run)], ["cnn flat"])
    assert view.most[0] == ("w29<b>", "0.967")
    assert view.least[0] == ("w00<b>", "0.000")
    assert [row.words for row in view.correlations] == ["30", "20", "20"]
    text = write_report([run], tmp_path / "report.html").read_text(encoding="utf-8")
    assert "w29&lt;b&gt;" in text
    assert "<b>" not in text.partition('id="importance"')[2].partition("</section>")[0]
    (alt,) = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', text)
    assert alt.startswith("Scatter plots. word frequency in training and importance: r = ")


def test_runs_without_a_mask_have_no_such_section(tmp_path: Path) -> None:
    run = write_run(tmp_path / "base", evaluation=measured(0.8, 0.2))
    assert read_importance(run) is None
    assert 'id="importance"' not in write_report([run], tmp_path / "report.html").read_text(encoding="utf-8")
