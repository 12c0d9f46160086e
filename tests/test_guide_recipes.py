"""What the guide on recipes shows is what happens."""

import re
from pathlib import Path

import pytest

from flatnlp.attacks.recipes import RECIPES

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "recipes.md"


def test_the_recipe_of_ones_own_does_what_the_guide_says(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, str(GUIDE), "exec"), {"__name__": "guide"})
    printed = capsys.readouterr().out.strip()
    assert f"It prints `{printed}`" in GUIDE.read_text(encoding="utf-8")


def test_the_guide_lists_every_recipe() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)) == set(RECIPES)
