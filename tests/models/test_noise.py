"""Every kind of noise keeps the same promises; a new one is tested by being registered."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from models import noise
from models.errors import NoiseError, PictureError
from models.noise import (
    KINDS,
    Blur,
    Gaussian,
    Kind,
    Masking,
    Noise,
    Occlusion,
    Pictures,
    SaltAndPepper,
    Speckle,
    controls,
    corrupt,
    kind_of,
    noise_from_json,
    noise_to_json,
)
from models.stroke_digits import draw_digits

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
corrupting_kind = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS.values() if kind.name != "none"], ids=lambda kind: kind.name
)


@pytest.fixture(scope="module")
def digits() -> Pictures:
    return draw_digits(10, seed=1)[0]


@every_kind
def test_the_same_seed_gives_the_same_noise(kind: Kind, digits: Pictures) -> None:
    parameters = kind.parameters()
    first, again = corrupt(digits, parameters, 7), corrupt(digits, parameters, 7)
    assert np.array_equal(first, again)
    assert np.array_equal(first, corrupt(digits, parameters, np.random.default_rng(7)))


@every_kind
@pytest.mark.parametrize("strength", [0.5, 1.0, 50.0])
@pytest.mark.parametrize("shape", [(3, 28, 28, 1), (1, 8, 12, 3), (2, 1, 1, 1)])
def test_noisy_pictures_keep_shape_type_and_range(
    kind: Kind, strength: float, shape: tuple[int, ...]
) -> None:
    pictures = np.random.default_rng(0).random(shape, dtype=np.float32)
    before = pictures.copy()
    noisy = corrupt(pictures, kind.parameters.at_strength(strength), 3)
    assert noisy.shape == shape
    assert noisy.dtype == np.float32
    assert noisy.min() >= 0
    assert noisy.max() <= 1
    assert np.array_equal(pictures, before), "the clean pictures were changed"


@every_kind
def test_no_strength_leaves_pictures_as_they_are(kind: Kind, digits: Pictures) -> None:
    assert np.array_equal(corrupt(digits, kind.parameters.at_strength(0), 3), digits)


@every_kind
def test_strength_one_is_the_default(kind: Kind) -> None:
    assert kind.parameters.at_strength(1) == kind.parameters()


@corrupting_kind
def test_more_strength_is_farther_from_the_clean_picture(kind: Kind, digits: Pictures) -> None:
    def error(strength: float) -> float:
        noisy = corrupt(digits, kind.parameters.at_strength(strength), 3)
        return float(((noisy - digits) ** 2).mean())

    assert 0 < error(0.3) < error(0.6) < error(1)


@every_kind
def test_training_draws_allowed_parameters_of_many_strengths(kind: Kind) -> None:
    generator = np.random.default_rng(0)
    drawn = {kind.parameters.draw(generator) for _ in range(20)}
    assert len(drawn) == (20 if controls(kind.parameters) else 1)


@every_kind
def test_json_brings_the_same_parameters_back(kind: Kind) -> None:
    parameters = kind.parameters.draw(np.random.default_rng(5))
    record = json.loads(json.dumps(noise_to_json(parameters)))
    assert noise_from_json(record) == parameters
    assert kind_of(parameters) is kind


@corrupting_kind
@pytest.mark.parametrize("bad", [-0.1, 1000.0, float("nan"), float("inf"), "much", None, [0.5]])
def test_a_setting_out_of_bounds_is_refused_by_name(kind: Kind, bad: Any) -> None:
    name = next(iter(controls(kind.parameters)))
    with pytest.raises(NoiseError, match=name):
        kind.parameters(**{name: bad})
    with pytest.raises(NoiseError, match=name):
        noise_from_json({"kind": kind.name, name: bad})


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ({"kind": "fog"}, "'fog'"),
        ({}, "None"),
        ({"kind": ["gaussian"]}, "gaussian"),
        ({"kind": "gaussian", "colour": 1}, "colour"),
    ],
)
def test_unknown_noise_is_refused_by_name(record: dict[str, Any], named: str) -> None:
    with pytest.raises(NoiseError, match=named):
        noise_from_json(record)


def test_parameters_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Gaussian().mean = 0.1  # type: ignore[misc]  # that is the point


def test_pictures_without_four_axes_are_refused() -> None:
    with pytest.raises(PictureError, match=r"\(28, 28\)"):
        corrupt(np.zeros((28, 28), np.float32), Gaussian(), 0)


def test_the_default_is_the_noise_of_the_keras_example() -> None:
    pictures = np.full((200, 28, 28, 1), 0.25, np.float32)
    noisy = corrupt(pictures, Gaussian(), 0)
    inside = noisy[(noisy > 0) & (noisy < 1)]
    below = (noisy == 0).mean()
    assert (Gaussian().mean, Gaussian().stddev) == (0.5, 0.5)
    assert below == pytest.approx(0.0668, abs=0.003)  # P(N(0.75, 0.5) < 0)
    assert np.median(noisy) == pytest.approx(0.75, abs=0.01)
    assert inside.std() < 0.3


def test_salt_is_white_and_pepper_black() -> None:
    grey = np.full((10, 28, 28, 1), 0.5, np.float32)
    noisy = corrupt(grey, SaltAndPepper(amount=0.4, salt=0.25), 0)
    assert set(np.unique(noisy)) == {0.0, 0.5, 1.0}
    assert (noisy == 1).mean() == pytest.approx(0.1, abs=0.01)
    assert (noisy == 0).mean() == pytest.approx(0.3, abs=0.015)


def test_masking_blackens_its_share() -> None:
    noisy = corrupt(np.ones((10, 28, 28, 1), np.float32), Masking(amount=0.3), 0)
    assert set(np.unique(noisy)) == {0.0, 1.0}
    assert (noisy == 0).mean() == pytest.approx(0.3, abs=0.02)


def test_occlusion_covers_one_block_of_its_shade_in_each_picture() -> None:
    noisy = corrupt(np.zeros((20, 28, 28, 1), np.float32), Occlusion(size=0.25, shade=0.75), 0)
    corners = set()
    for picture in noisy[..., 0]:
        rows, columns = np.nonzero(picture == np.float32(0.75))
        assert rows.size == 49
        assert [np.ptp(rows), np.ptp(columns)] == [6, 6]
        corners.add((rows[0], columns[0]))
    assert len(corners) > 10, "the block is always at the same place"


def test_speckle_spares_black() -> None:
    noisy = corrupt(np.zeros((2, 28, 28, 1), np.float32), Speckle(), 0)
    assert not noisy.any()


def test_blur_spreads_a_dot_and_keeps_its_ink() -> None:
    dot = np.zeros((1, 29, 29, 1), np.float32)
    dot[0, 14, 14, 0] = 1
    blurred = corrupt(dot, Blur(sigma_px=1.5), 0)[0, :, :, 0]
    assert blurred.sum() == pytest.approx(1, abs=1e-3)
    assert blurred[14, 14] == pytest.approx(1 / (2 * np.pi * 1.5**2), rel=0.01)
    assert np.allclose(blurred, blurred.T)


@pytest.fixture
def invert_kind() -> Iterator[Kind]:
    """What a stranger writes in one file: parameters and a function beside them."""

    @dataclass(frozen=True)
    class Inversion(Noise):
        amount: float = noise._control(1.0, "Amount", 1.0, "How far it goes")

    @noise._kind("inversion", "Inversion", Inversion)
    def invert(
        pictures: Pictures, parameters: Inversion, generator: np.random.Generator
    ) -> Pictures:
        return pictures + np.float32(parameters.amount) * (1 - 2 * pictures)

    yield KINDS["inversion"]
    del KINDS["inversion"]


def test_a_new_kind_needs_nothing_but_its_declaration(invert_kind: Kind, digits: Pictures) -> None:
    parameters = noise_from_json({"kind": "inversion"})
    assert list(controls(type(parameters))) == ["amount"]
    assert np.allclose(corrupt(digits, parameters, 0), 1 - digits)
    assert np.array_equal(corrupt(digits, invert_kind.parameters.at_strength(0), 0), digits)
    with pytest.raises(NoiseError, match="amount"):
        noise_from_json({"kind": "inversion", "amount": 2})
