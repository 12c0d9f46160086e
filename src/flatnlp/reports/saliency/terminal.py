"""Saliency maps in the terminal: shaded words with colours, numbers without."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.maps import METHODS, SaliencyMap, SaliencyWord, Segment, scale_of, segments
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

STRONGEST = 12
"""Rows of the table under a shaded text."""

_BAR = 10
_FOR = ("", "#2f8fd8 underline", "black on #8ec5ea", "bold white on #0b5a8f")
_AGAINST = ("", "#d9730d underline", "black on #f7b267", "bold white on #a33a12")
_UNSEEN = "dim strike"


def shaded(explanation: Explanation) -> "Group":
    """Words shaded by attribution: blue speaks for the class, orange against it; the more, the stronger.

    Args:
        explanation: One map or two; both share one scale.

    Returns:
        Something that a Rich console prints. Nothing in the texts is taken for markup or a control sequence.
    """
    from rich.console import Group
    from rich.text import Text

    first, scale = explanation.original, scale_of(explanation.maps)
    parts: list[RenderableType] = []
    for name, saliency in _named(explanation):
        parts.append(_heading(name, saliency))
        parts.append(_shaded_text(segments(saliency, scale)))
        parts.extend(Text(note, style="dim") for note in _notes(saliency))
        parts.append(Text())
    parts.append(_key(first.method, first.label, any(each.swapped for each in explanation.maps)))
    parts.append(Text())
    parts.append(_tables(explanation, scale, STRONGEST))
    return Group(*parts)


def plain(explanation: Explanation) -> "Group":
    """The same without colours: every word with its attribution as a number and a bar of plus or minus signs."""
    from rich.console import Group
    from rich.text import Text

    first, scale = explanation.original, scale_of(explanation.maps)
    said = f"{METHODS.get(first.method, first.method)}: + speaks for {visible(first.label)}, - against it"
    parts: list[RenderableType] = [Text(said), Text()]
    for name, saliency in _named(explanation):
        parts.append(_heading(name, saliency))
        text = Text()
        for segment in segments(saliency, scale):
            text.append(_bracketed(segment))
        parts.append(text)
        parts.extend(Text(note) for note in _notes(saliency))
        parts.append(_table(saliency, saliency.words, scale))
        parts.append(Text())
    return Group(*parts)


def _named(explanation: Explanation) -> list[tuple[str, SaliencyMap]]:
    if explanation.adversarial is None:
        return [("", explanation.original)]
    status = f"adversarial ({explanation.status})" if explanation.status else "other"
    return [("original", explanation.original), (status, explanation.adversarial)]


def _heading(name: str, saliency: SaliencyMap) -> "Text":
    from rich.text import Text

    text = Text(f"{name}: " if name else "")
    text.append(visible(saliency.prediction), style="bold")
    text.append(f" {saliency.prediction_probability:.3f}")
    if saliency.label != saliency.prediction:
        text.append(f", {visible(saliency.label)} {saliency.probability:.3f}")
    return text


def _notes(saliency: SaliencyMap) -> list[str]:
    unseen = saliency.unseen
    if not unseen:
        return []
    return [f"{unseen} {'word was' if unseen == 1 else 'words were'} not read: beyond the model's length."]


def _shaded_text(found: Sequence[Segment]) -> "Text":
    from rich.text import Text

    text = Text()
    for segment in found:
        shades = _FOR if segment.strength > 0 else _AGAINST
        style = _UNSEEN if segment.unseen else shades[_step(segment.strength)] if segment.word else ""
        text.append(_bracketed(segment), style=style)
    return text


def _bracketed(segment: Segment) -> str:
    text = visible(segment.text)
    if not segment.swapped or (segment.text and segment.word is None):
        return text
    return f"[{text}]"


def _step(strength: float) -> int:
    """Which of four shades: none under a twentieth of the strongest word, then thirds."""
    size = abs(strength)
    return 0 if size < 0.05 else 1 if size < 1 / 3 else 2 if size < 2 / 3 else 3


def _key(method: str, label: str, swapped: bool) -> "Text":
    from rich.text import Text

    text = Text(f"{METHODS.get(method, method)}, speaks for ")
    text.append(visible(label), style="bold")
    text.append(": ")
    for number, shade in enumerate(("little", "more", "most"), 1):
        text.append(shade, style=_FOR[number])
        text.append(" " if number < 3 else "   against it: ")
    for number, shade in enumerate(("little", "more", "most"), 1):
        text.append(shade, style=_AGAINST[number])
        text.append(" " if number < 3 else "")
    if swapped:
        text.append("   [swapped]")
    return text


def _tables(explanation: Explanation, scale: float, rows: int) -> "RenderableType":
    from rich.columns import Columns

    tables = []
    for name, saliency in _named(explanation):
        read = [word for word in saliency.words if word.value is not None]
        strongest = sorted(read, key=lambda word: (-abs(word.value or 0.0), word.start))[:rows]
        title = f"{name}, " if name else ""
        title += f"the {len(strongest)} strongest of {len(read)} words" if len(read) > len(strongest) else "every word"
        tables.append(_table(saliency, strongest, scale, title))
    return Columns(tables, padding=(0, 4))


def _table(saliency: SaliencyMap, words: Sequence[SaliencyWord], scale: float, title: str | None = None) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, title=title, title_justify="left")
    table.add_column("word", overflow="fold")
    table.add_column("attribution", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, min_width=_BAR)
    if saliency.masked:
        table.add_column("importance", justify="right", no_wrap=True)
    for word in words:
        shown = visible(saliency.raw[word.start : word.end])
        cells = [Text(f"[{shown}]" if saliency.is_swapped(word) else shown)]
        if word.value is None:
            cells += [Text("not read"), Text()]
        else:
            sign, shades = ("+", _FOR) if word.value > 0 else ("-", _AGAINST)
            strength = min(1.0, abs(word.value) / scale)
            colour = shades[3].rpartition(" ")[2]
            cells += [Text(f"{word.value:+.3f}"), Text(sign * round(_BAR * strength), style=colour)]
        if saliency.masked:
            cells.append(Text("–" if word.importance is None else f"{word.importance:.3f}"))
        table.add_row(*cells)
    return table
