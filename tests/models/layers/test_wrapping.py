"""Wrappers, against Keras' own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.inspection.blueprint import Blueprint, Call, Layer, TensorSpec
from models.layers.checks import TooLargeError
from models.layers.registry import RULES
from tests.models.layers.comparing import compare, output_of, read_layer, settings_of

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X = Call((TensorSpec((None, 4, 3)),))
STATE, MASK = TensorSpec((None, 5)), TensorSpec((None, 4), "bool")
FILM = Call((TensorSpec((None, 3, 6, 7, 2)),))
PICTURE = Call((TensorSpec((None, 6, 7, 2)),))


def wrapped(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": config}


DENSE = wrapped("Dense", units=5)
CONV = wrapped("Conv2D", filters=3, kernel_size=3, activation="relu")
LSTM = wrapped("LSTM", units=5)
SERIES = wrapped("GRU", units=5, return_sequences=True, return_state=True)
BACK = wrapped("GRU", units=5, return_sequences=True, return_state=True, go_backwards=True)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("TimeDistributed", {"layer": DENSE}, X),
        ("TimeDistributed", {"layer": CONV}, FILM),
        ("TimeDistributed", {"layer": wrapped("BatchNormalization")}, FILM),
        ("TimeDistributed", {"layer": wrapped("TimeDistributed", layer=DENSE)}, FILM),
        ("Bidirectional", {"layer": LSTM}, X),
        ("Bidirectional", {"layer": LSTM, "merge_mode": "sum"}, X),
        ("Bidirectional", {"layer": LSTM, "merge_mode": None}, X),
        ("Bidirectional", {"layer": SERIES}, X),
        ("Bidirectional", {"layer": SERIES, "merge_mode": None}, X),
        ("Bidirectional", {"layer": SERIES, "backward_layer": BACK, "merge_mode": "ave"}, X),
        ("Bidirectional", {"layer": wrapped("RNN", cell=wrapped("LSTMCell", units=2))}, X),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"initial_state": [STATE] * 4})),
        ("Bidirectional", {"layer": SERIES}, Call(X.args, {"initial_state": [STATE] * 2})),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"mask": MASK})),
        ("SpectralNormalization", {"layer": DENSE, "power_iterations": 2}, X),
        ("SpectralNormalization", {"layer": CONV}, PICTURE),
        (
            "SpectralNormalization",
            {"layer": wrapped("Conv2DTranspose", filters=3, kernel_size=3)},
            PICTURE,
        ),
    ],
)
def test_a_wrapper_is_as_keras_has_it(
    kind: str, config: dict[str, Any], call: Call, tmp_path: Path
) -> None:
    compare(kind, config, call, tmp_path)


@pytest.mark.parametrize(
    ("kind", "config", "call"),
    [
        ("TimeDistributed", {}, X),
        ("TimeDistributed", {"layer": DENSE}, Call((TensorSpec((None, 3)),))),
        ("TimeDistributed", {"layer": CONV}, X),
        ("TimeDistributed", {"layer": DENSE}, Call(X.args, {"mask": X.args[0]})),
        ("TimeDistributed", {"layer": wrapped("LSTM", units=5, return_state=True)}, FILM),
        ("Bidirectional", {"layer": DENSE}, X),
        ("Bidirectional", {"layer": LSTM, "backward_layer": DENSE}, X),
        ("Bidirectional", {"layer": LSTM, "backward_layer": BACK}, X),
        ("Bidirectional", {"layer": SERIES, "backward_layer": SERIES}, X),
        ("Bidirectional", {"layer": LSTM, "merge_mode": "os"}, X),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"initial_state": [X.args[0]] * 4})),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"initial_state": [STATE] * 2})),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"initial_state": [STATE] * 3})),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"initial_state": STATE})),
        ("Bidirectional", {"layer": LSTM}, Call(X.args, {"mask": STATE})),
        ("SpectralNormalization", {"layer": wrapped("Flatten")}, X),
        ("SpectralNormalization", {"layer": DENSE, "power_iterations": 0}, X),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, config: dict[str, Any], call: Call) -> None:
    with pytest.raises(ValueError, match="must"):
        output_of(kind, config, call)


@pytest.mark.parametrize("kind", ["TimeDistributed", "SpectralNormalization"])
@pytest.mark.parametrize("inner", ["Model", "Lambda", "ops.Add"])
def test_only_allowed_layers_may_be_wrapped(kind: str, inner: str) -> None:
    layer = Layer("inner", inner, model=Blueprint("inner", (), (), ()))
    with pytest.raises(ValueError, match="must wrap"):
        RULES[kind].output({"layer": layer, "power_iterations": 1}, X)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (DENSE, (None, 65536, 3)),
        (wrapped("TimeDistributed", layer=DENSE), (None, 200, 200, 3)),
    ],
)
def test_many_steps_are_too_many(layer: dict[str, Any], shape: tuple[int | None, ...]) -> None:
    with pytest.raises(TooLargeError, match="at most 1024 steps"):
        output_of("TimeDistributed", {"layer": layer}, Call((TensorSpec(shape),)))


def test_a_wrapper_costs_what_its_layer_costs() -> None:
    attention = {"num_heads": 2, "key_dim": 3}
    layer = read_layer("TimeDistributed", {"layer": wrapped("MultiHeadAttention", **attention)})
    cost = RULES["TimeDistributed"].cost
    assert cost is not None
    with pytest.raises(ValueError, match="must have the argument 'value'"):
        cost(settings_of(layer), FILM)
    assert cost(settings_of(read_layer("TimeDistributed", {"layer": DENSE})), X) == 0
