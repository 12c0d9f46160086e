"""Options of ``flatnlp train`` that go beyond the paper: all are off unless said."""

from typing import Annotated

import typer

_PANEL = "Beyond the paper"

Refresh = Annotated[
    str, typer.Option(help="Attack the training data anew every round or every epoch.", rich_help_panel=_PANEL)
]
KeepAdversarial = Annotated[
    int | None,
    typer.Option(help="Train on so many adversarial texts at most, the newest first.", rich_help_panel=_PANEL),
]
AdversarialWeight = Annotated[
    float, typer.Option(help="Weight of the loss on adversarial texts.", rich_help_panel=_PANEL)
]
ImportancePairs = Annotated[
    str,
    typer.Option(help="Importances to pull together: of attacked pairs, or vocabulary.", rich_help_panel=_PANEL),
]
AverageWeights = Annotated[
    float | None,
    typer.Option(help="Keep a moving average of the weights; what stays per step, as 0.99.", rich_help_panel=_PANEL),
]
VocabularyOf = Annotated[
    str, typer.Option(help="Words known: of the train texts, or all with vectors too.", rich_help_panel=_PANEL)
]
SmoothVectors = Annotated[
    float | None,
    typer.Option(help="Mix so much of its synonyms into each word's vector, as 0.5.", rich_help_panel=_PANEL),
]
Views = Annotated[
    str | None,
    typer.Option(help="Train on synonym views too: random, importance or gradient.", rich_help_panel=_PANEL),
]
ViewShare = Annotated[float, typer.Option(help="Share of a text's words swapped in a view.", rich_help_panel=_PANEL)]
ViewsWeight = Annotated[float, typer.Option(help="Weight of the loss on views.", rich_help_panel=_PANEL)]
