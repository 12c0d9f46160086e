"""Models that are not there or damaged."""

import re
import shutil
from pathlib import Path

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.models.saved import load_model, save_model
from tests.tiny import CommandLine, contents


@pytest.mark.parametrize("command", ["predict", "attack", "evaluate"])
@pytest.mark.parametrize("place", ["nowhere", "empty", "file"])
def test_no_model_there(command_line: CommandLine, tiny_data: Path, tmp_path: Path, command: str, place: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    rest = {
        "predict": ["A film."],
        "attack": ["--dataset", tiny_data, "--output", tmp_path / "out.parquet"],
        "evaluate": ["--dataset", tiny_data],
    }
    sentence = command_line.refusal(command, tmp_path / place, *rest[command])
    assert re.search(
        r"is not a model folder .*; give a folder that `flatnlp train` or transformers wrote, or hf:owner/name\.$",
        sentence,
    )
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "flipped"])
@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "vocabulary.tsv"])
def test_damaged_model(command_line: CommandLine, tiny_run: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = shutil.copytree(tiny_run / "model", tmp_path / "model")
    whole = (folder / name).read_bytes()
    middle = len(whole) // 2
    (folder / name).unlink()
    if damage != "missing":
        flipped = whole[:middle] + bytes([whole[middle] ^ 0x80]) + whole[middle + 1 :]
        (folder / name).write_bytes({"empty": b"", "truncated": whole[:-9], "flipped": flipped}[damage])
    sentence = command_line.refusal("predict", folder, "A good film.")
    assert name in sentence
    assert re.search(r"; (restore it|use an intact copy|give a folder|train anew|is its folder).*[.?]$", sentence)


@pytest.mark.parametrize(
    "config",
    [
        "[]",
        "{}",
        '{"flatnlp_model": 1, "classes": ["a", "b"], "length": 9, "network": {}}',
        '{"flatnlp_model": 1, "classes": ["a", "b"], "length": 9, "network": [1]}',
        '{"flatnlp_model": 1, "classes": 2, "length": null, "network": null}',
    ],
)
def test_model_with_another_config(command_line: CommandLine, tiny_run: Path, tmp_path: Path, config: str) -> None:
    folder = shutil.copytree(tiny_run / "model", tmp_path / "model")
    (folder / "config.json").write_text(config)
    sentence = command_line.refusal("predict", folder, "A good film.")
    assert re.search(r"config\.json .*; (restore it|restore it or train anew|train anew).*\.$", sentence)


def test_a_full_disk_leaves_no_half_model(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    classifier = load_model(tiny_run)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FlatnlpError, match=r"Cannot write .*model\.safetensors: No space left"):
        save_model(classifier, tmp_path / "model")
    assert contents(tmp_path) == {}


def test_no_flipped_bit_of_a_config_is_worse_than_one_sentence(tiny_run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_run / "model", tmp_path / "model")
    whole = (folder / "config.json").read_bytes()
    refusals = []
    places = range(0, len(whole), 3)
    for place in places:
        flipped = bytes([whole[place] ^ 1 << place % 8])
        (folder / "config.json").write_bytes(whole[:place] + flipped + whole[place + 1 :])
        try:
            load_model(folder)
        except FlatnlpError as error:
            refusals.append(str(error))
    assert len(refusals) > len(places) * 0.7
    assert not any("\n" in refusal for refusal in refusals)
