"""Tables as Markdown, csv, LaTeX and HTML, with what must be escaped in them."""

import csv
import io

import pytest

from flatnlp.paper.cell import AA, COUNTS, KT, Cell, Measure
from flatnlp.paper.formats import claims_to_csv, reading, table_to_markdown, to_csv, to_latex, to_markdown
from flatnlp.paper.grid import Layout, Row
from flatnlp.paper.page import to_html
from flatnlp.paper.results import Entry, Filled, Reproduction, fill, ours_text
from flatnlp.paper.values import Value
from flatnlp.reports.cells import guard, latex_cell, markdown_cell

HOSTILE = "=1|a_b&<script>alert(1)</script>\\{}%$#~^\u202e"


def filled(label: str = "cnn", paper: float | None = 14.83) -> Filled:
    cells = tuple(Cell(3, measure, "sst2", label, "flat", "pwws", "pwws") for measure in (AA, KT))
    layout = Layout(3, "A title, 100 %", ("model",), ("sst2 AA", "sst2 KT"), (Row((label,), cells), Row(("x",), cells)))
    values = [Value((15.0, 16.0, 17.0)), Value((0.5,)), Value(()), Value((), "there is no <b>attack</b> | here")]
    entries = tuple(Entry(cell, value, paper) for cell, value in zip((*cells, *cells), values, strict=True))
    return Filled(layout, (entries[:2], entries[2:]))


def reproduced(table: Filled) -> Reproduction:
    return Reproduction((table,), (), ("Other <vectors>.",), ("Set | so.",), "flatnlp reproduce <x>", 3)


def test_a_cell_gives_our_mean_and_interval_then_the_papers_value() -> None:
    lines = table_to_markdown(filled()).splitlines()
    assert lines[:3] == [
        "| model | sst2 AA | sst2 KT |",
        "|---|---:|---:|",
        "| cnn | 16.0 [13.5, 18.5] (14.83) | 0.50 (14.83) |",
    ]


def test_a_cell_says_where_seeds_are_missing() -> None:
    assert ours_text(Value((15.0, 16.0, 17.0, None)), AA) == "16.0 [13.5, 18.5] n=3"
    assert ours_text(Value((15.0, None, None)), AA) == "15.0 n=1"
    assert ours_text(Value((15.0,)), AA) == "15.0"
    assert ours_text(Value((2.0, 2.0)), COUNTS["classes"]) == "2"


def test_two_seeds_are_told_rather_than_an_interval_twelve_times_as_wide() -> None:
    assert ours_text(Value((17.0, 15.04)), AA) == "16.0 {17.0, 15.0}"
    assert ours_text(Value((17.0, None, 15.0)), AA) == "16.0 {17.0, 15.0} n=2"
    assert r"16.0 \{17.0, 15.0\}" in latex_cell(ours_text(Value((17.0, 15.0)), AA))
    assert "braces" not in reading(1)
    assert "our mean over 2 seeds with the value of each in braces" in reading(2)
    assert "interval" not in reading(2)
    assert "for n=2 the value of each stands in braces" in reading(3)


def test_csv_keeps_the_place_of_a_seed_that_was_not_run() -> None:
    cell = Cell(3, AA, "sst2", "cnn", "flat", "pwws", "pwws")
    layout = Layout(3, "", ("model",), ("a", "b", "c"), (Row(("cnn",), (cell,) * 3),))
    values = (Value((None, 15.0, None)), Value((15.0, 16.0, None)), Value((None, None, None)))
    table = Filled(layout, (tuple(Entry(cell, value, None) for value in values),))
    rows = list(csv.DictReader(io.StringIO(to_csv(table))))
    assert [row["by seed"] for row in rows] == ["nan 15.0", "15.0 16.0", ""]
    assert [row["ours"] for row in rows] == ["15.0", "15.5", ""]


def test_what_was_not_run_is_said_and_never_filled_in() -> None:
    assert table_to_markdown(filled(paper=None)).splitlines()[3] == "| x | – (–) | – (–) |"
    rows = list(csv.DictReader(io.StringIO(to_csv(filled(paper=None)))))
    assert [(row["ours"], row["low"], row["by seed"], row["paper"]) for row in rows[2:]] == [("", "", "", "")] * 2
    assert r"x & -- {\scriptsize (--)}" in to_latex(filled(paper=None), 3)
    assert "Not measured: there is no &lt;b&gt;attack&lt;/b&gt; \\| here" in to_markdown(reproduced(filled()))


def test_only_the_rows_that_were_run_are_left_when_asked() -> None:
    table = filled().run_only()
    assert [row.labels for row in table.layout.rows] == [("cnn",)]
    assert table.entries == filled().entries[:1]
    empty = Filled(
        filled().layout, tuple(tuple(Entry(e.cell, Value(()), 1.0) for e in row) for row in filled().entries)
    )
    assert "Nothing of it was run." in to_markdown(reproduced(empty), run_only=True)


def test_csv_rounds_nothing() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(filled()))))
    assert rows[0]["ours"] == "16.0"
    assert rows[0]["by seed"] == "15.0 16.0 17.0"
    assert float(rows[0]["low"]) == pytest.approx(16 - 4.302652729696142 / 3**0.5, abs=1e-9)
    assert (rows[0]["table"], rows[0]["column"], rows[0]["paper"]) == ("3", "sst2 AA", "14.83")


def test_texts_are_escaped_in_every_form() -> None:
    table = filled(label=HOSTILE)
    line = table_to_markdown(table).splitlines()[2]
    assert line.count("|") - line.count("\\|") == 4
    assert "<script>" not in line
    row = next(csv.DictReader(io.StringIO(to_csv(table))))
    assert row["model"].startswith("'=1|a_b")
    latex = next(line for line in to_latex(table, 1).splitlines() if "a\\_b" in line)
    assert latex.startswith("{}=1|a\\_b\\&\\textless{}script\\textgreater{}")
    page = to_html(reproduced(table))
    assert "<script>" not in page
    assert "<vectors>" not in page
    for text in (line, row["model"], latex, page):
        assert "\u202e" not in text
        assert "[U+202E]" in text or "\\[U+202E\\]" in text


def test_latex_knows_all_its_characters() -> None:
    assert latex_cell("\\{}~^<>&%$#_") == (
        r"\textbackslash{}\{\}\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}\&\%\$\#\_"
    )
    assert latex_cell("plain [text]") == "plain [text]"


def test_markdown_and_csv_leave_plain_texts_alone() -> None:
    assert markdown_cell("Table 3: AA, 95 %") == "Table 3: AA, 95 %"
    assert [guard(text) for text in ("cnn", "=1", " +2", "-3", "@x")] == ["cnn", "'=1", "' +2", "'-3", "'@x"]


def test_the_same_results_give_the_same_page() -> None:
    assert to_html(reproduced(filled())) == to_html(reproduced(filled()))
    page = to_html(reproduced(filled()))
    assert page.count("16.0 [13.5, 18.5]") == 1
    assert "(14.83)" in page
    assert "http://" not in page
    assert "https://" not in page


def test_p_values_keep_two_figures() -> None:
    cell = Cell(9, Measure("p", "p", digits=3), "sst2")
    table = fill(Layout(9, "", ("q",), ("p",), (Row(("x",), (cell,)),)), lambda _: Value((5.79e-05,)))
    assert table.entries[0][0].text == "5.8e-05"


def test_claims_as_csv() -> None:
    assert claims_to_csv(()) == "claim,held,cases,wins,losses,p,held in the paper,cases in the paper\n"
