"""Ranges without data: what they come from, and that they fit the decoder."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from models.bundle import DEFAULT
from models.latent import LatentRanges
from models.loading import load_models
from models.sensitivity import is_drawn_from_prior, measure_ranges

Floats = npt.NDArray[np.float32]


class Decoder:
    """Pictures that saturate as a sigmoid's do; it counts what it is asked for."""

    def __init__(self, latent_dim: int, scale: float = 1.0) -> None:
        generator = np.random.default_rng(4)
        self.weights = generator.normal(0, 1 / scale, (latent_dim, 60)).astype(np.float32)
        self.count = 0
        self.largest_batch = 0

    def __call__(self, z: Floats) -> Floats:
        self.count += len(z)
        self.largest_batch = max(self.largest_batch, len(z))
        return np.asarray(np.tanh(z @ self.weights), np.float32)


def test_a_prior_is_three_deviations_and_decodes_nothing() -> None:
    decoder = Decoder(5)
    lo, hi, sentence = measure_ranges(decoder, 5, prior=True)
    assert lo.tolist() == [-3.0] * 5
    assert hi.tolist() == [3.0] * 5
    assert "prior" in sentence
    assert decoder.count == 0


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["decoder", "dense"], False),
        (["autoencoder", "latent", "conv2d_transpose"], False),
        (["encoder", "z_mean", "z_log_var"], True),
        (["Sampling"], True),
        (["DCGAN_generator"], True),
        (["vae_1"], True),
    ],
)
def test_names_tell_of_a_prior(names: list[str], expected: bool) -> None:
    assert is_drawn_from_prior(names) is expected


@pytest.mark.parametrize(
    ("activation", "ends"), [("tanh", (-1, 1)), ("sigmoid", (0, 1)), ("relu6", (0, 6))]
)
def test_a_bounded_encoder_says_all(activation: str, ends: tuple[float, float]) -> None:
    lo, hi, sentence = measure_ranges(Decoder(3), 3, activation=activation)
    assert (set(lo.tolist()), set(hi.tolist())) == ({ends[0]}, {ends[1]})
    assert activation in sentence


@pytest.mark.parametrize("scale", [0.1, 1.0, 20.0])
def test_ranges_follow_the_decoders_own_scale(scale: float) -> None:
    one, many = (measure_ranges(Decoder(16, by), 16) for by in (1.0, scale))
    assert np.allclose(many[1] / one[1], scale, rtol=0.3)
    assert "from the decoder" in many[2]


@pytest.mark.parametrize("latent_dim", [1, 2, 16, 32, 33, 4096])
def test_few_pictures_are_decoded(latent_dim: int) -> None:
    decoder = Decoder(latent_dim)
    lo, hi, _ = measure_ranges(decoder, latent_dim, batch=16)
    assert lo.shape == hi.shape == (latent_dim,)
    assert lo.dtype == hi.dtype == np.float32
    assert (lo < 0).all()
    assert (hi > 0).all()
    assert decoder.count <= 89
    assert decoder.largest_batch <= 16
    LatentRanges.between(lo, hi)


def test_a_dimension_that_changes_more_gets_a_shorter_range() -> None:
    decoder = Decoder(8)
    decoder.weights[2] *= 4
    decoder.weights[5] *= 0.1
    _, hi, _ = measure_ranges(decoder, 8)
    assert hi.argmin() == 2
    assert hi.argmax() == 5


def test_codes_of_a_relu_are_not_negative() -> None:
    lo, hi, sentence = measure_ranges(Decoder(6), 6, activation="relu")
    assert not lo.any()
    assert (hi > 0).all()
    assert "not below 0" in sentence


@pytest.mark.parametrize(
    ("decode", "words"),
    [
        (lambda z: np.zeros((len(z), 4), np.float32), "no change"),
        (lambda z: np.full((len(z), 4), np.nan, np.float32), "no change"),
        (lambda z: z * 7, "without end"),
    ],
    ids=["flat", "nan", "linear"],
)
def test_where_nothing_can_be_measured_it_is_a_guess(decode: object, words: str) -> None:
    lo, hi, sentence = measure_ranges(decode, 4)  # type: ignore[arg-type]  # a lambda of the table
    assert lo.tolist() == [-3.0] * 4
    assert hi.tolist() == [3.0] * 4
    assert words in sentence


def test_the_bundles_decoder_is_measured_about_as_wide_as_its_codes() -> None:
    models = load_models(DEFAULT)
    lo, hi, _ = measure_ranges(lambda z: np.asarray(models.decoder(z)), models.bundle.latent_dim)
    codes = LatentRanges.of(models.bundle.codes.codes)
    ratio = (hi - lo) / (codes.hi - codes.lo)
    assert 0.5 < np.median(ratio) < 2
