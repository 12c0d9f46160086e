"""A name that is nearly right gets the right one back."""

from pathlib import Path

import pytest

from flatnlp.errors import choose_from, nearest

from .tiny import CommandLine


def test_the_nearest_name_is_found_whatever_its_capitals() -> None:
    assert nearest("IMDB", ["imdb", "sst2"]) == "imdb"
    assert nearest("Rotten_Tomatos", ["imdb", "rotten-tomatoes"]) == "rotten-tomatoes"
    assert nearest("zzz", ["imdb", "sst2"]) is None
    assert choose_from("zzz", ["imdb", "sst2"]) == "choose one of imdb, sst2."


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        ("trian", "'train'"),
        ("resources fecth x", "'fetch'"),
        ("train --metod base", "--method"),
        ("resources fetch wordnett", "wordnet"),
        ("resources verify glove50d", "glove-50d"),
        ("train --dataset rotten-tomatos --output {}/o", "rotten-tomatoes"),
        ("train --dataset {}/d.csv --output {}/o --method falt", "flat"),
        ("train --dataset {}/d.csv --output {}/o --model ltsm", "lstm"),
        ("train --dataset {}/d.csv --output {}/o --attack pwsw", "pwws"),
        ("train --dataset {}/d.csv --output {}/o --precision float23", "float32"),
        ("train --dataset {}/d.csv --output {}/o --interpret lima", "lime"),
        ("attack {} --dataset {}/d.csv --output {}/o --attack textfoler", "textfooler"),
        ("compare {} --format markdwon", "markdown"),
        ("export {} --output {}/o.csv --format textatack", "textattack"),
        ("reproduce tabel1", "table1"),
    ],
)
def test_every_kind_of_name(command_line: CommandLine, tmp_path: Path, arguments: str, meant: str) -> None:
    refused = command_line.refusal(*arguments.replace("{}", str(tmp_path)).split(" "))
    assert f"id you mean {meant}?" in refused or f"Possible options: {meant}" in refused
    assert list(tmp_path.iterdir()) == []


def test_names_of_a_model_are_suggested_too(command_line: CommandLine, tiny_run: Path, tiny_data: Path) -> None:
    for arguments in (
        ("explain", tiny_run, "A film.", "--label", "poss"),
        ("explain", tiny_run, "A film.", "--label", "POS"),
    ):
        assert command_line.refusal(*arguments).endswith("did you mean pos?")
    refused = command_line.refusal("evaluate", tiny_run, "--dataset", tiny_data, "--split", "tset")
    assert refused.endswith("did you mean test?")
