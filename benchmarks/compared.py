"""The recipes that are compared with TextAttack: flatnlp's side and TextAttack's, on the same resources.

To compare another: a function that builds TextAttack's attack on a model wrapper, and a line in ``COMPARED``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textattack_textfooler import SPACE, textfooler

from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import recipe


@dataclass(frozen=True)
class Compared:
    """One recipe, on both sides.

    Attributes:
        ours: flatnlp's.
        theirs: TextAttack's ``ModelWrapper`` of the victim -> its ``Attack``.
        peer_turn: How many examples TextAttack attacks in its turn: some seconds' worth.
    """

    ours: Callable[[], Recipe]
    theirs: Callable[[Any], Any]
    peer_turn: int = 150


def pwws(wrapper: Any) -> Any:
    """``PWWSRen2019`` as it stands."""
    import textattack

    return textattack.attack_recipes.PWWSRen2019.build(wrapper)


def _textfooler(encoder: str) -> Recipe:
    return recipe("textfooler", AttackOptions(synonyms=SPACE, encoder=encoder))


COMPARED = {
    "pwws": Compared(lambda: recipe("pwws"), pwws),
    "textfooler-no-encoder": Compared(lambda: _textfooler("none"), textfooler(encoder=False)),
    "textfooler": Compared(lambda: _textfooler("minilm"), textfooler(encoder=True), peer_turn=25),
    "textfooler-bf16": Compared(lambda: _textfooler("minilm:bf16"), textfooler(encoder=True), peer_turn=25),
}
