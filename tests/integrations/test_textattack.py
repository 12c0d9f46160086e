"""TextAttack both ways. Where it is installed, it is asked itself; the rest holds without it.

It cannot share an environment with the pinned versions of the tests, so there those that need it skip. In one that has
both: ``PYTHONPATH=src python -m pytest tests/integrations/test_textattack.py``.
"""

import csv
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flatnlp
from flatnlp import CallableClassifier, FlatnlpError
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.textattack_csv import COLUMNS, textattack_row
from flatnlp.integrations import textattack as integration
from flatnlp.models.classifier import UNKNOWN
from flatnlp.text import Text
from tests import tiny
from tests.test_api import LABELS, TEXTS, count_words
from tests.tiny import CommandLine

VICTIM = CallableClassifier(count_words, ("neg", "pos"))
INSTALLED = importlib.util.find_spec("textattack") is not None


@pytest.fixture(autouse=True)
def tiny_attack(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that has of TextAttack what ``ModelWrapper`` is made of."""
    wrappers = types.ModuleType("textattack.models.wrappers")
    wrappers.ModelWrapper = type("Base", (), {})  # type: ignore[attr-defined]
    for name in ("textattack", "textattack.models"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "textattack.models.wrappers", wrappers)
    integration._wrapper_class.cache_clear()
    yield
    integration._wrapper_class.cache_clear()


def result(original: str, adversarial: Text, status: Any = "successful") -> AttackResult:
    return AttackResult(Example(7, original, 1), adversarial, status, (1, 0), (0.75, 0.25), 9, 3)


# --- without TextAttack ---


def test_who_lacks_textattack_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "textattack.models.wrappers", None)
    integration._wrapper_class.cache_clear()
    with pytest.raises(FlatnlpError, match=r"TextAttack cannot be imported .* pip install textattack"):
        integration.ModelWrapper(VICTIM)
    with pytest.raises(AttributeError, match="no attribute 'Wrapper'"):
        integration.Wrapper  # noqa: B018


@pytest.mark.usefixtures("stand_in")
def test_a_wrapper_answers_what_the_model_does(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    wrapper = integration.ModelWrapper(tiny_run)
    assert integration.ModelWrapper.__mro__[2].__name__ == "Base"
    assert np.allclose(wrapper(TEXTS), model.predict_proba(TEXTS), rtol=0, atol=1e-12)
    halves = CallableClassifier(lambda texts: [[0.5, 1.5]] * len(texts), ("neg", "pos"))
    assert integration.ModelWrapper(halves)(["a"]).tolist() == [[0.25, 0.75]]


@pytest.mark.usefixtures("stand_in")
def test_the_probe_is_the_unknown_token(tiny_run: Path) -> None:
    model = flatnlp.load(tiny_run)
    wrapper = integration.ModelWrapper(model)
    text = Text.of("A good film, and so it ends!")
    [unknown] = model.encode_variants(text, [1], [UNKNOWN])
    assert wrapper._key("A [UNK] film, and so it ends!") == unknown
    assert wrapper._key(text.raw) == model.encode(text)
    shouted: list[str] = []
    function = CallableClassifier(lambda texts: [shouted.extend(texts) or [1, 0] for _ in texts], ("a", "b"))
    integration.ModelWrapper(function)(["A [UNK] film."])
    assert shouted == ["A [UNK] film."]


@pytest.mark.usefixtures("stand_in")
def test_gradients_belong_to_words(tiny_run: Path) -> None:
    wrapper = integration.ModelWrapper(tiny_run)
    words = wrapper._tokenize(["A lovely film -- so, it ends!"])[0]
    gradient = wrapper.get_grad("A lovely film -- so, it ends!")["gradient"]
    assert words == ["A", "lovely", "film", "so", "it", "ends"]
    assert gradient.shape == (6, 6)
    assert (np.abs(gradient).sum(1) > 0).all()
    with pytest.raises(FlatnlpError, match="no gradients"):
        integration.ModelWrapper(VICTIM).get_grad("A film.")


@pytest.mark.parametrize("form", ["lists", "logits", "tensors"])
def test_any_wrapper_is_a_victim(form: str) -> None:
    import torch

    def wrapper(texts: list[str]) -> Any:
        rows = np.array(count_words(texts))
        return {"lists": rows.tolist(), "logits": np.log(rows) + 3, "tensors": torch.tensor(rows)}[form]

    victim = integration.classifier(wrapper, ("neg", "pos"))
    assert np.allclose(victim.predict_proba(TEXTS), VICTIM.predict_proba(TEXTS))
    found = flatnlp.attack(victim, TEXTS, LABELS)
    assert [each.adversarial.raw for each in found] == [
        each.adversarial.raw for each in flatnlp.attack(VICTIM, TEXTS, LABELS)
    ]


def test_rows_read_as_textattack_writes_them() -> None:
    original = "A good film,\nand so good."
    text = Text.of(original).replace(1, "decent").replace(5, "fine")
    assert textattack_row(result(original, text)) == {
        "original_text": "A [[good]] film,<SPLIT>and so [[good]].",
        "perturbed_text": "A [[decent]] film,<SPLIT>and so [[fine]].",
        "original_score": 0.25,
        "perturbed_score": 0.75,
        "original_output": 1,
        "perturbed_output": 0,
        "ground_truth_output": 1,
        "num_queries": 9,
        "result_type": "Successful",
    }
    back = Text.of(original).replace(1, "decent").replace(1, "good")
    assert textattack_row(result(original, back, "failed"))["perturbed_text"] == original.replace("\n", "<SPLIT>")
    merged = Text.of("A very good film").merge(1, "great")
    assert textattack_row(result("A very good film", merged))["original_text"] == "A [[very]] [[good]] film"
    assert textattack_row(result("A very good film", merged))["perturbed_text"] == "A [[great]] film"
    more = Text.of("A film").insert(1, "fine")
    assert textattack_row(result("A film", more, "unattackable"))["perturbed_text"] == "A [[fine]] film"
    assert textattack_row(result("A film", more, "unattackable"))["original_text"] == "A film"
    assert textattack_row(result("A film", more, "unattackable"))["result_type"] == "Failed"


def test_results_are_exported(command_line: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    said = command_line.done("export", tiny_run, "--output", path, "--format", "textattack")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert said == f"{path}: {len(rows)} attacked texts.\n"
    assert tuple(rows[0]) == COLUMNS
    found = flatnlp.attack(tiny_run, TEXTS, LABELS)
    with found.save_textattack_csv(tmp_path / "b.csv").open(newline="") as file:
        assert [row["num_queries"] for row in csv.DictReader(file)] == [str(each.queries) for each in found]
    refused = command_line.refusal("export", tiny_run, "--output", tmp_path / "c.csv", "--format", "textatack")
    assert refused == "There is no format 'textatack'; did you mean textattack?"
    refused = command_line.refusal("export", tiny_run, "--output", tmp_path / "c.jsonl", "--format", "textattack")
    assert "TextAttack's results are csv" in refused
    refused = command_line.refusal("export", tmp_path, "--output", tmp_path / "c.csv", "--format", "textattack")
    assert "must have one file of attack results and has none; name the file itself." in refused


# --- with TextAttack ---


@pytest.fixture(scope="module")
def textattack(fetched: Callable[[str], Path]) -> Any:
    if not INSTALLED:
        pytest.skip("TextAttack is not installed here; it needs an environment of its own (benchmarks/README.md)")
    spec = importlib.util.spec_from_file_location(
        "textattack_offline", Path(__file__).parents[2] / "benchmarks" / "textattack_offline.py"
    )
    assert spec
    assert spec.loader
    offline = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(offline)
    offline.prepare([fetched("wordnet"), fetched("stopwords")])  # which it reads when it is imported
    import textattack

    return textattack


def their_attack(textattack: Any, wrapper: Any) -> Any:
    """Greedy search by deletion over the tiny table of synonyms."""

    class Swap(textattack.transformations.WordSwap):
        def _get_replacement_words(self, word: str) -> Sequence[str]:
            return list(tiny.SYNONYMS.get(word.lower(), ()))

    return textattack.Attack(
        textattack.goal_functions.UntargetedClassification(wrapper),
        [
            textattack.constraints.pre_transformation.RepeatModification(),
            textattack.constraints.pre_transformation.StopwordModification(set(tiny.STOP_WORDS)),
        ],
        Swap(),
        textattack.search_methods.GreedyWordSwapWIR("weighted-saliency"),
    )


@pytest.mark.filterwarnings("ignore")
def test_their_attack_and_ours_agree_and_so_do_the_files(textattack: Any, tiny_run: Path, tmp_path: Path) -> None:
    texts = [text for text, _ in tiny.rows()]
    labels = [int(label == "pos") for _, label in tiny.rows()]
    model = flatnlp.load(tiny_run)
    wrapper = integration.ModelWrapper(model)
    assert isinstance(wrapper, textattack.models.wrappers.ModelWrapper)
    attack = their_attack(textattack, wrapper)
    theirs = [attack.attack(text, label) for text, label in zip(texts, labels, strict=True)]
    ours = flatnlp.attack(model, texts, labels)
    assert [each.perturbed_text() for each in theirs] == [each.adversarial.raw for each in ours]

    logger = textattack.loggers.CSVLogger(str(tmp_path / "theirs.csv"))
    for each in theirs:
        logger.log_attack_result(each)
    logger.flush()
    ours.save_textattack_csv(tmp_path / "ours.csv")
    files = []
    for name in ("theirs", "ours"):
        with (tmp_path / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            files.append(list(csv.DictReader(file)))
    assert tuple(files[0][0]) == tuple(files[1][0]) == COLUMNS
    assert {row["result_type"] for row in files[0]} >= {"Successful", "Failed"}
    for their, our in zip(*files, strict=True):
        for name in ("original_score", "perturbed_score"):
            assert float(their.pop(name)) == pytest.approx(float(our.pop(name)), abs=1e-6)
        assert their == {**our, "num_queries": their["num_queries"], "ground_truth_output": our["ground_truth_output"]}


@pytest.mark.filterwarnings("ignore")
def test_our_attack_runs_on_their_wrapper(textattack: Any) -> None:
    class Wrapper(textattack.models.wrappers.ModelWrapper):
        model = None

        def __call__(self, texts: list[str]) -> Any:
            return np.array(count_words(texts))

    victim = integration.classifier(Wrapper(), ("neg", "pos"))
    assert flatnlp.attack(victim, TEXTS, LABELS) == flatnlp.attack(VICTIM, TEXTS, LABELS)


@pytest.mark.filterwarnings("ignore")
def test_their_order_of_words_by_gradient_works_on_our_models(textattack: Any, tiny_run: Path) -> None:
    attack = their_attack(textattack, integration.ModelWrapper(tiny_run))
    attack.search_method = textattack.search_methods.GreedyWordSwapWIR("gradient")
    attack = textattack.Attack(
        attack.goal_function,
        [*attack.constraints, *attack.pre_transformation_constraints],
        attack.transformation,
        attack.search_method,
    )
    found = attack.attack("A good film, and so it ends!", 1)
    assert found.num_queries > 1
