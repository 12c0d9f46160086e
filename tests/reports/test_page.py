import base64
import hashlib
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from flatnlp.errors import FlatnlpError
from flatnlp.reports.page import write_report
from tests.reports.fabricated import SCHEMA, course, measured, pair, write_run

HOSTILE = "<script>alert('x')</script> <img src=x onerror=alert(1)> </style> {{ 7 * 7 }} $x$ bad \u202eevil\x07"


class Reader(HTMLParser):
    """Gathers the tags, the ids and the marked texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self.kind = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self.kind = dict(attrs)["class"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.kind = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.kind:
            self.marked.append((self.kind, data))


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    return reader


def test_shows_table_curves_and_the_same_texts_side_by_side(two_runs: list[Path], tmp_path: Path) -> None:
    page = write_report(two_runs, tmp_path / "report.html")
    reader = read(page)
    assert "34.0 [32.0, 36.0]" in reader.text
    assert "cnn flat still answers 34.0 % of the texts correctly, cnn base 15.0 %" in reader.text
    assert "8,000 train" in reader.text
    assert len([tag for tag, _ in reader.tags if tag == "article"]) == 2
    assert ("was", "finest") in reader.marked
    assert ("now", "choicest") in reader.marked
    assert ("now", "movies") in reader.marked
    labels = [attributes["aria-label"] for tag, attributes in reader.tags if attributes.get("role") == "img"]
    assert any(label and label.startswith("After-attack accuracy on dev, %. cnn base: from") for label in labels)


def test_is_one_file_that_asks_for_nothing(two_runs: list[Path], tmp_path: Path) -> None:
    page = write_report(two_runs, tmp_path / "report.html")
    reader = read(page)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"iframe", "object", "embed", "img", "base", "form"}
    for _, attributes in reader.tags:
        for name, value in attributes.items():
            if name in {"src", "href", "srcset", "action", "xlink:href"}:
                assert value is not None
                assert value.startswith("#") or value == "data:,"
            assert not name.startswith("on")
    text = page.read_text(encoding="utf-8")
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)
    policy = next(attributes for tag, attributes in reader.tags if "http-equiv" in attributes)
    assert "default-src 'none'" in (policy["content"] or "")


def test_the_only_script_that_may_run_is_the_packages_own(two_runs: list[Path], tmp_path: Path) -> None:
    page = write_report(two_runs, tmp_path / "report.html")
    scripts = [attributes for tag, attributes in read(page).tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "pairs-data"}, {}]
    text = page.read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in text
    assert "innerHTML" not in script


def test_is_sound_html_for_keyboards_and_screen_readers(two_runs: list[Path], tmp_path: Path) -> None:
    reader = read(write_report(two_runs, tmp_path / "report.html"))
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in reader.tags:
        if tag == "a":
            assert (attributes["href"] or "").removeprefix("#") in ids
        if attributes.get("class") == "scroll":
            assert attributes["tabindex"] == "0"
        if tag == "svg":
            assert attributes["aria-hidden"] == "true"
    assert ("html", {"lang": "en"}) in reader.tags


def test_hostile_text_everywhere_shows_as_text(tmp_path: Path) -> None:
    run = write_run(
        tmp_path / "run",
        method=HOSTILE,
        model=HOSTILE,
        dataset=HOSTILE,
        config={"attacks": ["pwws"], HOSTILE: HOSTILE, "vectors": HOSTILE},
        data={"classes": [HOSTILE, HOSTILE + "2"], "notes": [HOSTILE]},
        evaluation=measured(0.8, 0.2, accuracy_per_class={HOSTILE: 0.8}),
        pairs=[pair(0, HOSTILE + " good", ("bad", "<b>ill</b>"), ("good", "\u202efine"))],
        metrics=course(),
    )
    page = write_report([run], tmp_path / "report.html")
    reader = read(page)
    assert "img" not in {tag for tag, _ in reader.tags}
    assert len([tag for tag, _ in reader.tags if tag == "script"]) == 2
    assert "<script>alert('x')</script>" in reader.text
    assert "{{ 7 * 7 }}" in reader.text
    assert ("now", "<b>ill</b>") in reader.marked
    assert "bad [U+202E]evil[U+0007]" in reader.text
    assert not re.search("[\u202e\x07]", page.read_text(encoding="utf-8"))


def test_identical_records_give_identical_bytes(two_runs: list[Path], tmp_path: Path) -> None:
    first = write_report(two_runs, tmp_path / "first.html").read_bytes()
    elsewhere = [Path(shutil.copytree(run, tmp_path / "else" / "where" / run.name)) for run in two_runs]
    second = write_report(elsewhere, tmp_path / "else" / "second.html").read_bytes()
    assert first == second
    assert str(tmp_path).encode() not in first
    assert tmp_path.name.encode() not in first


def test_a_run_with_nothing_but_a_config_has_a_report(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model": "cnn"}')
    reader = read(write_report([tmp_path], tmp_path / "report.html"))
    assert "cnn unnamed" in reader.text
    assert "Attacked texts" not in reader.text


def test_runs_without_common_texts_show_their_own(tmp_path: Path) -> None:
    runs = [
        write_run(
            tmp_path / "a", "base", evaluation=measured(0.8, 0.2), pairs=[pair(0, "one bad text", ("bad", "ill"))]
        ),
        write_run(
            tmp_path / "b", "flat", evaluation=measured(0.8, 0.2), pairs=[pair(0, "two bad text", ("bad", "sad"))]
        ),
    ]
    reader = read(write_report(runs, tmp_path / "report.html"))
    assert len([tag for tag, _ in reader.tags if tag == "article"]) == 2
    assert {("now", "ill"), ("now", "sad")} <= set(reader.marked)


def test_long_texts_are_shortened_around_the_swaps(tmp_path: Path) -> None:
    text = "word " * 100_000 + "bad " + "word " * 1000
    run = write_run(tmp_path / "run", evaluation=measured(0.8, 0.2), pairs=[pair(0, text, ("bad", "ill"))])
    page = write_report([run], tmp_path / "report.html")
    assert page.stat().st_size < 100_000
    assert ("now", "ill") in read(page).marked
    assert "characters left out" in read(page).text


def test_models_of_several_kinds_have_their_own_charts(tmp_path: Path) -> None:
    runs = [
        write_run(tmp_path / f"{model}-{method}", method, model, evaluation=measured(0.8, 0.2), metrics=course())
        for model in ("cnn", "lstm")
        for method in ("base", "flat")
    ]
    text = read(write_report(runs, tmp_path / "report.html")).text
    assert "cnn on reviews" in text
    assert "lstm on reviews" in text


def test_damaged_attack_files_are_named(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", evaluation=measured(0.8, 0.2), pairs=[pair(0, "bad text", ("bad", "ill"))])
    file = run / "attacks" / "pwws.test.parquet"
    row = pair(0, "bad text", ("bad", "ill"))
    row["edits"][0]["end"] = 99
    parquet.write_table(pa.Table.from_pylist([row], schema=SCHEMA), file)
    with pytest.raises(FlatnlpError, match=r"pwws\.test\.parquet, example 0 has an edit outside its text"):
        write_report([run], tmp_path / "report.html")
    parquet.write_table(pa.table({"index": [0]}), file)
    with pytest.raises(FlatnlpError, match="has no column 'original'"):
        write_report([run], tmp_path / "report.html")
    file.write_bytes(b"PAR1 torn")
    with pytest.raises(FlatnlpError, match="is not a readable Parquet file"):
        write_report([run], tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_targets_that_cannot_be_written(two_runs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FlatnlpError, match="is a folder"):
        write_report(two_runs, tmp_path)
    with pytest.raises(FlatnlpError, match="Cannot write"):
        write_report(two_runs, two_runs[0] / "config.json" / "report.html")
    with pytest.raises(FlatnlpError, match="needs at least one run"):
        write_report([], tmp_path / "report.html")
    target = tmp_path / "report.html"
    target.write_text("older")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(FlatnlpError, match="No space left on device"):
        write_report(two_runs, target)
    assert target.read_text() == "older"
    assert sorted(tmp_path.iterdir()) == before


def test_a_data_set_and_a_model_are_called_the_same_everywhere_and_tell_no_folder(tmp_path: Path) -> None:
    """A file is called ``r.csv``, never ``r`` here and ``/home/me/r.csv`` there."""
    runs = [
        write_run(
            tmp_path / method,
            method,
            model="/home/me/models/tiny",
            dataset="/home/me/r.csv",
            data={"name": "r"},
            evaluation=measured(0.8, 0.2),
            pairs=[pair(0, "A dull film.", ("dull", "slow"))],
            metrics=course(),
        )
        for method in ("base", "flat")
    ]
    page = write_report(runs, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "How robust are classifiers of r.csv?" in page
    assert "texts of <bdi>r.csv</bdi>" in page
    assert "/home/me" not in page
    assert "tiny flat" in page
