"""Whether a command line means something, without doing what it says."""

import importlib.util
import re
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from flatnlp.cli import app

from .pages import ROOT


def parse(arguments: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Let the command line parse what follows ``flatnlp``: the command and its parameters.

    Raises:
        Exception: Typer's, saying what is wrong with them.
    """
    command: Any = typer.main.get_command(app)
    context = command.make_context("flatnlp", list(arguments))
    rest = [*context._protected_args, *context.args]
    while hasattr(command, "resolve_command") and rest:
        name, command, rest = command.resolve_command(context, rest)
        assert command is not None, f"there is no command {name}"
        context = command.make_context(name, list(rest), parent=context)
        rest = [*context._protected_args, *context.args]
    return command, context.params


def check(arguments: Sequence[str]) -> None:
    """Fail if a command names a program, a target, a file or an option that is not there."""
    program, *rest = arguments
    if program == "flatnlp":
        parse(rest)
    elif program == "make":
        _check_targets(rest)
    elif program == "pip":
        _check_pip(rest)
    elif program == "accelerate":
        _check_accelerate(rest)
    elif program == "python":
        _check_python(rest)


def check_inline(command: str) -> None:
    """The same for a command in the running text, which may be abbreviated: its name and its options are there."""
    words = shlex.split(re.sub(r"[\[\]|]|\.\.\.", " ", command))
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    if words[0] == "python":
        _check_python([words[1], *options])
        return
    known: Any = typer.main.get_command(app)
    for word in words[1:]:
        if not hasattr(known, "commands") or word.startswith("-") or word.isupper():
            break
        assert word in known.commands, f"there is no command {word!r} ({command})"
        known = known.commands[word]
    names = {name for parameter in known.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {*options} <= names | {"--help"}, f"{command}: no such option: {sorted({*options} - names)}"


def _check_targets(words: Sequence[str]) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {word for word in words if "=" not in word and not word.startswith("-")}
    assert named <= targets, f"make has no target {sorted(named - targets)}"


def _check_pip(words: Sequence[str]) -> None:
    assert words[0] in ("install", "download"), words
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for word in words[1:]:
        for extra in (extra for found in re.findall(r"\[([\w,-]+)\]", word) for extra in found.split(",")):
            assert extra in declared, f"pyproject.toml has no extra {extra!r} ({word})"


def _check_accelerate(words: Sequence[str]) -> None:
    """``accelerate launch [its own options] -m flatnlp ...``."""
    assert words[0] == "launch", words
    assert "-m" in words, words
    at = words.index("-m")
    assert words[at + 1] == "flatnlp", words
    parse(words[at + 2 :])


def _check_python(words: Sequence[str]) -> None:
    if words[0] == "-m":
        if words[1] == "flatnlp":
            parse(words[2:])
        else:
            assert importlib.util.find_spec(words[1]) is not None, f"there is no module {words[1]}"
        return
    script = ROOT / words[0]
    assert script.is_file(), f"there is no file {words[0]}"
    source = _source(script)
    for option in (word.partition("=")[0] for word in words[1:] if word.startswith("--")):
        assert f'"{option}"' in source, f"{words[0]} has no option {option}"


def _source(script: Path) -> str:
    """Of a script and of those beside it, which may share its options."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(script.parent.glob("*.py")))
