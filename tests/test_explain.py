"""``flatnlp explain`` and ``flatnlp.explain``: which words speak for a class, alone or beside another text."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

import flatnlp
from flatnlp import CallableClassifier, FlatnlpError

from . import tiny
from .tiny import CommandLine, contents

DULL = "The plot was dull."


@pytest.fixture(autouse=True)
def tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


def test_attributions_sum_to_what_the_words_changed(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    (found,) = flatnlp.explain(model, [DULL])
    saliency = found.original
    assert [saliency.raw[word.start : word.end] for word in saliency.words] == ["The", "plot", "was", "dull"]
    assert saliency.prediction == model.predict([DULL])[0] == saliency.label
    number = model.classes.index(saliency.label)
    assert saliency.probability == pytest.approx(model.predict_proba([DULL])[0, number])
    assert all(0 < (word.importance or 0) < 1 for word in saliency.words)
    (other,) = flatnlp.explain(model, DULL, label=1 - number)
    for word, against in zip(saliency.words, other.original.words, strict=True):
        assert word.value == pytest.approx(-(against.value or 0))


def test_an_attack_makes_the_other_text_and_its_swaps_are_marked(tiny_run: Path) -> None:
    said: list[str] = []
    (found,) = flatnlp.explain(tiny_run, DULL, attack="pwws", say=said.append)
    (result,) = flatnlp.attack(tiny_run, [DULL])
    assert found.adversarial is not None
    assert found.adversarial.raw == result.adversarial.raw
    assert found.status == result.status
    assert found.adversarial.label == found.original.label
    swapped = [found.original.raw[start:end] for start, end in found.original.swapped]
    assert swapped == [edit.original for edit in sorted(result.adversarial.edits, key=lambda edit: edit.position)]
    assert bool(said) == (result.status != "successful")


def test_the_attack_takes_its_options(command_line: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    space = tmp_path / "space.json"
    space.write_text(json.dumps({"plot": ["zebra"], "dull": ["zebra"]}))
    chosen = ("--synonyms", space, "--attack", "exhaustive-greedy")
    assert "[zebra]" in command_line.done("explain", tiny_run, DULL, *chosen)
    assert "name one with --attack" in command_line.refusal("explain", tiny_run, DULL, "--synonyms", space)
    refused = command_line.refusal("explain", tiny_run, DULL, "--attack", "pwws", "--tagger", "nltk")
    assert "--tagger means nothing to pwws" in refused


def test_a_text_against_another_marks_what_differs(tiny_run: Path) -> None:
    (found,) = flatnlp.explain(tiny_run, DULL, against="The story was, so, dull.")
    assert found.adversarial is not None
    assert [found.original.raw[a:b] for a, b in found.original.swapped] == ["plot"]
    assert [found.adversarial.raw[a:b] for a, b in found.adversarial.swapped] == ["story", "so"]


def test_words_beyond_the_models_length_are_unseen(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    long = "The film was dull. " * 30
    words = flatnlp.explain(model, long)[0].original.words
    read = [word.value is not None for word in words]
    assert read == [True] * model.length + [False] * (120 - model.length)


def test_any_callable_is_explained_by_lime_and_refused_by_gradients() -> None:
    loud = CallableClassifier(
        lambda texts: [[0.9, 0.1] if "dull" in text else [0.2, 0.8] for text in texts], ["bad", "good"]
    )
    (found,) = flatnlp.explain(loud, DULL, method="lime", name="loud")
    values = {found.original.raw[word.start : word.end]: word.value or 0 for word in found.original.words}
    assert max(values, key=lambda word: values[word]) == "dull"
    assert found.original.model == "loud"
    assert not found.original.masked
    with pytest.raises(FlatnlpError, match="use LIME"):
        flatnlp.explain(loud, DULL)


def test_results_go_to_notebooks_consoles_tables_and_files(tiny_run: Path, tmp_path: Path) -> None:
    found = flatnlp.explain(tiny_run, [DULL, "A <b>fine</b> film."], attack="pwws")
    html = found._repr_html_()
    assert "&lt;" in html
    assert "<b>f" not in html
    file = io.StringIO()
    Console(file=file, width=100).print(found)
    assert "A <b>" in file.getvalue()
    table = found.to_pandas()
    assert set(table["explanation"]) == {0, 1}
    assert set(table["text"]) == {"original", "adversarial"}
    assert table["swapped"].any()
    assert found.save_html(tmp_path / "page.html").read_text().startswith("<!doctype html>")
    assert found.save_picture(tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert len(found[:1]) == 1


def test_on_the_command_line(tiny_run: Path, command_line: CommandLine, tmp_path: Path) -> None:
    page, picture = tmp_path / "page.html", tmp_path / "picture.svg"
    out = command_line.done("explain", tiny_run, DULL, "--attack", "pwws", "--html", page, "--png", picture)
    assert "original: " in out
    assert "importance" in out
    assert f"Page: {page}" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "picture.svg"]
    out = command_line.done(
        "explain", tiny_run, "The plot\x1b[31m was \u202edull.", "--method", "lime", "--label", "neg"
    )
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "LIME: + speaks for neg" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([""], "The text has no words ('')"),
        (["?! …"], "The text has no words"),
        ([DULL, "--against", " "], "The text to put against it has no words"),
        ([DULL, "--against", "x", "--attack", "pwws"], "not both"),
        ([DULL, "--label", "postive"], "There is no class 'postive'; did you mean pos?"),
        ([DULL, "--method", "shap"], "choose one of ig, lime."),
        ([DULL, "--attack", "pwsw"], "pwsw"),
        ([DULL, "--png", "picture.jpg"], "should end in .svg, .pdf or .png"),
        ([DULL, "--html", "."], "."),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(
    tiny_run: Path, command_line: CommandLine, arguments: list[str], sentence: str
) -> None:
    before = contents(tiny_run)
    assert sentence in command_line.refusal("explain", tiny_run, *arguments)
    assert contents(tiny_run) == before
    assert not Path("picture.jpg").exists()


def test_lists_of_other_lengths_and_empty_ones_are_refused(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    with pytest.raises(FlatnlpError, match="list of texts is empty"):
        flatnlp.explain(model, [])
    with pytest.raises(FlatnlpError, match="There are 2 texts but 1"):
        flatnlp.explain(model, [DULL, DULL], against=[DULL])
    with pytest.raises(FlatnlpError, match="The text number 2 has no words"):
        flatnlp.explain(model, [DULL, "..."])
