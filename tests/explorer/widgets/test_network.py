from __future__ import annotations

import pytest

from explorer.widgets.network import network_of

CARD = {"picture_shape": [28, 28, 1], "latent_dim": 16, "filters": [32, 64], "kernel_size": 3}
DESCRIPTION = {
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
    encoder, decoder = network_of(CARD).models
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
    encoder, decoder = network_of(CARD).models
    assert [layer.parameters for layer in encoder.layers] == [0, 320, 18496, 0, 50192]
    assert [layer.parameters for layer in decoder.layers] == [0, 53312, 0, 36928, 18464, 289]


def test_a_card_without_filters_still_gives_both_ends() -> None:
    network = network_of({"picture_shape": [32, 32, 3], "latent_dim": 8})
    assert [layer.name for layer in network.encoder.layers] == ["encoder_input", "latent_vector"]
    assert [layer.shape_text for layer in network.decoder.layers] == ["8", "32·32·3"]


def test_a_description_goes_before_the_card() -> None:
    network = network_of(CARD, DESCRIPTION)
    assert [layer.name for layer in network.encoder.layers] == [
        "encoder_input",
        "conv2d_7",
        "latent_vector",
    ]
    assert network.encoder.parameters == 320 + 50192


def test_a_model_described_without_its_input_gets_one() -> None:
    decoder = network_of(CARD, DESCRIPTION).decoder
    assert [(layer.name, layer.shape_text, layer.is_end) for layer in decoder.layers] == [
        ("decoder_input", "16", True),
        ("decoder_output", "28·28·1", True),
    ]


@pytest.mark.parametrize(("name", "found"), [("dense", True), ("nonesuch", False)])
def test_a_layer_is_found_by_its_name(name: str, found: bool) -> None:
    assert (network_of(CARD).decoder.layer(name) is not None) is found
