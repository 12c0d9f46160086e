"""Where an encoder comes from: a resource, a folder or the Hugging Face hub; and what is refused."""

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError, nearest
from flatnlp.resources import RESOURCES, locate
from flatnlp.resources.resource import normalise

_OF_THE_PAPER = {"bert": "google-bert/bert-base-uncased", "deberta": "microsoft/deberta-base"}
"""What the paper's short names stand for on the hub."""

_TOKENIZER_FILES = ("tokenizer.json", "vocab.*", "*.model", "*.tiktoken")
"""One of these is there where a tokenizer was saved; without any, transformers makes up an empty one."""

_HEAD = "ForSequenceClassification"
_PANIC = "PanicException"
"""What a panic of tokenizers' or safetensors' Rust code becomes; it is no Exception, and has no name to import."""


@dataclass(frozen=True)
class EncoderSource:
    """A place that ``transformers`` loads from.

    Attributes:
        name: As the user gave it.
        place: A folder, or ``owner/name`` on the hub.
        config: Its ``transformers`` configuration.
        trusted: Whether code that it brings along may be run.
    """

    name: str
    place: str
    config: Any
    trusted: bool = False

    @property
    def has_head(self) -> bool:
        """Whether it is a classifier already."""
        return any(str(each).endswith(_HEAD) for each in self.config.architectures or ())

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names of a classifier, in the order of its logits."""
        names = self.config.id2label
        return tuple(str(names[i]) for i in sorted(names))


def open_encoder(name: str, trusted: bool = False) -> EncoderSource:
    """Find an encoder and read its configuration; nothing is downloaded but that.

    Args:
        name: A model resource (``minilm``, ``bert-tiny``), a folder, ``hf:owner/name`` or a name on the hub.
        trusted: Whether code that it brings along may be run (``--trust-remote-code``).

    Raises:
        FlatnlpError: If it cannot be had, or is no encoder that takes ``inputs_embeds``.
    """
    place = _place(name)
    local = Path(place).is_dir()
    if local:
        _refuse_without_config(Path(place))
        refuse_pickle(Path(place))
    from transformers import AutoConfig

    with quiet(), _told(name, local):
        config = AutoConfig.from_pretrained(place, trust_remote_code=trusted)
    own = "AutoModelForSequenceClassification" in (getattr(config, "auto_map", None) or {})
    if not (trusted and own):
        _refuse_others(name, config)
    return EncoderSource(name, place, config, trusted)


def load_tokenizer(source: EncoderSource) -> Any:
    """Its tokenizer.

    Raises:
        FlatnlpError: If it has none, or none of the fast kind.
    """
    from transformers import AutoTokenizer

    folder = Path(source.place)
    if folder.is_dir() and not any(any(folder.glob(pattern)) for pattern in _TOKENIZER_FILES):
        raise FlatnlpError(
            f"{source.name} has no tokenizer (no tokenizer.json); put the model's own beside its weights."
        )
    with quiet(), _told(source.name, Path(source.place).is_dir()):
        tokenizer = AutoTokenizer.from_pretrained(source.place, trust_remote_code=source.trusted)
        tokenizer("A word, and ꙮ.")  # damage may show only where it is used, or where a sign is unknown
    if not tokenizer.is_fast:
        raise FlatnlpError(
            f"{source.name} has no fast tokenizer (no tokenizer.json), which flatnlp needs to know where its pieces "
            "stand in a text; use a model that has one."
        )
    return tokenizer


def load_body(source: EncoderSource, classes: Sequence[str], *, new_head: bool, checkpointing: bool = False) -> Any:
    """Its weights as a float32 model for sequence classification; no pickle is read, and only trusted code is run.

    Args:
        source: From ``open_encoder``.
        classes: Class names, in the order of the logits.
        new_head: Whether the classification layer starts anew (from torch's present seed).
        checkpointing: Whether to compute activations twice and keep fewer (gradient checkpointing).

    Raises:
        FlatnlpError: If the weights are not there, damaged, or pickled.
    """
    import torch
    from transformers import AutoModelForSequenceClassification

    settings: dict[str, Any] = {
        "num_labels": len(classes),
        "id2label": dict(enumerate(classes)),
        "label2id": {name: i for i, name in enumerate(classes)},
        "problem_type": "single_label_classification",
    }
    with quiet(), _told(source.name, Path(source.place).is_dir()):
        body = AutoModelForSequenceClassification.from_pretrained(
            source.place,
            dtype=torch.float32,
            use_safetensors=True,
            ignore_mismatched_sizes=new_head,
            trust_remote_code=source.trusted,
            **settings,
        )
    _refuse_without_embeddings(source.name, source.config, type(body))
    if checkpointing:
        if not body.supports_gradient_checkpointing:
            raise FlatnlpError(f"{source.name} has no gradient checkpointing; leave --gradient-checkpointing out.")
        # transformers before 5.20 or so knows it by its older name
        enable = getattr(body, "activation_checkpointing_enable", None) or body.gradient_checkpointing_enable
        enable()
    return body.eval()


def longest(source: EncoderSource, tokenizer: Any) -> int:
    """Tokens it can read of a text, special ones included: what its tokenizer says and its positions allow."""
    config = source.config
    limits = [int(tokenizer.model_max_length)]  # a huge number where the tokenizer does not know
    positions = getattr(config, "max_position_embeddings", None)
    if positions and positions > 0:
        # RoBERTa and its kin count positions from the padding token's id on.
        shifted = config.model_type in ("roberta", "xlm-roberta", "camembert", "longformer", "mpnet", "xlm-roberta-xl")
        limits.append(positions - (config.pad_token_id + 1 if shifted else 0))
    return min([each for each in limits if each > 0] or [512])


def refuse_pickle(folder: Path, auto_class: str = "AutoModelForSequenceClassification") -> None:
    """Refuse a folder that has its weights as a pickle only.

    Args:
        folder: Where the weights are; of a name on the hub nothing is refused here.
        auto_class: What of ``transformers`` converts them.

    Raises:
        FlatnlpError: If it has.
    """
    pickled = sorted([*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.ckpt")])
    if pickled and not any(folder.glob("*.safetensors")):
        raise FlatnlpError(
            f"{folder} has its weights as a pickle only ({pickled[0].name}), which can run code when it is read; if "
            f"you trust it, convert it with {auto_class}.from_pretrained({str(folder)!r}).save_pretrained(...), which "
            "writes model.safetensors."
        )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep ``transformers`` from telling what is known: new heads, unused weights, bars."""
    from transformers.utils import logging as told

    logging: Any = told
    hub = getLogger("huggingface_hub")  # it tells of every try that failed
    loud = hub.level
    hub.setLevel(ERROR)
    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        hub.setLevel(loud)
        if bars:
            logging.enable_progress_bar()


def _place(name: str) -> str:
    if name.startswith("hf:"):
        return name.removeprefix("hf:")
    resource = RESOURCES.get(normalise(name))
    if resource is not None and resource.kind == "models":
        return str(locate(name, kind="models"))
    folder = Path(name).expanduser()
    if folder.is_dir():
        return str(folder / "model" if (folder / "model" / "config.json").is_file() else folder)
    try:
        return str(locate(name, kind="models"))
    except FlatnlpError:
        if name.count("/") > 1 or name.startswith((".", "/", "~")):
            raise FlatnlpError(f"There is no folder {name}; give one that holds a model, or hf:owner/name.") from None
        return _OF_THE_PAPER.get(name, name)


@contextmanager
def _told(name: str, local: bool) -> Iterator[None]:
    """Turn what ``transformers`` and the hub raise into one sentence."""
    try:
        yield
    except FlatnlpError:
        raise
    except BaseException as error:  # the hub's client, safetensors, tokenizers and transformers raise all kinds
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".: ")
        if "trust_remote_code" in str(error):
            raise FlatnlpError(
                f"{name} brings code of its own, which is not run unless you ask for it; read it, and if you trust it "
                "give --trust-remote-code."
            ) from error
        if local:
            raise FlatnlpError(
                f"{name} cannot be read as a transformers model ({reason}); give a folder with config.json, "
                "model.safetensors and tokenizer.json."
            ) from error
        known = sorted(each.name for each in RESOURCES.values() if "config.json" in each.expects)
        near = nearest(name, known)
        hint = f"did you mean {near}?" if near else "check its name and the connection."
        raise FlatnlpError(
            f"The model {name!r} is neither cnn, lstm, {', '.join(known)}, nor a folder here, and could not be had "
            f"from the Hugging Face hub ({reason}); {hint}"
        ) from error


def _refuse_without_config(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise FlatnlpError(
            f"{folder} is not a model folder (it has no config.json); give one that `flatnlp train` or transformers "
            "wrote."
        )


def _refuse_others(name: str, config: Any) -> None:
    from transformers import MODEL_FOR_MASKED_LM_MAPPING, MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING

    encoder = type(config) in MODEL_FOR_MASKED_LM_MAPPING and type(config) in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING
    if not encoder or config.is_encoder_decoder or getattr(config, "is_decoder", False):
        raise FlatnlpError(
            f"{name} is a {config.model_type} model, a decoder or something else than a text encoder; flatnlp trains "
            "and attacks encoders such as BERT, RoBERTa or DeBERTa."
        )
    _refuse_without_embeddings(name, config, MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING[type(config)])


def _refuse_without_embeddings(name: str, config: Any, model: Any) -> None:
    if "inputs_embeds" not in inspect.signature(model.forward).parameters:
        raise FlatnlpError(
            f"{name} is a {config.model_type} model, which takes no inputs_embeds, so no mask can be put before it; "
            "use another encoder."
        )
