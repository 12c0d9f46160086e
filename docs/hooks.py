"""What the site does beside Markdown: pages that lie outside ``docs/``, and links that leave it."""

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

_ROOT = Path(__file__).resolve().parents[1]
_BROUGHT_IN = {
    "benchmarks.md": "benchmarks/README.md",
    "changes.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that lie elsewhere in the repository."""
    for page, source in _BROUGHT_IN.items():
        files.append(File.generated(config, page, content=(_ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Point links to files of the repository at their pages; files that have no page are named without a link."""
    folder = (_ROOT / _BROUGHT_IN.get(page.file.src_uri, f"docs/{page.file.src_uri}")).parent
    pages = {(_ROOT / source).resolve(): name for name, source in _BROUGHT_IN.items()}

    def point(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        if ":" in target:
            return match[0]
        path = (folder / target).resolve()
        if path in pages:
            return f"[{text}]({pages[path]}{anchor})"
        if path.is_relative_to(_ROOT / "docs"):
            return f"[{text}]({path.relative_to(_ROOT / 'docs').as_posix()}{anchor})"
        return f"`{path.relative_to(_ROOT).as_posix()}`"

    return _LINK.sub(point, markdown)
