"""Autoencoders are cut where every path meets, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import ModelFileError
from models.inspection.blueprint import Blueprint, TensorRef, TensorSpec
from models.inspection.cut import cut
from models.inspection.ordering import call_order
from models.inspection.proposals import choose_cut, cut_at, propose_cuts, unwrap

Drawn = tuple[Blueprint, dict[TensorRef, TensorSpec]]
Draw = Callable[..., Drawn]

PLAIN = [
    ("image", "InputLayer", None, (28, 28, 1)),
    ("conv", "Conv2D", "image", (14, 14, 8)),
    ("flatten", "Flatten", "conv", (1568,)),
    ("latent", "Dense", "flatten", (16,)),
    ("dropout", "Dropout", "latent", (16,)),
    ("grow", "Dense", "dropout", (1568,)),
    ("reshape", "Reshape", "grow", (14, 14, 8)),
    ("output", "Conv2DTranspose", "reshape", (28, 28, 1)),
]


def names(blueprint: Blueprint) -> list[str]:
    return [layer.name for layer in blueprint.layers]


def test_both_sides_of_a_cut_keep_their_layers_and_nothing_else(draw: Draw) -> None:
    blueprint, specs = draw(PLAIN, "output")
    encoder, decoder = cut(blueprint, specs, TensorRef("latent"))
    assert names(encoder) == ["image", "conv", "flatten", "latent"]
    assert encoder.inputs == TensorRef("image")
    assert encoder.outputs == TensorRef("latent")
    assert names(decoder) == ["latent_inputs", "dropout", "grow", "reshape", "output"]
    assert decoder.inputs == TensorRef("latent_inputs")
    assert decoder.outputs == TensorRef("output")
    assert decoder.layer("latent_inputs").settings == {"shape": (None, 16), "dtype": "float32"}
    assert decoder.layer("dropout").calls[0].tensors() == (TensorRef("latent_inputs"),)
    assert len(call_order(encoder)) == 3
    assert len(call_order(decoder)) == 4


def test_a_layer_called_on_both_sides_is_on_both_with_its_own_calls(draw: Draw) -> None:
    rows = [
        ("x", "InputLayer", None, (16,)),
        ("shared", "Dense", "x", (16,)),
        ("z", "Dense", "shared", (4,)),
        ("wide", "Dense", "z", (16,)),
        ("shared", "Dense", "wide", (16,)),
    ]
    blueprint, specs = draw(rows, TensorRef("shared", 1))
    encoder, decoder = cut(blueprint, specs, TensorRef("z"))
    assert len(encoder.layer("shared").calls) == len(decoder.layer("shared").calls) == 1
    assert encoder.layer("z").calls[0].tensors() == (TensorRef("shared", 0),)
    assert decoder.outputs == TensorRef("shared", 0)


def test_the_new_input_never_takes_a_layers_name(draw: Draw) -> None:
    rows = [
        ("latent_inputs", "InputLayer", None, (16,)),
        ("z", "Dense", "latent_inputs", (4,)),
        ("y", "Dense", "z", (16,)),
    ]
    blueprint, specs = draw(rows, "y")
    _, decoder = cut(blueprint, specs, TensorRef("z"))
    assert decoder.inputs == TensorRef("latent_inputs_1")


def test_what_nothing_needs_is_on_neither_side(draw: Draw) -> None:
    rows = [*PLAIN, ("unused", "Dense", "latent", (3,))]
    blueprint, specs = draw(rows, "output")
    assert all("unused" not in names(each) for each in cut(blueprint, specs, TensorRef("latent")))


SKIP = [
    ("image", "InputLayer", None, (32, 32, 3)),
    ("down", "Conv2D", "image", (16, 16, 8)),
    ("middle", "Conv2D", "down", (4, 4, 4)),
    ("up", "Conv2DTranspose", "middle", (16, 16, 8)),
    ("join", "Concatenate", ["up", "down"], (16, 16, 16)),
    ("output", "Conv2DTranspose", "join", (32, 32, 3)),
]


def test_a_skip_connection_across_the_cut_is_refused_by_name(draw: Draw) -> None:
    blueprint, specs = draw(SKIP, "output")
    with pytest.raises(ModelFileError, match=r"'down' to 'join' that jumps across") as refusal:
        cut(blueprint, specs, TensorRef("middle"))
    assert refusal.value.reason == "mismatch"


@pytest.mark.parametrize("name", ["image", "output", "aside"])
def test_a_cut_lies_between_inputs_and_outputs(draw: Draw, name: str) -> None:
    rows = [*PLAIN, ("aside", "Dense", "latent", (3,))]
    blueprint, specs = draw(rows, "output")
    with pytest.raises(ModelFileError, match="between the picture and the output"):
        cut(blueprint, specs, TensorRef(name))


def test_a_refusal_stays_short_whatever_layers_are_called(draw: Draw) -> None:
    long = {name: name[0] * 250 for name in ("image", "down", "middle", "up", "join")}
    rows = [
        (
            long.get(name, name),
            kind,
            [long[each] for each in ([inputs] if isinstance(inputs, str) else inputs or [])],
            shape,
        )
        for name, kind, inputs, shape in SKIP
    ]
    blueprint, specs = draw(rows, "output")
    with pytest.raises(ModelFileError) as refusal:
        cut(blueprint, specs, TensorRef(long["middle"]))
    assert len(str(refusal.value)) <= 200


def test_a_class_goes_into_both_halves(draw: Draw) -> None:
    rows = [
        ("image", "InputLayer", None, (28, 28, 1)),
        ("label", "InputLayer", None, (10,)),
        ("flatten", "Flatten", "image", (784,)),
        ("join", "Concatenate", ["flatten", "label"], (794,)),
        ("z", "Dense", "join", (4,)),
        ("again", "Concatenate", ["z", "label"], (14,)),
        ("flat", "Dense", "again", (784,)),
        ("output", "Reshape", "flat", (28, 28, 1)),
    ]
    blueprint, specs = draw(rows, "output")
    assert propose_cuts(blueprint, specs)[0].layer == "z"
    encoder, decoder = cut(blueprint, specs, TensorRef("z"))
    assert encoder.inputs == (TensorRef("image"), TensorRef("label"))
    assert decoder.inputs == (TensorRef("latent_inputs"), TensorRef("label"))


@pytest.mark.parametrize(
    ("rows", "best"),
    [
        (PLAIN, "latent"),  # named, though the dropout after it has as many values
        (
            [
                ("x", "InputLayer", None, (784,)),
                ("a", "Dense", "x", (32,)),
                ("b", "ReLU", "a", (32,)),
                ("c", "Dense", "b", (64,)),
                ("output", "Dense", "c", (784,)),
            ],
            "b",
        ),
        (
            # The denoising autoencoder of the Keras example: its code is larger than the picture.
            [
                ("x", "InputLayer", None, (28, 28, 1)),
                ("noise", "GaussianNoise", "x", (28, 28, 1)),
                ("conv", "Conv2D", "noise", (28, 28, 32)),
                ("pool", "MaxPooling2D", "conv", (14, 14, 32)),
                ("conv_1", "Conv2D", "pool", (14, 14, 32)),
                ("pool_1", "MaxPooling2D", "conv_1", (7, 7, 32)),
                ("up", "Conv2DTranspose", "pool_1", (14, 14, 32)),
                ("up_1", "Conv2DTranspose", "up", (28, 28, 32)),
                ("last", "Conv2D", "up_1", (28, 28, 1)),
                ("output", "Activation", "last", (28, 28, 1)),
            ],
            "pool_1",
        ),
        (
            [
                ("x", "InputLayer", None, (28, 28, 1)),
                ("flat", "Flatten", "x", (784,)),
                ("h", "Dense", "flat", (100,)),
                ("m", "Dense", "h", (2,)),
                ("s", "Dense", "h", (2,)),
                ("draw", "Sampling", ["m", "s"], (2,)),
                ("first", "Dense", "draw", (2,)),
                ("second", "Dense", "first", (784,)),
                ("output", "Reshape", "second", (28, 28, 1)),
            ],
            "draw",  # what is sampled, though more twos come after it
        ),
    ],
    ids=["named", "last before growth", "overcomplete", "sampled"],
)
def test_the_bottleneck_is_proposed_first(draw: Draw, rows: list[Any], best: str) -> None:
    blueprint, specs = draw(rows, "output")
    proposed = propose_cuts(blueprint, specs)
    assert proposed[0].layer == best
    assert proposed[0].reason
    for place in proposed:
        cut(blueprint, specs, place.ref)  # each of them can be cut


def test_an_encoder_that_samples_gives_what_it_samples_from(draw: Draw) -> None:
    rows = [
        ("x", "InputLayer", None, (64,)),
        ("mean", "Dense", "x", (2,)),
        ("log_var", "Dense", "x", (2,)),
        ("half", "ops.Multiply", "log_var", (2,)),
        ("exp", "ops.Exp", "half", (2,)),
        ("zeros", "ops.ZerosLike", "mean", (2,)),
        ("eps", "GaussianNoise", "zeros", (2,)),
        ("times", "ops.Multiply", ["exp", "eps"], (2,)),
        ("add", "ops.Add", ["mean", "times"], (2,)),
        ("output", "Dense", "add", (64,)),
    ]
    blueprint, specs = draw(rows, "output")
    place = propose_cuts(blueprint, specs)[0]
    encoder, decoder = cut_at(blueprint, specs, place, ("outer",))
    assert place.sampled == (TensorRef("mean"), TensorRef("log_var"))
    assert encoder.blueprint.outputs == tuple(map(TensorRef, ("mean", "log_var", "add")))
    assert decoder.blueprint.inputs == TensorRef("latent_inputs")
    assert encoder.prefix == decoder.prefix == ("outer",)


def test_outputs_beside_the_reconstruction_stay_with_the_encoder(draw: Draw) -> None:
    rows = [*PLAIN, ("mean", "Dense", "flatten", (16,))]
    blueprint, specs = draw(rows, ["output", "mean"])
    assert propose_cuts(blueprint, specs)[0].layer == "latent"
    _, decoder = cut(blueprint, specs, TensorRef("latent"))
    assert decoder.outputs == TensorRef("output")


@pytest.fixture
def nested(draw: Draw) -> Drawn:
    """An encoder with three outputs, of which the decoder takes the last."""
    encoder, _ = draw([("im", "InputLayer", None, (28, 28, 1))], "im", "encoder")
    decoder, _ = draw([("zi", "InputLayer", None, (4,))], "zi", "decoder")
    rows = [
        ("image", "InputLayer", None, (28, 28, 1)),
        ("encoder", "Model", "image", [(4,), (4,), (4,)], {"model": encoder}),
        ("decoder", "Model", TensorRef("encoder", 0, 2), (28, 28, 1), {"model": decoder}),
    ]
    return draw(rows, "decoder", "autoencoder")


def test_nested_models_are_the_halves_themselves(nested: Drawn) -> None:
    blueprint, specs = nested
    place = propose_cuts(blueprint, specs)[0]
    assert place.nested == ("encoder", "decoder")
    assert place.shape == (4,)
    encoder, decoder = cut_at(blueprint, specs, place)
    assert encoder.blueprint is blueprint.layer("encoder").model
    assert decoder.prefix == ("decoder",)


def test_a_model_around_a_model_is_looked_into(draw: Draw, nested: Drawn) -> None:
    inner = nested[0]
    rows = [
        ("x", "InputLayer", None, (28, 28, 1)),
        ("noise", "GaussianNoise", "x", (28, 28, 1)),
        ("autoencoder", "Model", "noise", (28, 28, 1), {"model": inner}),
    ]
    outer, _ = draw(rows, "autoencoder")
    assert unwrap(outer) == (("autoencoder",), inner)
    assert unwrap(inner) == ((), inner)


def test_the_user_may_choose_another_layer(draw: Draw) -> None:
    blueprint, specs = draw(PLAIN, "output")
    assert choose_cut(blueprint, specs, "conv").shape == (14, 14, 8)
    with pytest.raises(ModelFileError, match="must be one of the model's"):
        choose_cut(blueprint, specs, "nowhere")
    skipping, specs = draw(SKIP, "output")
    with pytest.raises(ModelFileError, match="jumps across"):
        choose_cut(skipping, specs, "up")


def test_too_many_latents_are_not_proposed(draw: Draw) -> None:
    rows = [
        ("x", "InputLayer", None, (128, 128, 3)),
        ("flat", "Flatten", "x", (49152,)),
        ("big", "Dense", "flat", (5000,)),
        ("output", "Dense", "big", (49152,)),
    ]
    blueprint, specs = draw(rows, "output")
    assert propose_cuts(blueprint, specs) == ()
    with pytest.raises(ModelFileError, match="at most 4096 values"):
        choose_cut(blueprint, specs, "big")


def test_a_ladder_of_skips_meets_nowhere_within(draw: Draw) -> None:
    blueprint, specs = draw(SKIP, "output")
    assert [place.layer for place in propose_cuts(blueprint, specs)] == ["down", "join"]


def test_a_deep_model_is_cut_as_well(draw: Draw) -> None:
    rows: list[Any] = [("x", "InputLayer", None, (64,))]
    rows += [(f"d{i}", "Dense", f"d{i - 1}" if i else "x", (64 - i % 32,)) for i in range(798)]
    rows += [("output", "Dense", "d797", (64,))]
    blueprint, specs = draw(rows, "output")
    place = propose_cuts(blueprint, specs)[0]
    encoder, decoder = cut(blueprint, specs, place.ref)
    assert place.shape == (33,)
    assert len(encoder.layers) + len(decoder.layers) == len(blueprint.layers) + 1
