"""Texts as cells of tables in Markdown, LaTeX and csv files that spreadsheets may open."""

import re

from flatnlp.reports.visible import visible

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{character: "\\" + character for character in "&%$#_"},
}


def markdown_cell(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    text = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([|*_`~\[\]!])", r"\\\1", text)


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@")) else text


def latex_cell(text: str) -> str:
    """A text that LaTeX typesets as it is, on one line."""
    return "".join(_LATEX.get(character, character) for character in visible(text))
