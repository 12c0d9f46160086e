import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flatnlp import __version__
from flatnlp.attacks import journal_file
from flatnlp.attacks.recipes import RECIPES

from . import tiny
from .tiny import CommandLine, contents, rows, train_arguments, write_csv

REPOSITORY = Path(__file__).resolve().parents[1]
KEYS = {
    "accuracy",
    "after_attack_accuracy",
    "after_attack_accuracy_ci95",
    "attack_success_rate",
    "words_changed",
    "queries_per_example",
    "examples",
    "seconds",
}
COLUMNS = {
    "index",
    "original",
    "adversarial",
    "edits",
    "label",
    "original_prediction",
    "adversarial_prediction",
    "original_probability",
    "adversarial_probability",
    "status",
    "queries",
    "words",
    "origins",
    "stopped",
}
ODD_TEXTS = {
    "empty": "",
    "blank": " \t ",
    "no words": "... !? --",
    "only stop words": "The and so was a",
    "only unknown words": "Zzyzx qwrtp!",
    "only strange letters": "日本語 のみ",
}
LONG = "The film was good. " * 25_000


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing the report takes longer than the tiny training does."""
    monkeypatch.setattr("flatnlp.api.training.write_report", lambda runs, path: path.touch())


def raise_interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


def process(*arguments: object, code: str = "from tests import tiny; tiny.main()", **options: Any) -> Any:
    """``flatnlp`` in a process of its own; it hears Ctrl-C even where the tests run in the background of a shell."""
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-c", heard + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options)


# --- the whole way ---


def test_from_training_to_the_report(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    run, test_set = tmp_path / "run", ("--dataset", tiny_data, "--split", "test", "--quiet")
    trained = command_line.done(*train_arguments(tiny_data, tiny_vectors, run), "--threads=1")
    assert "flat" in trained
    assert trained.endswith(f"Report: {run / 'report.html'}\n")

    record = tmp_path / "evaluation.json"
    said = command_line.done("evaluate", run, *test_set, "--json", record)
    assert said.startswith("pwws: accuracy ")
    evaluation = json.loads(record.read_text())

    attacked = tmp_path / "attacked.parquet"
    said = command_line.done("attack", run, *test_set, "--output", attacked)
    statuses = pq.read_table(attacked)["status"].to_pylist()
    assert said.startswith(f"{attacked}: {len(statuses)} texts, {statuses.count('successful')} successful, ")
    right = len(statuses) - statuses.count("skipped")
    assert evaluation["examples"] == len(statuses)
    assert evaluation["attack_success_rate"] == statuses.count("successful") / right > 0
    assert evaluation["after_attack_accuracy"] == (right - statuses.count("successful")) / len(statuses)

    assert command_line.done("predict", run, "A good film.").startswith("pos\t")
    assert "flat" in command_line.done("compare", run)
    page = tmp_path / "page.html"
    assert command_line.done("report", run, "--output", page, "--saliency", 0) == f"Report: {page}\n"
    assert page.read_bytes() == (run / "report.html").read_bytes()


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("model", ["cnn", "lstm"])
@pytest.mark.parametrize("method", ["base", "vmask", "adv"])
def test_every_method_and_model_trains(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, method: str, model: str
) -> None:
    options = {"method": method, "model": model, "epochs": 1, "test_limit": 4}
    out = command_line.done(*train_arguments(tiny_data, tiny_vectors, tmp_path / "run", **options), "--quiet")
    assert re.search(rf"{model} +{method}", out)
    assert (tmp_path / "run" / "rounds").exists() == (method == "adv")


def test_the_same_seed_gives_the_same_bytes(
    tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "flat")
    first, again = contents(tiny_run), contents(tmp_path / "flat")
    differing = {name for name in first if first[name] != again.get(name)}
    assert first.keys() == again.keys()
    assert differing == {"timings.jsonl"}


@pytest.mark.usefixtures("no_report")
def test_another_seed_gives_another_model(tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        tiny.train(tiny_data, tiny_vectors, tmp_path / "flat", seed=1)
    first, other = contents(tiny_run), contents(tmp_path / "flat")
    assert all(first[name] != other[name] for name in ("metrics.jsonl", "model/model.safetensors", "evaluation.json"))


# --- interruptions ---


def test_a_run_interrupted_from_the_keyboard_says_how_to_go_on_and_comes_to_the_same_end(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    halting = (
        "import time\n"
        "from flatnlp.training import rounds\n"
        "from tests import tiny\n"
        "def halt(*_):\n"
        "    print('in round 1', flush=True)\n"
        "    time.sleep(600)\n"
        "rounds.adversarial_texts = halt\n"
        "tiny.main()"
    )
    arguments = train_arguments(tiny_data, tiny_vectors, tmp_path / "flat")
    with process(*arguments, "--quiet", code=halting, stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == "in round 1\n"
        for option in ("--resume", "--overwrite"):
            before = contents(tmp_path / "flat")
            assert re.search(r"Another process is writing .*; wait for it", command_line.refusal(*arguments, option))
            assert contents(tmp_path / "flat") == before
        running.send_signal(signal.SIGINT)
        said = running.communicate()[1]
    assert running.returncode == 130
    assert said == "Interrupted; what was finished is kept, the same command with --resume goes on from there.\n"
    assert not (tmp_path / "flat" / "evaluation.json").exists()

    command_line.done(*arguments, "--resume", "--quiet")
    whole, resumed = contents(tiny_run), contents(tmp_path / "flat")
    assert {name for name in whole if whole[name] != resumed.get(name)} == {"timings.jsonl"}


@pytest.mark.usefixtures("no_report")
def test_a_run_stopped_before_any_file_appears_comes_to_the_same_end(
    tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file appears by a rename: stop before the first rename, resume, stop before the next, and so on."""
    replace, calls = Path.replace, iter(())

    def counted(path: Path, target: Path) -> Path:
        if next(calls, None) is not None:
            return replace(path, target)
        raise KeyboardInterrupt

    run, stops = tmp_path / "flat", 0
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        monkeypatch.setattr(Path, "replace", counted)
        for allowed in range(100):
            calls = iter(range(allowed))
            try:
                tiny.train(tiny_data, tiny_vectors, run, resume=True)
                break
            except KeyboardInterrupt:
                stops += 1
    whole, resumed = contents(tiny_run), contents(run)
    assert stops > 5
    assert {name for name in whole if whole[name] != resumed.get(name)} == {"timings.jsonl", "report.html"}
    assert whole.keys() == resumed.keys()


@pytest.mark.usefixtures("no_report")
def test_a_run_killed_in_the_middle_of_writing_comes_to_the_same_end(
    tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only a kill leaves: the lock, half a file that never got its name, half a line of a journal."""
    run = tmp_path / "flat"

    def killed(*_: object) -> None:
        for name, content in (
            (".flatnlp.lock", b""),
            ("checkpoints/.epoch-004.partial", b"\0"),
            ("metrics.jsonl", b'{"ki'),
        ):
            with (run / name).open("ab") as stream:
                stream.write(content)
        raise KeyboardInterrupt

    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("flatnlp.training.rounds.adversarial_texts", killed)
            with pytest.raises(KeyboardInterrupt):
                tiny.train(tiny_data, tiny_vectors, run)
        tiny.train(tiny_data, tiny_vectors, run, resume=True)
    whole, resumed = contents(tiny_run), contents(run)
    assert {name for name in whole if whole[name] != resumed.get(name)} == {"timings.jsonl", "report.html"}


def test_interrupting_an_overwriting_says_how_to_go_on(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.training.train.train_rounds", raise_interrupt)
    outcome = command_line(*train_arguments(tiny_data, tiny_vectors, tmp_path / "run"), "--overwrite", "--quiet")
    assert outcome.code == 130
    assert "with --resume in the place of --overwrite goes on from there.\n" in outcome.err


def test_an_interrupted_evaluation_leaves_nothing(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.api.attacking.run_attack", raise_interrupt)
    outcome = command_line("evaluate", tiny_run, "--dataset", tiny_data, "--quiet", "--json", tmp_path / "out")
    assert (outcome.code, outcome.err) == (130, "Interrupted; give the same command to start again.\n")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_attack_goes_on_where_it_was(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attack(name: str, *options: object) -> list[object]:
        return ["attack", tiny_run, "--dataset", tiny_data, "--quiet", "--output", tmp_path / name, *options]

    command_line.done(*attack("whole"))
    row_of, finished = journal_file.row_of, iter(range(5))
    with monkeypatch.context() as patch:
        patch.setattr(
            journal_file, "row_of", lambda result: row_of(result) if next(finished, None) else raise_interrupt()
        )
        next(finished)
        outcome = command_line(*attack("parts"))
    assert outcome.code == 130
    assert outcome.err.endswith("the same command with --resume goes on from there.\n")
    assert not (tmp_path / "parts").exists()
    before = contents(tmp_path)

    assert re.search(
        r"parts was begun and not finished; give --resume .* or --overwrite", command_line.refusal(*attack("parts"))
    )
    for change in (["--split", "dev"], ["--limit", 3]):
        assert re.search(
            r"of an attack with other settings", command_line.refusal(*attack("parts", "--resume", *change))
        )
    for wrong in (["--dataset", "no/such.csv"], ["--split", "tets"], ["--device", "gpu"]):
        command_line.refusal(*attack("parts", "--overwrite", *wrong))
    assert "not both" in command_line.refusal(*attack("parts", "--overwrite", "--resume"))
    assert contents(tmp_path) == before

    command_line.done(*attack("parts", "--resume"))
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
    assert sorted(contents(tmp_path)) == ["parts", "whole"]
    assert "17 texts" in command_line.done(*attack("parts", "--resume"))
    assert re.search("other settings", command_line.refusal(*attack("parts", "--resume", "--limit", 3)))


# --- resume and overwrite ---


def test_resuming_a_finished_run_changes_nothing(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "flat")
    before = contents(run)
    assert "flat" in command_line.done(*train_arguments(tiny_data, tiny_vectors, run), "--resume")
    assert contents(run) == before


@pytest.mark.usefixtures("no_report")
def test_overwriting_gives_what_a_new_folder_gives(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    run, arguments = shutil.copytree(tiny_run, tmp_path / "flat"), {"method": "base", "epochs": 1, "test_limit": 4}
    command_line.done(*train_arguments(tiny_data, tiny_vectors, run, **arguments), "--overwrite")
    command_line.done(*train_arguments(tiny_data, tiny_vectors, tmp_path / "new" / "flat", **arguments))
    overwritten, new = contents(run), contents(tmp_path / "new" / "flat")
    assert overwritten.keys() == new.keys()
    assert {name for name in new if new[name] != overwritten[name]} == {"timings.jsonl"}


# --- attack ---


def test_attack_writes_one_row_per_text_with_aligned_edits(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out.parquet"
    command_line.done("attack", tiny_run, "--dataset", tiny_data, "--split", "all", "--output", out)
    table = pq.read_table(out).to_pylist()
    assert set(table[0]) == COLUMNS
    assert [row["index"] for row in table] == list(range(len(rows())))
    assert sorted(row["original"] for row in table) == sorted(text for text, _ in rows())
    for row in table:
        assert (row["status"] == "successful") == (
            row["original_prediction"] == row["label"] != row["adversarial_prediction"]
        )
        rebuilt, end = "", 0
        for edit in sorted(row["edits"], key=lambda edit: edit["start"]):
            assert row["original"][edit["start"] : edit["end"]] == edit["original"]
            assert row["adversarial"][edit["adversarial_start"] : edit["adversarial_end"]] == edit["substitute"]
            rebuilt += row["original"][end : edit["start"]] + edit["substitute"]
            end = edit["end"]
        assert row["adversarial"] == rebuilt + row["original"][end:]
    assert any(row["edits"] for row in table)


def test_attacks_on_a_limited_seeded_sample(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    def indices(name: str, seed: int) -> list[int]:
        out, options = tmp_path / name, ("--split", "train", "--limit", 5, "--seed", seed)
        command_line.done("attack", tiny_run, "--dataset", tiny_data, *options, "--output", out)
        found: list[int] = pq.read_table(out)["index"].to_pylist()
        return found

    first = indices("1", 0)
    assert len(first) == 5
    assert first == sorted(first) == indices("2", 0) != indices("3", 1)


def test_attack_replaces_results_when_told_to(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("old")
    command_line.done("attack", tiny_run, "--dataset", tiny_data, "--output", tmp_path / "out", "--overwrite")
    assert pq.read_table(tmp_path / "out").num_rows == 17


# --- evaluate ---


def test_evaluate_writes_its_record(command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path) -> None:
    command_line.done("evaluate", tiny_run, "--dataset", tiny_data, "--json", tmp_path / "new" / "out.json")
    record = json.loads((tmp_path / "new" / "out.json").read_text())
    assert set(record) >= KEYS
    assert "attacks" not in record
    assert (record["dataset"], record["split"], record["attack"]) == (str(tiny_data), "test", "pwws")
    low, high = record["after_attack_accuracy_ci95"]
    assert 0 <= low <= record["after_attack_accuracy"] <= high <= 1
    assert record["after_attack_accuracy"] < record["accuracy"] <= 1
    assert 0 < record["words_changed"] < 1
    assert record["queries_per_example"] > 1
    finished = json.loads((tiny_run / "evaluation.json").read_text())
    assert {key: finished[key] for key in KEYS - {"seconds"}} == {key: record[key] for key in KEYS - {"seconds"}}


def test_several_attacks_stand_side_by_side(
    command_line: CommandLine, tiny_data: Path, tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        RECIPES, "other", replace(RECIPES["pwws"], name="other", make=lambda: replace(tiny.pwws(), name="other"))
    )
    out = command_line.done(
        *(
            "evaluate",
            tiny_run,
            "--dataset",
            tiny_data,
            "--json",
            tmp_path / "out.json",
            "--attack",
            "other, pwws,other",
        )
    )
    record = json.loads((tmp_path / "out.json").read_text())
    assert [line.split(":")[0] for line in out.splitlines()] == ["other", "pwws"]
    assert list(record["attacks"]) == ["other", "pwws"]
    assert record["attack"] == "other"
    assert all(record["attacks"][name]["accuracy"] == record["accuracy"] for name in ("other", "pwws"))


def test_a_model_that_is_always_wrong_is_a_result_too(
    command_line: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    swapped = [
        (text, "pos" if label == "neg" else "neg") for text, label in rows() if "lovely" in text or "awful" in text
    ]
    data = write_csv(tmp_path / "d.csv", swapped)
    out = command_line.done("evaluate", tiny_run, "--dataset", data, "--split", "all", "--json", tmp_path / "out.json")
    record = json.loads((tmp_path / "out.json").read_text())
    assert record["accuracy"] == record["after_attack_accuracy"] == 0
    assert record["skipped"] == record["examples"] == len(swapped)
    assert record["attack_success_rate"] is record["words_changed"] is record["queries_per_example"] is None
    assert "nan" not in out.lower()


# --- texts that are odd, but no errors ---


@pytest.fixture
def odd_data(tmp_path: Path) -> Path:
    write_csv(tmp_path / "odd" / "train.csv", [*rows(), *((text, "pos") for text in ODD_TEXTS.values())])
    write_csv(tmp_path / "odd" / "dev.csv", rows())
    odd = [(text, label) for text in ODD_TEXTS.values() for label in ("pos", "neg")]
    write_csv(tmp_path / "odd" / "test.csv", [*odd, ("A good film.", "pos")])
    return tmp_path / "odd"


def test_odd_texts_are_counted_and_left_as_they_are(
    command_line: CommandLine, tiny_run: Path, odd_data: Path, tmp_path: Path
) -> None:
    command_line.done("attack", tiny_run, "--dataset", odd_data, "--output", tmp_path / "out")
    *odd, usual = pq.read_table(tmp_path / "out").to_pylist()
    assert [row["original"] for row in odd[::2]] == list(ODD_TEXTS.values())
    for row in odd:
        assert row["status"] == ("unattackable" if row["original_prediction"] == row["label"] else "skipped")
        assert row["adversarial"] == row["original"]
        assert row["edits"] == []
    assert usual["status"] in ("successful", "failed")

    command_line.done("evaluate", tiny_run, "--dataset", odd_data, "--json", tmp_path / "out.json")
    record = json.loads((tmp_path / "out.json").read_text())
    assert (record["examples"], record["skipped"], record["unattackable"]) == (13, 6, 6)


@pytest.mark.usefixtures("no_report")
def test_odd_texts_can_be_trained_on_and_are_said(
    command_line: CommandLine, tiny_vectors: Path, odd_data: Path, tmp_path: Path
) -> None:
    outcome = command_line(*train_arguments(odd_data, tiny_vectors, tmp_path / "run"))
    assert outcome.code == 0
    assert "2 of the 90 train texts are empty; they are kept.\n" in outcome.err
    assert json.loads((tmp_path / "run" / "evaluation.json").read_text())["examples"] == 13


@pytest.mark.parametrize("kind", ["no words", "only stop words", "only unknown words", "only strange letters"])
def test_odd_texts_are_classified(command_line: CommandLine, tiny_run: Path, kind: str) -> None:
    label, probability, text = command_line.done("predict", tiny_run, ODD_TEXTS[kind]).rstrip("\n").split("\t")
    assert label in ("pos", "neg")
    assert 0.5 <= float(probability) <= 1
    assert text == ODD_TEXTS[kind]


def test_100000_words_are_truncated_and_said_wherever_texts_are_read(
    command_line: CommandLine, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    write_csv(tmp_path / "long" / "train.csv", [*rows(), (LONG, "pos")])
    write_csv(tmp_path / "long" / "dev.csv", rows()[:8])
    write_csv(tmp_path / "long" / "test.csv", [*rows()[:8], (LONG, "pos"), (LONG, "neg")])
    data, started = tmp_path / "long", time.monotonic()
    said = "{} texts are longer than the model reads; the words beyond its length are cut off and never attacked.\n"

    outcome = command_line("predict", tiny_run, LONG)
    assert (outcome.code, outcome.err) == (0, said.format("1 of the 1"))
    for command, option in (("attack", "--output"), ("evaluate", "--json")):
        outcome = command_line(
            command, tiny_run, "--dataset", data, option, tmp_path / "out", *["--overwrite"] * (command == "attack")
        )
        assert outcome.code == 0
        assert said.format("2 of the 10") in outcome.err
        if command == "attack":
            long = pq.read_table(tmp_path / "out").to_pylist()[8]
            assert long["words"] == 100_000
            assert all(edit["position"] < 10 for edit in long["edits"])
    outcome = command_line(*train_arguments(data, tiny_vectors, tmp_path / "run", length=10, method="base", epochs=1))
    assert outcome.code == 0
    assert re.search(r"texts are read up to 10 tokens \(longer are 1 training, ", outcome.err)
    assert time.monotonic() - started < 60
    assert contents(tmp_path / "run")["report.html"].count(b"The film was good.") < 5_000


# --- predict ---


def test_predicts_lines_of_input_in_their_order(command_line: CommandLine, tiny_run: Path) -> None:
    out = command_line.done(
        "predict", tiny_run, stdin=b"\xef\xbb\xbfA good film.\nThe plot was awful.\r\nA lovely cast!"
    )
    assert [line.split("\t")[0] for line in out.splitlines()] == ["pos", "neg", "pos"]
    assert [line.split("\t")[2] for line in out.splitlines()] == [
        "A good film.",
        "The plot was awful.",
        "A lovely cast!",
    ]


def test_predicts_as_json(command_line: CommandLine, tiny_run: Path) -> None:
    text = 'A "good" film,\tcafé \x1b[31m'
    record = json.loads(command_line.done("predict", tiny_run, "--json", text))
    assert record["text"] == text
    assert record["class"] == "pos"
    assert set(record["probabilities"]) == {"neg", "pos"}
    assert sum(record["probabilities"].values()) == pytest.approx(1)


def test_a_text_may_begin_with_a_dash(command_line: CommandLine, tiny_run: Path) -> None:
    assert command_line.done("predict", tiny_run, "--", "--good film").startswith("pos\t")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_no_control_character_of_a_text_reaches_the_terminal(
    command_line: CommandLine, tiny_run: Path, options: list[str]
) -> None:
    text = "A good\x1b]0;title\x07 film\x1b[31m\u202e\x9b2J\r\x08\x7f\udcff"
    out = command_line.done("predict", tiny_run, *options, text)
    assert all(character.isprintable() or character in "\t\n" for character in out)
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["predict", "no\x1b[31mwhere", "A film."], ["compare", "no\x1b[31mwhere"], ["no\x1b[31m"]]
)
def test_no_control_character_of_an_argument_comes_back(command_line: CommandLine, arguments: list[str]) -> None:
    assert "\x1b" not in command_line.refusal(*arguments)


# --- the rest ---


@pytest.mark.parametrize(("form", "start"), [("markdown", "|"), ("csv", "dataset,run,model,method")])
def test_compares_runs_in_other_formats(command_line: CommandLine, tiny_run: Path, form: str, start: str) -> None:
    out = command_line.done("compare", tiny_run, tiny_run, "--format", form)
    assert out.startswith(start)
    assert out.count("flat") >= 2
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


@pytest.mark.usefixtures("no_report")
def test_quiet_says_only_results(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    outcome = command_line(*train_arguments(tiny_data, tiny_vectors, tmp_path / "run"), "--quiet")
    assert (outcome.code, outcome.err) == (0, "")
    outcome = command_line("evaluate", tiny_run, "--dataset", tiny_data, "-q")
    assert (outcome.code, outcome.err) == (0, "")


def test_lists_the_recipes(command_line: CommandLine) -> None:
    lines = command_line.done("recipes").splitlines()
    assert lines[0].startswith("pwws: Ren et al. 2019")
    parts = [line.split()[0] for line in lines[1:6]]
    assert parts == ["search", "substitutions", "constraints", "goal", "needs"]
    assert "wordnet (" in lines[5]


def test_recipes_say_what_is_missing_and_how_to_get_it(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path))
    out = command_line.done("recipes")
    assert "wordnet (missing: flatnlp resources fetch wordnet)" in out
    assert "minilm-l6-mlm (missing: place it at $FLATNLP_RESOURCES/models/minilm-l6-mlm/, or name another" in out
    assert "hownet-substitutes (missing: place it at $FLATNLP_RESOURCES/lexicons/hownet-substitutes.json.gz, or" in out
    assert "--masked-model" in out
    assert "--masked_model" not in out


def test_every_recipe_is_listed_under_its_name_with_all_its_parts() -> None:
    from flatnlp.resources.catalogue import RESOURCES
    from flatnlp.resources.resource import normalise

    for name, entry in RECIPES.items():
        assert entry.name == name
        assert all((entry.search, entry.substitutions, entry.constraints, entry.source, entry.goal))
        assert all(normalise(resource) in RESOURCES for resource in entry.resources)


def test_says_its_version(command_line: CommandLine) -> None:
    assert command_line.done("--version") == f"{__version__}\n"


@pytest.mark.parametrize("command", [[], *([name] for name in ("train", "attack", "evaluate", "predict", "demo"))])
def test_helps(command_line: CommandLine, command: list[str]) -> None:
    assert "Usage: flatnlp" in command_line.done(*command, "--help")
    assert command_line.done(*command, "-h") == command_line.done(*command, "--help")


def test_without_a_command_it_shows_what_there_is(command_line: CommandLine) -> None:
    outcome = command_line()
    assert outcome.code == 2
    assert "Usage: flatnlp" in outcome.out + outcome.err


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    import os

    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_reader_that_has_gone_is_no_error(closed_pipe: int, tiny_run: Path, form: str) -> None:
    code = "from flatnlp.cli import main; main()"
    with process("compare", tiny_run, "--format", form, code=code, stdout=closed_pipe) as running:
        assert running.communicate()[1] == ""


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_termination_is_an_interruption(
    tiny_run: Path, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, command: str
) -> None:
    code = """
import os, signal
from flatnlp.attacks import engine
from tests import tiny
engine.Engine.run = lambda *_: os.kill(os.getpid(), signal.SIGTERM)
tiny.main()
"""
    arguments = {
        "train": train_arguments(tiny_data, tiny_vectors, tmp_path / "run"),
        "evaluate": ["evaluate", str(tiny_run), "--dataset", str(tiny_data)],
    }[command]
    with process(*arguments, "--quiet", code=code, stdout=subprocess.PIPE) as running:
        out, err = running.communicate()
    assert (running.returncode, out) == (143, "")
    assert (
        err
        == {
            "train": "Interrupted; what was finished is kept, the same command with --resume goes on from there.\n",
            "evaluate": "Interrupted; give the same command to start again.\n",
        }[command]
    )


def test_works_as_a_module_and_without_standard_input(tiny_run: Path) -> None:
    command = f'exec "{sys.executable}" -m flatnlp predict "{tiny_run}" <&-'
    ran = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert re.fullmatch(r"Error: There is no text to classify; .*\n", ran.stderr)


@pytest.mark.parametrize("what", ["checkpoint", "journal"])
def test_what_a_resumed_run_finds_damaged_is_named(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, what: str
) -> None:
    arguments = [*train_arguments(tiny_data, tiny_vectors, tmp_path / "run"), "--quiet"]
    command_line.done(*arguments)
    shutil.rmtree(tmp_path / "run" / "model")
    if what == "checkpoint":
        for path in (tmp_path / "run" / "checkpoints").iterdir():
            path.write_bytes(path.read_bytes()[:100])
    else:
        (tmp_path / "run" / "metrics.jsonl").write_text('{"kind": "round", "epoch": 1}\n')
    refusal = command_line.refusal(*arguments, "--resume")
    assert re.search("missing or damaged" if what == "checkpoint" else r"metrics\.jsonl is damaged", refusal)
