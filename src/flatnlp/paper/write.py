"""The files of a reproduction."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flatnlp.files import written_whole
from flatnlp.paper.formats import claims_to_csv, to_csv, to_latex, to_markdown
from flatnlp.paper.page import to_html
from flatnlp.paper.results import Reproduction


def write_reproduction(
    reproduced: Reproduction, folder: Path, figures: Mapping[int, Sequence[Path]] | None = None
) -> Path:
    """Write the page, the Markdown, and for each table a csv and a LaTeX file.

    Args:
        reproduced: Tables and claims.
        folder: Where to.
        figures: Files of the figures, by number; the page shows them.

    Returns:
        The page.

    Raises:
        FlatnlpError: If the disk refuses; each file is whole or as it was.
    """
    files = {"reproduction.html": to_html(reproduced, figures), "reproduction.md": to_markdown(reproduced)}
    if reproduced.claims:
        files["claims.csv"] = claims_to_csv(reproduced.claims)
    for table in reproduced.tables:
        files[f"table{table.layout.number}.csv"] = to_csv(table)
        files[f"table{table.layout.number}.tex"] = to_latex(table, reproduced.seeds)
    for name, text in files.items():
        with written_whole(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    return folder / "reproduction.html"
