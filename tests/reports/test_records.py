import json
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.reports.records import read_run
from tests.reports.fabricated import course, measured, write_run


def test_reads_everything_a_run_leaves(two_runs: list[Path]) -> None:
    run = read_run(two_runs[1])
    assert (run.dataset, run.model, run.method, run.attacks) == ("reviews", "cnn", "flat", ("pwws",))
    assert run.config["beta"] == 0.1
    assert run.data.classes == ("negative", "positive")
    assert [epoch.epoch for epoch in run.epochs] == [1, 2, 3, 4, 5, 6]
    assert run.epochs[0].adversarial_loss is None
    assert [found.round for found in run.rounds] == [0, 1, 2]
    assert run.selected is not None
    assert run.selected.epoch == 6
    assert run.evaluations[0].after_attack_accuracy_ci95 == (pytest.approx(0.32), pytest.approx(0.36))


def test_only_the_config_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    run = read_run(tmp_path)
    assert run.epochs == run.rounds == run.evaluations == ()
    assert run.selected is None
    assert run.data.train is None


def test_missing_and_unknown_keys_and_nan_are_read_as_absent(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", evaluation={"accuracy": float("nan"), "seconds": 3.2})
    evaluation = read_run(path).evaluations[0]
    assert evaluation.accuracy is None
    assert evaluation.after_attack_accuracy_ci95 is None
    assert evaluation.accuracy_per_class == {}


def test_several_attacks_inherit_what_does_not_depend_on_the_attack(tmp_path: Path) -> None:
    several = measured(0.8, 0.1, attacks={"pwws": measured(0.8, 0.1), "textfooler": {"after_attack_accuracy": 0.05}})
    first, second = read_run(write_run(tmp_path / "run", evaluation=several)).evaluations
    assert (first.attack, first.after_attack_accuracy) == ("pwws", 0.1)
    assert (second.attack, second.accuracy, second.after_attack_accuracy) == ("textfooler", 0.8, 0.05)
    assert second.queries_per_example is None


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", metrics=course())
    journal = path / "metrics.jsonl"
    whole = read_run(path)
    journal.write_bytes(journal.read_bytes() + '{"kind":"epoch","round":9,"note":"é'.encode()[:-1])
    assert read_run(path) == whole


def test_an_epoch_done_again_after_a_resume_counts_once(tmp_path: Path) -> None:
    again = {"kind": "epoch", "round": 0, "epoch": 2, "dev_accuracy": 0.5}
    run = read_run(write_run(tmp_path / "run", metrics=[*course(), again]))
    assert [epoch.epoch for epoch in run.epochs] == [1, 2, 3, 4, 5, 6]
    assert run.epochs[1].dev_accuracy == 0.5


def test_a_damaged_line_inside_is_an_error_that_names_the_line(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", metrics=course())
    lines = (path / "metrics.jsonl").read_text().splitlines()
    (path / "metrics.jsonl").write_text("\n".join([lines[0], '{"kind": "ep', *lines[1:]]))
    with pytest.raises(FlatnlpError, match=r"metrics\.jsonl, line 2 is not valid JSON"):
        read_run(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"accuracy": 0.8,\n "macro', r"evaluation\.json is not valid JSON \(line 2, column 2\)"),
        (b"\xff\xfe", r"evaluation\.json is not UTF-8"),
        (b"[1, 2]", r"evaluation\.json should hold a JSON object"),
        (b'{"accuracy": "high"}', r"evaluation\.json: 'accuracy' should be a number"),
        (b'{"after_attack_accuracy_ci95": [0.1]}', "should be a list of two numbers"),
        (b'{"accuracy_per_class": 3}', "should be an object of numbers"),
        (b'{"attacks": [1]}', "'attacks' should hold one object per attack"),
    ],
)
def test_a_damaged_file_is_one_sentence_with_its_name(tmp_path: Path, content: bytes, message: str) -> None:
    path = write_run(tmp_path / "run")
    (path / "evaluation.json").write_bytes(content)
    with pytest.raises(FlatnlpError, match=message) as caught:
        read_run(path)
    assert "\n" not in str(caught.value)


def test_no_run_there(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="There is no run folder"):
        read_run(tmp_path / "nowhere")
    with pytest.raises(FlatnlpError, match=r"has no config\.json"):
        read_run(tmp_path)


def test_settings_that_are_lists_or_objects_become_text(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", config={"widths": [3, 4], "attacks": ["pwws", "bae"]})
    run = read_run(path)
    assert run.config["widths"] == json.dumps([3, 4])
    assert run.config["attacks"] == "pwws, bae"
    assert run.attacks == ("pwws", "bae")
