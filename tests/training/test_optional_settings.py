"""What goes beyond the paper is off, leaves no trace where it is off, and is told where it is on."""

from dataclasses import fields
from typing import Any

import pytest

from flatnlp.errors import FlatnlpError
from flatnlp.paper.tasks import Train, address, record, whole
from flatnlp.training.optional_settings import CHOICES, OFF
from flatnlp.training.settings import TrainSettings

ON: dict[str, Any] = {
    "refresh_attack": "epoch",
    "keep_adversarial": 100,
    "adversarial_weight": 0.5,
    "importance_pairs": "vocabulary",
    "average_weights": 0.9,
    "vocabulary": "vectors",
    "smooth_vectors": 0.5,
    "views": "random",
    "view_share": 0.5,
    "views_weight": 2.0,
}


def test_runs_that_use_none_of_them_keep_their_address() -> None:
    settings = TrainSettings(dataset="sst2")
    assert address(record(Train(settings))) == "abb43552902f"  # as it was before there were any
    assert not set(OFF) & set(settings.record())


def test_they_are_written_down_and_change_the_address_where_they_are_on() -> None:
    assert set(ON) == set(OFF)
    plain = TrainSettings(dataset="sst2")
    for name, value in ON.items():
        settings = TrainSettings(dataset="sst2", **{name: value})
        assert settings.record()[name] == value
        assert address(record(Train(settings))) != address(record(Train(plain)))
        assert whole(settings.record()) == settings.record()


def test_each_is_a_setting_with_its_default() -> None:
    defaults = {field.name: field.default for field in fields(TrainSettings)}
    assert {name: defaults[name] for name in OFF} == OFF


@pytest.mark.parametrize("name", CHOICES)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(FlatnlpError, match=f"There is no --{name.replace('_', '-')} 'x'; choose one of "):
        TrainSettings(dataset="d", **{name: "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keep_adversarial", 0),
        ("adversarial_weight", -1),
        ("views_weight", float("nan")),
        ("average_weights", 1),
        ("view_share", 1.0),
        ("smooth_vectors", 0),
        ("smooth_vectors", 1),
    ],
)
def test_other_numbers_are_refused(name: str, value: float) -> None:
    with pytest.raises(FlatnlpError, match=f"--{name.replace('_', '-')} is {value}; it must be"):
        TrainSettings(dataset="d", **{name: value})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"vocabulary": "vectors"}, "--vocabulary"),
        ({"views": "random"}, "--views"),
        ({"smooth_vectors": 0.5}, "--smooth-vectors"),
        ({"method": "synonym"}, "--method synonym"),
    ],
)
def test_encoders_have_neither_views_nor_another_vocabulary(options: dict[str, Any], said: str) -> None:
    with pytest.raises(FlatnlpError, match=f"{said} is for cnn and lstm, and minilm is an encoder"):
        TrainSettings(dataset="d", model="minilm", **options)
