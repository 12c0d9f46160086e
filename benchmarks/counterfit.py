"""How many of the real counter-fitted neighbours does a space made by flatnlp find again?

GloVe is counter-fitted with the default settings. A list has the 8 nearest neighbours of its words in the real space;
what is counted is the share of these pairs, both of whose words the space has, among the 8 and the 50 nearest. The
list's words are split in two halves by a seed: the default settings were chosen on the first (``--half tune``), the
other (``--half report``) tells what they are worth. "Whole vocabulary": any word of a space may be among its nearest;
"list's words": only those that the list has. The vectors before and a space made elsewhere stand beside.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.api.counterfitting import ANTONYMS, AT, SYNONYMS, only_file
from flatnlp.attacks.substitutions.synonym_space import read_entries
from flatnlp.data.all_vectors import read_all_vectors
from flatnlp.data.counterfitting import CounterfitSettings, counterfit, read_pairs
from flatnlp.resources import locate

_ROWS_AT_ONCE = 250


def halves(listed: dict[str, list[str]], words: Sequence[str], seed: int) -> dict[str, list[str]]:
    """The list's words that a space has, split."""
    asked = sorted(set(words).intersection(word for word, near in listed.items() if near))
    order = [asked[i] for i in np.random.default_rng(seed).permutation(len(asked))]
    return {"tune": order[: len(order) // 2], "report": order[len(order) // 2 :]}


def recall(
    words: Sequence[str], vectors: NDArray[np.float32], listed: dict[str, list[str]], asked: Sequence[str]
) -> dict[str, float]:
    """Share of listed neighbours among the nearest, by candidates and number."""
    row_of = {word: row for row, word in enumerate(words)}
    units = torch.nn.functional.normalize(torch.from_numpy(np.asarray(vectors, np.float32)), dim=1)
    unlisted = torch.tensor([word not in listed for word in words])
    hits, total = {f"{of}, {count}": 0 for of in ("whole vocabulary", "list's words") for count in AT}, 0
    known = [word for word in asked if word in row_of]
    for start in range(0, len(known), _ROWS_AT_ONCE):
        part = known[start : start + _ROWS_AT_ONCE]
        rows = torch.tensor([row_of[word] for word in part])
        cosines = units[rows] @ units.T
        cosines[torch.arange(len(rows)), rows] = -2
        wanted = [{row_of[name] for name in listed[word] if name in row_of} for word in part]
        total += sum(map(len, wanted))
        for of in ("whole vocabulary", "list's words"):
            if of == "list's words":
                cosines[:, unlisted] = -2
            nearest = cosines.topk(max(AT)).indices.tolist()
            for count in AT:
                hits[f"{of}, {count}"] += sum(
                    len(each.intersection(found[:count])) for each, found in zip(wanted, nearest, strict=True)
                )
    return {name: each / total for name, each in hits.items()}


def main() -> None:
    """Counter-fit, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", default="glove_100d")
    parser.add_argument("--list", default="counterfitted_neighbours_top8", help="the real space's neighbours")
    parser.add_argument("--beside", default="counterfitted_glove_100d", help="a space made elsewhere; '' for none")
    parser.add_argument("--half", default="report", choices=("tune", "report"))
    parser.add_argument("--words", type=int, help="ask about so many of the half's words (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the halves")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    entries = read_entries(only_file(locate(options.list, kind="lexicons")))
    listed = {word: [name for name, _ in near] for word, near in entries.items()}
    words, vectors = read_all_vectors(locate(options.vectors, kind="vectors"))
    asked = halves(listed, words, options.seed)[options.half][: options.words]
    pairs = [
        [pair for name in names for pair in read_pairs(only_file(locate(name, kind="lexicons")))]
        for names in (SYNONYMS, ANTONYMS)
    ]
    began = time.process_time()
    fitted = counterfit(words, vectors, *pairs, CounterfitSettings())
    seconds = time.process_time() - began
    spaces = {options.vectors: (words, vectors), "counter-fitted by flatnlp": (words, fitted)}
    if options.beside:
        spaces[options.beside] = read_all_vectors(locate(options.beside, kind="vectors"))
    figures = {name: recall(*space, listed, asked) for name, space in spaces.items()}
    print(f"{len(asked):,} words of the half '{options.half}'; counter-fitted in {seconds:.0f} s of processor time\n")
    columns = list(next(iter(figures.values())))
    print(f"| space | {' | '.join(columns)} |\n|---{'|---:' * len(columns)}|")
    for name, each in figures.items():
        print(f"| {name} | {' | '.join(f'{each[column]:.1%}' for column in columns)} |")
    if options.json:
        options.json.write_text(json.dumps({"half": options.half, "words": len(asked), "recall": figures}, indent=2))


if __name__ == "__main__":
    main()
