"""An attack that was killed goes on where it was and ends with the same bytes."""

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from flatnlp.attacks.journal import attack_to_file, claim, journal_of
from flatnlp.attacks.journal_file import JournalFile
from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.errors import FlatnlpError
from flatnlp.files import lock
from tests.attacks.toys import bag_of_words, toy_recipe

WEIGHTS = {"good": 1.2, "bad": -1.1, "fun": 0.7, "fine": 0.3, "poor": -0.9, "odd": -2}
ENTRIES = {"good": ("fine", "poor"), "bad": ("poor",), "fun": ("fine", "odd")}
EXAMPLES = [
    Example(i, text, 1) for i, text in enumerate(["good fun", "Fun, bad!", "", "good good good", "ünï good"] * 30)
]


_ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    pass


def attack(path: Path, after: int | None = None, settings: dict | None = None) -> list[AttackResult]:
    seen = 0

    def on_earlier(counts: Mapping[Status, int]) -> None:
        nonlocal seen
        seen += sum(counts.values())

    def on_result(_: AttackResult) -> None:
        nonlocal seen
        seen += 1
        if after is not None and seen > after:
            raise Killed

    victim = bag_of_words(WEIGHTS)
    settings = settings or {"recipe": "toy"}
    recipe = toy_recipe(ENTRIES)
    return list(attack_to_file(recipe, victim, EXAMPLES, path, settings, on_result, on_earlier=on_earlier))


@pytest.fixture
def uninterrupted(tmp_path: Path) -> Iterator[bytes]:
    attack(tmp_path / "whole.parquet")
    yield (tmp_path / "whole.parquet").read_bytes()
    assert not journal_of(tmp_path / "whole.parquet").exists()


@pytest.mark.parametrize("kills", [[0], [1, 70], [149], [20, 40, 60, 149]])
def test_killed_and_taken_up_it_ends_with_the_same_file(tmp_path: Path, uninterrupted: bytes, kills: list[int]) -> None:
    path = tmp_path / "results.parquet"
    for after in kills:
        with pytest.raises(Killed):
            attack(path, after)
        assert not path.exists()
        with journal_of(path).open("ab") as journal:
            journal.write(b'{"index": 3, "original": "torn')
    results = attack(path)
    assert path.read_bytes() == uninterrupted
    assert [result.example for result in results] == EXAMPLES
    assert not journal_of(path).exists()


def test_what_was_finished_is_not_done_again(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    with pytest.raises(Killed):
        attack(path, after=100)
    victim = bag_of_words(WEIGHTS)
    asked = []
    counted = type(victim)(lambda texts: asked.extend(texts) or victim.function(texts), victim.classes)
    attack_to_file(toy_recipe(ENTRIES), counted, EXAMPLES, path, {"recipe": "toy"})
    everything: list[str] = []
    counted.function = lambda texts: everything.extend(texts) or victim.function(texts)
    attack_to_file(toy_recipe(ENTRIES), counted, EXAMPLES, tmp_path / "again.parquet", {"recipe": "toy"})
    assert 0 < len(asked) < 0.7 * len(everything)


def test_a_finished_file_is_read_and_one_of_other_settings_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    first = attack(path)
    written = path.stat().st_mtime_ns
    assert attack(path) == first
    with pytest.raises(FlatnlpError, match="other settings"):
        attack(path, settings={"recipe": "another"})
    assert path.stat().st_mtime_ns == written


def test_results_that_are_there_are_neither_replaced_nor_taken_up_unasked(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    with pytest.raises(Killed):
        attack(path, after=5)
    with pytest.raises(FlatnlpError, match="begun and not finished"):
        claim(path, overwrite=False, resume=False)
    claim(path, overwrite=False, resume=True)
    attack(path)
    with pytest.raises(FlatnlpError, match="there already"):
        claim(path, overwrite=False, resume=False)
    claim(path, overwrite=True, resume=False)


def test_a_journal_of_other_settings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    with pytest.raises(Killed):
        attack(path, after=5)
    before = journal_of(path).read_bytes()
    with pytest.raises(FlatnlpError, match="other settings"):
        attack(path, settings={"recipe": "another"})
    assert journal_of(path).read_bytes() == before


def test_a_damaged_journal_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    with pytest.raises(Killed):
        attack(path, after=5)
    lines = journal_of(path).read_bytes().splitlines(keepends=True)
    journal_of(path).write_bytes(b"".join([*lines[:2], b'{"index": 1}\n', *lines[2:]]))
    with pytest.raises(FlatnlpError, match="damaged"):
        attack(path)


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FlatnlpError, match="Cannot"):
        attack(tmp_path / "file" / "results.parquet")


def test_a_journal_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "results.parquet"
    with pytest.raises(Killed):
        attack(path, after=5)
    before = journal_of(path).read_bytes()
    with journal_of(path).open("ab") as other:
        assert lock(other.fileno())
        for refused in (lambda: attack(path), lambda: claim(path, True, False), lambda: claim(path, False, True)):
            with pytest.raises(FlatnlpError, match=r"Another process is writing .*; wait for it or choose another"):
                refused()
        assert journal_of(path).read_bytes() == before
    attack(path)
    assert path.exists()


def test_a_text_that_no_file_can_hold_is_one_sentence(tmp_path: Path) -> None:
    examples = [Example(0, "good \ud800 fun", 1)]
    with pytest.raises(FlatnlpError, match="holds what no file of results can, such as half a surrogate pair"):
        attack_to_file(toy_recipe(ENTRIES), bag_of_words(WEIGHTS), examples, tmp_path / "r.parquet", {"recipe": "toy"})
    assert not (tmp_path / "r.parquet").exists()


_CHILD = """
import os, sys
from pathlib import Path
from flatnlp.attacks.journal import attack_to_file
from tests.attacks.test_journal import ENTRIES, EXAMPLES, WEIGHTS
from tests.attacks.toys import bag_of_words, toy_recipe
seen = 0
def on_results(count):
    global seen
    seen += count
    if seen == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
attack_to_file(
    toy_recipe(ENTRIES), bag_of_words(WEIGHTS), EXAMPLES, Path(sys.argv[1]), {"recipe": "toy"},
    lambda _: on_results(1), on_earlier=lambda counts: on_results(sum(counts.values())),
)
"""


def test_killed_with_minus_nine_and_taken_up_it_ends_with_the_same_file(tmp_path: Path, uninterrupted: bytes) -> None:
    path = tmp_path / "results.parquet"
    for after in (40, 110):
        ended = subprocess.run([sys.executable, "-c", _CHILD, str(path), str(after)], check=False, cwd=_ROOT)
        assert ended.returncode == -signal.SIGKILL
        assert not path.exists()
        assert journal_of(path).read_bytes().count(b"\n") == 1 + after
    attack(path)
    assert path.read_bytes() == uninterrupted


def test_a_victim_that_breaks_leaves_what_was_finished(tmp_path: Path, uninterrupted: bytes) -> None:
    path = tmp_path / "results.parquet"
    victim = bag_of_words(WEIGHTS)
    calls = 0

    def breaking(texts: list[str]) -> object:
        nonlocal calls
        calls += 1
        return np.full((len(texts), 2), np.nan) if calls > 6 else victim.function(texts)

    broken = type(victim)(breaking, victim.classes)
    with pytest.raises(FlatnlpError, match="NaN"):
        attack_to_file(toy_recipe(ENTRIES), broken, EXAMPLES, path, {"recipe": "toy"})
    assert journal_of(path).read_bytes().count(b"\n") > 1
    attack(path)
    assert path.read_bytes() == uninterrupted


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_once_and_the_journal_can_be_closed(tmp_path: Path) -> None:
    results = attack(tmp_path / "r.parquet")
    journal = JournalFile(tmp_path / "journal", {})
    journal._file.close()
    journal._file = Path("/dev/full").open("ab")  # type: ignore[assignment]  # noqa: SIM115
    with pytest.raises(FlatnlpError, match=r"No space left.*--resume"):
        journal.add(results[0])
    journal.close()
    assert journal._file.closed
