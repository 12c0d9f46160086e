"""A reproduction as one HTML page that needs nothing but itself."""

from flatnlp import __version__
from flatnlp.paper.formats import CLAIM_COLUMNS, reading
from flatnlp.paper.results import Reproduction, sign_text, verdict_text
from flatnlp.reports.visible import visible


def to_html(reproduced: Reproduction) -> str:
    """The page, in the style of the report; it depends on the results alone."""
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
    )
