"""Output folders that cannot be, or hold what must not be lost."""

import re
import shutil
from pathlib import Path

import pytest

from tests.bad_input.conftest import Train
from tests.tiny import CommandLine, contents, train_arguments


@pytest.mark.parametrize("place", ["file", "file/run", "file/deep/run"])
def test_output_folder_that_cannot_be(refuse_to_train: Train, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("mine")
    sentence = refuse_to_train(output=tmp_path / place)
    assert re.search(r"(is a file, not a folder|Cannot write .*); choose another output folder\.$", sentence)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that refuses even its owner")
def test_output_folder_that_cannot_be_written(refuse_to_train: Train) -> None:
    assert re.search(r"Cannot write /proc/.*; choose another output folder\.$", refuse_to_train(output="/proc/run"))


def test_output_folder_with_a_run(refuse_to_train: Train, tiny_run: Path) -> None:
    before = contents(tiny_run)
    assert re.search(
        r"holds a run already; give --resume to go on with it or --overwrite to replace it\.$",
        refuse_to_train(output=tiny_run),
    )
    assert contents(tiny_run) == before


@pytest.mark.parametrize("option", ["--overwrite", "--resume"])
@pytest.mark.parametrize("marker", ["notes.txt", "config.json", "model"])
def test_output_folder_that_is_no_run(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path, option: str, marker: str
) -> None:
    folder = tmp_path / "mine"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "precious.txt").write_text("precious")
    (folder / marker).write_text("{}")
    before = contents(folder)
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, folder), option)
    assert re.search(r"holds files that no flatnlp run wrote; choose another output folder\.$", sentence)
    assert contents(folder) == before


def test_overwriting_a_run_beside_foreign_files(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_run, tmp_path / "run")
    (folder / "notes.txt").write_text("precious")
    before = contents(folder)
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, folder), "--overwrite")
    assert re.search(
        r"holds notes\.txt, which no flatnlp run wrote; move it .*or choose another output folder\.$", sentence
    )
    assert contents(folder) == before


@pytest.mark.parametrize(
    "wrong",
    [{"data": "no/such.csv"}, {"vectors": "no/vectors.txt"}, {"attack": "zzz"}, {"epochs": 0}, {"device": "gpu"}],
)
def test_bad_input_never_costs_the_run_that_was_to_be_overwritten(
    command_line: CommandLine,
    tiny_data: Path,
    tiny_vectors: Path,
    tiny_run: Path,
    tmp_path: Path,
    wrong: dict[str, object],
) -> None:
    folder = shutil.copytree(tiny_run, tmp_path / "run")
    before = contents(folder)
    options = {"data": tiny_data, "vectors": tiny_vectors, "output": folder, **wrong}
    data, vectors = (Path(str(options.pop(name))) for name in ("data", "vectors"))
    command_line.refusal(*train_arguments(data, vectors, options.pop("output"), **options), "--overwrite")
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": 1}, r"was started with seed = 0, not 1; resume it with the same settings, or give --overwrite\.$"),
        ({"method": "adv"}, r"was started with method = 'flat', not 'adv'"),
        ({"gamma": 0.5}, r"was started with gamma = 0\.001, not 0\.5"),
        ({"train_limit": 9}, r"was started with train_limit = None, not 9"),
    ],
)
def test_resuming_with_other_settings(
    command_line: CommandLine,
    tiny_data: Path,
    tiny_vectors: Path,
    tiny_run: Path,
    options: dict[str, object],
    message: str,
) -> None:
    before = contents(tiny_run)
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, tiny_run, **options), "--resume")
    assert re.search(message, sentence)
    assert contents(tiny_run) == before


def test_resuming_and_overwriting_at_once(
    refuse_to_train: Train, command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tiny_run: Path
) -> None:
    before = contents(tiny_run)
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, tiny_run), "--resume", "--overwrite")
    assert re.search(r"--resume or --overwrite, not both", sentence)
    assert contents(tiny_run) == before
