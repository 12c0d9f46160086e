"""What was interrupted, killed or terminated says how to go on, and comes to the same end."""

import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from flatnlp.attacks import journal_file
from tests import tiny
from tests.cli.running import process, raise_interrupt
from tests.tiny import CommandLine, contents, train_arguments


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
