"""A reproduction as one HTML page that needs nothing but itself."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from flatnlp import __version__
from flatnlp.paper.formats import CLAIM_COLUMNS, reading
from flatnlp.paper.grid import FIGURE_TITLES
from flatnlp.paper.results import Reproduction, sign_text, verdict_text
from flatnlp.reports.visible import visible


def to_html(reproduced: Reproduction, figures: Mapping[int, Sequence[Path]] | None = None) -> str:
    """The page, in the style of the report; it depends on the results alone.

    Args:
        reproduced: Tables and claims.
        figures: For the number of a figure, its files; the page shows those that end in ``.png``, in itself.
    """
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    style = (files("flatnlp.reports") / "templates" / "report.css").read_text(encoding="utf-8")
    page = (files("flatnlp.paper") / "templates" / "reproduction.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(page).render(
        style=Markup(style),  # noqa: S704  it comes from this package alone
        version=__version__,
        reproduced=reproduced,
        reading=reading(reproduced.seeds),
        claim_columns=CLAIM_COLUMNS,
        verdict=verdict_text,
        sign=sign_text,
        visible=visible,
        titles=FIGURE_TITLES,
        figures={number: _pictures(files) for number, files in (figures or {}).items()},
    )


def _pictures(files: Sequence[Path]) -> list[str]:
    """PNG rather than SVG: a scatter plot of a whole vocabulary is megabytes of SVG."""
    pictures = (path for path in files if path.suffix == ".png")
    return ["data:image/png;base64," + b64encode(path.read_bytes()).decode() for path in pictures]
