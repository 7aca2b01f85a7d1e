"""Recurrent layers, against Keras' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError
from tests.models.layers.comparing import compare, output_of, read_layer, settings_of

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = Call((TensorSpec((None, 4, 3)),))
OPEN = Call((TensorSpec((None, None, 3)),))
STATE = TensorSpec((None, 5))
FILM = Call((TensorSpec((None, 3, 6, 7, 2)),))


@pytest.mark.parametrize("call", [X, OPEN], ids=["known", "open"])
@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
@pytest.mark.parametrize(
    "config",
    [
        {},
        {"return_sequences": True, "use_bias": False},
        {"return_state": True, "go_backwards": True},
        {"return_sequences": True, "return_state": True, "activation": "relu"},
    ],
)
def test_a_recurrent_layer_is_as_keras_has_it(
    kind: str, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare(kind, {"units": 5, **config}, call, tmp_path)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("GRU", {"reset_after": False, "recurrent_activation": "hard_sigmoid"}, X),
        ("GRU", {"dropout": 0.1, "recurrent_dropout": 0.1}, X),
        ("GRU", {}, Call(X.args, {"initial_state": STATE})),
        ("LSTM", {"unit_forget_bias": False}, Call(X.args, {"initial_state": [STATE, STATE]})),
        ("LSTM", {}, Call(X.args, {"mask": TensorSpec((None, 4), "bool"), "training": False})),
    ],
)
def test_less_common_settings_too(
    kind: str, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare(kind, {"units": 5, **config}, call, tmp_path)


@pytest.mark.parametrize("cell", ["SimpleRNNCell", "GRUCell", "LSTMCell"])
def test_a_layer_of_a_cell_is_as_keras_has_it(cell: str, tmp_path: Path) -> None:
    config = {"cell": {"class_name": cell, "config": {"units": 5}}, "return_state": True}
    compare("RNN", config, X, tmp_path)


def stacked(*cells: tuple[str, int]) -> dict[str, Any]:
    made = [{"class_name": kind, "config": {"units": units}} for kind, units in cells]
    return {"class_name": "StackedRNNCells", "config": {"cells": made}}


GRUS, MIXED = (("GRUCell", 2), ("GRUCell", 5)), (("LSTMCell", 5), ("GRUCell", 3), ("LSTMCell", 5))
STATES = [[STATE, STATE], TensorSpec((None, 3)), [STATE, STATE]]


@pytest.mark.parametrize(
    ("cells", "config", "call"),
    [
        (GRUS, {}, X),
        (GRUS, {"return_sequences": True, "return_state": True}, OPEN),
        (MIXED, {"return_state": True, "go_backwards": True}, X),
        (MIXED, {"return_sequences": True}, Call(X.args, {"initial_state": STATES})),
        (MIXED, {}, Call(X.args, {"mask": TensorSpec((None, 4), "bool")})),
    ],
)
def test_a_stack_of_cells_is_as_keras_has_it(
    cells: Any, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare("RNN", {"cell": stacked(*cells), **config}, call, tmp_path)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("ConvLSTM1D", {"kernel_size": 3}, Call((TensorSpec((None, 3, 6, 2)),))),
        ("ConvLSTM2D", {"kernel_size": 3}, FILM),
        ("ConvLSTM2D", {"kernel_size": [3, 2], "padding": "same", "return_state": True}, FILM),
        ("ConvLSTM2D", {"kernel_size": 2, "strides": 2, "return_sequences": True}, FILM),
        ("ConvLSTM2D", {"kernel_size": 2, "dilation_rate": [2, 3], "use_bias": False}, FILM),
        ("ConvLSTM3D", {"kernel_size": 1}, Call((TensorSpec((None, 2, 3, 3, 3, 2)),))),
    ],
)
def test_convolutions_over_time_are_as_keras_has_them(
    kind: str, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare(kind, {"filters": 4, **config}, call, tmp_path)


def test_a_convolution_over_time_costs_its_gates() -> None:
    layer = read_layer("ConvLSTM2D", {"filters": 4, "kernel_size": 3, "padding": "same"})
    cost = RULES["ConvLSTM2D"].cost
    assert cost is not None
    assert cost(settings_of(layer), FILM) == 4 * 6 * 7 * 4
    both = read_layer(
        "Bidirectional", {"layer": {"class_name": layer.kind, "config": dict(layer.settings)}}
    )
    both_cost = RULES["Bidirectional"].cost
    assert both_cost is not None
    assert both_cost(settings_of(both), FILM) == 4 * 6 * 7 * 4


def test_what_only_costs_time_or_keeps_a_state_is_turned_off() -> None:
    layer = read_layer("LSTM", {"units": 5, "unroll": True, "stateful": True, "time_major": False})
    assert (layer.settings["unroll"], layer.settings["stateful"]) == (False, False)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("LSTM", {"units": 5}, Call((STATE,))),
        ("LSTM", {"units": 5}, Call(([X.args[0], STATE, STATE],))),
        ("LSTM", {"units": 5}, Call(X.args, {"initial_state": STATE})),
        ("LSTM", {"units": 4}, Call(X.args, {"initial_state": [STATE, STATE]})),
        ("LSTM", {"units": 5}, Call(X.args, {"mask": STATE, "constants": STATE})),
        ("LSTM", {"units": 5}, Call(X.args, {"mask": TensorSpec((None, 9), "bool")})),
        ("LSTM", {"units": 5}, Call(X.args, {"mask": TensorSpec((1, 4), "bool")})),
        ("GRU", {"units": 5}, Call(X.args, {"initial_state": TensorSpec((4096, 5))})),
        ("LSTM", {"units": 2**31}, X),
        ("LSTM", {"units": 5, "time_major": True}, X),
        ("LSTM", {"units": 5, "activation": {"class_name": "__lambda__", "config": {}}}, X),
        ("LSTMCell", {"units": 5}, X),
        ("RNN", {}, X),
        ("RNN", {"cell": {"class_name": "Dense", "config": {"units": 5}}}, X),
        ("RNN", {"cell": stacked()}, X),
        ("RNN", {"cell": stacked(("GRUCell", 5))}, X),
        ("RNN", {"cell": stacked(("GRUCell", 5), ("Dense", 5))}, X),
        ("RNN", {"cell": [stacked(*GRUS)]}, X),
        ("RNN", {"cell": stacked(*MIXED)}, Call(X.args, {"initial_state": [STATE] * 5})),
        ("RNN", {"cell": stacked(*MIXED)}, Call(X.args, {"initial_state": STATE})),
        ("StackedRNNCells", {"cells": []}, X),
        ("ConvLSTM2D", {"filters": 4, "kernel_size": 9}, FILM),
        ("ConvLSTM2D", {"filters": 4, "kernel_size": 2, "strides": 2, "dilation_rate": 2}, FILM),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, config: dict[str, Any], call: Call) -> None:
    with pytest.raises(ValueError, match="must"):
        output_of(kind, config, call)


def test_a_function_as_activation_is_told_as_code() -> None:
    with pytest.raises(SettingError) as caught:
        read_layer(
            "GRU", {"units": 5, "activation": {"class_name": "__lambda__", "config": {"value": ""}}}
        )
    assert caught.value.reason == "code"
