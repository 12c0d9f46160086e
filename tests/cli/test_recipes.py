"""``flatnlp recipes``."""

from pathlib import Path

import pytest

from flatnlp.attacks.recipes import RECIPES
from tests.tiny import CommandLine


def test_lists_the_recipes(command_line: CommandLine) -> None:
    lines = command_line.done("recipes").splitlines()
    assert lines[0].startswith("pwws: Ren et al. 2019")
    parts = [line.split()[0] for line in lines[1:6]]
    assert parts == ["search", "substitutions", "constraints", "goal", "needs"]
    assert "wordnet (" in lines[5]


def test_recipes_say_what_is_missing_and_how_to_get_it(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("FLATNLP_RESOURCES", raising=False)
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path))
    out = command_line.done("recipes")
    assert "wordnet (missing: flatnlp resources fetch wordnet)" in out
    assert "minilm-l6-mlm (missing: place it at $FLATNLP_RESOURCES/models/minilm-l6-mlm/, or name another" in out
    assert "hownet-substitutes (missing: place it at $FLATNLP_RESOURCES/lexicons/hownet-substitutes.json.gz, or" in out
    assert "--masked-model" in out
    assert "--masked_model" not in out


def test_every_recipe_is_listed_under_its_name_with_all_its_parts() -> None:
    from flatnlp.resources.catalogue import RESOURCES
    from flatnlp.resources.resource import normalise

    for name, entry in RECIPES.items():
        assert entry.name == name
        assert all((entry.search, entry.substitutions, entry.constraints, entry.source, entry.goal))
        assert all(normalise(resource) in RESOURCES for resource in entry.resources)
