"""An attacked text as a piece of HTML for notebooks: both texts, the changed words marked, every character as text."""

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flatnlp.attacks.result import AttackResult

_JOINERS = "\u200c\u200d"
"""Format characters that emoji and several scripts need; the others would hide or reorder what is read."""

_TEXT = "white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate"
_MARK = "background:none;color:inherit;font-weight:600;outline:1.5px solid currentColor;border-radius:.15em"


def pair_html(result: "AttackResult", classes: Sequence[str] | None = None) -> str:
    """Draw a result.

    Args:
        result: What to draw.
        classes: Class names; numbers are shown if not given.

    Returns:
        HTML in which no text of the user's is taken for HTML.
    """
    from flatnlp.attacks.results_file import row_of

    row = row_of(result)
    edits = row["edits"]
    rows = [("Original", row["original"], 0, [(each["start"], each["end"]) for each in edits])]
    if edits:
        spans = [(each["adversarial_start"], each["adversarial_end"]) for each in edits]
        rows.append(("Adversarial", row["adversarial"], 1, spans))

    def named(number: int) -> str:
        return str(number) if classes is None else classes[number]

    true = named(result.example.label)
    drawn = "".join(
        f"<dt>{title}: {_shown(named(result.predictions[i]))} ({_shown(true)} at {result.probabilities[i]:.1%})</dt>"
        f'<dd dir="auto" style="{_TEXT}">{_marked(text, spans)}</dd>'
        for title, text, i, spans in rows
    )
    changed = f"{result.words_changed} of {result.words} words changed, {result.queries:,} queries"
    stopped = f", stopped by the limit of {result.stopped}" if result.stopped else ""
    return f"<div><p><b>{result.status}</b> (true class {_shown(true)}; {changed}{stopped})</p><dl>{drawn}</dl></div>"


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in sorted(set(spans)):
        if start < at:
            continue
        word = _shown(text[start:end]) or "‸"  # where the other text has a word more
        parts.append(f'{_shown(text[at:start])}<mark style="{_MARK}">{word}</mark>')
        at = end
    return "".join(parts) + _shown(text[at:])


def _shown(text: str) -> str:
    return escape("".join(f"[U+{ord(c):04X}]" if _is_hidden(c) else c for c in text))


def _is_hidden(character: str) -> bool:
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return hidden and character not in "\n\t" and character not in _JOINERS
