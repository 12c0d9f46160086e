"""Encoders of every kind, with random weights and a tokenizer trained here, as folders that transformers loads."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests import tiny

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
TEXTS = [
    *(text for text, _ in tiny.rows()),
    *(f"{word} {substitute}" for word, found in tiny.SYNONYMS.items() for substitute in found),
    "It's a well-known, (rather) unwatchable story: don't watch!",
]


class Kind(NamedTuple):
    """An architecture: its configuration, its tokenizer, and what it needs to be small."""

    configuration: str
    tokenizer: Callable[[], Any]
    settings: dict[str, Any]


def word_pieces() -> Any:
    """As BERT's."""
    from tokenizers import BertWordPieceTokenizer

    trained = BertWordPieceTokenizer(lowercase=True)
    trained.train_from_iterator(TEXTS, vocab_size=110, special_tokens=list(SPECIAL), show_progress=False)
    return trained._tokenizer


def byte_pairs() -> Any:
    """As those of RoBERTa, DeBERTa v1 and ModernBERT: the blank before a word is part of its first piece."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=340,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(TEXTS, trainer)
    return backend


def sentence_pieces() -> Any:
    """As those of ALBERT and DeBERTa v2 and v3."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    backend = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=list(SPECIAL), unk_token="[UNK]", show_progress=False
    )
    backend.train_from_iterator(TEXTS, trainer)
    return backend


SMALL = {
    **{"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24},
    **{"max_position_embeddings": 40, "type_vocab_size": 2, "hidden_dropout_prob": 0.0},
    **{"attention_probs_dropout_prob": 0.0, "initializer_range": 0.3, "pad_token_id": 0},
}
DEBERTA = {**SMALL, "relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_biased_input": False}
KINDS: dict[str, Kind] = {
    "bert": Kind("BertConfig", word_pieces, SMALL),
    "roberta": Kind("RobertaConfig", byte_pairs, {**SMALL, "type_vocab_size": 1, "bos_token_id": 2, "eos_token_id": 3}),
    "distilbert": Kind(
        "DistilBertConfig",
        word_pieces,
        {
            **{"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24, "max_position_embeddings": 40, "dropout": 0.0},
            **{"attention_dropout": 0.0, "seq_classif_dropout": 0.0, "initializer_range": 0.3, "pad_token_id": 0},
        },
    ),
    "electra": Kind("ElectraConfig", word_pieces, {**SMALL, "embedding_size": 8}),
    "albert": Kind(
        "AlbertConfig",
        sentence_pieces,
        {**SMALL, "embedding_size": 8, "bos_token_id": 2, "eos_token_id": 3, "classifier_dropout_prob": 0.0},
    ),
    "deberta": Kind("DebertaConfig", byte_pairs, {**DEBERTA, "type_vocab_size": 0}),
    "deberta-v2": Kind("DebertaV2Config", sentence_pieces, {**DEBERTA, "type_vocab_size": 0, "embedding_size": 8}),
    "deberta-v3": Kind(
        "DebertaV2Config",
        sentence_pieces,
        {
            **DEBERTA,
            **{"type_vocab_size": 0, "share_att_key": True, "position_buckets": 8, "norm_rel_ebd": "layer_norm"},
        },
    ),
    "modernbert": Kind(
        "ModernBertConfig",
        byte_pairs,
        {
            **{"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24},
            **{"max_position_embeddings": 40, "local_attention": 8, "initializer_range": 0.3, "pad_token_id": 0},
            **{"bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2, "sep_token_id": 3},
        },
    ),
    "minilm": Kind("BertConfig", word_pieces, {**SMALL, "num_attention_heads": 4, "num_hidden_layers": 3}),
}


def write_encoder(kind: str, folder: Path, classes: Sequence[str] | None = None, **settings: Any) -> Path:
    """Write an encoder; with ``classes`` a classifier with random weights."""
    import torch
    import transformers
    from tokenizers import processors

    backend = KINDS[kind].tokenizer()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", backend.token_to_id("[CLS]")), ("[SEP]", backend.token_to_id("[SEP]"))],
    )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=32,
        **{name: f"[{name[:3].upper()}]" for name in ("pad_token", "unk_token", "cls_token", "sep_token")},
        mask_token="[MASK]",
    )
    labels = (
        {"id2label": dict(enumerate(classes)), "label2id": {n: i for i, n in enumerate(classes)}} if classes else {}
    )
    config = getattr(transformers, KINDS[kind].configuration)(
        vocab_size=len(tokenizer) + 3, **{**KINDS[kind].settings, **settings, **labels}
    )
    with torch.random.fork_rng():
        torch.manual_seed(1)
        auto = transformers.AutoModelForSequenceClassification if classes else transformers.AutoModel
        auto.from_config(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
