"""``flatnlp predict``."""

import json
import sys
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Model, Quiet, Threads
from flatnlp.cli.output import say
from flatnlp.cli.threads import use_threads
from flatnlp.errors import FlatnlpError


def predict(
    model: Model,
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="Texts; else lines of input.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per text.")] = False,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Classify texts: class, probability, text."""
    raws = texts or _lines_of_input()
    for number, raw in enumerate(raws, 1):
        if not raw.strip():
            which = f"Text {number}" if texts else f"Line {number} of standard input"
            raise FlatnlpError(f"{which} is empty; there is nothing to classify, so leave it out.")
    use_threads(threads)
    from flatnlp.api.examples import truncation
    from flatnlp.api.loading import load
    from flatnlp.reports.visible import visible

    classifier = load(model, device)
    note = truncation(classifier, raws)
    if note and not quiet:
        say(note)
    for raw, row in zip(raws, classifier.predict_proba(raws), strict=True):
        best = int(row.argmax())
        if as_json:
            shares = dict(zip(classifier.classes, row.tolist(), strict=True))
            typer.echo(json.dumps({"text": raw, "class": classifier.classes[best], "probabilities": shares}))
        else:
            typer.echo(f"{visible(classifier.classes[best])}\t{row[best]:.3f}\t{visible(raw)}")


def _lines_of_input() -> list[str]:
    lines = []
    if sys.stdin is not None and not sys.stdin.isatty():
        for number, line in enumerate(sys.stdin.buffer, 1):
            try:
                lines.append(line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n"))
            except UnicodeDecodeError:
                raise FlatnlpError(f"Line {number} of standard input is not UTF-8; convert it to UTF-8.") from None
    if not lines:
        raise FlatnlpError("There is no text to classify; give texts as arguments or lines on standard input.")
    return lines
