"""``flatnlp importance``: the table, its files, and models without importances."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import flatnlp
from flatnlp.attacks.results_file import read_results
from flatnlp.errors import FlatnlpError
from flatnlp.interpret.importance import replaced_words
from flatnlp.models.saved import save_model
from flatnlp.text import clean

from . import tiny
from .tiny import CommandLine


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_every_word_with_its_importance_and_counts(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    words = flatnlp.importance(tiny_run)
    assert {each.word for each in words} == set(model.vocabulary.words[2:])
    phi = dict(zip([each.word for each in words], [each.importance for each in words], strict=True))
    assert list(phi.values()) == sorted(phi.values(), reverse=True)
    assert phi == pytest.approx(dict(zip(phi, model.word_importance(list(phi)), strict=True)))
    counts = dict(zip(model.vocabulary.words, model.vocabulary.counts, strict=True))
    assert all(each.frequency == counts[each.word] for each in words)
    expected: Counter[str] = Counter()
    for result in read_results(tiny_run / "rounds" / "01" / "adversarial.pwws.parquet"):
        if result.status == "successful":
            expected.update(word for edit in result.adversarial.edits for word in clean(edit.original))
    assert {each.word: each.substitutions for each in words if each.substitutions} == dict(expected)
    assert expected.total() > 0


def test_the_words_are_a_tuple_and_a_table(tiny_run: Path) -> None:
    words = flatnlp.importance(tiny_run)
    assert isinstance(words, tuple)
    assert repr(words) == f"<WordImportances of {len(words)} words>"
    table = words.to_pandas()
    assert list(table) == ["word", "importance", "frequency", "substitutions"]
    assert [tuple(row) for row in table.itertuples(index=False)] == [
        (each.word, each.importance, each.frequency, each.substitutions) for each in words
    ]
    assert words[0].word in words._repr_html_()


def test_the_command_prints_both_ends_and_writes_both_files(
    command_line: CommandLine, tiny_run: Path, tmp_path: Path
) -> None:
    out = command_line.done(
        *("importance", tiny_run, "--top", 2, "--output", tmp_path / "words.csv", "--plot", tmp_path / "words.png")
    )
    words = flatnlp.importance(tiny_run)
    for each in (*words[:2], *words[-2:]):
        assert each.word in out
    rows = read(tmp_path / "words.csv")
    assert [row["word"] for row in rows] == [each.word for each in words]
    assert float(rows[0]["importance"]) == words[0].importance
    assert (tmp_path / "words.png").read_bytes().startswith(b"\x89PNG")
    command_line.done("importance", tiny_run / "model", "--output", tmp_path / "words.parquet")
    table = pd.read_parquet(tmp_path / "words.parquet")
    assert table["word"].tolist() == [each.word for each in words]
    assert table["substitutions"].tolist() == [each.substitutions for each in words]
    refused = command_line.refusal("importance", tiny_run, "--output", tmp_path / "words.csv")
    assert "is there already" in refused


def test_a_word_that_looks_like_a_formula_is_guarded(tiny_run: Path, tmp_path: Path) -> None:
    from flatnlp.data.vocabulary import Vocabulary

    model = flatnlp.load(tiny_run)
    words = list(model.vocabulary.words)
    words[2:5] = ["=1+1", "@cmd", "-2"]
    model.vocabulary = Vocabulary(tuple(words), model.vocabulary.counts)
    flatnlp.importance(model, output=tmp_path / "words.csv")
    written = {row["word"] for row in read(tmp_path / "words.csv")}
    assert {"'=1+1", "'@cmd", "'-2"} < written


def test_models_without_importances(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    tiny.train(tiny_data, tiny_vectors, base, method="base", epochs=1)
    assert "no word mask" in command_line.refusal("importance", base, "--output", tmp_path / "words.csv")
    assert "neither .csv nor .parquet" in command_line.refusal(
        "importance", tiny_run, "--output", tmp_path / "words.txt"
    )
    assert not list(tmp_path.glob("words.*"))
    with pytest.raises(FlatnlpError, match="no vocabulary of whole words"):
        flatnlp.importance(flatnlp.CallableClassifier(lambda texts: [[1.0]] * len(texts), ["only"]))


def test_a_model_away_from_its_run_counts_nothing_as_replaced(tiny_run: Path, tmp_path: Path) -> None:
    save_model(flatnlp.load(tiny_run), tmp_path / "alone")
    told: list[str] = []
    assert all(each.substitutions == 0 for each in flatnlp.importance(tmp_path / "alone", say=told.append))
    assert "no word counts as replaced" in told[0]


def test_words_are_counted_where_they_became_another() -> None:
    from .interpret.test_measure import result

    results = [
        result(0, "The good FILM isn't good", "successful", (1, "fine"), (2, "film"), (3, "wasn't")),
        result(1, "good", "failed", (0, "bad")),
        result(2, "good", "successful", (0, "nice"), (0, "kind")),
    ]
    assert replaced_words(results) == {"good": 2, "isn": 1, "t": 1}


def test_nothing_in_the_run_changes(tiny_run: Path) -> None:
    before = tiny.contents(tiny_run)
    flatnlp.importance(tiny_run)
    assert tiny.contents(tiny_run) == before
