"""What docstrings send a reader to is in the repository."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_pages_that_the_code_names_are_there() -> None:
    named = {
        page
        for file in (ROOT / "src").rglob("*.py")
        for page in re.findall(r"\b(?:docs/[\w./-]+\.md|DESIGN\b)", file.read_text(encoding="utf-8"))
    }
    assert "docs/how-it-works.md" in named
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []
