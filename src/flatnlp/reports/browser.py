"""All attacked pairs as data for the page's own script, which shows, filters and sorts them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flatnlp.reports.examples import HELD, VERDICTS, attacks_of, class_name
from flatnlp.reports.facts import dataset_name
from flatnlp.reports.pairs import Pair, pairs_file, read_all_pairs
from flatnlp.reports.records import RunRecord
from flatnlp.reports.saliency.maps import METHODS, SaliencyWord
from flatnlp.reports.saliency.stored import PairSaliency, StoredSaliency, read_saliency
from flatnlp.reports.shortening import shorten
from flatnlp.reports.visible import hidden_pattern, visible

MOST_PAIRS = 20_000
"""Pairs in one page, shared out among its runs; more would make it slow to open."""

_VERDICTS = [*VERDICTS.values(), HELD]
_FULL = 1000
"""A word as strong as the pair's strongest, in the numbers of the page."""


@dataclass(frozen=True)
class PairBrowser:
    """What the page needs to show pairs.

    Attributes:
        data: JSON that may stand inside a script element: no character of it can end the element.
        shown: Number of pairs.
        total: Number of pairs that there are.
        explained: Number of pairs with saliency.
    """

    data: str
    shown: int
    total: int
    explained: int


def pair_browser(runs: Sequence[RunRecord], names: Sequence[str]) -> PairBrowser | None:
    """Gather the pairs of all runs.

    Args:
        runs: The runs of the report.
        names: The name of each run.

    Returns:
        The data, or ``None`` if no run has attacked texts.
    """
    files = [
        (run, name, attack, split, path)
        for run, name in zip(runs, names, strict=True)
        for attack, split in attacks_of(run)
        if (path := pairs_file(run.path, attack, split))
    ]
    if not files:
        return None
    share = max(1, MOST_PAIRS // len(files))
    texts: dict[str, int] = {}
    sets: list[dict[str, Any]] = []
    rows: list[list[Any]] = []
    total = 0
    for run, name, attack, split, path in files:
        pairs, stored = read_all_pairs(path), read_saliency(path)
        total += len(pairs)
        sets.append(
            {"run": name, "attack": visible(attack), "split": visible(split), "dataset": dataset_name(run)}
            | {
                "classes": [class_name(run, number) for number in range(len(run.data.classes))],
                "method": METHODS.get(stored.method, "") if stored else "",
            }
        )
        rows += [_row(len(sets) - 1, pair, stored, texts) for pair in pairs[:share]]
    data = {"sets": sets, "texts": list(texts), "pairs": rows, "hidden": hidden_pattern(), "verdicts": _VERDICTS}
    return PairBrowser(_inside_script(data), len(rows), total, sum(bool(row[-1]) for row in rows))


def _row(number: int, pair: Pair, stored: StoredSaliency | None, texts: dict[str, int]) -> list[Any]:
    original, swaps = _swaps(pair)
    explained = stored.pairs.get(pair.index) if stored and original == pair.original else None
    return [
        number,
        pair.index,
        texts.setdefault(original, len(texts)),
        pair.label,
        pair.original_prediction,
        pair.adversarial_prediction,
        round(pair.original_probability, 4),
        round(pair.adversarial_probability, 4),
        _VERDICTS.index(VERDICTS.get(pair.status, HELD)),
        pair.queries,
        [part for start, end, swap in swaps for part in (_utf16(original, start), _utf16(original, end), swap)],
        _saliency(explained, pair) if explained else 0,
    ]


def _swaps(pair: Pair) -> tuple[str, list[tuple[int, int, str]]]:
    """Give the original, shortened if it is very long, and what stands in the place of which of its characters."""
    swaps = _told(pair)
    short = shorten(pair.original, [(start, end) for start, end, _ in swaps])
    places = [(short.place(start, end), swap) for start, end, swap in swaps]
    return short.text, [(*place, swap) for place, swap in places if place]


def _told(pair: Pair) -> list[tuple[int, int, str]]:
    """Give swaps that turn the original into the adversarial text, to the character.

    The edits tell words; the space that went with a merged word or came with an inserted one is found beside them.
    """
    spans = {(edit.start, edit.end, edit.adversarial_start, edit.adversarial_end) for edit in pair.edits}
    swaps: list[tuple[int, int, str]] = []
    start = now = 0
    for edge, end, low, high in [*sorted(spans), (len(pair.original), None, len(pair.adversarial), None)]:
        before, after = pair.original[start:edge], pair.adversarial[now:low]
        lead = ""
        if before != after:
            if swaps and after.endswith(before):
                first, last, swap = swaps[-1]
                swaps[-1] = (first, last, swap + after[: len(after) - len(before)])
            elif swaps and before.endswith(after):
                first, last, swap = swaps[-1]
                swaps[-1] = (first, last + len(before) - len(after), swap)
            elif end is not None and after.startswith(before):
                lead = after[len(before) :]
            else:
                # The edits do not tell the change; all is marked rather than something wrong shown.
                return [(0, len(pair.original), pair.adversarial)]
        if end is None or high is None:
            break
        swaps.append((edge, end, lead + pair.adversarial[low:high]))
        start, now = end, high
    return swaps


def _saliency(explained: PairSaliency, pair: Pair) -> list[Any]:
    words = (*explained.original, *explained.adversarial)
    scale = max((abs(word.value) for word in words if word.value is not None), default=0.0)
    sides = ((explained.original, pair.original), (explained.adversarial, pair.adversarial))
    return [explained.label, float(f"{scale:.4g}"), *(_words(found, text, scale or 1.0) for found, text in sides)]


def _words(words: Sequence[SaliencyWord], text: str, scale: float) -> list[int | None]:
    flat: list[int | None] = []
    for word in words:
        flat += [_utf16(text, word.start), _utf16(text, word.end)]
        flat.append(None if word.value is None else round(_FULL * word.value / scale))
        flat.append(None if word.importance is None else round(_FULL * word.importance))
    return flat


def _utf16(text: str, position: int) -> int:
    """Where a character stands as JavaScript counts, which takes an emoji for two."""
    return position if text.isascii() else position + sum(ord(character) > 0xFFFF for character in text[:position])


def _inside_script(data: Any) -> str:
    written = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
