"""Every command and snippet of the README and the guide does what the page says."""

import os
import runpy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import tiny

from . import world
from .checking import check, check_inline
from .pages import PAGES, ROOT, Block, blocks, inline_commands
from .shell import Answer, Call, run


@dataclass
class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    folder: Path
    talk: Path
    command_line: tiny.CommandLine
    capsys: pytest.CaptureFixture[str]
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "guide"})
    printed: str = ""
    talks: int = 0

    def follow(self, block: Block) -> None:
        """Do what one block says."""
        if block.file is not None:
            (self.folder / block.file).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / block.file).write_text(block.code, encoding="utf-8")
        elif block.printed:
            assert _lines(self.printed) == _lines(block.code), f"{block.place}: printed\n{self.printed}"
        elif block.language == "sh":
            self._shell(block)
        elif block.language == "python":
            code = compile(block.code, block.place, "exec")
            if not block.only_checked:
                self.capsys.readouterr()
                exec(code, self.names)
                self.printed = self.capsys.readouterr().out

    def _shell(self, block: Block) -> None:
        self.talks += 1
        checks = block.only_checked
        came = run(block.code, self.folder, self.talk / str(self.talks), self._check if checks else self._answer)
        assert came.code == 0, f"{block.place}: exit code {came.code}\n{came.out}{came.err}"
        self.printed = came.out

    @staticmethod
    def _check(call: Call) -> Answer:
        check(call.arguments)
        return Answer()

    def _answer(self, call: Call) -> Answer:
        program, *arguments = call.arguments
        if program == "flatnlp":
            check(call.arguments)
            os.chdir(call.folder)
            came = self.command_line(*arguments, stdin=call.stdin)
            return Answer(came.code, came.out, came.err)
        if program == "python" and arguments and (call.folder / arguments[0]).is_file():
            os.chdir(call.folder)
            self.capsys.readouterr()
            runpy.run_path(arguments[0], run_name="__main__")
            return Answer(0, self.capsys.readouterr().out)
        # What sets up an environment, or starts processes of its own, is no business of a test.
        return self._check(call)


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.write_resources(tmp_path_factory.mktemp("resources"))


@pytest.fixture
def reader(
    tmp_path: Path, resources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Reader]:
    folder = tmp_path / "page"
    folder.mkdir()
    world.write_own_files(folder)
    monkeypatch.setenv("FLATNLP_RESOURCES", str(resources))
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(folder)
    with world.small_work(monkeypatch):
        yield Reader(folder, tmp_path / "talk", tiny.CommandLine(monkeypatch, capsys), capsys)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_what_a_page_says_can_be_done(page: Path, reader: Reader) -> None:
    for block in blocks(page):
        reader.follow(block)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_commands_in_the_running_text_are_there(page: Path) -> None:
    for command in inline_commands(page):
        check_inline(command)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
