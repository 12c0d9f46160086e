import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl

from flatnlp.reports.curves import legend_key, training_charts
from flatnlp.reports.records import read_run
from tests.reports.fabricated import course, write_run


def test_a_chart_for_each_quantity_recorded_described_in_words(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", metrics=course()))
    charts = training_charts([run], ["cnn base"], [0])
    assert [chart.title for chart in charts] == [
        "Standard accuracy on dev, %",
        "After-attack accuracy on dev, %",
        "Loss on clean texts",
        "Loss on adversarial texts",
    ]
    assert charts[0].description == "cnn base: from 72 at epoch 1 to 82 at epoch 6."


def test_no_records_no_charts(tmp_path: Path) -> None:
    assert training_charts([read_run(write_run(tmp_path / "run"))], ["cnn base"], [0]) == ()


def test_one_point_at_the_very_start_is_a_chart(tmp_path: Path) -> None:
    first = {"kind": "epoch", "round": 0, "epoch": 0, "dev_accuracy": 0.5, "clean_loss": 0.0}
    charts = training_charts([read_run(write_run(tmp_path / "run", metrics=[first]))], ["run"], [0])
    assert charts[0].description == "run: 50 at epoch 0."
    assert len(charts) == 2


def test_epochs_counted_anew_in_each_round_are_laid_end_to_end(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"kind": "epoch", "round": round_, "epoch": epoch, "dev_accuracy": 0.5 + round_ / 10}
        for round_ in (0, 1)
        for epoch in (1, 2)
    ]
    lines[-1]["dev_after_attack_accuracy"] = 0.25
    charts = training_charts([read_run(write_run(tmp_path / "run", metrics=lines))], ["run"], [0])
    assert charts[0].description == "run: from 50 at epoch 1 to 60 at epoch 4."
    assert charts[1].description == "run: 25 at epoch 4."


def test_the_svg_is_fit_to_stand_in_a_page_whatever_the_users_settings(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", metrics=course()))
    charts = training_charts([run], ["cnn base"], [0])
    with mpl.rc_context({"lines.linewidth": 9, "axes.grid": False, "svg.fonttype": "path"}):
        assert training_charts([run], ["cnn base"], [0]) == charts
    for svg in [*(chart.svg for chart in charts), legend_key(20)]:
        ElementTree.fromstring(svg)
        assert svg.startswith('<svg viewBox="')
        assert "var(--series-" in svg
        assert not re.search(r"#010[ab]|http|<metadata|<script", svg)


def test_ids_do_not_repeat_between_charts(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run", metrics=course()))
    ids = [
        found for chart in training_charts([run], ["run"], [0]) for found in set(re.findall(r' id="(.*?)"', chart.svg))
    ]
    assert len(ids) == len(set(ids))
