"""Characters that would hide, reorder or disturb what a page or terminal shows, made visible."""

import unicodedata

_INVISIBLE = frozenset(
    chr(code)
    for code in (
        0x00AD,  # soft hyphen
        0x061C,  # Arabic letter mark
        0x180E,  # Mongolian vowel separator
        0x200B,  # zero width space
        *range(0x200E, 0x2010),  # left-to-right and right-to-left marks
        *range(0x2028, 0x202F),  # line and paragraph separators, bidi embeddings and overrides
        *range(0x2060, 0x2070),  # word joiner, invisible operators, bidi isolates
        0xFEFF,  # zero width no-break space
        *range(0xFFF9, 0xFFFC),  # interlinear annotations
        *range(0xE0000, 0xE0080),  # tags
    )
)
_KEPT = frozenset("\n\t")


def hidden_pattern() -> str:
    """Hidden characters as a class of a regular expression that Python and JavaScript (with the flag ``u``) read."""
    codes = {ord(character) for character in _INVISIBLE}
    codes |= {*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)} - {ord(character) for character in _KEPT}
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    written = (f"{_escaped(low)}-{_escaped(high)}" for low, high in ranges)
    return "[" + "".join(written) + "]"


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else chr(code)


def is_hidden(character: str) -> bool:
    """Tell whether a character is a control, bidi or zero-width one that a reader would not see.

    Line feeds and tabs are not, nor are the joiners that emoji and several scripts need.
    """
    if character in _KEPT:
        return False
    return character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cs"}


def name(character: str) -> str:
    """Give the visible stand-in of a hidden character, such as ``[U+202E]``."""
    return f"[U+{ord(character):04X}]"


def visible(text: str) -> str:
    """Give the text on one line with every hidden character replaced by its stand-in."""
    return "".join(name(c) if is_hidden(c) else c for c in text.replace("\n", " ").replace("\t", " "))
