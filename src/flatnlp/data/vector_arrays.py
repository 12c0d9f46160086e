"""Word vectors in numpy's formats."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from flatnlp.data.unpacking import bomb, most_bytes
from flatnlp.data.vector_rows import VectorRows
from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def read_npz(path: Path, rows: VectorRows) -> None:
    """Read an ``.npz`` with ``words`` [n] (strings) and ``vectors`` [n, width] (numbers).

    Args:
        path: the file.
        rows: where the vectors go.

    Raises:
        FlatnlpError: the file is missing or damaged, or the arrays are not as described.
    """
    import numpy as np

    try:
        # numpy leaves the file open where it turns out to be no archive, so it is opened here.
        with path.open("rb") as stream:
            archive = np.load(stream, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise ValueError("it is a single array")
            names = list(archive.files)
            if "words" not in names or "vectors" not in names:
                raise FlatnlpError(
                    f"{path} must hold the arrays 'words' and 'vectors', but holds "
                    f"{', '.join(map(repr, names)) or 'none'}."
                )
            limit = most_bytes(path)
            if _unpacked_bytes(stream) > limit:
                raise FlatnlpError(f"{path} is refused: {bomb(limit)}.")
            words, vectors = archive["words"], archive["vectors"]
            if words.dtype.kind == "S":
                words = np.char.decode(words, "utf-8")
            listed = words.tolist()
    except FlatnlpError:
        raise
    # Of damaged files numpy and zipfile raise whatever their parsers stumble over, from MemoryError to TokenError.
    except Exception as error:
        raise FlatnlpError(f"{path} is not a readable .npz of plain arrays ({_reason(error)}).") from error
    if words.ndim != 1 or words.dtype.kind != "U":
        raise FlatnlpError(f"{path}: 'words' is {words.dtype} of shape {words.shape}, but must be a list of strings.")
    _check_vectors(path, vectors, len(words))
    rows.set_width(vectors.shape[1])
    for at, word in enumerate(listed):
        if rows.wants(word):
            rows.put(word, vectors[at], f"row {at + 1:,}")


def read_npy_folder(folder: Path, rows: VectorRows) -> None:
    """Read a folder with ``vectors.npy`` [n, width] and ``words.parquet`` (one column, n strings).

    The vectors are memory-mapped: only the needed rows are read.

    Args:
        folder: the folder.
        rows: where the vectors go.

    Raises:
        FlatnlpError: a file is missing or damaged, or the two do not belong together.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    path = folder / "vectors.npy"
    index = folder / "words.parquet"
    for file in (path, index):
        if not file.is_file():
            raise FlatnlpError(f"The folder {folder} has no {file.name}, so it holds no word vectors.")
    try:
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # as above
        raise FlatnlpError(f"{path} is not a readable array ({_reason(error)}).") from error
    try:
        table = pq.read_table(index)
        table.validate(full=True)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise FlatnlpError(f"{index} is not a readable Parquet file ({_reason(error)}).") from error
    if table.num_columns != 1 or not pa.types.is_string(table.column(0).type):
        raise FlatnlpError(f"{index} must hold one column of strings, but holds {table.schema.names}.")
    _check_vectors(path, vectors, table.num_rows)
    rows.set_width(vectors.shape[1])
    words: Sequence[str] = list(rows.row_of)
    positions = pc.index_in(pa.array(words, type=pa.string()), value_set=table.column(0).combine_chunks())
    for word, at in zip(words, positions.to_pylist(), strict=True):
        if at is not None:
            rows.put(word, vectors[at], f"row {at + 1:,}")


def _unpacked_bytes(stream: BinaryIO) -> int:
    """What an archive says its members come to; zipfile never yields more."""
    with zipfile.ZipFile(stream) as archive:
        return sum(member.file_size for member in archive.infolist())


def _check_vectors(path: Path, vectors: "NDArray[np.generic]", words: int) -> None:
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or vectors.shape[1] < 1:
        raise FlatnlpError(
            f"{path}: the vectors are {vectors.dtype} of shape {vectors.shape}, but must be "
            "numbers of shape (words, width)."
        )
    if len(vectors) != words:
        raise FlatnlpError(f"{path} has {words:,} words but {len(vectors):,} vectors; they do not belong together.")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
