"""Examples on disk beside their results, so that an interrupted attack goes on without reading its data set again.

One JSON line each, then where each begins and its checksum, then what they are of. They are read as they are looked at,
and those that are passed over are not read at all.
"""

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, overload
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.result import Example
from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole

_NUMBER = np.dtype("<i8")
_CHECK = np.dtype("<u4")
_OF_EACH = 2 * _NUMBER.itemsize + _CHECK.itemsize
"""Bytes of an example beside its line: index, beginning, checksum."""
_END = 3 * _NUMBER.itemsize
"""Bytes at the end of the file: how many examples, how long the description before is, the checksum of all after the
lines."""


class ExampleFile:
    """The file of them.

    Args:
        path: Where it is.

    Attributes:
        key: What they are of.
        notes: What is to be known of them.
        fingerprint: Of all of them, as ``fingerprint_of`` makes it.
        indices: Theirs, in their order.

    Raises:
        ValueError: If it is damaged or no such file.
        OSError: If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb")
        try:
            size = os.fstat(self._file.fileno()).st_size
            self._file.seek(size - _END)
            count, described, check = np.frombuffer(self._file.read(_END), _NUMBER).tolist()
            if count < 0 or described < 0 or size < _END + described + count * _OF_EACH:
                raise ValueError("cut off")
            self._file.seek(size - _END - described - count * _OF_EACH)
            self._end = self._file.tell()
            after = self._file.read(count * _OF_EACH + described)
            if crc32(after) != check:
                raise ValueError("changed")
            self.indices: NDArray[np.int64] = np.frombuffer(after, _NUMBER, count)
            self._begins = np.frombuffer(after, _NUMBER, count, offset=count * _NUMBER.itemsize)
            self._checks = np.frombuffer(after, _CHECK, count, offset=2 * count * _NUMBER.itemsize)
            told = json.loads(after[count * _OF_EACH :])
            self.key, self.notes, self.fingerprint = told["key"], tuple(told["notes"]), str(told["fingerprint"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self._file.close()
            raise ValueError("damaged") from error
        except OSError:
            self._file.close()
            raise

    def example(self, place: int) -> Example:
        """The one at a place.

        Raises:
            FlatnlpError: If it is damaged.
        """
        begin = int(self._begins[place])
        end = int(self._begins[place + 1]) if place + 1 < len(self._begins) else self._end
        try:
            self._file.seek(begin)
            line = self._file.read(end - begin)
            if crc32(line) != self._checks[place]:
                raise ValueError("changed")
        except (OSError, ValueError) as error:
            raise FlatnlpError(f"{self.path} is damaged; delete it and give the same command with --resume.") from error
        return Example(*json.loads(line))

    def close(self) -> None:
        """Close the file; it stays."""
        self._file.close()


class StoredExamples(Sequence[Example]):
    """Some of the examples of a file, in its order.

    Args:
        file: The file.
        places: Where in it they are; all if not said.
    """

    def __init__(self, file: ExampleFile, places: Sequence[int] | NDArray[np.int64] | None = None) -> None:
        self.file = file
        self._places = range(len(file.indices)) if places is None else places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Example: ...

    @overload
    def __getitem__(self, index: slice) -> "StoredExamples": ...

    def __getitem__(self, index: int | slice) -> "Example | StoredExamples":
        if isinstance(index, slice):
            return StoredExamples(self.file, self._places[index])
        return self.file.example(int(self._places[index]))

    def __iter__(self) -> Iterator[Example]:
        return (self.file.example(int(place)) for place in self._places)

    def without(self, indices: NDArray[np.int64]) -> "StoredExamples":
        """Those whose indices are not among these; no example is read to know."""
        places = np.asarray(self._places)
        return StoredExamples(self.file, places[~np.isin(self.file.indices[places], indices)])


def fingerprint_of(examples: Iterable[Example]) -> str:
    """What tells these indices, texts and labels from others."""
    if isinstance(examples, StoredExamples) and len(examples) == len(examples.file.indices):
        return examples.file.fingerprint
    digest = sha256()
    for number, example in enumerate(examples):
        digest.update(_told(number, example))
    return digest.hexdigest()


def store_examples(path: Path, examples: Iterable[Example], key: Any, notes: Iterable[str] = ()) -> StoredExamples:
    """Write examples, whole or not at all, and give them back as they lie there.

    Args:
        path: The file.
        examples: In the order of their indices.
        key: What they are of; such as JSON holds.
        notes: What is to be known of them.

    Raises:
        FlatnlpError: If the disk refuses.
    """
    digest, indices, begins, checks, at = sha256(), array("q"), array("q"), array("I"), 0
    with written_whole(path) as temporary, temporary.open("wb") as file:
        for number, example in enumerate(examples):
            digest.update(_told(number, example))
            indices.append(example.index)
            begins.append(at)
            line = (json.dumps([example.index, example.text, example.label]) + "\n").encode()
            checks.append(crc32(line))
            at += file.write(line)
        told = json.dumps({"key": key, "notes": list(notes), "fingerprint": digest.hexdigest()}).encode()
        after = b"".join(
            [
                np.asarray(indices, _NUMBER).tobytes(),
                np.asarray(begins, _NUMBER).tobytes(),
                np.asarray(checks, _CHECK).tobytes(),
                told,
            ]
        )
        file.write(after + np.array([len(indices), len(told), crc32(after)], _NUMBER).tobytes())
    stored = stored_examples(path, key)
    if stored is None:
        raise FlatnlpError(f"{path} is not as it was written; choose another output.")
    return stored


def stored_examples(path: Path, key: Any) -> StoredExamples | None:
    """The examples in a file, if it is there, whole, and of this key."""
    try:
        file = ExampleFile(path)
    except (OSError, ValueError):
        return None
    if file.key != key:
        file.close()
        return None
    return StoredExamples(file)


def _told(number: int, example: Example) -> bytes:
    return ("\n" * (number > 0) + repr(example)).encode()
