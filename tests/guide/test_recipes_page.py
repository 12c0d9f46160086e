"""The guide's page on recipes has them all."""

import re

from flatnlp.attacks.recipes import RECIPES

from .pages import ROOT


def test_the_guide_lists_every_recipe() -> None:
    page = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == set(RECIPES)
