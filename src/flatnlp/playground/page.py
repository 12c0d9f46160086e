"""The page itself, in Gradio: what is typed and pressed on it, and what answers."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from flatnlp.errors import FlatnlpError
from flatnlp.playground.cards import cards, sentence
from flatnlp.playground.models import Models
from flatnlp.playground.trying import LONGEST, Tried, attack, predict, recipes_here

if TYPE_CHECKING:
    import gradio

_FIRST = 3
"""Models that are ticked at the beginning."""
_METHODS = [("integrated gradients (fast)", "ig"), ("LIME (slow)", "lime")]
_INTRODUCTION = """\
# flatnlp playground
Type a sentence, pick models, see what they say and which words say it. Then attack: each model's prediction is attacked
with synonyms, a word at a time, until it changes or no word is left."""


def import_gradio() -> Any:
    """Gradio, told to keep everything that happens here to this machine.

    Raises:
        FlatnlpError: If it is not installed.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        import gradio
    except ImportError as error:
        raise FlatnlpError(
            "The playground needs Gradio, which is not installed here; in a clone give 'make ui', elsewhere "
            "'pip install \"flatnlp[demo]\"'."
        ) from error
    return gradio


def build(models: Models) -> "gradio.Blocks":
    """Lay out the page over some models; none of them is loaded yet.

    Raises:
        FlatnlpError: If Gradio is not installed.
    """
    gr = import_gradio()
    from flatnlp.attacks.recipes import recipe

    made = cache(recipe)
    named = recipes_here() or ["pwws"]

    def predicting(text: str, chosen: list[str], method: str) -> Iterator[str]:
        yield from _answers(chosen, lambda: predict(models, chosen, text, method))

    def attacking(text: str, chosen: list[str], method: str, name: str) -> Iterator[str]:
        yield from _answers(chosen, lambda: attack(models, chosen, text, method, made(name)))

    with gr.Blocks(title="flatnlp playground", analytics_enabled=False) as page:
        gr.Markdown(_INTRODUCTION)
        offered = models.sentences()
        text = gr.Textbox(
            label="Sentence", value=offered[0] if offered else "", max_lines=6, max_length=LONGEST, elem_id="sentence"
        )
        if offered:
            gr.Examples([[each] for each in offered], [text], label="From the test set", cache_examples=False)
        chosen = gr.CheckboxGroup(list(models.names), value=list(models.names[:_FIRST]), label="Models")
        with gr.Row():
            method = gr.Radio(_METHODS, value="ig", label="Saliency")
            name = gr.Dropdown(named, value="pwws" if "pwws" in named else named[0], label="Attack", filterable=False)
        with gr.Row():
            ask = gr.Button("Predict", elem_id="predict")
            strike = gr.Button("Attack", variant="primary", elem_id="attack")
        shown = gr.HTML(elem_id="answer", apply_default_css=False, js_on_load=None)
        one_at_a_time: dict[str, Any] = {
            "outputs": shown,
            "show_progress": "hidden",
            "concurrency_limit": 1,
            "concurrency_id": "models",
            "api_visibility": "private",
        }
        ask.click(predicting, [text, chosen, method], **one_at_a_time)
        text.submit(predicting, [text, chosen, method], **one_at_a_time)
        strike.click(attacking, [text, chosen, method, name], **one_at_a_time)
    queued: gradio.Blocks = page.queue(max_size=20, api_open=False)
    return queued


def _answers(chosen: Sequence[str], ask: Callable[[], Iterator[Tried]]) -> Iterator[str]:
    """A page's answer, growing by a model at a time; what the user can mend is one sentence."""
    found: list[Tried] = []
    yield cards([], chosen)
    try:
        for tried in ask():
            found.append(tried)
            yield cards(found, chosen[len(found) :])
    except FlatnlpError as error:
        yield sentence(str(error))
