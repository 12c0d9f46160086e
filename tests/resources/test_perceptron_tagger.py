import json
import os
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flatnlp.resources.perceptron_tagger import TAGGER_FOLDER, convert_perceptron_tagger, read_plain_pickle

PLAIN: list[Any] = [
    {},
    [],
    (),
    {"a": {"NN": 0.5, "VB": -1.25}, "b": {}},
    [1, 300, 70_000, -4, "x", "é" * 300, None],
    (1, 2),
    (1, 2, 3),
    ({"w": {"NN": 1.0}}, {"the": "DT"}, {"DT", "NN"}),
    [["shared"]] * 3,
]


@pytest.mark.parametrize("value", PLAIN)
@pytest.mark.parametrize("protocol", [1, 2])
def test_reads_plain_containers_as_pickle_does(value: Any, protocol: int) -> None:
    assert read_plain_pickle(pickle.dumps(value, protocol)) == value


class Bad:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("echo harm > harm.txt",)


@pytest.mark.parametrize("value", [Bad(), OrderedDict(a=1), print, {"a": Bad()}, [b"bytes"]])
@pytest.mark.parametrize("protocol", [0, 1, 2, 4, 5])
def test_refuses_whatever_names_or_calls_anything(
    value: Any, protocol: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="the stream"):
        read_plain_pickle(pickle.dumps(value, protocol))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("data", [b"", b"\x80", b".", b"0", b"}q\x00(U\x01au.", b"s.", b"h\x05.", b"\x80\x02}"])
def test_refuses_damaged_streams(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_plain_pickle(data)


def test_converts_into_the_place_where_nltk_looks(tmp_path: Path) -> None:
    content = ({"bias": {"NN": 0.25}}, {"the": "DT"}, {"NN", "DT"})
    (tmp_path / "tagger.pickle").write_bytes(pickle.dumps(content, 2))
    convert_perceptron_tagger(tmp_path)
    parts = {
        part: json.loads((tmp_path / TAGGER_FOLDER / f"averaged_perceptron_tagger_eng.{part}.json").read_text())
        for part in ("weights", "tagdict", "classes")
    }
    assert parts == {"weights": {"bias": {"NN": 0.25}}, "tagdict": {"the": "DT"}, "classes": ["DT", "NN"]}
    assert not (tmp_path / "tagger.pickle").exists()


def test_refuses_a_pickle_of_another_shape(tmp_path: Path) -> None:
    (tmp_path / "tagger.pickle").write_bytes(pickle.dumps([1, 2, 3], 2))
    with pytest.raises(ValueError, match="does not hold weights"):
        convert_perceptron_tagger(tmp_path)
