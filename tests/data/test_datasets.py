from collections import Counter
from pathlib import Path

import pytest

from flatnlp.data import DataSet, load_data
from flatnlp.data.splits import hold_out
from flatnlp.errors import FlatnlpError


def write(path: Path, labels: list[str], text: str = "text {}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(["text\tlabel\n", *(f"{text.format(i)}\t{label}\n" for i, label in enumerate(labels))]))
    return path


def labels_of(data: DataSet, split: str) -> list[str]:
    return [data.classes[label] for label in data.splits[split]["label"]]


def test_has_three_splits_with_text_and_label(tmp_path: Path) -> None:
    data = load_data(str(write(tmp_path / "reviews.tsv", ["good", "bad"] * 50)))
    assert data.name == "reviews"
    assert data.classes == ("bad", "good")
    assert list(data.splits) == ["train", "dev", "test"]
    for split in data.splits.values():
        assert split.column_names == ["text", "label"]
        assert split.features["text"].dtype == "string"
        assert split.features["label"].names == ["bad", "good"]


def test_missing_splits_are_held_out_stratified_and_said(tmp_path: Path) -> None:
    data = load_data(str(write(tmp_path / "d.tsv", ["a"] * 70 + ["b"] * 20 + ["c"] * 10)))
    counts = {split: Counter(labels_of(data, split)) for split in data.splits}
    assert counts["test"] == {"a": 14, "b": 4, "c": 2}
    assert counts["dev"] == {"a": 7, "b": 2, "c": 1}
    assert counts["train"] == {"a": 49, "b": 14, "c": 7}
    texts = [text for split in data.splits.values() for text in split["text"]]
    assert len(set(texts)) == len(texts) == 100
    assert data.notes == (
        "There is no test split: 20 of the 100 training rows are held out for it (seed 0, stratified by class).",
        "There is no dev split: 10 of the 100 training rows are held out for it (seed 0, stratified by class).",
    )


def test_held_out_rows_depend_on_the_seed_alone_and_keep_their_order(tmp_path: Path) -> None:
    path = str(write(tmp_path / "d.tsv", ["a", "b"] * 50))
    first, again, other = (load_data(path, seed=seed) for seed in (3, 3, 4))
    assert first.splits["test"]["text"][:] == again.splits["test"]["text"][:]
    assert first.splits["test"]["text"][:] != other.splits["test"]["text"][:]
    numbers = [int(text.split()[1]) for text in first.splits["train"]["text"]]
    assert numbers == sorted(numbers)


def test_only_the_missing_split_is_held_out(tmp_path: Path) -> None:
    write(tmp_path / "set/train.tsv", ["a", "b"] * 50)
    write(tmp_path / "set/test.tsv", ["a", "b"], "test {}")
    data = load_data(str(tmp_path / "set"))
    assert {split: len(rows) for split, rows in data.splits.items()} == {"train": 90, "dev": 10, "test": 2}
    assert len(data.notes) == 1


def test_splits_that_are_there_are_taken_as_they_are(tmp_path: Path) -> None:
    for split in ("train", "dev", "test"):
        write(tmp_path / f"set/{split}.tsv", ["b", "a"], split + " {}")
    data = load_data(str(tmp_path / "set"))
    assert data.notes == ()
    assert data.splits["dev"]["text"][:] == ["dev 0", "dev 1"]


def test_integer_labels_are_classes_in_numerical_order(tmp_path: Path) -> None:
    data = load_data(str(write(tmp_path / "d.tsv", ["10", "2", "-1"] * 20)))
    assert data.classes == ("-1", "2", "10")


def test_the_papers_sets_have_their_class_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for split in ("train", "dev", "test"):
        write(tmp_path / f"datasets/ag-news/{split}.tsv", ["3", "0", "2", "1"], split + " {}")
    monkeypatch.setenv("FLATNLP_RESOURCES", str(tmp_path))
    data = load_data("ag_news")
    assert data.name == "ag_news"
    assert data.classes == ("World", "Sports", "Business", "Sci/Tech")
    assert labels_of(data, "test") == ["Sci/Tech", "World", "Business", "Sports"]


def test_one_class_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"d\.tsv: every row has the label 'a'.*at least two classes"):
        load_data(str(write(tmp_path / "d.tsv", ["a"] * 50)))


def test_a_label_unseen_in_training_is_named_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / "set/train.tsv", ["a", "b"] * 50)
    write(tmp_path / "set/dev.tsv", ["a", "b", "c"])
    with pytest.raises(
        FlatnlpError, match=r"dev\.tsv, line 4: the label 'c' does not occur in the training split \(a, b\)"
    ):
        load_data(str(tmp_path / "set"))


@pytest.mark.parametrize("labels", [["a", "b"], ["a", "b", "a"], [str(i) for i in range(50)]])
def test_too_few_rows_to_hold_out_are_refused(tmp_path: Path, labels: list[str]) -> None:
    with pytest.raises(FlatnlpError, match="too few to hold out"):
        load_data(str(write(tmp_path / "d.tsv", labels)))


def test_empty_texts_and_repeated_texts_are_kept_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(folder / "train.tsv", ["a", "b"])
    (folder / "dev.tsv").write_text("text\tlabel\n\ta\n  \tb\nfull\tb\n")
    write(folder / "test.tsv", ["a", "b", "b"])
    data = load_data(str(folder))
    assert data.splits["dev"]["text"][:] == ["", "  ", "full"]
    assert data.notes == (
        "2 of the 3 dev texts are empty; they are kept.",
        "2 of the 3 test texts also occur in the training split.",
    )


def test_a_single_text_is_said_in_the_singular(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    write(folder / "train.tsv", ["a", "b"])
    (folder / "dev.tsv").write_text("text\tlabel\n\ta\n")
    (folder / "test.tsv").write_text("text\tlabel\n\ta\nnew\tb\n")
    first = load_data(str(folder)).splits["train"]["text"][0]
    assert load_data(str(folder)).notes == (
        "The only dev text is empty; it is kept.",
        "1 of the 2 test texts is empty; it is kept.",
    )
    (folder / "test.tsv").write_text(f"text\tlabel\n{first}\ta\nnew\tb\n")
    assert "1 of the 2 test texts also occurs in the training split." in load_data(str(folder)).notes


@pytest.mark.parametrize(
    "labels", [["a"] * 40 + ["b"], ["a"] * 40 + ["b"] * 2, [str(i % 9) for i in range(20)], ["a", "b", "a"]]
)
def test_hold_out_never_takes_the_last_row_of_a_class(labels: list[str]) -> None:
    for seed in range(20):
        parts = hold_out(labels, max(1, len(labels) // 10), seed)
        assert {labels[row] for row in parts.kept} == set(labels)
        assert sorted([*parts.kept, *parts.held]) == list(range(len(labels)))


def test_hold_out_says_when_it_cannot_stratify() -> None:
    assert hold_out(["a"] * 20 + ["b"] * 20, 4, 0).stratified
    assert not hold_out([str(i % 9) for i in range(40)], 4, 0).stratified


def test_a_file_named_like_a_paper_data_set_keeps_its_own_classes(tmp_path: Path) -> None:
    path = tmp_path / "trec.csv"
    path.write_text("text,label\n" + "".join(f"some text {i},{i % 6}\n" for i in range(120)), encoding="utf-8")
    assert load_data(str(path)).classes == ("0", "1", "2", "3", "4", "5")


def test_half_a_surrogate_pair_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"text": "fine", "label": "a"}\n{"text": "broken \\ud800", "label": "b"}\n', encoding="utf-8")
    with pytest.raises(FlatnlpError, match="line 2: the text holds half a surrogate pair"):
        load_data(str(path))
