import csv
import math
from pathlib import Path

import pytest
from scipy.stats import pearsonr

from flatnlp.errors import FlatnlpError
from flatnlp.reports.figures import importance, saliency, synonyms, top_k
from flatnlp.reports.figures.drawing import FORMATS, save_data, save_figure, save_picture
from flatnlp.reports.saliency.explanation import Explanation
from tests.reports import explained

WORDS = [importance.WordUse(f"w{i}", 0.1 * (i % 7) + 0.2, 1 + i * i, i % 3) for i in range(12)]
PAIRS = tuple(
    synonyms.SynonymPair(f"w{i}", f"s{i}{rank}", rank, rank / 10, 0.5, 0.5 + rank / 100)
    for i in range(4)
    for rank in (1, 2)
)
CURVES = [top_k.TopKCurve(f"cnn {m}", "cnn on sst2", m, (0.5, 0.6, 0.7), ((0.4, 0.6),) * 3) for m in ("base", "flat")]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_figure_3_is_drawn_with_its_data(tmp_path: Path) -> None:
    pairs = [explained.pair("cnn base"), explained.pair("cnn flat")]
    files = save_figure(saliency.draw(pairs), saliency.HEADER, saliency.rows(pairs), tmp_path / "figure-3")
    assert [file.name for file in files] == [f"figure-3.{form}" for form in (*FORMATS, "csv")]
    assert files[0].read_bytes().startswith(b"<?xml")
    assert files[1].read_bytes().startswith(b"%PDF")
    assert files[2].read_bytes().startswith(b"\x89PNG")
    rows = read(files[3])
    assert len(rows) == 20
    dull = next(row for row in rows if row["word"] == "dull")
    assert (dull["model"], dull["text"], dull["swapped"], dull["attribution"]) == (
        "cnn base",
        "original",
        "True",
        "-0.4",
    )
    assert next(row for row in rows if row["word"] == "well")["attribution"] == ""


def test_the_same_data_give_the_same_bytes(tmp_path: Path) -> None:
    for form in FORMATS:
        first, second = (
            save_picture(saliency.draw([explained.pair()]), tmp_path / f"{name}.{form}").read_bytes() for name in "ab"
        )
        assert first == second


def test_words_longer_than_a_line_hostile_ones_and_the_end_of_endless_texts(tmp_path: Path) -> None:
    raw = "a" * 500 + " " + explained.HOSTILE + " 電影 😀 " + "word " * 2000
    figure = saliency.draw([Explanation(explained.saliency(raw, [0.1, -0.1] * 1100))])
    assert figure.get_size_inches()[0] == pytest.approx(7.2)
    assert figure.get_size_inches()[1] < 15
    save_picture(figure, tmp_path / "long.png")
    assert "</script> $x$ [red]bad" in "".join(text.get_text() for text in figure.texts)
    assert not any("\x1b" in text.get_text() for text in figure.texts)
    right = [patch.get_x() + patch.get_width() for patch in figure.patches]
    assert max(right, default=0) < 7.2


def test_correlations_count_words_as_the_paper_does() -> None:
    frequency, substitutions, both = importance.correlations(WORDS)
    replaced = [word for word in WORDS if word.substitutions]
    assert (frequency.n, substitutions.n, both.n) == (12, 8, 8)
    expected = pearsonr([word.frequency for word in WORDS], [word.importance for word in WORDS])
    assert frequency.r == pytest.approx(expected.statistic)
    assert frequency.p == pytest.approx(expected.pvalue)
    expected = pearsonr([word.substitutions for word in replaced], [word.importance for word in replaced])
    assert substitutions.r == pytest.approx(expected.statistic)


def test_what_does_not_vary_has_no_correlation_and_is_drawn_all_the_same(tmp_path: Path) -> None:
    same = [importance.WordUse(f"w{i}", 0.5, 3, 0) for i in range(5)]
    found = importance.correlations(same)
    assert [each.r for each in found] == [None, None, None]
    assert [each.n for each in found] == [5, 0, 0]
    figure = importance.draw(same)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["r not defined, n = 5"]  # and no empty axes
    save_picture(figure, tmp_path / "same.png")


def test_figure_4_names_its_axes() -> None:
    figure = importance.draw(WORDS)
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "word frequency in training",
        "times replaced by the attack",
        "word frequency in training",
    ]
    found = importance.correlations(WORDS)[0]
    assert f"r = {found.r:.3f}" in figure.axes[0].get_title(loc="left")


def test_figure_5_shows_medians_of_the_differences(tmp_path: Path) -> None:
    spreads = [synonyms.SynonymSpread("flat", PAIRS), synonyms.SynonymSpread("gamma 0", PAIRS)]
    figure = synonyms.draw(spreads)
    medians = sorted({round(line.get_ydata()[0], 6) for line in figure.axes[1].lines if line.get_linewidth() == 1.4})
    assert medians == [0.01, 0.02]
    files = save_figure(figure, synonyms.HEADER, synonyms.rows(spreads), tmp_path / "figure-5")
    rows = read(files[3])
    assert len(rows) == 16
    assert math.isclose(float(rows[1]["difference"]), 0.02)


def test_figure_6_averages_seeds_of_a_method() -> None:
    seeds = [top_k.TopKCurve(f"flat {i}", "cnn", "flat", (0.2 + 0.2 * i, 0.4)) for i in range(2)]
    figure = top_k.draw(seeds)
    line = figure.axes[0].lines[0]
    assert list(line.get_xdata()) == [1, 2]
    assert list(line.get_ydata()) == pytest.approx([0.3, 0.4])
    band = figure.axes[0].collections[0].get_paths()[0].get_extents()
    assert (band.y0, band.y1) == pytest.approx((0.2, 0.4))
    assert {line.get_marker() for line in top_k.draw(CURVES).axes[0].lines[:2]} == {"o", "s"}


def test_pictures_of_other_kinds_and_formulas_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"should end in \.svg, \.pdf or \.png"):
        save_picture(top_k.draw(CURVES), tmp_path / "picture.bmp")
    assert list(tmp_path.iterdir()) == []
    file = save_data(("word",), [("=1+1",), ("plain",)], tmp_path / "words.csv")
    assert file.read_text(encoding="utf-8") == "word\n'=1+1\nplain\n"
