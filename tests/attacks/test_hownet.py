import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flatnlp.attacks.substitutions.hownet import HowNetSubstitutes
from flatnlp.errors import FlatnlpError


def written(path: Path, content: object) -> Path:
    raw = json.dumps(content).encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


@pytest.mark.parametrize("name", ["own.json", "own.json.gz"])
def test_substitutes_are_single_words_in_order_without_the_word_itself(tmp_path: Path, name: str) -> None:
    bank = {"Film": ["movie", "film", "motion picture", "cinema", "movie"], "run": {"verb": ["jog"], "noun": ["dash"]}}
    lexicon = HowNetSubstitutes(written(tmp_path / name, bank))
    assert lexicon.candidates("FILM") == ("cinema", "movie")
    assert lexicon.candidates("run") == ("dash", "jog")
    assert lexicon.candidates("the") == ()


@pytest.mark.parametrize(("content", "match"), [([1], "no lexicon"), ({"a": "b"}, "see 'a'"), ({"a": [1]}, "see 'a'")])
def test_what_is_no_lexicon_is_named(tmp_path: Path, content: object, match: str) -> None:
    with pytest.raises(FlatnlpError, match=match):
        HowNetSubstitutes(written(tmp_path / "own.json", content))


def test_damaged_and_missing_lexicons_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.json.gz").write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(FlatnlpError, match=r"own\.json\.gz is not readable JSON"):
        HowNetSubstitutes(tmp_path / "own.json.gz")
    monkeypatch.setenv("FLATNLP_RESOURCES", str(tmp_path))
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    with pytest.raises(FlatnlpError, match="hownet-substitutes"):
        HowNetSubstitutes()


def test_the_real_lexicon(resources_root: Path, fetched: Callable[[str], Path]) -> None:
    fetched("hownet-substitutes")
    assert "movie" in HowNetSubstitutes().candidates("film")
