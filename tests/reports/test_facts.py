from pathlib import Path

import pytest

from flatnlp.reports.facts import facts, notes, settings, without_folders
from flatnlp.reports.records import read_run
from tests.reports.fabricated import write_run


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/me/films.csv", "films.csv"),
        ("~/films.csv", "films.csv"),
        (r"C:\Users\me\films.csv", "films.csv"),
        ("/srv/data/", "data/"),
        ("held out from /home/me/a b/films.csv.", "held out from a b/films.csv."),
        ("'/data/x.csv' and/or hf:owner/name", "'x.csv' and/or hf:owner/name"),
        ("https://example.org/a/b 3/4", "https://example.org/a/b 3/4"),
    ],
)
def test_folders_of_a_machine_are_left_out(text: str, shown: str) -> None:
    assert without_folders(text) == shown


def test_facts_on_which_runs_agree_are_said_once(tmp_path: Path) -> None:
    runs = [
        read_run(write_run(tmp_path / "a", "base", config={"seed": 0, "vectors": "glove-50d"})),
        read_run(write_run(tmp_path / "b", "flat", config={"seed": 1, "vectors": "glove-50d"})),
    ]
    said = {fact.title: fact.lines for fact in facts(runs, ["one", "two"])}
    assert said["Seed"] == ("one: 0", "two: 1")
    assert said["Word vectors"] == ("glove-50d",)
    assert said["Texts"] == ("8,000 train · 900 dev · 1,280 test",)
    assert "Vocabulary" not in said


def test_settings_that_differ_come_first(tmp_path: Path) -> None:
    runs = [
        read_run(write_run(tmp_path / "a", config={"seed": 0, "output": "/x/y"}, data={"notes": ["same"]})),
        read_run(write_run(tmp_path / "b", config={"seed": 1, "gamma": 0.5}, data={"notes": ["same", "more"]})),
    ]
    found = settings(runs)
    assert [(setting.name, setting.values) for setting in found if setting.differs] == [
        ("gamma", ("–", "0.5")),
        ("seed", ("0", "1")),
    ]
    assert "output" not in {setting.name for setting in found}
    assert notes(runs) == ("same", "more")
