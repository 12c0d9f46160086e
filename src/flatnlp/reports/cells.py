"""Cells of csv files that spreadsheets may open."""


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@")) else text
