from typing import Any

import numpy as np
import pytest

from models.answers import Answerer
from models.bundle import DEFAULT, Bundle
from models.errors import LatentExplorerError
from models.noise import Blur, Gaussian, noise_to_json
from models.opening import open_bundle_models
from models.wire import Message

GAUSSIAN = {"noise": noise_to_json(Gaussian()), "seed": 1337}


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return open_bundle_models(DEFAULT).answerer


def test_encode_and_decode_are_the_two_halves_of_denoise(
    answerer: Answerer, bundle: Bundle
) -> None:
    clean = bundle.first.clean[None]
    whole = answerer.answer(Message("denoise", GAUSSIAN, {"clean": clean})).arrays
    encoded = answerer.answer(Message("encode", {}, {"clean": whole["inputs.noisy"]})).arrays
    decoded = answerer.answer(Message("decode", {}, {"z": encoded["z"]})).arrays
    np.testing.assert_array_equal(encoded["z"], whole["z"])
    np.testing.assert_array_equal(
        decoded["outputs.decoder_output"], whole["outputs.decoder_output"]
    )


@pytest.mark.parametrize("count", [7, 65])
def test_many_codes_are_decoded_in_one_go(answerer: Answerer, bundle: Bundle, count: int) -> None:
    z = bundle.codes.codes[:count]
    together = answerer.answer(Message("decode", {}, {"z": z})).arrays["outputs.decoder_output"]
    assert together.shape == (count, *bundle.picture_shape)
    for place in (3, count - 1):
        single = Message("decode", {}, {"z": z[place : place + 1]})
        alone = answerer.answer(single).arrays["outputs.decoder_output"]
        np.testing.assert_allclose(together[place : place + 1], alone, atol=1e-5)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        ("encoder", (28, 28, 1)),
        ("encoder", (14, 14, 32)),
        ("encoder", (3136,)),
        ("decoder", (16,)),
        ("decoder", (14, 14, 64)),
        ("decoder", (28, 28, 1)),
    ],
)
def test_activations_of_a_layer_for_a_drawing(
    answerer: Answerer, bundle: Bundle, model: str, shape: tuple[int, ...]
) -> None:
    layers = answerer.describe()[model]["layers"]
    layer = next(entry for entry in layers if tuple(entry["output_shape"][1:]) == shape)
    request = Message(
        "activations",
        {"model": model, "layer": layer["name"], **GAUSSIAN},
        {"clean": bundle.first.clean[None]},
    )
    assert answerer.answer(request).arrays["outputs.activations"].shape == (1, *shape)


def test_activations_of_the_decoder_for_held_sliders(answerer: Answerer, bundle: Bundle) -> None:
    request = Message(
        "activations", {"model": "decoder", "layer": "decoder_output"}, {"z": bundle.first.z[None]}
    )
    activations = answerer.answer(request).arrays["outputs.activations"]
    np.testing.assert_allclose(activations[0], bundle.first.output, atol=1e-5)


def test_evaluate_measures_each_picture(answerer: Answerer, bundle: Bundle) -> None:
    clean = np.stack([bundle.first.clean, bundle.first.output])
    frame = answerer.answer(
        Message("evaluate", {"noise": noise_to_json(Blur()), "seed": 1}, {"clean": clean})
    )
    noisy = frame.arrays["outputs.noisy"]
    assert noisy.shape == frame.arrays["outputs.denoised"].shape == (2, 3)
    assert frame.fields["metrics"]["noisy"]["mse"] == pytest.approx(noisy[:, 0].mean())


def no_number(shape: tuple[int, ...]) -> np.ndarray:
    return np.full(shape, np.nan, np.float32)


@pytest.mark.parametrize(
    ("kind", "fields", "arrays", "part"),
    [
        ("train", {}, {}, "decode"),
        ("decode", {}, {}, "none"),
        ("decode", {}, {"z": np.zeros((1, 8))}, "(1, 8)"),
        ("decode", {}, {"z": np.zeros((0, 16))}, "(0, 16)"),
        ("decode", {}, {"z": no_number((1, 16))}, "nan"),
        ("encode", {}, {"clean": np.zeros((1, 14, 14, 1))}, "(1, 14, 14, 1)"),
        ("denoise", {}, {"clean": no_number((1, 28, 28, 1))}, "nan"),
        ("denoise", {"noise": {"kind": "rain"}}, {"clean": np.zeros((1, 28, 28, 1))}, "rain"),
        ("denoise", {"noise": 3}, {"clean": np.zeros((1, 28, 28, 1))}, "3"),
        ("denoise", {"seed": -1}, {"clean": np.zeros((1, 28, 28, 1))}, "-1"),
        ("activations", {"model": "critic", "layer": "x"}, {}, "critic"),
        ("activations", {"model": "decoder", "layer": "x"}, {}, "decoder_output"),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused_in_one_sentence(
    answerer: Answerer, kind: str, fields: Any, arrays: Any, part: str
) -> None:
    with pytest.raises(LatentExplorerError) as caught:
        answerer.answer(Message(kind, fields, arrays))
    assert part in str(caught.value)
