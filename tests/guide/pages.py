"""The README and the guide as blocks of code, each with what the page says about running it.

A comment on the line before a fence says what the block is, where that is not plain; readers do not see it:

- ``<!-- file: NAME -->``: the block is a file; it is written into the page's folder.
- ``<!-- checked, not run: REASON -->``: the block needs a GPU, the network, hours, or something of the user's own. Its
  commands are parsed by the real command line, its Python is compiled.
- ``<!-- printed -->``: the block is what the block before it printed.
- ``<!-- checked, not run, the whole page: REASON -->``, anywhere: the second, for all blocks of the page.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(
    r"^(?:<!-- *(?P<said>[^\n]*?) *-->\n\s*)?```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```", re.M | re.S
)
_WHOLE_PAGE = re.compile(r"<!-- checked, not run, the whole page: .+ -->")
_INLINE = re.compile(r"(?<!`)`(flatnlp [^`]+|python benchmarks/[^`]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        place: Page and line, for messages.
        language: As the fence says: sh, python, text, csv, ...
        code: What is in it.
        said: The comment before it, empty if there is none.
    """

    place: str
    language: str
    code: str
    said: str

    @property
    def file(self) -> str | None:
        """The name of the file that it is."""
        return self.said.removeprefix("file: ") if self.said.startswith("file: ") else None

    @property
    def only_checked(self) -> bool:
        """Whether it cannot be run here."""
        return self.said.startswith("checked, not run: ")

    @property
    def printed(self) -> bool:
        """Whether it shows what the block before printed."""
        return self.said == "printed"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    content = page.read_text(encoding="utf-8")
    whole = _WHOLE_PAGE.search(content)
    found = []
    for match in _FENCE.finditer(content):
        line = content.count("\n", 0, match.start("language")) + 1
        said = match["said"] or ("checked, not run: the whole page" if whole else "")
        found.append(Block(f"{page.relative_to(ROOT)}:{line}", match["language"], match["code"], said))
    return found


def inline_commands(page: Path) -> list[str]:
    """The commands that stand in the running text and in tables."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [" ".join(match[1].split()) for match in _INLINE.finditer(text)]
