"""Masked language models as a service: which words may stand in a gap."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.attacks.request import Fill
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.services.language_model_files import read_language_model
from flatnlp.errors import FlatnlpError
from flatnlp.resources import locate
from flatnlp.resources.manifest import sha256_of
from flatnlp.text import is_one_word

DEFAULT_MODEL = "minilm-l6-mlm"
_ROWS = 8
_STEP = 8
_KEPT = 100_000
_LONGEST = 256
_BF16 = ":bf16"

Answer = tuple[tuple[str, float], ...]
"""Words and their probabilities, the most probable first."""


class MaskedModelService:
    """Answers ``Fill`` requests with whole words, never with pieces of words, marks or special tokens.

    A model predicts one token in a gap, so a word is offered only if it is one token of the model's. Long texts are
    read around the gap. Batches have a fixed number of rows, and a length that depends on each row's own length alone,
    so that an answer does not depend on what shares its batch. The model reads raw text: its tokens need not be the
    victim's.

    Args:
        name: A name among the resources, a folder, or ``hf:owner/name`` on the Hugging Face hub; then perhaps ``:bf16``
            to compute in bfloat16, faster on processors that have it and a little less exact.

    Raises:
        FlatnlpError: If it cannot be loaded or is no masked language model.
    """

    name = "masked language model"
    handles = Fill

    def __init__(self, name: str | Path = DEFAULT_MODEL) -> None:
        self.spent = Spent()
        self._device = "cpu"
        self._known: OrderedDict[tuple[str, str, int], Answer] = OrderedDict()
        self._bf16 = str(name).endswith(_BF16)
        name = str(name).removesuffix(_BF16)
        place = name.removeprefix("hf:") if name.startswith("hf:") else str(locate(name, kind="models"))
        self.tokenizer, self.model = _loaded(place)
        weights = Path(place) / "model.safetensors"
        told = (Path(place).name, sha256_of(weights)[:16] if weights.is_file() else "", "bf16" * self._bf16)
        self.identity = " ".join(filter(None, told))
        """What tells this model from others."""
        self._inner, self._first = _whole_words(self.tokenizer, self.model.config.vocab_size)
        if not self._inner.words:
            raise FlatnlpError(
                f"No token of the masked language model {place} is a whole word, so it offers nothing; name another."
            )

    def answer(self, requests: Sequence[tuple[Fill, Memory]]) -> list[tuple[str, ...]]:
        """The most probable words of each gap."""
        asked = [request for request, _ in requests]
        most = max(request.most for request in asked)
        keys = [(request.left, request.right, request.most) for request in asked]
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        answers = {key: self._known[key] for key in keys if key in self._known}
        answers.update(zip(new, self._fill(new, most), strict=True))
        self._known.update((key, answers[key]) for key in new)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.spent.items += len(keys)
        self.spent.duplicates += len(keys) - len(new)
        return [
            tuple(word for word, probability in answers[key] if probability >= request.least)
            for key, request in zip(keys, asked, strict=True)
        ]

    def place_on(self, device: str) -> None:
        """Compute on this device from now on; what another has answered is forgotten."""
        if device != self._device:
            self._device = device
            self.model.to(device)
            self._inner, self._first = self._inner.on(device), self._first.on(device)
            self._known.clear()

    def close(self) -> None:
        """Forget what was asked."""
        self._known.clear()

    def _fill(self, gaps: Sequence[tuple[str, str, int]], most: int) -> list[Answer]:
        if not gaps:
            return []
        rows = self._rows(gaps)
        by_length: dict[int, list[int]] = {}
        for number, (ids, _) in enumerate(rows):
            by_length.setdefault(-(-len(ids) // _STEP) * _STEP, []).append(number)
        found: list[Answer] = [()] * len(gaps)
        for length, numbers in sorted(by_length.items()):
            for start in range(0, len(numbers), _ROWS):
                chosen = numbers[start : start + _ROWS]
                begin = time.perf_counter()
                for number, words in zip(chosen, self._predict([rows[i] for i in chosen], length, most), strict=True):
                    found[number] = words[: gaps[number][2]]
                self.spent.model_seconds += time.perf_counter() - begin
        return found

    def _rows(self, gaps: Sequence[tuple[str, str, int]]) -> list[tuple[list[int], int]]:
        """Token ids of each text with the mask in its gap, and where the mask is."""
        tokenizer = self.tokenizer
        lefts, rights = (
            tokenizer([gap[side].strip() if side == 0 else gap[side] for gap in gaps], add_special_tokens=False)
            for side in (0, 1)
        )
        start, end = _frame(tokenizer)
        room = self._longest() - len(start) - len(end) - 1
        rows = []
        for left, right in zip(lefts["input_ids"], rights["input_ids"], strict=True):
            before = min(len(left), max(room // 2, room - len(right)))
            kept = left[len(left) - before :]
            ids = [*start, *kept, tokenizer.mask_token_id, *right[: room - before], *end]
            rows.append((ids, len(start) + len(kept)))
        return rows

    def _longest(self) -> int:
        positions = int(getattr(self.model.config, "max_position_embeddings", None) or _LONGEST)
        return min(positions - 2, _LONGEST)  # RoBERTa's positions begin at 2

    def _predict(self, rows: Sequence[tuple[list[int], int]], length: int, most: int) -> list[Answer]:
        import torch

        pad = self.tokenizer.pad_token_id or 0
        filled = [*rows, *[rows[0]] * (_ROWS - len(rows))]
        ids = torch.tensor([each + [pad] * (length - len(each)) for each, _ in filled], device=self._device)
        there = torch.tensor([[1] * len(each) + [0] * (length - len(each)) for each, _ in filled], device=self._device)
        at = torch.tensor([mask for _, mask in filled], device=self._device)
        faster = torch.autocast(ids.device.type, dtype=torch.bfloat16) if self._bf16 else nullcontext()
        with torch.inference_mode():
            with faster:
                logits = _logits(self.model, ids, there, at)
            probabilities = logits.float().softmax(-1)
            firsts = [mask == len(_frame(self.tokenizer)[0]) for _, mask in rows]
            return [
                (self._first if first else self._inner).most_probable(probabilities[number], most)
                for number, first in enumerate(firsts)
            ]


@dataclass(frozen=True)
class _Words:
    """Tokens that are words by themselves, and these words."""

    ids: Any
    words: list[str]

    def on(self, device: str) -> "_Words":
        return _Words(self.ids.to(device), self.words)

    def most_probable(self, probabilities: Any, most: int) -> Answer:
        """The most probable of the words; of equal ones, those whose tokens come first."""
        values = probabilities[self.ids]
        if most < len(self.words):  # sorting all of them would take longer than the model does
            least = values.topk(most).values[-1]
            places = (values >= least).nonzero().squeeze(1)
        else:
            places = values.new_ones(len(self.words)).nonzero().squeeze(1)
        ordered, order = values[places].sort(descending=True, stable=True)
        pairs = zip(places[order[:most]].tolist(), ordered[:most].tolist(), strict=True)
        return tuple((self.words[i], value) for i, value in pairs)


def _loaded(place: str) -> tuple[Any, Any]:
    tokenizer, model = read_language_model(place, "AutoModelForMaskedLM", "masked language model")
    if tokenizer.mask_token_id is None:
        raise FlatnlpError(f"{place} is no masked language model: its tokenizer has no mask token; name another.")
    if len(tokenizer) > model.config.vocab_size:
        raise FlatnlpError(
            f"The masked language model {place} has {model.config.vocab_size:,} tokens and its tokenizer "
            f"{len(tokenizer):,}; they do not belong together, so name another."
        )
    return tokenizer, model


def _whole_words(tokenizer: Any, size: int) -> tuple[_Words, _Words]:
    """The tokens that are words after a space, and those that are words at the beginning of a text."""
    import torch

    tokens = tokenizer.convert_ids_to_tokens(list(range(min(len(tokenizer), size))))
    special = set(tokenizer.all_special_ids)
    marks = {mark for mark in ("Ġ", "▁") if sum(str(token).startswith(mark) for token in tokens) > len(tokens) // 10}
    spaced: tuple[list[int], list[str]] = ([], [])
    bare: tuple[list[int], list[str]] = ([], [])
    for number, token in enumerate(tokens):
        if number in special or token is None or token.startswith("##"):
            continue
        mark = next((mark for mark in marks if token.startswith(mark)), "")
        word = token.removeprefix(mark)
        if not (is_one_word(word) and word[0].isalnum() and word[-1].isalnum() and any(map(str.isalpha, word))):
            continue
        for wanted, (ids, words) in ((not marks or bool(mark), spaced), (not mark, bare)):
            if wanted:
                ids.append(number)
                words.append(word)
    return _Words(torch.tensor(spaced[0]), spaced[1]), _Words(torch.tensor(bare[0]), bare[1])


def _frame(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The special tokens before and after a text."""
    start = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    end = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    return [] if start is None else [start], [] if end is None else [end]


def _logits(model: Any, ids: Any, there: Any, at: Any) -> Any:
    """Logits ``[rows, tokens of the model]`` at one place of each row; the head is computed there alone."""
    import torch

    rows = torch.arange(len(ids), device=ids.device)
    head = getattr(model, "cls", None) or getattr(model, "lm_head", None)
    if head is None:
        return model(input_ids=ids, attention_mask=there).logits[rows, at]
    hidden = model.base_model(input_ids=ids, attention_mask=there).last_hidden_state
    return head(hidden[rows, at])
