"""``flatnlp doctor``: what it finds, and that it ends well whatever it finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from flatnlp.api import doctor
from flatnlp.api.doctor import Finding, diagnose

from .tiny import CommandLine

REQUIRES = [
    "numpy>=1.26",
    "rich>=999",
    "no-such-package>=1",
    'pytest>=1; extra == "tune"',
    'no-such-package>=2; extra == "use"',
    'no-such-package>=2; extra == "dev"',
    'colorama; sys_platform == "no such system"',
]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, Finding]:
    monkeypatch.setattr(doctor, "requires", lambda _: REQUIRES)
    return {each.name: each for each in diagnose()}


def test_versions_and_extras_are_compared_with_what_the_package_asks_for(found: dict[str, Finding]) -> None:
    assert found["numpy"].state == "ok"
    assert (found["rich"].state, found["rich"].cure) == ("wrong", "pip install 'rich>=999'")
    assert "but it must be >=999" in found["rich"].said
    assert (found["no-such-package"].state, found["no-such-package"].said) == ("wrong", "not installed")
    assert found["tune"].state == "ok"
    assert (found["use"].state, found["use"].cure) == ("absent", "pip install 'flatnlp[use]'")
    assert "dev" not in found
    assert "colorama" not in found


def test_every_resource_that_is_not_here_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: dict[str, Finding]
) -> None:
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    here = {each.name: each for each in diagnose() if each.group == "resources"}
    assert {each.state for each in here.values()} == {"absent"}
    assert here["wordnet"].cure == "flatnlp resources fetch wordnet"
    assert all(each.cure for each in here.values())
    assert not (tmp_path / "cache").exists()


def test_more_threads_than_cores_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_cores", lambda: 2)
    monkeypatch.setattr("torch.get_num_threads", lambda: 8)
    [found] = [each for each in diagnose() if each.group == "threads"]
    assert (found.state, found.cure) == ("wrong", "Give --threads 2.")


@pytest.mark.parametrize(("variable", "name"), [("FLATNLP_CACHE", "cache"), ("FLATNLP_RESOURCES", "own resources")])
def test_a_folder_that_cannot_serve_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, name: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(variable, str(tmp_path / "file" / "folder"))
    found = next(each for each in diagnose() if each.name == name)
    assert found.state == "wrong"
    assert variable in found.cure


def test_a_broken_library_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise ImportError("libcudart.so.12: cannot open\nmore")

    monkeypatch.setitem(doctor._GROUPS, "devices", broken)
    [found] = [each for each in diagnose() if each.group == "devices"]
    assert (found.state, found.said) == ("wrong", "ImportError: libcudart.so.12: cannot open")


@pytest.mark.parametrize("state", ["ok", "absent", "wrong"])
def test_the_exit_code_says_whether_anything_is_wrong(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, state: Any
) -> None:
    findings = [Finding("devices", "cpu", "ok", "2 cores"), Finding("extras", "tune", state, "\x1b[31m", "do it")]
    monkeypatch.setattr(doctor, "diagnose", lambda: findings)
    code = 1 if state == "wrong" else 0
    outcome = command_line("doctor")
    assert outcome.code == code
    assert outcome.out.startswith("devices:\n  ok cpu: 2 cores\nextras:\n")
    assert "\x1b" not in outcome.out
    assert ("-> do it" in outcome.out) == (state != "ok")
    outcome = command_line("doctor", "--json")
    assert outcome.code == code
    record = json.loads(outcome.out)
    assert record["ok"] == (code == 0)
    assert record["findings"][1]["state"] == state
    outcome = command_line("doctor", "--quiet")
    assert outcome.out.count("\n") == 2 * code
