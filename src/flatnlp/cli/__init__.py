"""The command line: it parses, calls one function, prints. Imports that take time happen inside the commands."""

import sys
from typing import Annotated, Any, NoReturn

import typer

from flatnlp import __version__
from flatnlp.cli.attack import attack
from flatnlp.cli.compare import compare
from flatnlp.cli.demo import demo
from flatnlp.cli.doctor import doctor
from flatnlp.cli.evaluate import evaluate
from flatnlp.cli.explain import explain
from flatnlp.cli.export import export
from flatnlp.cli.figure import figure
from flatnlp.cli.importance import importance
from flatnlp.cli.output import BAD_INPUT, INTERRUPTED, fail
from flatnlp.cli.paragraphs import paragraphs
from flatnlp.cli.predict import predict
from flatnlp.cli.processes import one_of_several
from flatnlp.cli.recipes import recipes
from flatnlp.cli.report import report
from flatnlp.cli.reproduce import reproduce
from flatnlp.cli.resources import resources_app
from flatnlp.cli.termination import TERMINATED, hearing_termination
from flatnlp.cli.train import train
from flatnlp.cli.tune import tune
from flatnlp.errors import FlatnlpError, is_out_of_memory

app = typer.Typer(
    name="flatnlp",
    help="Attack, robustly train and measure text classifiers.",
    epilog="Exit codes: 0 done, 1 doctor found something wrong, 2 something you can mend (one sentence says what), "
    "130 interrupted, 143 terminated. Shell completion: flatnlp --install-completion.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (
    train,
    attack,
    export,
    evaluate,
    predict,
    explain,
    importance,
    compare,
    figure,
    report,
    reproduce,
    tune,
    recipes,
    demo,
    doctor,
):
    app.command(help=paragraphs(_command))(_command)
app.add_typer(resources_app, name="resources")


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command line; turn what the user can mend into one sentence on standard error."""
    with hearing_termination() as received:
        _run(received)


def _run(received: list[int]) -> NoReturn:
    try:
        with one_of_several():
            status = app(prog_name="flatnlp", standalone_mode=False)
            if status == INTERRUPTED:  # Typer has caught it; this process must not wait for others, which wait for it
                raise KeyboardInterrupt
    except FlatnlpError as error:
        fail(f"Error: {error}", BAD_INPUT)
    except (KeyboardInterrupt, typer.Abort):
        fail("Interrupted; give the same command to start again.", TERMINATED if received else INTERRUPTED)
    except Exception as error:
        if is_out_of_memory(error):
            fail("Error: There is not enough memory for this; lower --batch-size, --hidden or --length.", BAD_INPUT)
        if not hasattr(error, "format_message"):
            raise
        _fail_usage(error)
    sys.exit(status if isinstance(status, int) else 0)


def _fail_usage(error: Any) -> NoReturn:
    """Say what Typer found wrong with the arguments and where to read about them; with none at all, show the help."""
    message = error.format_message()
    if "\n" in message:
        typer.echo(message, err=True)
        sys.exit(BAD_INPUT)
    command = error.ctx.command_path if getattr(error, "ctx", None) else "flatnlp"
    message = f"{message} See" if message.endswith("?") else f"{message.removesuffix('.')}; see"
    fail(f"Error: {message} `{command} --help`.", BAD_INPUT)
