"""Going on with a large attack reads nothing of what was finished, and notices what has changed in between."""

import json
import os
import threading
from array import array
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.api import going_on
from flatnlp.api.attacking import attack
from flatnlp.attacks import journal, journal_file, journal_index
from flatnlp.attacks.journal import examples_of, journal_of
from flatnlp.attacks.journal_index import index_of
from flatnlp.attacks.result import Example
from flatnlp.attacks.stored_examples import ExampleFile, fingerprint_of, store_examples, stored_examples
from flatnlp.data.state import state_of
from flatnlp.errors import FlatnlpError
from flatnlp.files import lock
from tests.attacks.toys import bag_of_words, toy_recipe
from tests.tiny import contents, write_csv

WEIGHTS = {"good": 1.2, "bad": -1.1, "fun": 0.7, "fine": 0.3, "poor": -0.9, "odd": -2}
ENTRIES = {"good": ("fine", "poor"), "bad": ("poor",), "fun": ("fine", "odd")}
ROWS = [
    (f"{text} w{i}", "positive" if i % 7 else "negative") for i, text in enumerate(["good fun", "bad", "good"] * 40)
]
AT_ONCE = 10
SIZE = journal_index._RECORD.itemsize
NOT_LOOKED_AT = 4  # of 40 records


class Killed(BaseException):
    pass


class Folder:
    """A data set and results of attacks on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data = write_csv(path / "data.csv", ROWS)
        self.output = path / "results.parquet"
        self.said: list[str] = []

    def attack(self, after: int | None = None, output: str = "results.parquet", **options: Any) -> bytes:
        """The results' bytes; killed after so many new ones where that is said."""
        add, added = journal_file.JournalFile.add, 0

        def counted(file: Any, result: Any) -> None:
            nonlocal added
            if added == after:
                raise Killed
            added += 1
            add(file, result)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal_file.JournalFile, "add", counted)
            patch.setattr(journal, "WIDTH", 4)
            attack(
                bag_of_words(WEIGHTS),
                attack=toy_recipe(ENTRIES),
                dataset=self.data,
                split="all",
                output=self.path / output,
                say=self.said.append,
                **options,
            )
        return (self.path / output).read_bytes()

    def killed(self, after: int, **options: Any) -> None:
        with pytest.raises(Killed):
            self.attack(after, **options)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(journal_index, "AT_ONCE", AT_ONCE)
    monkeypatch.setattr("flatnlp.models.classifier.CallableClassifier.identity", lambda _: "toy")
    return Folder(tmp_path)


@pytest.fixture
def whole(folder: Folder) -> bytes:
    return folder.attack(output="whole.parquet")


def count(patch: pytest.MonkeyPatch, owner: Any, name: str, seen: Callable[..., Any]) -> list[Any]:
    """What each call of a method of a class is about."""
    calls: list[Any] = []
    method = getattr(owner, name)

    def counted(self: Any, *arguments: Any) -> Any:
        result = method(self, *arguments)
        calls.append(seen(result, *arguments))
        return result

    patch.setattr(owner, name, counted)
    return calls


def test_what_was_done_is_not_read_again(folder: Folder, whole: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.killed(45)
    folder.killed(47, resume=True)
    before, told = journal_of(folder.output).stat().st_size, folder.said.copy()
    folder.said.clear()

    def unread(*_: object, **__: object) -> None:
        raise AssertionError("the data set was read again")

    monkeypatch.setattr(going_on, "chosen_examples", unread)
    examples = count(monkeypatch, ExampleFile, "example", lambda example, _: example.index)
    notes = count(monkeypatch, journal_file.JournalFile, "_note", lambda _, line, __: len(line))
    lines = count(monkeypatch, journal_file.JournalFile, "_line", lambda line, _: len(line))
    done = {json.loads(line)["index"] for line in journal_of(folder.output).read_bytes().splitlines()[1:]}
    folder.killed(20, resume=True)
    assert len(done) == 92
    assert len(examples) == len(set(examples)) >= 20
    assert not set(examples) & done
    assert len(notes) < AT_ONCE
    assert sum(lines) < before / 2  # some lines are looked at, the same number however many there are
    assert told[-len(folder.said) :] == folder.said


@pytest.mark.parametrize("kills", [[0], [5], [10], [11, 1, 30, 47], [119]])
def test_it_ends_with_the_same_bytes_and_leaves_nothing(folder: Folder, whole: bytes, kills: list[int]) -> None:
    for number, after in enumerate(kills):
        folder.killed(after, resume=number > 0)
    assert folder.attack(resume=True) == whole
    assert set(contents(folder.path)) == {"data.csv", "whole.parquet", "results.parquet"}
    assert folder.attack(resume=True) == whole
    assert set(contents(folder.path)) == {"data.csv", "whole.parquet", "results.parquet"}


def test_where_nothing_is_left_to_do_that_is_said_and_no_time_was_spent(
    folder: Folder, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write_rows", stop)  # all is attacked, and the file is not there yet
        folder.killed(after=len(ROWS))
    sentence = "All texts had been attacked before; nothing was left to do."
    spent: list[object] = []
    for _ in ("unwritten", "written"):
        folder.said.clear()
        assert folder.attack(resume=True, on_spent=spent.append) == whole
        assert folder.said[-1] == sentence
    assert not spent
    folder.said.clear()
    folder.attack(overwrite=True, on_spent=spent.append)
    assert len(spent) == 1
    assert sentence not in folder.said


@pytest.mark.parametrize("options", [{"overwrite": True}, {"resume": True}, {}])
def test_an_output_in_use_is_refused_before_anything_is_read(
    folder: Folder, options: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.killed(after=10)

    def unread(*_: object, **__: object) -> None:
        raise AssertionError("the data set was read")

    monkeypatch.setattr(going_on, "chosen_examples", unread)
    before = contents(folder.path)
    with journal_of(folder.output).open("ab") as other:
        assert lock(other.fileno())
        with pytest.raises(FlatnlpError, match="Another process is writing"):
            folder.attack(**options)
    assert contents(folder.path) == before


def test_overwriting_leaves_nothing_of_the_attack_before(folder: Folder, whole: bytes) -> None:
    folder.killed(45, limit=60)
    assert folder.attack(overwrite=True) == whole
    assert set(contents(folder.path)) == {"data.csv", "whole.parquet", "results.parquet"}


def turn(path: Path, at: int, bit: int = 6) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.unlink(),
        lambda index: index.write_bytes(b""),
        lambda index: index.write_bytes(index.read_bytes()[:-5]),
        lambda index: index.write_bytes(index.read_bytes()[SIZE:]),
        lambda index: index.write_bytes(index.read_bytes()[:SIZE] + index.read_bytes()[2 * SIZE :]),
        lambda index: index.write_bytes(index.read_bytes() + index.read_bytes()),
        lambda index: index.write_bytes(bytes(SIZE * 40)),
        lambda index: index.write_bytes(index.read_bytes() + np.array([9, 1 << 40], "<i8").tobytes() + bytes(5)),
        lambda index: index.write_bytes(index.read_bytes()[:-5] + b"\x09" + index.read_bytes()[-4:]),
        lambda index: turn(index, NOT_LOOKED_AT * SIZE),  # of another example
        lambda index: turn(index, NOT_LOOKED_AT * SIZE + 16),  # of a status that there is not
    ],
)
def test_an_index_that_is_missing_or_damaged_costs_time_alone(
    folder: Folder, whole: bytes, damage: Callable[[Path], None]
) -> None:
    folder.killed(45)
    damage(index_of(journal_of(folder.output)))
    folder.killed(25, resume=True)
    assert folder.attack(resume=True) == whole


def test_no_bit_of_an_index_turns_unnoticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_index, "AT_ONCE", 2)
    path = tmp_path / "index"
    index = journal_index.JournalIndex(path)
    index.write(array("q", [5, 1 << 40]), array("q", [70, 900]), array("B", [0, 3]))
    index.close()

    def records() -> int:
        return len(journal_index.JournalIndex(path).read(lambda *_: True, 70))

    assert records() == 2
    for at in range(2 * SIZE):
        for bit in range(8):
            turn(path, at, bit)
            assert records() == 0
            turn(path, at, bit)
    assert records() == 2


def test_an_index_ahead_of_its_journal_is_not_believed(folder: Folder, whole: bytes) -> None:
    folder.killed(45)
    journal = journal_of(folder.output)
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:25]))
    assert folder.attack(resume=True) == whole


def far_away(stored: bytes) -> bytes:
    """The second text is said to begin beyond the end of the file."""
    described = int.from_bytes(stored[-16:-8], "little")
    at = len(stored) - 24 - described - 12 * len(ROWS) + 8
    return stored[:at] + (1 << 60).to_bytes(8, "little") + stored[at + 8 :]


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda _: b"torn", lambda _: bytes(16), lambda _: bytes(800), far_away]
)
def test_stored_examples_that_are_damaged_are_made_anew(
    folder: Folder, whole: bytes, damage: Callable[[bytes], bytes]
) -> None:
    folder.killed(45)
    left = damage(examples_of(folder.output).read_bytes())
    examples_of(folder.output).write_bytes(left)
    folder.killed(5, resume=True)
    assert examples_of(folder.output).read_bytes() != left
    assert folder.attack(resume=True) == whole


@given(st.integers(0), st.integers(0, 7))
def test_stored_examples_are_what_they_were_or_are_not_believed(at: int, bit: int) -> None:
    examples = [Example(number, f"text é {number}", number % 2) for number in range(0, 12, 3)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "examples"
        with closing(store_examples(path, examples, ["key"], ["A note."]).file) as file:
            assert [file.example(place) for place in range(len(examples))] == examples
        turn(path, at % path.stat().st_size, bit)
        left = stored_examples(path, ["key"])
        if left is not None:
            assert (left.file.notes, left.file.fingerprint) == (("A note.",), fingerprint_of(examples))
            with pytest.raises(FlatnlpError, match="is damaged"):
                list(left)
            left.file.close()


def test_a_damaged_example_is_one_sentence(folder: Folder) -> None:
    folder.killed(45)
    stored = examples_of(folder.output)
    stored.write_bytes(stored.read_bytes().replace(b"w70", b"w71"))  # as good a text as before
    with pytest.raises(FlatnlpError, match=r"is damaged; delete it and give the same command with --resume\."):
        folder.attack(resume=True)


def changed_rows(folder: Folder) -> None:
    write_csv(folder.data, [*ROWS, ("good", "positive")])


def changed_within(folder: Folder) -> None:
    """One letter, in the middle, the time of modification put back."""
    times = folder.data.stat()
    folder.data.write_bytes(folder.data.read_bytes().replace(b"good w50,", b"gooo w50,"))
    os.utime(folder.data, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("change", [changed_rows, changed_within])
def test_changed_data_are_refused(folder: Folder, change: Callable[[Folder], None]) -> None:
    folder.killed(45)
    original = folder.data.read_bytes()
    change(folder)
    assert folder.data.read_bytes() != original
    before = contents(folder.path)
    for _ in range(2):
        with pytest.raises(FlatnlpError, match="other settings or another model; delete it or give those settings"):
            folder.attack(resume=True)
    assert contents(folder.path) == before


def test_the_same_data_written_again_are_gone_on_with(folder: Folder, whole: bytes) -> None:
    folder.killed(45)
    content = folder.data.read_bytes()
    folder.data.unlink()
    folder.data.write_bytes(content)
    assert folder.attack(resume=True) == whole


@pytest.mark.parametrize("options", [{"limit": 50}, {"seed": 1, "limit": 60}, {"query_budget": 3}])
def test_other_options_are_refused(folder: Folder, options: dict[str, Any]) -> None:
    folder.killed(45, **{"limit": 60} if "seed" in options else {})
    with pytest.raises(FlatnlpError, match="other settings"):
        folder.attack(resume=True, **options)


def test_a_number_of_numpy_is_the_number(folder: Folder) -> None:
    folder.killed(5, limit=np.int64(10), seed=np.int64(0))
    assert folder.attack(resume=True, limit=10) == folder.attack(output="whole.parquet", limit=10)


def test_a_changed_result_in_the_middle_of_the_journal_is_noticed(folder: Folder) -> None:
    folder.killed(45)
    journal = journal_of(folder.output)
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[8] = lines[8].replace(b'{"index"', b'{"indeX"')
    journal.write_bytes(b"".join(lines))
    with pytest.raises(FlatnlpError, match=r"is damaged; delete it and attack again\."):
        folder.attack(resume=True)


def test_what_cannot_be_told_without_reading_has_no_state(tmp_path: Path) -> None:
    assert state_of("hf:owner/name") is None
    assert state_of("in-memory:0123") is None
    assert state_of(str(tmp_path / "nothing.csv")) is None
    (tmp_path / "train.csv").write_text("text,label\n")
    (tmp_path / "notes.txt").write_text("x")
    state = state_of(str(tmp_path))
    assert state is not None
    assert [each[0] for each in state] == [os.path.realpath(tmp_path / "train.csv")]
    assert state_of(str(tmp_path)) == state


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no named pipes here.")
def test_a_pipe_which_can_be_read_only_once_is_left_to_the_reader(folder: Folder, whole: bytes) -> None:
    content = folder.data.read_bytes()
    folder.data.unlink()
    os.mkfifo(folder.data)
    writer = threading.Thread(target=folder.data.write_bytes, args=(content,), daemon=True)
    writer.start()
    assert state_of(str(folder.data)) is None
    assert folder.attack() == whole
    writer.join(10)
    assert not writer.is_alive()


@given(st.sets(st.integers(0, 60)))
def test_stretches_are_what_they_were_made_of(indices: set[int]) -> None:
    given_ = np.array(sorted(indices), np.int64)
    stretches = journal._stretches_of(given_)
    assert journal._indices_in(stretches).tolist() == given_.tolist()
    assert all(b > a + n for (a, n), (b, _) in pairwise(stretches))
