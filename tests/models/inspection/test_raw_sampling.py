from __future__ import annotations

from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, TensorRef
from models.inspection.notes import Notes
from models.inspection.parse import parse_model
from tests.models.inspection.configs import Entry, functional, old_layer


def function(name: str, called: str, *args: Any, **kwargs: Any) -> Entry:
    """A function of TensorFlow as Keras 2 writes it."""
    return old_layer("TFOpLambda", name, [[*args, kwargs]], function=called)


def encoder(*, halved: Entry | None = None, outputs: Any = None, **of_normal: Any) -> Entry:
    """A picture -> z_mean + exp(halved) * random.normal(shape of z_mean)."""
    halved = halved or function("half", "math.multiply", "z_log_var", 0, 0, y=0.5)
    return functional(
        [
            old_layer("InputLayer", "picture", batch_input_shape=[None, 4]),
            *(
                old_layer("Dense", name, [["picture", 0, 0, {}]], units=2)
                for name in ("z_mean", "z_log_var")
            ),
            halved,
            function("deviation", "math.exp", "half", 0, 0),
            function("shape", "compat.v1.shape", "z_mean", 0, 0, out_type="int32"),
            function("noise", "random.normal", "shape", 0, 0, **of_normal),
            function("spread", "math.multiply", "deviation", 0, 0, y=["noise", 0, 0]),
            function("z", "__operators__.add", "z_mean", 0, 0, y=["spread", 0, 0]),
        ],
        outputs=outputs or [["z", 0, 0]],
    )


def parse(config: Entry) -> tuple[Blueprint, str]:
    notes = Notes()
    return parse_model(config, "2.15.0", notes), " ".join(notes.told())


@pytest.mark.parametrize(
    ("config", "noise"),
    [
        (encoder(), True),
        (encoder(mean=0.0, stddev=1.0), True),
        (encoder(halved=function("half", "math.truediv", "z_log_var", 0, 0, y=2)), True),
        (encoder(stddev=0.1), False),
        (encoder(halved=function("half", "math.multiply", "z_log_var", 0, 0, y=1.0)), False),
    ],
)
def test_is_replaced_by_the_apps_own_sampling(config: Entry, noise: bool) -> None:
    blueprint, said = parse(config)
    sampling = blueprint.layer("z")
    assert (sampling.kind, sampling.settings) == ("Sampling", {"noise": noise})
    assert sampling.calls[0].tensors() == (TensorRef("z_mean"), TensorRef("z_log_var"))
    assert ("it gives z_mean now" in said) == (not noise)


@pytest.mark.parametrize("output", ["noise", "spread", "shape"])
def test_random_numbers_for_anything_else_are_refused(output: str) -> None:
    with pytest.raises(ModelFileError, match=r"tf\.(random\.normal|shape)") as error:
        parse(encoder(outputs=[["z", 0, 0], [output, 0, 0]]))
    assert error.value.reason == "unknown-class"


def test_a_deviation_that_is_a_constant_is_refused() -> None:
    config = encoder()
    layers = config["config"]["layers"]
    at = next(i for i, each in enumerate(layers) if each["name"] == "deviation")
    layers[at] = function("deviation", "math.exp", "_CONSTANT_VALUE", -1, 0.5)
    with pytest.raises(ModelFileError, match=r"tf\.(random\.normal|shape)"):
        parse(config)


def test_shapes_in_a_chain_of_layers_are_refused() -> None:
    shape = old_layer("TFOpLambda", "shape", function="shape")
    chain = {"class_name": "Sequential", "config": {"name": "chain", "layers": [shape]}}
    with pytest.raises(ModelFileError, match="shape"):
        parse(chain)
