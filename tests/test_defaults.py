"""The command line's defaults are those of the settings: they stand in two places, and must not drift apart."""

import inspect
from dataclasses import fields

from flatnlp import cli
from flatnlp.training.settings import TrainSettings


def test_every_training_setting_is_an_option_with_the_same_default() -> None:
    options = {name: parameter.default for name, parameter in inspect.signature(cli.train).parameters.items()}
    for field in fields(TrainSettings):
        if field.name == "dataset":
            continue
        if field.name == "attacks":
            assert options["attack"] == ",".join(field.default)
        elif field.name == "interpret":
            assert (options["interpret"] or ()) == field.default  # a list option that may be repeated has no default
        else:
            assert options[field.name] == field.default, field.name
