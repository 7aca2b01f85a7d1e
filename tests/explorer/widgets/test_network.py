from __future__ import annotations

from typing import Any

import pytest

from explorer.widgets.network import cut_of, network_of, network_of_card, shown_name
from models.ports import ClassPort, LatentPort, PicturePort
from tests.explorer.subjects import COLOUR, CURVE, described, subject_of

MINE = subject_of(COLOUR, picture=PicturePort("HWC", 28, 28, 1))
CARD = {"picture_shape": [28, 28, 1], "latent_dim": 16, "filters": [32, 64], "kernel_size": 3}
DESCRIPTION: dict[str, Any] = {
    "encoder": {
        "name": "encoder",
        "input": "encoder_input",
        "output": "latent_vector",
        "parameters": 320 + 50192,
        "layers": [
            {
                "name": "encoder_input",
                "type": "InputLayer",
                "output_shape": [None, 28, 28, 1],
                "parameters": 0,
            },
            {
                "name": "conv2d_7",
                "type": "Conv2D",
                "output_shape": [None, 14, 14, 32],
                "parameters": 320,
            },
            {
                "name": "latent_vector",
                "type": "Dense",
                "output_shape": [None, 16],
                "parameters": 50192,
            },
        ],
    },
    "decoder": {
        "name": "decoder",
        "input": "decoder_input",
        "output": "decoder_output",
        "parameters": 289,
        "layers": [
            {
                "name": "decoder_output",
                "type": "Conv2DTranspose",
                "output_shape": [None, 28, 28, 1],
                "parameters": 289,
            }
        ],
    },
}


def test_the_card_alone_gives_the_layers_of_the_example() -> None:
    encoder, decoder = network_of_card(CARD).models
    assert [(layer.label, layer.shape_text) for layer in encoder.layers] == [
        ("encoder_input", "28·28·1"),
        ("conv", "14·14·32"),
        ("conv", "7·7·64"),
        ("flatten", "3136"),
        ("latent_vector", "16"),
    ]
    assert [(layer.label, layer.shape_text) for layer in decoder.layers] == [
        ("decoder_input", "16"),
        ("dense", "3136"),
        ("reshape", "7·7·64"),
        ("convᵀ", "14·14·64"),
        ("convᵀ", "28·28·32"),
        ("decoder_output", "28·28·1"),
    ]


def test_the_card_alone_gives_the_weights_that_keras_counts() -> None:
    encoder, decoder = network_of_card(CARD).models
    assert [layer.parameters for layer in encoder.layers] == [0, 320, 18496, 0, 50192]
    assert [layer.parameters for layer in decoder.layers] == [0, 53312, 0, 36928, 18464, 289]


def test_the_card_of_a_variational_one_gives_all_that_its_encoder_does() -> None:
    encoder, decoder = network_of_card({**CARD, "kind": "vae", "hidden": 100}).models
    assert [(layer.label, layer.shape_text, layer.parameters) for layer in encoder.layers[3:]] == [
        ("flatten", "3136", 0),
        ("dense", "100", 313_700),
        ("z_mean", "16", 1616),
        ("z_log_var", "16", 1616),
        ("z", "16", 0),
    ]
    assert encoder.output.name == "z_mean"
    assert [(layer.label, layer.shape_text, layer.parameters) for layer in decoder.layers[1:3]] == [
        ("dense", "100", 1700),
        ("dense", "3136", 316_736),
    ]


def test_a_card_without_filters_still_gives_both_ends() -> None:
    network = network_of_card({"picture_shape": [32, 32, 3], "latent_dim": 8})
    encoder, _ = network.models
    assert [layer.name for layer in encoder.layers] == ["encoder_input", "latent_vector"]
    assert [layer.shape_text for layer in network.decoder.layers] == ["8", "32·32·3"]


def test_a_description_goes_before_the_card() -> None:
    encoder, _ = network_of(MINE, DESCRIPTION).models
    assert [layer.name for layer in encoder.layers] == [
        "encoder_input",
        "conv2d_7",
        "latent_vector",
    ]
    assert encoder.parameters == 320 + 50192


def test_a_model_described_without_its_input_gets_one() -> None:
    decoder = network_of(MINE, DESCRIPTION).decoder
    assert [(layer.name, layer.shape_text, layer.is_end) for layer in decoder.layers] == [
        ("decoder_input", "16", True),
        ("decoder_output", "28·28·1", True),
    ]


@pytest.mark.parametrize(("name", "found"), [("dense", True), ("nonesuch", False)])
def test_a_layer_is_found_by_its_name(name: str, found: bool) -> None:
    assert (network_of_card(CARD).decoder.layer(name) is not None) is found


def test_a_decoder_without_an_encoder_is_a_network_of_one() -> None:
    network = network_of(subject_of(COLOUR), {"decoder": DESCRIPTION["decoder"]})
    assert network.encoder is None
    assert [model.name for model in network.models] == ["decoder"]
    assert network.layer("encoder", "conv2d_7") is None
    assert network.layer("decoder", "decoder_output") is not None


@pytest.mark.parametrize(
    ("picture", "names"),
    [
        (None, [["z", "style", "label", "picture", "signal"]]),
        (
            PicturePort("flat", 28, 28),
            [["encoder_input", "latent_vector"], ["z", "style", "label", "picture", "signal"]],
        ),
    ],
)
def test_before_an_engine_describes_it_a_users_model_has_its_ends(
    picture: PicturePort | None, names: list[list[str]]
) -> None:
    latents = (LatentPort("z", (16,)), LatentPort("style", (4, 4, 8)))
    classes = (ClassPort("label", 10, "one_hot", (10,)),)
    subject = subject_of(COLOUR, CURVE, latents=latents, classes=classes, picture=picture)
    models = network_of(subject).models
    assert [[layer.name for layer in model.layers] for model in models] == names
    assert all(layer.is_end for model in models for layer in model.layers)
    assert models[-1].output.name == "picture"
    assert [layer.name for layer in models[-1].inputs] == ["z", "style", "label"]


def test_models_go_by_their_side_whatever_keras_calls_them() -> None:
    record = described(("z", "InputLayer", [None, 16]), ("picture", "Dense", [None, 9]))
    assert network_of(subject_of(COLOUR), {"decoder": record}).decoder.name == "decoder"


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ([None, 14, 14, 32], "14·14·32"),
        ([None, None, None, 3], "?·?·3"),
        ([[None, 5], [None, 7]], "5"),
        ({"b": [None, 5, 2], "a": [None, 7]}, "5·2"),
        ([None], "scalar"),
        (None, "scalar"),
    ],
)
def test_a_shape_of_any_kind_is_text(shape: object, text: str) -> None:
    record = described(("z", "InputLayer", [None, 16]), ("layer", "LSTM", shape))
    layer = network_of(subject_of(COLOUR), {"decoder": record}).layer("decoder", "layer")
    assert layer is not None
    assert layer.shape_text == text


def test_every_input_and_output_is_an_end() -> None:
    record = described(
        ("z", "InputLayer", [None, 16]),
        ("dense", "Dense", [None, 16]),
        ("label", "InputLayer", [None, 10]),
        ("picture", "Dense", [None, 64]),
        ("concatenate", "Concatenate", [None, 26]),
        ("mask", "Dense", [None, 64]),
        output="picture",
    )
    decoder = network_of(subject_of(COLOUR), {"decoder": record}).decoder
    ends = [layer.name for layer in decoder.layers if layer.is_end]
    assert ends == ["z", "label", "picture", "mask"]
    assert decoder.output.name == "picture"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dense", "dense"),
        ("<img src=x>", "‹img src=x>"),  # noqa: RUF001 - what stands for < is like it
        ("two\nlines", "two lines"),
        ("`code`", "'code'"),
        ("n" * 256, "n" * 20 + "…" + "n" * 19),
    ],
)
def test_a_name_from_a_file_is_one_short_line_and_no_markup(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@pytest.mark.parametrize(
    ("card", "cut"),
    [
        ({}, ""),
        ({"cut": None}, ""),
        ({"cut": {"layer": "bottleneck", "shape": [32]}}, "bottleneck"),
    ],
)
def test_the_place_of_a_cut_is_known_from_the_card(card: dict[str, Any], cut: str) -> None:
    assert cut_of(subject_of(COLOUR, card=card)) == cut
