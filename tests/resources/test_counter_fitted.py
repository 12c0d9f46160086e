"""Of the counter-fitted vectors only the form is known: about 65,713 lines of a word and 300 numbers."""

from pathlib import Path

import pytest

from flatnlp.resources import counter_fitted
from flatnlp.resources.counter_fitted import check_counter_fitted


def written(folder: Path, *lines: str) -> Path:
    (folder / "vectors.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_a_file_of_that_form_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (counter_fitted.WORDS, counter_fitted.WIDTH) == (65_713, 300)
    monkeypatch.setattr(counter_fitted, "WORDS", 103)
    monkeypatch.setattr(counter_fitted, "WIDTH", 2)
    check_counter_fitted(written(tmp_path, "a 1 2", "b 3 4", "c 5 6"))
    with pytest.raises(ValueError, match="2 lines instead of about 103"):
        check_counter_fitted(written(tmp_path, "a 1 2", "b 3 4"))


def test_another_file_is_told_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line 2 is not a word and 300 numbers"):
        check_counter_fitted(written(tmp_path, "a " + "0 " * 300, "b 1 2"))
    with pytest.raises(ValueError, match="it has 1 lines instead of about 65,713"):
        check_counter_fitted(written(tmp_path, "a " + "0 " * 300))
