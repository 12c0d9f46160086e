from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tiny import CommandLine, train_arguments

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
