"""``flatnlp reproduce`` from end to end on tiny data."""

import csv
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flatnlp.api.reproducing import parsed_settings, reproduce
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import RECIPES
from flatnlp.errors import FlatnlpError
from flatnlp.paper import schedule, work
from flatnlp.paper.hyperparameters import packaged_choices
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Describe, Train
from tests import tiny
from tests.tiny import CommandLine, contents


@pytest.fixture(autouse=True)
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The runs that were reported; drawing takes longest, and is tested with the reports."""
    written: list[Path] = []

    def write(runs: Sequence[Path], output: Path) -> Path:
        written.extend(runs)
        return output

    monkeypatch.setattr("flatnlp.reports.page.write_report", write)
    return written


def options(data: Path, vectors: Path) -> list[str]:
    settings = {**tiny.SETTINGS, "vectors": vectors}
    settings.pop("method")
    return [
        *("--datasets=sst2,trec", "--models=cnn", "--attacks=pwws", "--budget=quick", "--quiet", "--threads=1"),
        *(f"--source={name}={data}" for name in ("sst2", "trec")),
        *(f"--set={name}={value}" for name, value in settings.items()),
    ]


def rows_of(path: Path, **wanted: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def test_tables_from_nothing_and_at_once_the_second_time(
    command_line: CommandLine,
    tiny_data: Path,
    tiny_vectors: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reports: list[Path],
) -> None:
    out = tmp_path / "out"
    arguments = [
        "reproduce",
        "figure3",
        "figure4",
        "figure6",
        "table1",
        "table2",
        "table3",
        "table7",
        "table8",
        *options(tiny_data, tiny_vectors),
        "--output",
        out,
    ]
    said = command_line.done(*arguments)
    assert "| After-attack accuracy: flat &gt; adv &gt; base. |" in said
    assert said.endswith(f"Page: {out / 'reproduction.html'}\n")

    # One run per method: both names are read from one file, which is the same work.
    runs = {json.loads(path.read_text())["method"]: path.parent for path in out.glob("train/*/config.json")}
    assert len(list(out.glob("train/*"))) == len(runs) == 3
    assert sorted(reports) == sorted(runs.values())
    for method, folder in runs.items():
        evaluation = json.loads((folder / "evaluation.json").read_text())
        [row] = rows_of(out / "table3.csv", attack="pwws", model="cnn", method=method, column="sst2 AA")
        assert float(row["ours"]) == pytest.approx(100 * evaluation["after_attack_accuracy"])
        assert row["paper"] != ""
        for table, way in (("table3", "ig"), ("table8", "lime")):
            [found] = [json.loads(path.read_text()) for path in out.glob(f"interpretations/{folder.name}.pwws.{way}.*")]
            explained = {"attack": "pwws", "model": "cnn", "method": method}
            for column, value in (("KT", found["all"]["kendall_tau"]), ("TI", found["all"]["top_k"]["5"])):
                [row] = rows_of(out / f"{table}.csv", column=f"sst2 {column}", **explained)
                assert float(row["ours"]) == value
        trained_against = "" if method == "base" else "pwws"
        trained = {"model": "cnn", "method": method, "attack in training": trained_against, "column": "trec"}
        [row] = rows_of(out / "table2.csv", **trained)
        assert float(row["ours"]) == pytest.approx(100 * evaluation["accuracy"])
        [row] = rows_of(out / "table7.csv", **trained)
        [chosen] = [
            line
            for line in map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
            if line["kind"] == "selected"
        ]
        assert float(row["ours"]) == pytest.approx(100 * chosen["dev_accuracy"])
    assert all(row["ours"] == "" for row in rows_of(out / "table3.csv", model="lstm"))
    assert {path.name for path in (out / "figures").iterdir()} == {
        f"figure-{number}.{form}" for number in (3, 6) for form in ("svg", "pdf", "png", "csv")
    }
    page = (out / "reproduction.html").read_text(encoding="utf-8")
    for number in (3, 6):
        picture = (out / "figures" / f"figure-{number}.png").read_bytes()
        assert page.count("data:image/png;base64," + b64encode(picture).decode()) == 1
        assert page.count(f'href="#figure-{number}"') == page.count(f'id="figure-{number}"') == 1
    curves = rows_of(out / "figures" / "figure-6.csv", panel="cnn on sst2, pwws", k="5", method="flat")
    [row] = rows_of(out / "table3.csv", attack="pwws", model="cnn", method="flat", column="sst2 TI")
    assert [curve["top_k"] for curve in curves] == [row["ours"]]
    [row] = rows_of(out / "table1.csv", **{"data set": "sst2", "column": "classes"})
    assert (float(row["ours"]), row["paper"]) == (2, "2")

    def never(*_: object) -> None:
        raise AssertionError("nothing is left to be done")

    before = contents(out)
    monkeypatch.setattr(schedule, "do", never)
    assert command_line.done(*arguments) == said
    assert contents(out) == before


def test_a_dry_run_says_the_plan_and_makes_nothing(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    arguments = ["reproduce", "table3", *options(tiny_data, tiny_vectors), "--output", tmp_path / "out"]
    outcome = command_line(*arguments, "--dry-run", "--seeds=2")
    assert outcome.code == 0
    assert outcome.err.count("train cnn") == 6
    assert outcome.err.count("explain cnn") == 6
    assert "pieces of work to do, 0 done already" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_costs_only_what_was_under_way(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["reproduce", "table2", *options(tiny_data, tiny_vectors), "--output", tmp_path / "out"]
    real, done = work.do, []

    def until_the_second(task: Train, *rest: object) -> None:
        if len(done) == 1:
            raise KeyboardInterrupt
        real(task, *rest)  # type: ignore[arg-type]
        done.append(task.settings.method)

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "do", lambda task, *rest, **named: until_the_second(task, *rest, *named.values()))
        outcome = command_line(*arguments)
    assert outcome.code == 130
    assert outcome.err.endswith("the same command goes on from there.\n")
    assert done == ["base"]
    first = contents(tmp_path / "out")
    said = command_line.done(*arguments, "--finished-only")
    assert "| cnn | base |" in said
    assert "| cnn | flat |" not in said
    assert len(list((tmp_path / "out" / "train").iterdir())) == 1
    command_line.done(*arguments)
    now = contents(tmp_path / "out")
    assert {name: now[name] for name in first} == first


def test_work_that_cannot_be_done_holds_nothing_else_up(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ["reproduce", "table2", *options(tiny_data, tiny_vectors), "--output", out]
    arguments = [each.replace("--datasets=sst2,trec", "--datasets=sst2,imdb") for each in map(str, arguments)]
    outcome = command_line(*arguments, f"--source=imdb={tmp_path / 'missing.csv'}")
    assert outcome.code == 2
    assert "pieces of work could not be done, the first being to train cnn base" in outcome.err
    assert "missing.csv" in outcome.err
    assert rows_of(out / "table2.csv", model="cnn", method="base", column="sst2")[0]["ours"] != ""
    assert rows_of(out / "table2.csv", model="cnn", method="base", column="imdb")[0]["ours"] == ""
    assert "Not measured: " in (out / "reproduction.md").read_text()


def test_side_by_side_gives_the_same(tiny_data: Path, tmp_path: Path) -> None:
    tasks = [Describe("sst2", str(tiny_data)), Describe("trec", str(tmp_path / "missing.csv"))]
    found = {}
    for jobs in (1, 2):
        said: list[str] = []
        store = Store(tmp_path / str(jobs))
        failed = schedule.do_all(tasks, store, schedule.Worker(jobs=jobs), said.append)
        assert list(failed) == tasks[1:]
        assert "missing.csv" in failed[tasks[1]]
        assert any(sentence.startswith("Left out: count trec: ") for sentence in said)
        found[jobs] = store.values(tasks[0])
    assert found[1] == found[2]
    assert found[1]["classes"] == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["table11"]}, "The paper has no 'table11' to reproduce; did you mean table1"),
        ({"datasets": ["sst"]}, "The paper has no data set 'sst'; did you mean sst2"),
        ({"datasets": []}, "No data set is named"),
        ({"attacks": ["bae"]}, "The paper has no attack in training 'bae'"),
        ({"budget": "huge"}, "There is no budget 'huge'"),
        ({"seeds": 0}, "--seeds is 0"),
        ({"jobs": 0}, "--jobs is 0"),
        ({"pairs": 0}, "--pairs is 0"),
        ({"settings": {"epoch": 1}}, "There is no training setting 'epoch' to set; did you mean epochs"),
        ({"settings": {"seed": 1}}, "There is no training setting 'seed' to set"),
        ({"settings": {"epochs": "many"}}, r"setting epochs is 'many'; it must be a whole number or null"),
        ({"settings": {"epochs": 2.5}}, "setting epochs is 2.5"),
        ({"settings": {"rounds": True}}, "setting rounds is True"),
        ({"settings": {"accumulate": "no"}}, "it must be true or false"),
        ({"settings": {"vectors": 5}}, "it must be a text or null"),
        ({"settings": {"interpret": "ig"}}, "it must be a list of texts"),
        ({"names": ["table5", "figure4"], "models": ["cnn"]}, "Table 5 is of lstm on sst2 under textfooler"),
        ({"settings": {"epochs": 0}}, "--epochs is 0"),
        ({"settings": {"precision": "bf16"}}, "--precision is for encoders, and lstm is none"),
        ({"settings": {"dropout": 0.1}, "models": ["minilm"]}, "--dropout is for cnn and lstm, and minilm is"),
        ({"sources": {"mine": "x.csv"}}, "The paper has no data set 'mine'"),
        ({"hyperparameters": ["nowhere.json"]}, "nowhere.json is missing"),
        ({"reuse": ["nowhere"]}, "There is no folder nowhere"),
    ],
)
def test_what_is_not_in_the_paper_is_one_sentence(tmp_path: Path, change: dict[str, object], message: str) -> None:
    arguments = {"names": ["table3"], "output": tmp_path / "out", "dry_run": True, **change}
    with pytest.raises(FlatnlpError, match=message):
        reproduce(**arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    with pytest.raises(FlatnlpError, match="Cannot write"):
        reproduce("table1", datasets=["sst2"], output=tmp_path / "file" / "out", say=said.append)
    assert not any(sentence.startswith("[1/1]") for sentence in said)
    assert said[-1].startswith("1 piece of work to do, 0 done already")


def test_choices_that_are_for_nothing_asked_for_are_said(tmp_path: Path) -> None:
    said: list[str] = []
    for dataset in ("sst2", "imdb"):
        choice = {"where": {"dataset": [dataset]}, "settings": {"epochs": 3, "interpret": []}, "source": "tried"}
        (tmp_path / f"{dataset}.json").write_text(json.dumps({"choices": [choice]}))
        files = [tmp_path / f"{dataset}.json"]
        reproduce("table2", datasets=["sst2"], hyperparameters=files, output=tmp_path, dry_run=True, say=said.append)
    assert [sentence for sentence in said if sentence.startswith("Nothing in")] == [
        f"Nothing in {tmp_path / 'imdb.json'} is for what was asked for: its 'where' names other data sets, models or "
        "methods."
    ]


def test_settings_are_json_or_texts() -> None:
    given = ["epochs=5", "learning-rate=1e-3", "vectors=my.npz", "hidden=null", "accumulate=false"]
    assert parsed_settings(given) == {
        "epochs": 5,
        "learning_rate": 0.001,
        "vectors": "my.npz",
        "hidden": None,
        "accumulate": False,
    }
    with pytest.raises(FlatnlpError, match="has no '='"):
        parsed_settings(["epochs"])


def test_the_packaged_choices_say_where_they_come_from() -> None:
    assert all(choice.source for choice in packaged_choices())


def test_the_tables_under_textfooler_and_their_figures(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def textfooler(synonyms: str) -> Recipe:
        assert synonyms == str(tiny_vectors)
        return replace(tiny.pwws(), name="textfooler")

    entry = replace(RECIPES["textfooler"], make=textfooler, options=("synonyms",))
    monkeypatch.setitem(RECIPES, "textfooler", entry)
    out, settings = tmp_path / "out", {**tiny.SETTINGS, "vectors": tiny_vectors, "synonyms": tiny_vectors, "epochs": 1}
    settings.pop("method")
    monkeypatch.setattr("flatnlp.paper.grid.GROUPS", (2, 3))
    arguments = ["reproduce", "figure4", "figure5", "table5", "table9", "table10", "--quiet", "--threads=1"]
    arguments += [f"--source={name}={tiny_data}" for name in ("sst2", "ag_news")]
    arguments += [f"--set={name}={value}" for name, value in settings.items()]
    said = command_line.done(*arguments, "--datasets=sst2,ag_news", "--attacks=textfooler", "--output", out)
    runs = [json.loads(path.read_text()) for path in out.glob("train/*/config.json")]
    assert sorted((run["method"], run["beta"], run["gamma"]) for run in runs if run["model"] == "lstm") == [
        ("flat", 0, 0),
        ("flat", 0, 0.001),
        ("flat", 0.1, 0),
        ("flat", 0.1, 0.001),
    ]
    assert sorted(run["groups"] for run in runs if run["method"] == "group") == [2, 3]
    for number in (5, 10):
        rows = rows_of(out / f"table{number}.csv", column="AA")
        assert rows
        assert all(row["ours"] for row in rows)
    # No text was flipped, so there are no substitutions to correlate with.
    assert [bool(row["ours"]) for row in rows_of(out / "table9.csv", column="r")] == [True, False, False]
    assert "Not measured: not defined for what was run: nothing varies." in said
    assert "Ablation: without beta the mean importance is higher." in said
    assert {path.name for path in (out / "figures").iterdir()} == {
        f"figure-{number}.{form}" for number in (4, 5) for form in ("svg", "pdf", "png", "csv")
    }
