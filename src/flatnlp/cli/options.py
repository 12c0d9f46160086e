"""Arguments and options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli import completion


def _at_most(highest: int) -> Callable[[int | None], int | None]:
    """What refuses larger numbers; Typer's own ``max`` takes room from what all options do, to show a long number."""

    def checked(value: int | None) -> int | None:
        if value is not None and value > highest:
            raise typer.BadParameter(f"{value} is not in the range x<={highest}.")
        return value

    return checked


Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL", help="A run's folder, the folder of any transformers text classifier, or hf:owner/name."
    ),
]
DATASET = typer.Option(
    help="rotten-tomatoes, sst2, trec, ag_news, imdb; hf:owner/name; a file (csv, tsv, jsonl, parquet, .gz) or a "
    "folder with train.*, dev.*, test.*",
    autocompletion=completion.datasets,
)
Dataset = Annotated[str, DATASET]
TextColumn = Annotated[str | None, typer.Option(help="Column of the texts, if not 'text'.")]
LabelColumn = Annotated[str | None, typer.Option(help="Column of the labels, if not 'label'.")]
Split = Annotated[str, typer.Option(help="train, dev, test, or all rows there are.")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="<int>", help="Only the first so many of a seeded shuffle.")]
Seed = Annotated[
    int,
    typer.Option(
        min=0,
        callback=_at_most(2**32 - 1),
        metavar="<int>",
        help="Seed of everything random but the held-out splits.",
    ),
]
Device = Annotated[str, typer.Option(help="Where to compute: cpu, cuda, cuda:1, mps.")]
Threads = Annotated[
    int | None,
    typer.Option(min=1, callback=_at_most(1024), metavar="<int>", help="Processor threads; all cores if not said."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only results and errors.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for scripts.")]
Attack = Annotated[
    str,
    typer.Option("--attack", help="The recipe; `flatnlp recipes` lists them.", autocompletion=completion.attacks),
]
Attacks = Annotated[
    str,
    typer.Option(
        "--attack",
        help="One or several recipes, separated by commas; evaluate takes ensemble:A+B too.",
        autocompletion=completion.attacks,
    ),
]
Synonyms = Annotated[
    str | None, typer.Option(help="Synonym space: a name or file of word vectors or of a neighbour list.")
]
Encoder = Annotated[str | None, typer.Option(help="Sentence encoder: minilm, use, none, or the folder of another.")]
Tagger = Annotated[str | None, typer.Option(help="Part-of-speech tagger: nltk or spacy.")]
LanguageModel = Annotated[
    str | None, typer.Option(help="Language model: a name, a .lm.bin file, or the folder of a causal model.")
]
MaskedModel = Annotated[str | None, typer.Option(help="Masked language model: a name, a folder, or hf:owner/name.")]
QueryBudget = Annotated[
    int | None, typer.Option(min=1, metavar="<int>", help="Queries per text; where more are needed, it has failed.")
]
TimeLimit = Annotated[
    float | None, typer.Option(help="Seconds per text, the same; results then depend on the machine.")
]
BatchSize = Annotated[
    int | None,
    typer.Option(min=1, metavar="<int>", help="Texts the model classifies at once, at most; fewer take less memory."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with what was interrupted.")]
Interpret = Annotated[
    list[str] | None,
    typer.Option(metavar="<str>", help="Measure whether the reasons hold: ig, lime; may be given twice."),
]
Deterministic = Annotated[
    bool, typer.Option("--deterministic", help="The same bits every time on a GPU too, more slowly.")
]
TrustRemoteCode = Annotated[
    bool, typer.Option("--trust-remote-code", help="Run code that the model brings along. Read it first.")
]
