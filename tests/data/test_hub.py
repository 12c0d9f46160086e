"""Data sets of the hub, with the hub replaced by data sets made here."""

from typing import Any

import datasets
import pytest

from flatnlp.data import load_data
from flatnlp.data.hub import read_hub
from flatnlp.errors import FlatnlpError


def split(columns: dict[str, list[Any]], **features: Any) -> datasets.Dataset:
    data = datasets.Dataset.from_dict(columns)
    return data.cast(datasets.Features({**data.features, **features})) if features else data


def hub_with(**splits: datasets.Dataset) -> Any:
    return lambda repo_id, config: datasets.DatasetDict(splits)


GOOD = {"text": ["a", "b"], "label": [1, 0]}


def test_reads_the_splits_and_the_class_names() -> None:
    names = datasets.ClassLabel(names=["no", "yes"])
    load = hub_with(train=split(GOOD, label=names), validation=split(GOOD, label=names), unsupervised=split(GOOD))
    tables, notes = read_hub("hf:owner/name", load=load)
    assert set(tables) == {"train", "dev"}
    assert tables["train"].labels == ["yes", "no"]
    assert tables["train"].class_names == ("no", "yes")
    assert notes == ["The split 'unsupervised' of hf:owner/name is not used."]


def test_passes_the_configuration_on() -> None:
    asked = []

    def load(repo_id: str, config: str | None) -> Any:
        asked.append((repo_id, config))
        return datasets.DatasetDict({"train": split(GOOD)})

    read_hub("hf:owner/name:en", load=load)
    read_hub("hf:name", load=load)
    assert asked == [("owner/name", "en"), ("name", None)]


def test_rows_chosen_out_of_a_larger_set_are_the_rows_read() -> None:
    data = split({"text": ["a", "b", "c"], "label": [0, 1, 2]}).select([2, 0])
    tables, _ = read_hub("hf:o/n", load=hub_with(train=data))
    assert list(tables["train"].texts) == ["c", "a"]


def test_a_split_with_withheld_labels_is_left_out_and_said() -> None:
    names = datasets.ClassLabel(names=["no", "yes"])
    hidden = split({"text": ["c"], "label": [-1]}, label=names)
    tables, notes = read_hub("hf:o/n", load=hub_with(train=split(GOOD, label=names), test=hidden))
    assert set(tables) == {"train"}
    assert notes == ["The split 'test' of hf:o/n has no labels and is not used."]


def test_a_test_split_without_label_column_is_left_out_and_said() -> None:
    tables, notes = read_hub("hf:o/n", load=hub_with(train=split(GOOD), test=split({"text": ["c"]})))
    assert set(tables) == {"train"}
    assert notes == ["The split 'test' of hf:o/n has no labels and is not used."]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"sentence1": ["a"], "sentence2": ["b"], "label": [0]},
            r"holds pairs of sentences \('sentence1' and 'sentence2'",
        ),
        ({"premise": ["a"], "hypothesis": ["b"], "label": [0]}, "holds pairs of sentences"),
        ({"text": ["a"], "label": [[0, 1]]}, "'label' holds lists, but flatnlp takes one label per text"),
        ({"review": ["a"], "label": [0]}, r"hf:o/n, split train has no column 'text': it has 'review', 'label'"),
        ({"text": ["a"], "label": [None]}, "row 1: the label is missing"),
    ],
)
def test_what_flatnlp_cannot_use_is_refused(columns: dict[str, list[Any]], message: str) -> None:
    with pytest.raises(FlatnlpError, match=message):
        read_hub("hf:o/n", load=hub_with(train=split(columns)))


def test_one_sentence_of_a_pair_can_be_named() -> None:
    pair = split({"premise": ["a", "b"], "hypothesis": ["c", "d"], "label": [0, 1]})
    tables, _ = read_hub("hf:o/n", text_column="premise", load=hub_with(train=pair))
    assert list(tables["train"].texts) == ["a", "b"]


def test_without_a_training_split_the_splits_are_named() -> None:
    with pytest.raises(FlatnlpError, match=r"no split 'train' \(its splits are test\)"):
        read_hub("hf:o/n", load=hub_with(test=split(GOOD)))


@pytest.mark.parametrize("spec", ["hf:", "hf:a/b/c", "hf:/"])
def test_a_malformed_name_is_refused(spec: str) -> None:
    with pytest.raises(FlatnlpError, match="write hf:owner/name"):
        load_data(spec)


def test_an_unreachable_hub_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ConnectionError("Couldn't reach 'o/n' on the Hub\nwith a long story")

    monkeypatch.setattr(datasets, "load_dataset", fail)
    with pytest.raises(FlatnlpError, match=r"hf:o/n cannot be loaded .*\(Couldn't reach 'o/n' on the Hub\)") as caught:
        load_data("hf:o/n")
    assert "\n" not in str(caught.value)
