import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.runs import Run, open_run

from .tiny import contents

SETTINGS: dict[str, Any] = {"dataset": "d.csv", "seed": 0, "hidden": None, "attacks": ["pwws"]}


def make_run(folder: Path, **settings: Any) -> Path:
    with open_run(folder, {**SETTINGS, **settings}) as run:
        run.record("data", {"name": "d"})
        run.add_metrics({"kind": "epoch", "epoch": 1})
    return folder


def refusal(folder: Path, settings: dict[str, Any] = SETTINGS, **options: bool) -> str:
    with pytest.raises(FlatnlpError) as refused, open_run(folder, settings, **options):
        pass
    return str(refused.value)


def test_a_new_run_says_what_it_is_and_where_it_ran(tmp_path: Path) -> None:
    folder = make_run(tmp_path / "deep" / "run")
    assert sorted(contents(folder)) == ["config.json", "data.json", "environment.json", "metrics.jsonl"]
    config = json.loads((folder / "config.json").read_text())
    assert config.pop("flatnlp")
    assert config == SETTINGS
    assert set(json.loads((folder / "environment.json").read_text())) == {"python", "system", "machine", "packages"}


def test_an_empty_folder_serves(tmp_path: Path) -> None:
    assert "config.json" in contents(make_run(tmp_path))


@pytest.mark.parametrize("error", [FlatnlpError, RuntimeError, KeyboardInterrupt])
def test_a_run_that_fails_before_its_first_record_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), open_run(tmp_path / "deep" / "run", SETTINGS):
        raise error
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fails_later_can_be_resumed(tmp_path: Path) -> None:
    def interrupted() -> None:
        with open_run(tmp_path, SETTINGS) as run:
            run.add_metrics({"kind": "epoch"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with open_run(tmp_path, SETTINGS, resume=True) as run:
        assert run.metrics() == [{"kind": "epoch"}]


def test_a_run_is_neither_touched_nor_gone_on_with_unasked(tmp_path: Path) -> None:
    before = contents(make_run(tmp_path))
    assert re.search(r"holds a run already; give --resume .* or --overwrite", refusal(tmp_path))
    assert contents(tmp_path) == before


def test_resuming_starts_where_there_is_no_run(tmp_path: Path) -> None:
    with open_run(tmp_path / "run", SETTINGS, resume=True) as run:
        run.record("data", {})
    assert (tmp_path / "run" / "config.json").is_file()


def test_a_run_that_was_killed_as_it_wrote_its_first_file_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / ".config.json.abc.partial").write_text('{"flatnlp": "0.')
    assert sorted(contents(make_run(tmp_path))) == ["config.json", "data.json", "environment.json", "metrics.jsonl"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 1}, "was started with seed = 0, not 1"),
        ({"attacks": ["pwws", "bae"]}, r"was started with attacks = \['pwws'\], not \['pwws', 'bae'\]"),
        ({"hidden": 5}, "was started with hidden = None, not 5"),
        ({"later_setting": 1}, "was started with later_setting = None, not 1"),
    ],
)
def test_resuming_takes_the_same_settings(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    before = contents(make_run(tmp_path))
    assert re.search(message, refusal(tmp_path, {**SETTINGS, **change}, resume=True))
    assert contents(tmp_path) == before


def test_overwriting_replaces_all_of_a_run_but_only_with_the_first_record(tmp_path: Path) -> None:
    make_run(tmp_path)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    (tmp_path / ".hidden").write_text("mine")
    before = contents(tmp_path)
    with open_run(tmp_path, {**SETTINGS, "seed": 1}, overwrite=True) as run:
        assert {name: content for name, content in contents(tmp_path).items() if "lock" not in name} == before
        run.record("data", {"name": "new"})
        assert not (tmp_path / "model").exists()
        assert run.metrics() == []
    assert sorted(contents(tmp_path)) == [".hidden", "config.json", "data.json", "environment.json"]
    assert json.loads((tmp_path / "config.json").read_text())["seed"] == 1


def test_overwriting_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("precious")
    folder = make_run(tmp_path / "run")
    (folder / "model").symlink_to(tmp_path / "elsewhere")
    with open_run(folder, SETTINGS, overwrite=True) as run:
        run.record("data", {})
    assert not (folder / "model").exists()
    assert (tmp_path / "elsewhere" / "precious").read_text() == "precious"


def test_a_deletion_cut_short_can_be_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_run(tmp_path / "run")
    (folder / "model").mkdir()

    def cut_short(path: Path) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch, open_run(folder, SETTINGS, overwrite=True) as run:
        patch.setattr(shutil, "rmtree", cut_short)
        with pytest.raises(FlatnlpError, match=r"Cannot replace .*model: Input/output error; delete it or choose"):
            run.record("data", {})
    with open_run(folder, SETTINGS, overwrite=True) as run:
        run.record("data", {})
    assert not (folder / "model").exists()


def test_a_damaged_config_is_refused_and_kept(tmp_path: Path) -> None:
    make_run(tmp_path)
    (tmp_path / "config.json").write_text('{"flatnlp": "0.1')
    before = contents(tmp_path)
    for option in ("overwrite", "resume"):
        assert re.search(r"config\.json is damaged", refusal(tmp_path, **{option: True}))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("option", ["overwrite", "resume"])
def test_only_one_process_writes_a_folder(tmp_path: Path, option: str) -> None:
    with open_run(tmp_path / "run", SETTINGS) as run:
        run.record("data", {})
        before = contents(tmp_path)
        assert re.search(
            r"Another process is writing .*; wait for it or choose", refusal(tmp_path / "run", **{option: True})
        )
        assert contents(tmp_path) == before
    with open_run(tmp_path / "run", SETTINGS, **{option: True}):
        pass


def test_a_lock_left_by_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    make_run(tmp_path)
    (tmp_path / ".flatnlp.lock").touch()
    with open_run(tmp_path, SETTINGS, resume=True):
        pass


def test_journals_grow_by_whole_lines(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.add_metrics({"epoch": 1})
    run.add_metrics({"epoch": 2, "loss": None})
    run.add_timing({"seconds": 1.5})
    assert run.metrics() == [{"epoch": 1}, {"epoch": 2, "loss": None}]
    assert (tmp_path / "timings.jsonl").read_text() == '{"seconds": 1.5}\n'


@pytest.mark.parametrize("torn", [b'{"epoch"', b'{"epoch": 3}', b"\xff", b'{"word": "\xc3'])
def test_a_torn_last_line_is_dropped_and_written_again(tmp_path: Path, torn: bytes) -> None:
    run = Run(tmp_path)
    run.add_metrics({"epoch": 1})
    run.add_metrics({"epoch": 2})
    with (tmp_path / "metrics.jsonl").open("ab") as journal:
        journal.write(torn)
    assert run.metrics() == [{"epoch": 1}, {"epoch": 2}]
    run.rewind(2)
    run.add_metrics({"epoch": 3})
    assert [record["epoch"] for record in run.metrics()] == [1, 2, 3]


@pytest.mark.parametrize("damage", [b"{]\n", b"[1]\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_a_damaged_line_is_named(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "metrics.jsonl").write_bytes(b'{"epoch": 1}\n' + damage + b'{"epoch": 3}\n')
    with pytest.raises(FlatnlpError, match=r"metrics\.jsonl, line 2 is damaged; restore the file, or start anew"):
        Run(tmp_path).metrics()


def test_rewinding_forgets_the_end(tmp_path: Path) -> None:
    run = Run(tmp_path)
    run.rewind(0)
    for epoch in (1, 2, 3):
        run.add_metrics({"epoch": epoch})
    run.rewind(1)
    assert run.metrics() == [{"epoch": 1}]
    assert sorted(contents(tmp_path)) == ["metrics.jsonl"]


def test_a_journal_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "metrics.jsonl").mkdir()
    with pytest.raises(FlatnlpError, match=r"Cannot write .*metrics\.jsonl: Is a directory; make room"):
        Run(tmp_path).add_metrics({})


def test_nan_never_enters_a_journal(tmp_path: Path) -> None:
    run = Run(tmp_path)
    with pytest.raises(ValueError, match="JSON"):
        run.add_metrics({"loss": float("nan")})
    assert run.metrics() == []
