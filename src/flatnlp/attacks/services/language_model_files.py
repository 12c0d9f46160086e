"""Language models of ``transformers`` from their files: safetensors alone, no foreign code, no layer made up."""

from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError


def read_language_model(place: str, auto_class: str, kind: str) -> tuple[Any, Any]:
    """A tokenizer and its float32 model, ready to predict.

    Args:
        place: A folder, or a name on the Hugging Face hub.
        auto_class: What of ``transformers`` reads it: ``AutoModelForMaskedLM``, ``AutoModelForCausalLM``.
        kind: What the model is called in sentences.

    Raises:
        FlatnlpError: If it cannot be loaded, is pickled, or lacks weights, which ``transformers`` would draw at random:
            the folder of a classifier has no layer that predicts words.
    """
    import torch
    import transformers

    from flatnlp.models.encoder_source import quiet, refuse_pickle

    if (Path(place) / "config.json").is_file():  # else its .bin file may be anything
        refuse_pickle(Path(place), auto_class)
    try:
        with quiet():
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(place, trust_remote_code=False)
            model, told = getattr(transformers, auto_class).from_pretrained(
                place, dtype=torch.float32, use_safetensors=True, trust_remote_code=False, output_loading_info=True
            )
    except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        if Path(place).exists():
            raise FlatnlpError(
                f"The {kind} {place} cannot be loaded ({reason}); name the folder of one, with config.json, "
                "model.safetensors and tokenizer.json, or hf:owner/name."
            ) from error
        raise FlatnlpError(
            f"The {kind} hf:{place} could not be had from the Hugging Face hub ({reason}); check its name and the "
            "connection, or name the folder of one that is on this machine."
        ) from error
    if lacking := sorted(told["missing_keys"]):
        raise FlatnlpError(
            f"{place} is no {kind}: it lacks weights that predict words ({lacking[0]}), as a classifier's folder does; "
            "name another."
        )
    return tokenizer, model.eval()
