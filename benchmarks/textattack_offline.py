"""Makes TextAttack 0.3.11 importable without a network and without the packages that its PWWS never uses.

TextAttack imports five optional packages when it is imported and downloads NLTK data when an attack is built. Here the
packages become empty modules, the downloads become nothing, and NLTK reads the same WordNet and stop words as flatnlp.
"""

import importlib.util
import sys
import types
from pathlib import Path

_NEVER_USED = (
    "flair",
    "flair.data",
    "flair.models",
    "jieba",
    "jieba.posseg",
    "language_tool_python",
    "OpenHowNet",
    "pinyin",
)


def available() -> bool:
    """Whether TextAttack is installed here."""
    return importlib.util.find_spec("textattack") is not None


def prepare(nltk_roots: list[Path]) -> None:
    """Call once, before ``import textattack``.

    Args:
        nltk_roots: Folders with ``corpora/wordnet`` and ``corpora/stopwords``.
    """
    for name in _NEVER_USED:
        module = sys.modules.setdefault(name, types.ModuleType(name))
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    stub = type("NeverUsed", (), {})
    sys.modules["flair"].device = None
    sys.modules["flair.data"].Tokenizer = sys.modules["flair.data"].Sentence = stub
    sys.modules["flair.models"].SequenceTagger = stub

    import nltk

    nltk.data.path[:0] = [str(root.resolve()) for root in nltk_roots]
    nltk.download = lambda *_args, **_kwargs: True
    from nltk.corpus import wordnet

    wordnet.langs = lambda: ["eng"]
