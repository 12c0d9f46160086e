import json
import re
import sys
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flatnlp.reports.browser import pair_browser
from flatnlp.reports.names import run_names
from flatnlp.reports.pairs import Edit, Pair
from flatnlp.reports.records import read_run
from flatnlp.reports.saliency.maps import SaliencyWord
from flatnlp.reports.saliency.stored import PairSaliency, read_saliency, write_saliency
from flatnlp.reports.visible import hidden_pattern, is_hidden
from tests.reports.fabricated import measured, pair, write_run


def data_of(*runs: Path) -> dict[str, Any]:
    records = [read_run(run) for run in runs]
    found = pair_browser(records, run_names(records))
    assert found
    return json.loads(found.data)


def rebuilt(row: list[Any], texts: list[str]) -> str:
    """The adversarial text as the page's script puts it together, counting as JavaScript does."""
    text = texts[row[2]].encode("utf-16-le", "surrogatepass")
    made, read = b"", 0
    for start, end, swap in zip(row[10][::3], row[10][1::3], row[10][2::3], strict=True):
        made += text[2 * read : 2 * start] + swap.encode("utf-16-le", "surrogatepass")
        read = end
    return (made + text[2 * read :]).decode("utf-16-le", "surrogatepass")


def test_originals_are_stored_once_and_swaps_tell_the_adversarial_texts(tmp_path: Path) -> None:
    same = pair(3, "A 😀 dull, slow film.", ("dull", "b😀ring"), ("slow", "long"))
    runs = [write_run(tmp_path / name, name, evaluation=measured(0.8, 0.2), pairs=[same]) for name in ("base", "flat")]
    data = data_of(*runs)
    assert data["texts"] == ["A 😀 dull, slow film."]
    assert [each["run"] for each in data["sets"]] == ["cnn base", "cnn flat"]
    assert {rebuilt(row, data["texts"]) for row in data["pairs"]} == {same["adversarial"]}
    assert data["verdicts"][data["pairs"][0][8]] == "flipped"


def test_inserted_and_merged_words_and_the_spaces_that_went_with_them() -> None:
    from flatnlp.reports.browser import _told

    def told(original: str, adversarial: str, *spans: tuple[int, int, int, int]) -> list[tuple[int, int, str]]:
        edits = tuple(Edit("replace", *span) for span in spans)
        return _told(Pair(0, original, adversarial, 0, 0, 1, 0.9, 0.1, "successful", 1, edits))

    assert told("good film", "very good film", (0, 0, 0, 4)) == [(0, 0, "very ")]
    assert told("good film!", "good film now!", (9, 9, 10, 13)) == [(9, 9, " now")]
    assert told("a really good, film", "a fine, film", (2, 13, 2, 6)) == [(2, 13, "fine")]
    twice = told("bad film", "poor film", (0, 3, 0, 4), (0, 3, 0, 4))
    assert twice == [(0, 3, "poor")]
    assert told("one thing", "quite another", (0, 3, 0, 5)) == [(0, 9, "quite another")]


@given(st.lists(st.sampled_from(["the", "film", "wasn't", "😀", "dull,"]), min_size=1, max_size=8), st.data())
def test_whatever_an_attack_edits_is_told_to_the_character(words: list[str], data: st.DataObject) -> None:
    from flatnlp.attacks.result import AttackResult, Example
    from flatnlp.attacks.results_file import row_of
    from flatnlp.reports.browser import _told
    from flatnlp.text import Text

    original = Text.of(" ".join(words))
    text = original
    for _ in range(data.draw(st.integers(0, 4))):
        kind = data.draw(st.sampled_from(["replace", "insert", "merge"]))
        room = len(text.spans) - {"replace": 1, "insert": 0, "merge": 2}[kind]
        if room >= 0 and text.spans:
            make = {"replace": text.replace, "insert": text.insert, "merge": text.merge}[kind]
            text = make(data.draw(st.integers(0, room)), data.draw(st.sampled_from(["fine", "très"])))
    row = row_of(AttackResult(Example(0, original.raw, 0), text, "successful", (0, 1), (0.9, 0.1), 9, len(words)))
    names = ("start", "end", "adversarial_start", "adversarial_end")
    edits = tuple(Edit(edit["kind"], *(edit[name] for name in names)) for edit in row["edits"])
    swaps = _told(Pair(0, original.raw, text.raw, 0, 0, 1, 0.9, 0.1, "successful", 1, edits))
    made, read = "", 0
    for start, end, swap in swaps:
        made, read = made + original.raw[read:start] + swap, end
    assert made + original.raw[read:] == text.raw


def test_no_text_can_end_the_script_element(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script> <!-- & \u2028 bad"
    run = write_run(tmp_path / "run", evaluation=measured(0.8, 0.2), pairs=[pair(0, hostile, ("bad", "</script>"))])
    record = read_run(run)
    found = pair_browser([record], run_names([record]))
    assert found
    assert not re.search(r"[<>&\u2028]", found.data)
    data = json.loads(found.data)
    assert data["texts"] == [hostile]
    assert rebuilt(data["pairs"][0], data["texts"]).endswith("</script>")


def test_very_long_texts_keep_what_was_swapped(tmp_path: Path) -> None:
    text = "word " * 100_000 + "bad " + "word " * 1000
    run = write_run(tmp_path / "run", evaluation=measured(0.8, 0.2), pairs=[pair(0, text, ("bad", "ill"))])
    data = data_of(run)
    (short,) = data["texts"]
    assert len(short) < 4000
    assert "497,800 characters left out" in short
    start, end, swap = data["pairs"][0][10]
    assert (short[start:end], swap) == ("bad", "ill")


def test_stored_saliency_comes_along_until_the_pairs_change(tmp_path: Path) -> None:
    row = pair(7, "A 😀 dull film.", ("dull", "slow"))
    run = write_run(tmp_path / "run", evaluation=measured(0.8, 0.2), pairs=[row, pair(8, "Fine.")])
    file = run / "attacks" / "pwws.test.parquet"
    words = (SaliencyWord(0, 1, 0.1, 0.5), SaliencyWord(4, 8, -0.4, 0.9), SaliencyWord(9, 13, None))
    write_saliency([PairSaliency(7, 1, words, words)], "ig", file)
    assert read_saliency(file).pairs[7].original == words  # type: ignore[union-attr]
    data = data_of(run)
    assert data["sets"][0]["method"] == "integrated gradients"
    label, scale, original, adversarial = data["pairs"][0][11]
    assert (label, scale) == (1, 0.4)
    assert original == adversarial == [0, 1, 250, 500, 5, 9, -1000, 900, 10, 14, None, None]
    assert data["pairs"][1][11] == 0
    file.write_bytes(file.read_bytes() + b" ")
    assert read_saliency(file) is None


def test_the_page_knows_the_hidden_characters_that_python_knows() -> None:
    pattern = re.compile(hidden_pattern())
    wrong = [code for code in range(sys.maxunicode + 1) if bool(pattern.match(chr(code))) != is_hidden(chr(code))]
    assert wrong == []
