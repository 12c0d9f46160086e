"""What every test has at hand: outside files where they are, and no network."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from hypothesis import settings

from flatnlp.errors import FlatnlpError

from . import chromium, tiny

# What is small is slower on several threads, and many times slower where the cores are busy. Said before anything,
# the other conftests among it, imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")

BESIDE_REPOSITORY = Path(__file__).resolve().parents[2] / "shared"


def pytest_configure(config: pytest.Config) -> None:
    if not os.environ.get("FLATNLP_RESOURCES") and BESIDE_REPOSITORY.is_dir():
        os.environ["FLATNLP_RESOURCES"] = str(BESIDE_REPOSITORY)
    # Matrices this small gain nothing from threads, and threads that wait for a busy core lose much.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # The same examples every time, however busy the machine is.
    settings.register_profile("flatnlp", derandomize=True, deadline=None)
    settings.load_profile("flatnlp")


def pytest_runtest_setup() -> None:
    # Processes of one test may talk to each other; nothing outside this machine is reached.
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    # pytest-randomly seeds Python and NumPy; torch would go on from wherever the tests before this one left it.
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session")
def resources_root() -> Path:
    """The folder with the paper's data sets and vectors; skips where there is none."""
    value = os.environ.get("FLATNLP_RESOURCES")
    if not value or not Path(value).is_dir():
        pytest.skip("needs $FLATNLP_RESOURCES, or a folder 'shared' beside the repository, with the data sets")
    return Path(value)


@pytest.fixture(scope="session")
def fetched() -> Callable[[str], Path]:
    """The path of a resource that is on this machine; skips where it was not fetched before."""

    def find(name: str) -> Path:
        from flatnlp.resources import locate

        try:
            return locate(name, fetch=False)
        except FlatnlpError as error:
            pytest.skip(str(error))

    return find


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A csv of 84 short texts of two classes."""
    return tiny.write_csv(tmp_path_factory.mktemp("data") / "tiny.csv", tiny.rows())


@pytest.fixture(scope="session")
def tiny_vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Word vectors for them."""
    return tiny.write_vectors(tmp_path_factory.mktemp("vectors") / "tiny.npz")


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_vectors: Path) -> Path:
    """A finished run of flat on them; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("runs") / "flat"
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        tiny.train(tiny_data, tiny_vectors, folder)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser with a profile of its own, for tests marked ``chromium.needed``."""
    with chromium.opened(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[tiny.CommandLine]:
    """The command line in this process, with the tiny attack in the place of PWWS."""
    with tiny.attack_in_the_place_of_pwws(monkeypatch):
        yield tiny.CommandLine(monkeypatch, capsys)
