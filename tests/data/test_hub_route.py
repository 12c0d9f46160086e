"""The catalogue's hub route, from a repository made here to a loaded data set."""

from pathlib import Path
from typing import Any

import datasets
import pytest

from flatnlp.data import load_data
from flatnlp.errors import FlatnlpError
from flatnlp.resources import HubSource
from flatnlp.resources.hub import hub_download
from flatnlp.resources.route_error import RouteError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))


def test_trec_comes_with_its_coarse_classes_and_a_dev_split(monkeypatch: pytest.MonkeyPatch) -> None:
    coarse = ["ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"]
    asked: list[dict[str, Any]] = []

    def load_dataset(repo_id: str, config: str | None, **settings: Any) -> datasets.Dataset:
        asked.append({"repo_id": repo_id, **settings})
        rows = 120 if settings["split"] == "train" else 12
        columns = {
            "text": [f"{settings['split']} {i}" for i in range(rows)],
            "coarse_label": [i % 6 for i in range(rows)],
            "fine_label": [0] * rows,
        }
        return datasets.Dataset.from_dict(columns).cast_column("coarse_label", datasets.ClassLabel(names=coarse))

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    data = load_data("trec", progress=False)
    assert data.classes == tuple(coarse)
    assert {split: len(rows) for split, rows in data.splits.items()} == {"train": 108, "dev": 12, "test": 12}
    assert [data.classes[label] for label in data.splits["test"]["label"][:3]] == ["ABBR", "ENTY", "DESC"]
    assert {(each["repo_id"], each["revision"]) for each in asked} == {("CogComp/trec", "refs/convert/parquet")}
    load_data("trec", progress=False)
    assert len(asked) == 2, "the second load reads the cache"


def test_what_the_hub_client_raises_is_the_routes_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("no route to host\nmore")

    monkeypatch.setattr(datasets, "load_dataset", fail)
    with pytest.raises(RouteError, match=r"split 'train' could not be read \(no route to host\)"):
        hub_download(HubSource("a/b", {"train": "train"}), tmp_path)
    with pytest.raises(FlatnlpError, match=r"imdb is neither under .*Hugging Face hub stanfordnlp/imdb: .*no route"):
        load_data("imdb", progress=False)
