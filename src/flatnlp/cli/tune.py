"""``flatnlp tune``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Dataset, Quiet, Seed, Threads
from flatnlp.cli.output import gone_on_with, print_line, say, silent
from flatnlp.cli.threads import use_threads


def tune(
    dataset: Dataset,
    model: Annotated[str, typer.Option(help="cnn, lstm, or an encoder as in train.")] = "cnn",
    methods: Annotated[str, typer.Option(help="Whose settings to search, separated by commas.")] = "base,adv,flat",
    attack: Annotated[str, typer.Option(help="In training and on the development data.")] = "pwws",
    trials: Annotated[
        int, typer.Option(min=1, metavar="<int>", help="Trainings per method, each with other settings.")
    ] = 20,
    seed: Seed = 0,
    budget: Annotated[str, typer.Option(help="quick: smaller samples. paper: the paper's sizes.")] = "quick",
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A training setting for all trials, for example epochs=5.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder of the search.")] = Path("runs/tune"),
    jobs: Annotated[
        int, typer.Option(min=1, metavar="<int>", help="Trials side by side; with another number others are tried.")
    ] = 1,
    devices: Annotated[str, typer.Option(help="Where to compute, in turns: cpu, or cuda:0,cuda:1.")] = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Search, within the paper's ranges, for the training settings that do best on development data.

    Each method is trained many times. Every training, a trial, has other values of learning rate (1e-05 to 0.1), clip
    (0.001 to 10) and, where the method has them, rounds (3 to 5), beta (1e-05 to 1000, powers of ten) and gamma (1e-05
    to 1000, the same). The first trial keeps the settings that `flatnlp reproduce` trains with. The next ones draw them
    at random, later ones where trials did well (Optuna, extra: tune). The test data are not looked at.

    Chosen is, of the trials whose accuracy on the development data is within one point of the best, the one with the
    highest accuracy after the attack. chosen.json in the output folder holds its settings, for `flatnlp reproduce
    --hyperparameters`; a csv file per method has all trials. After an interruption the same command goes on.
    """
    use_threads(threads)
    from flatnlp.api.reproducing import parsed_settings
    from flatnlp.api.tuning import tune as run
    from flatnlp.paper.tuning.front import RULE
    from flatnlp.paper.tuning.write import front_in_markdown

    with gone_on_with("the same command"):
        found = run(
            dataset,
            model=model,
            methods=[name.strip() for name in methods.split(",") if name.strip()],
            attack=attack,
            trials=trials,
            seed=seed,
            budget=budget,
            settings=parsed_settings(setting or ()),
            output=output,
            devices=[name.strip() for name in devices.split(",") if name.strip()],
            jobs=jobs,
            threads=threads,
            show_progress=not quiet,
            say=silent if quiet else say,
        )
    for method, result in found.items():
        print_line(f"{method}, Pareto front of {len(result.outcomes)} trials:")
        typer.echo(front_in_markdown(result.outcomes))
    print_line(RULE)
    print_line(f"Chosen settings: {output / 'chosen.json'}")
