"""What the playground asks of models, without a page."""

from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.playground.cards import cards, sentence
from flatnlp.playground.models import Models, demo_runs
from flatnlp.playground.trying import LONGEST, attack, predict, recipes_here
from tests import tiny

TEXT = "A lovely film, and so it ends!"
HOSTILE = "<img src=x onerror=alert(1)> lovely {{ 7 * 7 }} ${alert(2)} \u202e film </script>"


@pytest.fixture(scope="module")
def models(tiny_run: Path) -> Models:
    return Models([tiny_run])


def test_models_are_named_as_in_the_report_and_loaded_once_when_asked(
    tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    monkeypatch.setattr(
        "flatnlp.api.loading.load_model", lambda folder, device, *_: loaded.append((folder, device)) or "it"
    )
    models = Models([tiny_run, tiny_run])
    assert models.names == ("cnn flat (flat) #1", "cnn flat (flat) #2")
    assert loaded == []
    assert [models.load("cnn flat (flat) #2") for _ in range(2)] == ["it", "it"]
    assert loaded == [(tiny_run, "cpu")]
    with pytest.raises(FlatnlpError, match=r"There is no model 'cnn' here; choose one of cnn flat \(flat\) #1, cnn"):
        models.load("cnn")


def test_offers_short_texts_that_were_attacked(models: Models) -> None:
    offered = models.sentences(2)
    assert len(offered) == 2
    assert set(offered) <= {text for text, _ in tiny.rows()}


def test_runs_that_are_not_there_are_one_sentence(tmp_path: Path, tiny_run: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"no runs in .* train them first with 'make run'"):
        demo_runs(tmp_path)
    with pytest.raises(FlatnlpError, match="at least one run folder"):
        Models([])
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(FlatnlpError, match="has no finished model"):
        Models([tmp_path])
    (tmp_path / "flat").symlink_to(tiny_run)
    assert demo_runs(tmp_path) == [tmp_path / "flat"]


@pytest.mark.parametrize("method", ["ig", "lime"])
def test_predicts_and_says_which_words(models: Models, method: str) -> None:
    (tried,) = predict(models, models.names, f"  {TEXT}\n", method)
    expected = models.load(tried.model).predict_proba([TEXT])[0]
    assert tried.steps[0].probabilities == pytest.approx(tuple(expected))
    assert (len(tried.steps), tried.result) == (1, None)
    saliency = tried.explanation.original
    assert tried.explanation.adversarial is None
    assert (saliency.raw, saliency.method) == (TEXT, method)
    assert [TEXT[word.start : word.end] for word in saliency.words] == [
        "A",
        "lovely",
        "film",
        "and",
        "so",
        "it",
        "ends",
    ]


def test_attacks_the_model_own_prediction_step_by_step(models: Models) -> None:
    (tried,) = attack(models, models.names, TEXT, "ig", tiny.pwws())
    result = tried.result
    assert result is not None
    assert result.example.label == max(range(2), key=lambda i: tried.steps[0].probabilities[i])
    assert len(tried.steps) == 1 + len(result.adversarial.edits) > 1
    first, last = (tried.steps[i].probabilities[result.example.label] for i in (0, -1))
    assert (first, last) == pytest.approx(result.probabilities)
    assert tried.steps[-1].text.raw == result.adversarial.raw
    beside = tried.explanation.adversarial
    assert beside is not None
    assert {beside.raw[start:end] for start, end in beside.swapped} == {e.substitute for e in result.adversarial.edits}


def test_a_text_without_substitutes_stays_alone(models: Models) -> None:
    (tried,) = attack(models, models.names, "And so it ends!", "ig", tiny.pwws())
    assert tried.result is not None
    assert tried.result.status == "unattackable"
    assert tried.explanation.adversarial is None
    assert "Nothing to swap" in cards([tried])


@pytest.mark.parametrize(
    ("text", "chosen", "said"),
    [
        (" \n", ["cnn flat"], "There is no word to read; type a sentence."),
        ("?!", ["cnn flat"], "There is no word to read; type a sentence."),
        (
            "a" * (LONGEST + 1),
            ["cnn flat"],
            "The text has 2,001 characters; the playground takes 2,000, so shorten it.",
        ),
        ("A film.", [], "No model is chosen; tick at least one."),
        ("A film.", ["lstm"], "There is no model 'lstm' here; choose one of cnn flat."),
    ],
)
def test_what_cannot_be_tried_is_one_sentence(models: Models, text: str, chosen: list[str], said: str) -> None:
    for asked in (predict(models, chosen, text), attack(models, chosen, text, "ig", tiny.pwws())):
        with pytest.raises(FlatnlpError) as refused:
            list(asked)
        assert str(refused.value) == said


def test_hostile_text_is_drawn_as_text(models: Models) -> None:
    drawn = cards(list(attack(models, models.names, HOSTILE, "ig", tiny.pwws())), ["<b>next</b>"])
    for tag in ("<img", "</script", "<b>next"):
        assert tag not in drawn
    assert "[U+202E]" in drawn
    assert "\u202e" not in drawn
    assert "&lt;img src=x" in sentence("<img src=x>")


def test_only_attacks_whose_files_are_here_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flatnlp.playground.trying.status", list)
    assert "pwws" not in recipes_here()
