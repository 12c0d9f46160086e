import json
from pathlib import Path
from typing import Any

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.reports.consistency import consistency_charts, consistency_rows, read_consistency, top_k_curves
from flatnlp.reports.names import run_names
from flatnlp.reports.page import write_report
from flatnlp.reports.records import read_run
from tests.reports.fabricated import measured, write_run


def summary(tau: float | None, shift: float = 0.0) -> dict[str, Any]:
    top_k = {str(k): 0.5 + shift + k / 100 for k in range(1, 11)}
    return {
        "pairs": 1435,
        "undefined": 2,
        "kendall_tau": tau,
        "kendall_tau_ci95": None if tau is None else [tau - 0.01, tau + 0.01],
        "top_k": top_k,
        "top_k_ci95": {k: [value - 0.02, value + 0.02] for k, value in top_k.items()},
    }


def with_consistency(path: Path, method: str, tau: float | None, shift: float = 0.0) -> Path:
    run = write_run(path, method, evaluation=measured(0.8, 0.2))
    found = summary(tau, shift) | {"successful": summary(0.1), "all": summary(0.9), "settings": {"steps": 50}}
    (run / "interpretation.json").write_text(json.dumps({"test": {"pwws": {"ig": found}}}))
    return run


def test_table_marks_the_best_and_tells_populations_apart(tmp_path: Path) -> None:
    runs = [with_consistency(tmp_path / "base", "base", 0.512), with_consistency(tmp_path / "flat", "flat", 0.7, 0.1)]
    records = [read_run(run) for run in runs]
    rows = consistency_rows(records, run_names(records), "changed")
    assert [row.kendall_tau for row in rows] == ["0.512 [0.502, 0.522]", "0.700 [0.690, 0.710]"]
    assert [row.top_k for row in rows] == ["0.550 [0.530, 0.570]", "0.650 [0.630, 0.670]"]
    assert [row.best_kendall_tau for row in rows] == [False, True]
    assert rows[0].interpretation == "integrated gradients"
    assert [row.kendall_tau[:5] for row in consistency_rows(records, run_names(records), "all")] == ["0.900", "0.900"]


def test_curves_and_charts_have_every_k(tmp_path: Path) -> None:
    records = [read_run(with_consistency(tmp_path / "flat", "flat", 0.7))]
    (curve,) = top_k_curves(records, run_names(records))
    assert curve.values == pytest.approx([0.5 + k / 100 for k in range(1, 11)])
    assert curve.intervals[9] == pytest.approx((0.58, 0.62))
    assert curve.panel == "cnn on reviews, pwws, integrated gradients"
    (chart,) = consistency_charts(records, run_names(records), [0])
    assert chart.description == "cnn flat: from 51 at k 1 to 60 at k 10."


def test_the_report_has_them_and_a_run_without_has_no_such_section(tmp_path: Path) -> None:
    page = write_report([with_consistency(tmp_path / "flat", "flat", None)], tmp_path / "a.html").read_text()
    assert "The same reasons?" in page
    assert "pairs whose prediction changed" in page
    plain = write_run(tmp_path / "plain", evaluation=measured(0.8, 0.2))
    assert read_consistency(plain) == ()
    assert "The same reasons?" not in write_report([plain], tmp_path / "b.html").read_text()


def test_damaged_files_are_named(tmp_path: Path) -> None:
    run = with_consistency(tmp_path / "flat", "flat", 0.7)
    (run / "interpretation.json").write_text('{"test": {"pwws": {"ig": {"kendall_tau": "high"}}}}')
    with pytest.raises(FlatnlpError, match=r"interpretation\.json, test, pwws, ig: 'kendall_tau' should be a number"):
        read_consistency(run)
    (run / "interpretation.json").write_text('{"test": []}')
    with pytest.raises(FlatnlpError, match="'test' should be an object"):
        read_consistency(run)


@pytest.mark.parametrize("k", ["²", "9" * 5000, "many"])
def test_what_names_no_number_of_words_is_passed_over(tmp_path: Path, k: str) -> None:
    measured = {"kendall_tau": 0.5, "top_k": {"1": 0.25, k: 0.5}, "top_k_ci95": {"1": [0.0, 1.0], k: [0.0, 1.0]}}
    (tmp_path / "interpretation.json").write_text(json.dumps({"test": {"pwws": {"ig": measured}}}))
    [record] = read_consistency(tmp_path)
    assert record.populations["changed"].top_k == {1: 0.25}
    assert record.populations["changed"].top_k_ci95 == {1: (0.0, 1.0)}
