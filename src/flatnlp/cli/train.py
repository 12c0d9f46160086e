"""``flatnlp train``."""

from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli import completion
from flatnlp.cli.beyond_options import (
    AdversarialWeight,
    AverageWeights,
    ImportancePairs,
    KeepAdversarial,
    Refresh,
    SmoothVectors,
    Views,
    ViewShare,
    ViewsWeight,
    VocabularyOf,
)
from flatnlp.cli.grouped import grouped
from flatnlp.cli.groups import AttackParts, Computing
from flatnlp.cli.options import Attacks, Dataset, Interpret, LabelColumn, Overwrite, Resume, Seed, TextColumn
from flatnlp.cli.output import gone_on_with, print_line, print_table

_ROUNDS = "Rounds of attack and training (adv, flat)"
"""A panel of its own also keeps the column of --newest-only from the other options."""


@grouped
def train(
    *,
    dataset: Dataset,
    output: Annotated[Path, typer.Option(help="The run's folder.")],
    model: Annotated[
        str, typer.Option(help="cnn, lstm, minilm, bert-tiny; a folder or Hugging Face name of an encoder.")
    ] = "cnn",
    method: Annotated[
        str, typer.Option(help="base, vmask, adv, flat, group or synonym.", autocompletion=completion.methods)
    ] = "flat",
    groups: Annotated[int, typer.Option(help="Groups of synonyms that share a mask value (group).")] = 10,
    attack: Attacks = "pwws",
    interpret: Interpret = None,
    parts: AttackParts,
    vectors: Annotated[
        str | None, typer.Option(help="Of cnn, lstm: glove-50d (if not said), glove_100d, a file.")
    ] = None,
    beta: Annotated[float, typer.Option(help="Weight of the masks' entropy (vmask, flat).")] = 0.1,
    gamma: Annotated[float, typer.Option(help="Weight of the importance distance of substitutes (flat).")] = 0.001,
    rounds: Annotated[int, typer.Option(help="How many.", rich_help_panel=_ROUNDS)] = 3,
    epochs: Annotated[int | None, typer.Option(help="Clean epochs before the first round: 20 (encoders 3).")] = None,
    epochs_per_round: Annotated[
        int | None, typer.Option(help="Epochs after each attack: 3 (encoders 1).", rich_help_panel=_ROUNDS)
    ] = None,
    patience: Annotated[int, typer.Option(help="Clean epochs without a better dev accuracy before stopping.")] = 8,
    round_patience: Annotated[
        int, typer.Option(help="Rounds without a better dev AA before stopping; 0: never.", rich_help_panel=_ROUNDS)
    ] = 0,
    accumulate: Annotated[
        bool,
        typer.Option(
            "--accumulate/--newest-only",
            help="Keep all rounds' adversarial examples, or the newest.",
            rich_help_panel=_ROUNDS,
        ),
    ] = True,
    refresh_attack: Refresh = "round",
    keep_adversarial: KeepAdversarial = None,
    adversarial_weight: AdversarialWeight = 1.0,
    importance_pairs: ImportancePairs = "attacked",
    average_weights: AverageWeights = None,
    vocabulary: VocabularyOf = "train",
    smooth_vectors: SmoothVectors = None,
    views: Views = None,
    view_share: ViewShare = 0.25,
    views_weight: ViewsWeight = 1.0,
    learning_rate: Annotated[float | None, typer.Option(help="AdamW's step size: 0.001 (encoders 5e-5).")] = None,
    warmup: Annotated[
        float | None, typer.Option(help="Share of a round's steps in which it rises, then falls; encoders 0.1.")
    ] = None,
    weight_decay: Annotated[float | None, typer.Option(help="AdamW's: 0 (encoders 0.01).")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Clean examples per batch: 64 (encoders 32).")] = None,
    gradient_accumulation: Annotated[int, typer.Option(help="Batches per step.")] = 1,
    gradient_checkpointing: Annotated[
        bool, typer.Option("--gradient-checkpointing", help="Less memory, more time (encoders).")
    ] = False,
    precision: Annotated[str, typer.Option(help="float32, or bf16 in training (encoders).")] = "float32",
    clip: Annotated[float, typer.Option(help="Largest norm of the gradient.")] = 1.0,
    dropout: Annotated[float | None, typer.Option(help="Before the output layer of cnn, lstm: 0.5.")] = None,
    hidden: Annotated[int | None, typer.Option(help="CNN maps per width (100) or LSTM size (150).")] = None,
    min_frequency: Annotated[int | None, typer.Option(help="Cut words not more frequent than this.")] = None,
    length: Annotated[int | None, typer.Option(help="Tokens read of each text.")] = None,
    train_limit: Annotated[int | None, typer.Option(help="Train on so many of a seeded shuffle.")] = None,
    attack_sample: Annotated[
        int | None, typer.Option(help="Attack so many training texts a round.", rich_help_panel=_ROUNDS)
    ] = None,
    dev_attack_sample: Annotated[int, typer.Option(help="Dev texts attacked after every epoch.")] = 500,
    test_limit: Annotated[int, typer.Option(help="Test texts attacked at the end.")] = 2000,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
    resume: Resume = False,
    track: Annotated[
        list[str] | None,
        typer.Option(
            metavar="<str>", help="Log the metrics to tensorboard or wandb too; may be given twice. Extra: track."
        ),
    ] = None,
    computing: Computing,
) -> None:
    """Train a classifier: base, vmask, adv, flat, group or synonym."""
    given = {**locals(), **vars(parts)}
    how = computing.start()
    from flatnlp.api.recipes_named import attack_names
    from flatnlp.api.training import train as run_training
    from flatnlp.training.settings import TrainSettings

    options = {
        field.name: given[field.name]
        for field in fields(TrainSettings)
        if field.name in given and field.name != "interpret"
    }
    with gone_on_with("the same command with --resume" + (" in the place of --overwrite" if overwrite else "")):
        result = run_training(
            TrainSettings(**options, attacks=attack_names(attack), interpret=tuple(interpret or ())),
            output=output,
            overwrite=overwrite,
            resume=resume,
            track=track or (),
            **how,
        )
        print_table([result.folder])
        print_line(f"Report: {result.folder / 'report.html'}")
