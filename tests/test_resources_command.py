"""``flatnlp resources`` and ``flatnlp export`` on the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

from flatnlp.resources.manifest import write_manifest
from tests.tiny import CommandLine


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which there are the stop words and nothing else."""
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "400")
    folder = tmp_path / "cache" / "nltk" / "stopwords"
    (folder / "corpora" / "stopwords").mkdir(parents=True)
    (folder / "corpora" / "stopwords" / "english").write_text("the\n", encoding="utf-8")
    write_manifest(folder, "stopwords", "a wheel")
    return folder


def test_the_list_says_what_is_here_and_what_is_not(command_line: CommandLine, fetched: Path) -> None:
    lines = command_line.done("resources", "list").splitlines()
    (stop_words,) = [line for line in lines if "│ stopwords " in line]
    (wordnet,) = [line for line in lines if "│ wordnet " in line]
    assert str(fetched) in stop_words
    assert wordnet.rstrip(" │").endswith(" no")


def test_what_is_here_is_not_fetched_and_an_unknown_name_is_refused(command_line: CommandLine, fetched: Path) -> None:
    assert command_line.done("resources", "fetch", "stopwords") == f"stopwords: {fetched}\n"
    assert "wordnett" in command_line.refusal("resources", "fetch", "wordnett")


def test_files_that_changed_since_they_were_fetched_are_named(command_line: CommandLine, fetched: Path) -> None:
    assert command_line.done("resources", "verify") == "stopwords: intact\n"
    (fetched / "corpora" / "stopwords" / "english").write_text("THE\n", encoding="utf-8")
    outcome = command_line("resources", "verify", "stopwords")
    assert outcome.code == 2
    assert outcome.out == (
        "stopwords: damaged; corpora/stopwords/english has another content than when it was fetched\n"
    )
    assert outcome.err == ("Error: stopwords: not as fetched; delete and fetch again with `flatnlp resources fetch`.\n")


def test_a_space_is_counter_fitted_and_compared(command_line: CommandLine, tmp_path: Path) -> None:
    words = ["good", "fine", "bad", "poor"]
    rows = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    np.savez(tmp_path / "vectors.npz", words=np.array(words), vectors=rows)
    (tmp_path / "near.txt").write_text("good fine\nbad poor\n", encoding="utf-8")
    (tmp_path / "far.txt").write_text("good bad\n", encoding="utf-8")
    (tmp_path / "listed.json").write_text(
        json.dumps({"good": ["fine"], "fine": [], "bad": ["poor"], "poor": []}), encoding="utf-8"
    )
    given = ["resources", "counterfit", f"--vectors={tmp_path / 'vectors.npz'}", f"--output={tmp_path / 'space.npz'}"]
    given += [f"--synonyms={tmp_path / 'near.txt'}", f"--antonyms={tmp_path / 'far.txt'}"]
    said = command_line.done(*given, f"--compare={tmp_path / 'listed.json'}", "--quiet")
    assert said.startswith(f"{tmp_path / 'space.npz'}: 4 words.\n")
    assert "Of the listed neighbours, 100.0% are among the 8 nearest (before: 100.0%)." in said
    assert "--overwrite" in command_line.refusal(*given)


def test_the_adversarial_texts_of_a_run_become_a_data_set(
    command_line: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    output = tmp_path / "adversarial.jsonl"
    said = command_line.done("export", tiny_run, "--output", output)
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert said == f"{output}: {len(rows):,} adversarial texts.\n"
    assert {tuple(row) for row in rows} == {("text", "label", "original", "round", "attack")}
    assert all(row["text"] != row["original"] for row in rows)
    assert "--overwrite" in command_line.refusal("export", tiny_run, "--output", output)
    assert command_line.done("export", tiny_run, "--output", output, "--overwrite") == said
