"""Penn Treebank tags as universal tags (Petrov, Das and McDonald 2012, "A Universal Part-of-Speech Tagset")."""

from collections.abc import Mapping
from types import MappingProxyType

_BY_UNIVERSAL = {
    ".": "! # $ '' ( ) , -LRB- -RRB- . : ? ``",
    "ADJ": "JJ JJR JJS",
    "ADP": "IN",
    "ADV": "RB RBR RBS WRB",
    "CONJ": "CC",
    "DET": "DT EX PDT WDT",
    "NOUN": "NN NNP NNPS NNS",
    "NUM": "CD",
    "PRON": "PRP PRP$ WP WP$",
    "PRT": "POS PRT RP TO",
    "VERB": "MD VB VBD VBG VBN VBP VBZ",
    "X": "FW LS SYM UH",
}

UNIVERSAL: Mapping[str, str] = MappingProxyType(
    {penn: universal for universal, listed in _BY_UNIVERSAL.items() for penn in listed.split()}
)
"""Penn Treebank tag -> universal tag, as NLTK's ``en-ptb`` map; what is not here is ``X`` there too."""
