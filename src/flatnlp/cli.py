"""The command line: it parses, calls one function, prints. Imports that take time happen inside the commands."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from flatnlp import __version__
from flatnlp.errors import FlatnlpError

BAD_INPUT, INTERRUPTED = 2, 130

app = typer.Typer(
    name="flatnlp",
    help="Attack, robustly train and measure text classifiers.",
    epilog="Exit codes: 0 done, 2 something you can mend (one sentence says what), 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
resources_app = typer.Typer(help="Outside files by name: list, fetch, verify.", no_args_is_help=True)
app.add_typer(resources_app, name="resources")

Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A run's folder, or the model folder in it.")]
Dataset = Annotated[
    str,
    typer.Option(
        help="rotten-tomatoes, sst2, trec, ag_news, imdb; hf:owner/name; a file (csv, tsv, jsonl, parquet, .gz) or a "
        "folder with train.*, dev.*, test.*"
    ),
]
TextColumn = Annotated[str | None, typer.Option(help="Column of the texts, if not 'text'.")]
LabelColumn = Annotated[str | None, typer.Option(help="Column of the labels, if not 'label'.")]
Split = Annotated[str, typer.Option(help="train, dev, test, or all rows there are.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many of a seeded shuffle.")]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of everything random but the held-out splits.")]
Device = Annotated[str, typer.Option(help="Where to compute: cpu, cuda, cuda:1, mps.")]
Threads = Annotated[int | None, typer.Option(min=1, max=1024, help="Processor threads; all cores if not said.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only results and errors.")]
Attacks = Annotated[str, typer.Option("--attack", help="One or several recipes, separated by commas.")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def train(
    dataset: Dataset,
    output: Annotated[Path, typer.Option(help="The run's folder.")],
    model: Annotated[str, typer.Option(help="cnn or lstm.")] = "cnn",
    method: Annotated[str, typer.Option(help="base, vmask, adv or flat.")] = "flat",
    attack: Attacks = "pwws",
    vectors: Annotated[str, typer.Option(help="Word vectors: glove-50d, glove_100d, or a file.")] = "glove-50d",
    beta: Annotated[float, typer.Option(help="Weight of the masks' entropy (vmask, flat).")] = 0.1,
    gamma: Annotated[float, typer.Option(help="Weight of the importance distance of substitutes (flat).")] = 0.001,
    rounds: Annotated[int, typer.Option(help="Rounds of attack and training (adv, flat).")] = 3,
    epochs: Annotated[int, typer.Option(help="Epochs on clean data before the first round.")] = 10,
    epochs_per_round: Annotated[int, typer.Option(help="Epochs after each attack.")] = 3,
    patience: Annotated[int, typer.Option(help="Clean epochs without a better dev accuracy before stopping.")] = 3,
    round_patience: Annotated[int, typer.Option(help="Rounds without a better dev AA before stopping; 0: never.")] = 0,
    accumulate: Annotated[
        bool, typer.Option("--accumulate/--newest-only", help="Keep all rounds' adversarial examples, or the newest.")
    ] = True,
    learning_rate: Annotated[float, typer.Option(help="Adam's step size.")] = 0.001,
    batch_size: Annotated[int, typer.Option(help="Clean examples per step.")] = 64,
    clip: Annotated[float, typer.Option(help="Largest norm of the gradient.")] = 1.0,
    dropout: Annotated[float, typer.Option(help="Dropout before the output layer.")] = 0.5,
    hidden: Annotated[int | None, typer.Option(help="CNN maps per width (100) or LSTM size (150).")] = None,
    min_frequency: Annotated[int | None, typer.Option(help="Cut words not more frequent than this.")] = None,
    length: Annotated[int | None, typer.Option(help="Tokens read of each text.")] = None,
    train_limit: Annotated[int | None, typer.Option(help="Train on so many of a seeded shuffle.")] = None,
    attack_sample: Annotated[int | None, typer.Option(help="Attack so many training texts a round.")] = None,
    dev_attack_sample: Annotated[int, typer.Option(help="Dev texts attacked after every epoch.")] = 500,
    test_limit: Annotated[int, typer.Option(help="Test texts attacked at the end.")] = 2000,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    overwrite: Overwrite = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run that is there.")] = False,
    quiet: Quiet = False,
) -> None:
    """Train a classifier: base, vmask, adv or flat."""
    given = dict(locals())
    _use(threads)
    from flatnlp import api
    from flatnlp.training.settings import TrainSettings

    options = {field.name: given[field.name] for field in fields(TrainSettings) if field.name in given}
    with _gone_on_with("the same command with --resume" + (" in the place of --overwrite" if overwrite else "")):
        result = api.train(
            TrainSettings(**options, attacks=api.attack_names(attack)),
            output=output,
            overwrite=overwrite,
            resume=resume,
            device=device,
            show_progress=not quiet,
            say=_silent if quiet else _say,
        )
    _print_table([result.folder])
    _print(f"Report: {result.folder / 'report.html'}")


@app.command()
def attack(
    model: Model,
    dataset: Dataset,
    output: Annotated[Path, typer.Option(help="The Parquet file to write, one row per text.")],
    split: Split = "test",
    attack: Annotated[str, typer.Option("--attack", help="The recipe.")] = "pwws",
    limit: Limit = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    overwrite: Overwrite = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the attack that was interrupted.")] = False,
    quiet: Quiet = False,
) -> None:
    """Attack a classifier on a data set and write original and adversarial texts."""
    _use(threads)
    from flatnlp import api

    with _gone_on_with("the same command with --resume" + (" in the place of --overwrite" if overwrite else "")):
        results = api.attack(
            model,
            attack=attack,
            dataset=dataset,
            split=split,
            limit=limit,
            seed=seed,
            text_column=text_column,
            label_column=label_column,
            output=output,
            overwrite=overwrite,
            resume=resume,
            device=device,
            show_progress=not quiet,
            say=_silent if quiet else _say,
        )
    counts = {status: sum(each.status == status for each in results) for status in _STATUSES}
    _print(f"{output}: {len(results):,} texts, " + ", ".join(f"{n:,} {name}" for name, n in counts.items()) + ".")


_STATUSES = ("successful", "failed", "skipped", "unattackable")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run with rounds (adv, flat).")],
    output: Annotated[Path, typer.Option(help="A .csv, .jsonl or .parquet file.")],
    overwrite: Overwrite = False,
) -> None:
    """Write the adversarial texts of a run's rounds as a data set: text, label, original, round, attack."""
    from flatnlp.files import check_writable
    from flatnlp.training.export import export_adversarial

    if output.exists() and not overwrite:
        raise FlatnlpError(f"{output} is there already; give --overwrite to replace it.")
    check_writable(output)
    _print(f"{output}: {export_adversarial(run, output):,} adversarial texts.")


@app.command()
def evaluate(
    model: Model,
    dataset: Dataset,
    split: Split = "test",
    attack: Attacks = "pwws",
    limit: Limit = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the record here too.")] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Standard and after-attack accuracy on a data set."""
    from flatnlp.files import check_writable, write_json

    if json_file:
        check_writable(json_file)
    _use(threads)
    from flatnlp import api

    result = api.evaluate(
        model,
        attacks=attack,
        dataset=dataset,
        split=split,
        limit=limit,
        seed=seed,
        text_column=text_column,
        label_column=label_column,
        device=device,
        show_progress=not quiet,
        say=_silent if quiet else _say,
    )
    if json_file:
        write_json(json_file, result.record())
    for name, evaluation in result.evaluations.items():
        typer.echo(f"{name}: {evaluation.sentence()}")


@app.command()
def predict(
    model: Model,
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="Texts; else lines of input.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per text.")] = False,
    device: Device = "cpu",
    threads: Threads = None,
) -> None:
    """Classify texts: class, probability, text."""
    raws = texts or _lines_of_input()
    for number, raw in enumerate(raws, 1):
        if not raw.strip():
            which = f"Text {number}" if texts else f"Line {number} of standard input"
            raise FlatnlpError(f"{which} is empty; there is nothing to classify, so leave it out.")
    _use(threads)
    from flatnlp import api
    from flatnlp.reports.visible import visible

    classifier = api.load(model, device)
    note = api.truncation(classifier, raws)
    if note:
        _say(note)
    for raw, row in zip(raws, classifier.predict_proba(raws), strict=True):
        best = int(row.argmax())
        if as_json:
            shares = dict(zip(classifier.classes, row.tolist(), strict=True))
            typer.echo(json.dumps({"text": raw, "class": classifier.classes[best], "probabilities": shares}))
        else:
            typer.echo(f"{visible(classifier.classes[best])}\t{row[best]:.3f}\t{visible(raw)}")


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    form: Annotated[str, typer.Option("--format", help="table, markdown or csv.")] = "table",
) -> None:
    """Runs side by side in one table, the best in bold."""
    _print_table(runs, form)


@app.command()
def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """One self-contained HTML page about one or several runs."""
    from flatnlp.reports.page import write_report

    _print(f"Report: {write_report(runs, output)}")


@app.command()
def recipes() -> None:
    """The attacks by name."""
    from flatnlp.attacks.recipes import RECIPES

    for name, make in RECIPES.items():
        typer.echo(f"{name}: {(make.__doc__ or '').strip().splitlines()[0]}")


@app.command()
def demo(
    output: Annotated[Path, typer.Option(help="Folder of the runs and the report.")] = Path("runs/demo"),
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Train base, adv and flat on review sentences, attack them, write the report; a second call goes on or reads."""
    _use(threads)
    from flatnlp import api

    with _gone_on_with("the same command"):
        runs = api.demo(output, device=device, show_progress=not quiet, say=_silent if quiet else _say)
    _print_table(runs)
    _print(f"Report: {output / 'report.html'}")


@resources_app.command("list")
def list_resources() -> None:
    """What there is, what needs it, and whether it is here."""
    from rich.console import Console
    from rich.table import Table

    from flatnlp.resources import status

    table = Table("name", "kind", "size", "licence", "used by", "from", "here")
    for row in status():
        where = str(row.path) if row.present else "no"
        table.add_row(row.name, row.kind, f"{row.size / 1e6:.1f} MB", row.licence, row.used_by, row.origin, where)
    Console().print(table)


@resources_app.command("fetch")
def fetch_resources(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names from the list.")],
    quiet: Quiet = False,
) -> None:
    """Get resources that are not here yet."""
    from flatnlp.resources import fetch

    for name, path in fetch(names, progress=not quiet).items():
        typer.echo(f"{name}: {path}")


@resources_app.command("verify")
def verify_resources(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="All that are here if none.")] = None,
) -> None:
    """Check files against the checksums written when they were fetched."""
    from flatnlp.resources import verify

    checked = verify(names or ())
    for each in checked:
        typer.echo(f"{each.name}: {each.state}" + "".join(f"; {problem}" for problem in each.problems))
    bad = [each.name for each in checked if not each.ok]
    if bad:
        raise FlatnlpError(f"{', '.join(bad)}: not as fetched; delete and fetch again with `flatnlp resources fetch`.")


def main() -> None:
    """Run the command line; turn what the user can mend into one sentence on standard error."""
    try:
        status = app(prog_name="flatnlp", standalone_mode=False)
    except FlatnlpError as error:
        _fail(f"Error: {error}", BAD_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except Exception as error:
        if _is_out_of_memory(error):
            _fail("Error: There is not enough memory for this; lower --batch-size, --hidden or --length.", BAD_INPUT)
        if not hasattr(error, "format_message"):
            raise
        _fail_usage(error)
    if status == INTERRUPTED:
        _fail("Interrupted; give the same command to start again.", INTERRUPTED)
    sys.exit(status if isinstance(status, int) else 0)


def _is_out_of_memory(error: Exception) -> bool:
    """Whether Python, or torch on any device, could not get memory; torch says so in the text of a RuntimeError."""
    said = isinstance(error, RuntimeError) and ("allocate memory" in str(error) or "out of memory" in str(error))
    return said or isinstance(error, MemoryError)


def _fail(sentence: str, code: int) -> NoReturn:
    _say(sentence)
    sys.exit(code)


def _fail_usage(error: Any) -> NoReturn:
    """Say what Typer found wrong with the arguments and where to read about them; with none at all, show the help."""
    message = error.format_message()
    if "\n" in message:
        typer.echo(message, err=True)
        sys.exit(BAD_INPUT)
    command = error.ctx.command_path if getattr(error, "ctx", None) else "flatnlp"
    message = f"{message} See" if message.endswith("?") else f"{message.removesuffix('.')}; see"
    _fail(f"Error: {message} `{command} --help`.", BAD_INPUT)


@contextmanager
def _gone_on_with(how: str) -> Iterator[None]:
    """Tell who interrupts long work how to go on with it."""
    try:
        yield
    except KeyboardInterrupt:
        _fail(f"Interrupted; what was finished is kept, {how} goes on from there.", INTERRUPTED)


def _use(threads: int | None) -> None:
    if threads is not None:
        import torch

        torch.set_num_threads(threads)


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


def _print_table(folders: list[Path], form: str = "table") -> None:
    from flatnlp.reports.records import read_run
    from flatnlp.reports.table import comparison, to_csv, to_markdown, to_rich

    table = comparison([read_run(folder) for folder in folders])
    if form == "table":
        from rich.console import Console

        Console().print(to_rich(table))
    elif form in ("markdown", "csv"):
        typer.echo((to_markdown(table) if form == "markdown" else to_csv(table)).rstrip("\n"))
    else:
        raise FlatnlpError(f"There is no format {form!r}; choose one of table, markdown, csv.")


def _say(sentence: str) -> None:
    _print(sentence, err=True)


def _print(line: str, err: bool = False) -> None:
    from flatnlp.reports.visible import visible

    typer.echo(visible(line), err=err)


def _silent(_: Any) -> None:
    pass
