"""A page's shell commands, run by bash; the programs they name are answered by this process.

So loops, quotes, pipes and variables are bash's own, and no command pays for the start of an interpreter.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("accelerate", "flatnlp", "make", "pip", "python", "tensorboard", "wandb")
ALLOWED = ("cat", "cp", "head", "ls", "mkdir", "wc")
"""Programs of the machine itself that a page may use."""

_PRELUDE = r"""
set -euo pipefail
_ask() {
  local code
  printf '%s\0' "$PWD" "$@" > "$TALK/arguments"
  cat > "$TALK/in"
  echo ask >&"$ASK"
  read -r code <&"$ANSWER"
  cat "$TALK/out"; cat "$TALK/err" >&2
  return "$code"
}
"""


@dataclass(frozen=True)
class Call:
    """A program that a page calls.

    Attributes:
        folder: Where.
        arguments: Its name and what follows.
        stdin: What it may read.
    """

    folder: Path
    arguments: list[str]
    stdin: bytes


@dataclass(frozen=True)
class Answer:
    """What came of it."""

    code: int = 0
    out: str = ""
    err: str = ""


def run(commands: str, folder: Path, talk: Path, answer: Callable[[Call], Answer]) -> Answer:
    """Run shell commands in a folder.

    Args:
        commands: As they stand on the page.
        folder: Where they run.
        talk: An empty folder for what bash and this process tell each other.
        answer: Called with every call of one of ``PROGRAMS``.

    Returns:
        What bash itself came to: the first exit code that is not 0, and all output.
    """
    programs = talk / "programs"
    programs.mkdir(parents=True)
    for name in ALLOWED:
        (programs / name).symlink_to(shutil.which(name) or "/nowhere")
    functions = "".join(f'{name}() {{ _ask {name} "$@"; }}\n' for name in PROGRAMS)
    script = _PRELUDE + functions + commands.replace(".venv/bin/", "")
    asked, asks = os.pipe()
    hears, answers = os.pipe()
    environment = {**os.environ, "TALK": str(talk), "ASK": str(asks), "ANSWER": str(hears), "PATH": str(programs)}
    bash = shutil.which("bash") or "bash"
    with (
        (talk / "all.out").open("wb") as out,
        (talk / "all.err").open("wb") as err,
        subprocess.Popen(
            [bash, "-c", script],
            cwd=folder,
            env=environment,
            pass_fds=(asks, hears),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        ) as process,
    ):
        os.close(asks)
        os.close(hears)
        try:
            with os.fdopen(asked) as questions:
                for _ in questions:
                    os.write(answers, f"{_answered(talk, answer)}\n".encode())
        finally:
            os.close(answers)
    return Answer(process.returncode, *((talk / f"all.{name}").read_text(encoding="utf-8") for name in ("out", "err")))


def _answered(talk: Path, answer: Callable[[Call], Answer]) -> int:
    folder, *arguments = (talk / "arguments").read_bytes().decode().split("\0")[:-1]
    given = answer(Call(Path(folder), arguments, (talk / "in").read_bytes()))
    (talk / "out").write_text(given.out, encoding="utf-8")
    (talk / "err").write_text(given.err, encoding="utf-8")
    return given.code
