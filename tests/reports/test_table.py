import csv
import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from flatnlp.reports.records import read_run
from flatnlp.reports.table import Table, comparison, print_rich, to_csv, to_markdown, to_rich
from tests.reports.fabricated import measured, write_run


def compare(*paths: Path) -> Table:
    return comparison([read_run(path) for path in paths])


def test_markdown(two_runs: list[Path]) -> None:
    assert to_markdown(compare(*two_runs)) == (
        "| Model | Method | Attack | SA % | AA % [95 %] | Success % | Words changed % | Queries | Texts |\n"
        "|---|---|---|---:|---:|---:|---:|---:|---:|\n"
        "| cnn | base | pwws | **83.0** | 15.0 [13.0, 17.0] | 81.9 | 12.3 | 83.2 | 1,280 |\n"
        "| cnn | flat | pwws | 82.6 | **34.0 [32.0, 36.0]** | 58.8 | 12.3 | 83.2 | 1,280 |\n"
    )


def test_csv_holds_plain_numbers(tmp_path: Path) -> None:
    evaluation = measured(0.75, 0.25, after_attack_accuracy_ci95=[0.125, 0.375], attack_success_rate=0.5)
    table = compare(write_run(tmp_path / "run", evaluation=evaluation), write_run(tmp_path / "new", "flat"))
    assert to_csv(table) == (
        "dataset,run,model,method,attack,accuracy,after_attack_accuracy,after_attack_accuracy_low,"
        "after_attack_accuracy_high,attack_success_rate,words_changed,queries_per_example,examples\n"
        "reviews,cnn base,cnn,base,pwws,0.75,0.25,0.125,0.375,0.5,0.1234,83.25,1280\n"
        "reviews,cnn flat,cnn,flat,pwws,,,,,,,,\n"
    )


def test_csv_cells_are_no_formulas(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", method='=HYPERLINK("x")', model=" @cmd", dataset="-1+2,\n3")
    row = next(csv.DictReader(io.StringIO(to_csv(compare(path)))))
    assert row["method"] == '\'=HYPERLINK("x")'
    assert row["model"] == "' @cmd"
    assert row["dataset"] == "'-1+2, 3"


def test_rows_that_read_the_same_share_the_mark(tmp_path: Path) -> None:
    table = compare(
        write_run(tmp_path / "a", "base", evaluation=measured(0.8301, 0.1)),
        write_run(tmp_path / "b", "adv", evaluation=measured(0.8304, 0.2)),
        write_run(tmp_path / "c", "flat", evaluation=measured(0.81, 0.2)),
    )
    assert [row.best_accuracy for row in table.rows] == [True, True, False]
    assert [row.best_after_attack_accuracy for row in table.rows] == [False, True, True]


def test_the_best_is_sought_among_the_same_data_set_model_and_attack(tmp_path: Path) -> None:
    table = compare(
        write_run(tmp_path / "a", "base", "cnn", evaluation=measured(0.83, 0.1)),
        write_run(tmp_path / "b", "flat", "cnn", evaluation=measured(0.82, 0.2)),
        write_run(tmp_path / "c", "base", "lstm", evaluation=measured(0.85, 0.3)),
        write_run(tmp_path / "d", "flat", "lstm", evaluation=measured(0.84, 0.4)),
        write_run(tmp_path / "e", "flat", "lstm", "other", evaluation=measured(0.99, 0.9)),
    )
    assert [row.best_accuracy for row in table.rows] == [True, False, True, False, False]
    assert [row.best_after_attack_accuracy for row in table.rows] == [False, True, False, True, False]
    assert table.columns[0].title == "Data set"


def test_runs_that_are_otherwise_alike_are_told_apart(tmp_path: Path) -> None:
    paths = [write_run(tmp_path / seed / "cnn", evaluation=measured(0.8, 0.1)) for seed in ("a", "b")]
    table = compare(*paths, write_run(tmp_path / "third"))
    assert table.columns[0].title == "Run"
    assert [row.run for row in table.rows] == ["cnn base (cnn) #1", "cnn base (cnn) #2", "cnn base (third)"]


def test_a_run_not_yet_evaluated_has_a_row_of_dashes(tmp_path: Path) -> None:
    assert "| cnn | base | pwws | – | – | – | – | – | – |" in to_markdown(compare(write_run(tmp_path / "run")))


def test_names_do_not_break_the_markdown(tmp_path: Path) -> None:
    text = to_markdown(compare(write_run(tmp_path / "run", method="a|b<script>\n*x*")))
    assert r"a\|b&lt;script&gt; \*x\*" in text
    assert len(text.splitlines()) == 3


def test_rich_prints_the_best_in_bold_and_takes_no_markup_from_names(tmp_path: Path) -> None:
    table = compare(
        write_run(tmp_path / "a", "[red]base", evaluation=measured(0.83, 0.1)),
        write_run(tmp_path / "b", "\x1b[31mflat", evaluation=measured(0.82, 0.2)),
    )
    console = Console(width=160, force_terminal=True, color_system="standard", file=io.StringIO())
    console.print(to_rich(table))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]base" in printed
    assert "[U+001B][31mflat" in printed
    assert "\x1b[1m83.0\x1b[0m" in printed
    assert "\x1b[1m82.0" not in printed


@pytest.mark.parametrize("width", [20, 60, 72, 79, 80, 81, 160])
def test_a_narrow_terminal_cuts_no_figure_off(tmp_path: Path, width: int) -> None:
    interval = {"after_attack_accuracy_ci95": [0.125, 0.375], "examples": 60}
    table = compare(write_run(tmp_path / "a", "flat", evaluation=measured(1.0, 0.25, **interval)))
    console = Console(width=width, file=io.StringIO())
    print_rich(table, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert re.fullmatch(r"cnn +flat +pwws +100\.0 +25\.0 \[12\.5, 37\.5\] +[\d.]+ +[\d.]+ +[\d.]+ +60 *", lines[-1])
    if width >= 80:
        assert max(map(len, lines)) <= width
