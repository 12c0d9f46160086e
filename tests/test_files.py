import os
import stat
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.files import (
    check_writable,
    folder_written_whole,
    read_json,
    remove_left_over,
    write_json,
    written_whole,
)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write_half(path: Path, error: BaseException) -> None:
    with written_whole(path) as temporary:
        temporary.write_text("half")
        raise error


def write_half_a_folder(folder: Path) -> None:
    with folder_written_whole(folder) as made:
        (made / "a").write_text("half")
        raise RuntimeError


def test_a_file_appears_whole_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "file.txt"
    with written_whole(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
    assert path.read_text() == "whole"
    assert names_in(path.parent) == ["file.txt"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, FlatnlpError])
def test_what_was_there_stays_when_the_writing_fails(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(error):
        write_half(path, error())
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file.txt"]


def test_what_a_killed_writer_left_is_removed_but_not_what_another_still_writes(tmp_path: Path) -> None:
    for name in (".file.txt.dead.partial", ".file.txt", "file.txt.old.partial", ".other.txt.dead.partial"):
        (tmp_path / name).write_text("x")
    with written_whole(tmp_path / "file.txt") as first:
        with written_whole(tmp_path / "file.txt") as second:
            assert first.exists()
            second.write_text("second")
        first.write_text("first")
    assert (tmp_path / "file.txt").read_text() == "first"
    assert names_in(tmp_path) == [".file.txt", ".other.txt.dead.partial", "file.txt", "file.txt.old.partial"]


def test_a_folder_appears_whole_in_the_place_of_the_old_one_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with folder_written_whole(folder) as made:
        (made / "a").write_text("old")
    with pytest.raises(RuntimeError):
        write_half_a_folder(folder)
    assert (folder / "a").read_text() == "old"
    with folder_written_whole(folder) as made:
        (made / "b").write_text("new")
    assert names_in(tmp_path) == ["model"]
    assert names_in(folder) == ["b"]
    with pytest.raises(FlatnlpError, match="it is a file"), folder_written_whole(folder / "b"):
        pass


def test_what_a_killed_writer_of_a_folder_left_is_removed_and_what_it_had_taken_away_put_back(tmp_path: Path) -> None:
    half, between = tmp_path / ".model.one.partial", tmp_path / ".model.two.partial"
    (half / "whole").mkdir(parents=True)
    (between / "replaced").mkdir(parents=True)
    (between / "replaced" / "a").write_text("old")
    (tmp_path / ".others.one.partial").mkdir()
    remove_left_over(tmp_path / "model")
    assert names_in(tmp_path) == [".others.one.partial", "model"]
    assert (tmp_path / "model" / "a").read_text() == "old"
    with folder_written_whole(tmp_path / "model") as first:
        with folder_written_whole(tmp_path / "model") as second:
            assert first.exists()
            (second / "b").write_text("second")
        assert names_in(tmp_path / "model") == ["b"]
    assert names_in(tmp_path) == [".others.one.partial", "model"]


def test_a_disk_that_turns_read_only_while_a_file_is_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FlatnlpError, match="Read-only file system"):
        write_json(tmp_path / "file.txt", {})


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(FlatnlpError, match=r"Cannot write .*file\.txt: No space left.*; free some space"):
        write_half(path, OSError(28, "No space left on device"))
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["file.txt"]


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FlatnlpError, match=r"Cannot write .*; choose another place\."):
        write_half(tmp_path / "file" / "inside.json", AssertionError("the block was entered"))


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "place" / "kept").mkdir(parents=True)
    with pytest.raises(FlatnlpError, match=r"Cannot write .*place"):
        write_json(tmp_path / "place", {})
    assert names_in(tmp_path) == ["place"]


@pytest.mark.parametrize("place", ["file.json", "new/deep/file.json", "there.json"])
def test_a_place_is_checked_without_a_trace(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.json").write_text("old")
    check_writable(Path(place))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"there.json": "old"}


@pytest.mark.parametrize("place", ["folder", "file/inside.json", "file/new/inside.json", "/proc/inside.json"])
def test_a_bad_place_is_told_before_the_work(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(FlatnlpError, match=r"Cannot write .*; choose another place\."):
        check_writable(tmp_path / place)
    assert names_in(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize("place", ["/dev/null", "pipe", "link"])
def test_what_is_no_ordinary_file_is_never_replaced_by_one(tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for write in (check_writable, lambda path: write_json(path, {})):
        with pytest.raises(FlatnlpError, match=r"Cannot write .*: it is no ordinary file; choose another place\."):
            write(tmp_path / place)
    assert Path("/dev/null").is_char_device()
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "link").is_symlink()
    assert names_in(tmp_path) == ["link", "pipe"]


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "file.json")
    for value in ({"first": 1}, {"second": 2}):
        write_json(tmp_path / "link", value)
        assert (tmp_path / "link").is_symlink()
        assert read_json(tmp_path / "deep" / "file.json") == value
    assert names_in(tmp_path / "deep") == ["file.json"]


def test_json_goes_out_and_comes_back(tmp_path: Path) -> None:
    value = {"b": [1, 2.5, None, True], "a": "café\n\u2028"}
    write_json(tmp_path / "value.json", value)
    assert read_json(tmp_path / "value.json") == value
    assert (tmp_path / "value.json").read_text(encoding="utf-8").startswith('{\n  "b"')


@pytest.mark.parametrize("value", [{"loss": float("nan")}, {"loss": float("inf")}, {"loss": object()}])
def test_what_json_cannot_say_is_not_written(tmp_path: Path, value: object) -> None:
    write_json(tmp_path / "value.json", {"old": 1})
    with pytest.raises((ValueError, TypeError)):
        write_json(tmp_path / "value.json", value)
    assert read_json(tmp_path / "value.json") == {"old": 1}
    assert names_in(tmp_path) == ["value.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"value\.json is missing; is its folder complete\?"),
        (b"", r"value\.json is damaged"),
        (b'{"half": ', r"value\.json is damaged"),
        (b'{"caf\xe9": 1}', r"value\.json is damaged"),
        (b"[" * 100_000, r"value\.json is damaged"),
        (b"[1, 2]", r"value\.json must hold a JSON object; restore it or make it anew"),
        (b"null", r"value\.json must hold a JSON object"),
    ],
)
def test_damaged_json_is_one_sentence(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "value.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FlatnlpError, match=message) as refusal:
        read_json(path)
    assert "\n" not in str(refusal.value)


def test_json_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="damaged or not readable"):
        read_json(tmp_path)
