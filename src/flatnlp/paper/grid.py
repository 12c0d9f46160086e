"""The paper's grid: every table as rows and columns of cells. This is the only place that lists them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flatnlp.paper.cell import AA, COUNTS, DEV_SA, KT, LIME_KT, LIME_TI, SA, TI, Cell, Measure, P, R

DATASETS = ("sst2", "imdb", "ag_news", "trec")
MODELS = ("lstm", "cnn", "bert", "deberta")
METHODS = ("base", "adv", "flat")
TEXTFOOLER = "textfooler"
ATTACKS = (TEXTFOOLER, "pwws")
UNSEEN = ("pwws", "genetic", "iga", "pso", "clare", "bae")
ENSEMBLE = "ensemble"
"""All seven attacks together; not in the paper, like TextFooler in table 4, the attack of the training there."""
ABLATION = ((0.1, 0.001), (0.1, 0.0), (0.0, 0.001), (0.0, 0.0))
GROUPS = (10, 20, 30, 40, 50)
PAIRS = (
    "importance_vs_word_frequency",
    "importance_vs_substitution_frequency",
    "word_frequency_vs_substitution_frequency",
)
TABLES = tuple(range(1, 11))
TEXTFOOLER_ALONE = (4, 5, 9, 10)
"""Tables whose models know TextFooler in training, if any attack."""
FIGURE_TITLES = {
    3: "Which words decide: original and adversarial text under base, adv and flat",
    4: "Importance, word frequency and substitution frequency",
    5: "How far the importances of synonyms lie apart, with gamma and without",
    6: "Share of the k most important words that stay, k from 1 to 10",
}
FIGURES = tuple(FIGURE_TITLES)
FIGURE_TABLE = {3: 3, 4: 9, 5: 5, 6: 3}
"""The table whose runs a figure is drawn from."""


@dataclass(frozen=True)
class Row:
    """A row: its labels, one per heading, and its cells, one per column."""

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Layout:
    """A table of the paper without its numbers.

    Attributes:
        number: In the paper.
        title: What it shows.
        headings: Of the label columns.
        columns: Of the columns with numbers.
        rows: In the paper's order.
    """

    number: int
    title: str
    headings: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def cells(self) -> Iterator[Cell]:
        """All cells, row by row."""
        for row in self.rows:
            yield from row.cells


def layout(table: int, models: Sequence[str] = MODELS) -> Layout:
    """A table of the paper.

    Args:
        table: 1 to 10.
        models: The models of tables 2, 3, 4, 7 and 8; those beyond the paper's four have rows of their own.
    """
    match table:
        case 1:
            names = ("classes", "mean_length", "train", "dev", "test")
            return _of_data(1, "The data sets", names)
        case 2:
            return _accuracies(2, "Accuracy on the test set, %", SA, models)
        case 3:
            title = "After-attack accuracy, %; Kendall's tau and top-5 intersection of integrated gradients"
            return _robustness(3, title, (AA, KT, TI), models)
        case 4:
            return _transfer(models)
        case 5:
            return _ablation()
        case 6:
            return _of_data(6, "Preprocessing", ("vocabulary", "min_frequency_above", "length"))
        case 7:
            return _accuracies(7, "Accuracy on the development set, %", DEV_SA, models)
        case 8:
            return _robustness(8, "Kendall's tau and top-5 intersection of LIME", (LIME_KT, LIME_TI), models)
        case 9:
            return _correlations()
        case 10:
            return _groups()
    raise ValueError(f"there is no table {table}")


def _of_data(number: int, title: str, names: Sequence[str]) -> Layout:
    rows = tuple(Row((dataset,), tuple(Cell(number, COUNTS[name], dataset) for name in names)) for dataset in DATASETS)
    return Layout(number, title, ("data set",), tuple(COUNTS[name].heading for name in names), rows)


def _accuracies(number: int, title: str, measure: Measure, models: Sequence[str]) -> Layout:
    rows = []
    for model in models:
        for method in METHODS:
            for attack in (None,) if method == "base" else ATTACKS:
                cells = tuple(Cell(number, measure, dataset, model, method, attack) for dataset in DATASETS)
                rows.append(Row((model, method, attack or ""), cells))
    return Layout(number, title, ("model", "method", "attack in training"), DATASETS, tuple(rows))


def _robustness(number: int, title: str, measures: Sequence[Measure], models: Sequence[str]) -> Layout:
    rows = []
    for attack in ATTACKS:
        for model in models:
            for method in METHODS:
                trained = None if method == "base" else attack
                cells = tuple(
                    Cell(number, measure, dataset, model, method, trained, attack)
                    for dataset in DATASETS
                    for measure in measures
                )
                rows.append(Row((attack, model, method), cells))
    columns = tuple(f"{dataset} {measure.heading}" for dataset in DATASETS for measure in measures)
    return Layout(number, title, ("attack", "model", "method"), columns, tuple(rows))


def _transfer(models: Sequence[str]) -> Layout:
    rows = []
    columns = ("textfooler", *UNSEEN, ENSEMBLE)
    for model in models:
        for method in METHODS:
            trained = None if method == "base" else "textfooler"
            cells = tuple(Cell(4, AA, "sst2", model, method, trained, tested) for tested in columns)
            rows.append(Row((model, method), cells))
    title = "After-attack accuracy on sst2 under unseen attacks, %; trained with TextFooler"
    return Layout(4, title, ("model", "method"), columns, tuple(rows))


def _ablation() -> Layout:
    rows = []
    for beta, gamma in ABLATION:
        kept = Cell(5, SA, "sst2", "lstm", "flat", "textfooler", beta=beta, gamma=gamma)
        cells = (kept, replace(kept, measure=AA, tested="textfooler"))
        rows.append(Row((f"{beta:g}", f"{gamma:g}"), cells))
    return Layout(
        5, "Ablation of beta and gamma: LSTM, sst2, TextFooler, %", ("beta", "gamma"), ("SA", "AA"), tuple(rows)
    )


def _correlations() -> Layout:
    rows = [
        Row(
            (pair.replace("_vs_", " and ").replace("_", " "),),
            tuple(Cell(9, measure, "sst2", "lstm", "flat", "textfooler", pair=pair) for measure in (R, P)),
        )
        for pair in PAIRS
    ]
    title = "Correlations of importance and frequencies: LSTM, flat, sst2, TextFooler"
    return Layout(9, title, ("quantities",), ("r", "p"), tuple(rows))


def _groups() -> Layout:
    rows = [
        Row(
            (str(groups),),
            (
                Cell(10, SA, "ag_news", "cnn", "group", groups=groups),
                Cell(10, AA, "ag_news", "cnn", "group", tested="textfooler", groups=groups),
            ),
        )
        for groups in GROUPS
    ]
    title = "Masks shared by groups of words: CNN, ag_news, TextFooler, %"
    return Layout(10, title, ("groups",), ("SA", "AA"), tuple(rows))
