"""A brush on the decoded picture: what z does, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.answers import Answerer
from models.brush import dab
from models.bundle import DEFAULT, Bundle
from models.errors import LatentExplorerError
from models.networks import DecoderEnds, Networks
from models.opening import open_bundle_models
from models.painting import Painter, Stroke
from models.ports import ClassPort, LatentPort, PicturePort
from models.wire import Message

Floats = npt.NDArray[np.float32]
DARK_SPOT, BRIGHT_SPOT = (0.3, 0.55), (0.5, 0.5)
LATENT_DIM = 16


@pytest.fixture(scope="module")
def answerer() -> Answerer:
    return open_bundle_models(DEFAULT).answerer


def painted(*places: tuple[float, float], width: float = 0.15, side: int = 28) -> Floats:
    mask = np.zeros((side, side), np.float32)
    for place in places:
        dab(mask, place, place, width)
    return mask[None, :, :, None]


def arrays_of(bundle: Bundle, mask: Floats, colour: float, locked: tuple[int, ...] = ()) -> Any:
    free = ~np.isin(np.arange(LATENT_DIM), locked)
    z = bundle.first.z[None]
    low, high = (np.quantile(bundle.codes.codes, at, axis=0)[None] for at in (0.001, 0.999))
    return {"z": z, "start": z, "mask": mask, "colour": np.full((1, 1), colour, np.float32),
            "low": low.astype(np.float32), "high": high.astype(np.float32),
            "free": free[None]}  # fmt: skip


def paint(answerer: Answerer, arrays: Any, rounds: int) -> Floats:
    """So many rounds that go on from each other."""
    for _ in range(rounds):
        frame = answerer.answer(Message("paint", {"steps": 2, "strength": 1.0}, arrays))
        arrays = {**arrays, "z": frame.arrays["z"]}
    z: Floats = arrays["z"]
    return z


def picture(answerer: Answerer, z: Floats) -> Floats:
    return answerer.answer(Message("decode", {}, {"z": z})).arrays["outputs.decoder_output"]


@pytest.mark.parametrize(
    ("place", "colour", "least"), [(DARK_SPOT, 1.0, 0.3), (BRIGHT_SPOT, 0.0, -0.2)]
)
def test_the_picture_follows_the_brush_and_the_rest_hardly_changes(
    answerer: Answerer, bundle: Bundle, place: tuple[float, float], colour: float, least: float
) -> None:
    mask = painted(place)
    arrays = arrays_of(bundle, mask, colour)
    before, after = (picture(answerer, z) for z in (arrays["z"], paint(answerer, arrays, 15)))
    inside = float((mask * (after - before)).sum() / mask.sum())
    outside = float(((1 - mask) * np.abs(after - before)).sum() / (1 - mask).sum())
    assert inside / least > 1
    assert outside < abs(inside) / 4


def test_locked_dimensions_stay_exactly(answerer: Answerer, bundle: Bundle) -> None:
    locked = (0, 3, 15)
    arrays = arrays_of(bundle, painted(DARK_SPOT), 1.0, locked)
    moved = paint(answerer, arrays, 3) != arrays["z"]
    assert not moved[0, list(locked)].any()
    assert moved[0, 1]


def test_z_is_drawn_back_into_the_range_of_the_codes(answerer: Answerer, bundle: Bundle) -> None:
    arrays = arrays_of(bundle, painted((0.05, 0.05), (0.95, 0.95), width=0.3), 1.0)
    z = paint(answerer, arrays, 60)
    deviations = (arrays["high"] - arrays["low"]) / 6.2
    beyond = (z - np.clip(z, arrays["low"], arrays["high"])) / deviations
    assert np.abs(beyond).max() < 1
    off = (z - (arrays["low"] + arrays["high"]) / 2) / deviations
    assert np.mean(off**2) < 2.5  # of codes about one


def test_where_a_stroke_begins_out_of_range_it_may_stay(answerer: Answerer, bundle: Bundle) -> None:
    arrays = arrays_of(bundle, painted(DARK_SPOT) * 0, 1.0)
    far = arrays["z"].copy()
    far[0, 2] = 3 * arrays["high"][0, 2]
    arrays |= {"z": far, "start": far}
    np.testing.assert_array_equal(paint(answerer, arrays, 2), far)


def test_no_round_ends_further_off_than_it_began(answerer: Answerer, bundle: Bundle) -> None:
    arrays, errors = arrays_of(bundle, painted(DARK_SPOT, (0.8, 0.2)), 1.0), []
    for _ in range(12):
        frame = answerer.answer(Message("paint", {"steps": 2, "strength": 1.0}, arrays))
        arrays["z"] = frame.arrays["z"]
        errors.append(frame.fields["metrics"]["paint"]["error"])
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < errors[0]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"mask": None}, "none"),
        ({"mask": np.zeros((1, 14, 14, 1))}, "(1, 14, 14, 1)"),
        ({"mask": np.full((1, 28, 28, 1), np.nan)}, "finite"),
        ({"colour": np.zeros((1, 3))}, "(1, 3)"),
        ({"start": np.zeros((1, 15))}, "(1, 15)"),
        ({"free": np.ones((1, 1), np.bool_)}, "free"),
        ({"low": np.full((1, 16), -np.inf)}, "low"),
        ({"z": np.full((1, 16), np.nan)}, "finite"),
        ({"steps": 0}, "steps"),
        ({"steps": 10**6}, "steps"),
        ({"strength": 0.0}, "strength"),
        ({"strength": float("nan")}, "strength"),
        ({"port": {"kind": "curve", "length": 784, "layout": "L"}}, "curve"),
    ],
)
def test_a_stroke_that_cannot_be_followed_is_refused_in_one_sentence(
    answerer: Answerer, bundle: Bundle, change: Any, part: str
) -> None:
    arrays = arrays_of(bundle, painted(DARK_SPOT), 1.0)
    fields: dict[str, Any] = {"steps": 2, "strength": 1.0}
    for name, value in change.items():
        (arrays if name in arrays else fields)[name] = value
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with pytest.raises(LatentExplorerError, match="; received") as caught:
        answerer.answer(Message("paint", fields, arrays))
    assert part in str(caught.value)
    assert len(str(caught.value)) <= 200


# Decoders of all kinds -------------------------------------------------------------------


def make_networks(shape: tuple[int, ...], end: Callable[[Any], Any], classes: int = 0) -> Networks:
    """A decoder of one dense layer for a z of two."""
    import keras

    z = keras.Input((2,), name="z")
    inputs, joined = [z], z
    ports: tuple[ClassPort, ...] = ()
    if classes:
        label = keras.Input((classes,), name="label")
        inputs, joined = [z, label], keras.layers.Concatenate()([z, label])
        ports = (ClassPort("label", classes, "one_hot", (classes,)),)
    flat = keras.layers.Dense(int(np.prod(shape)), kernel_initializer="ones", name="dense")(joined)
    made = keras.Model(inputs, end(keras.layers.Reshape(shape)(flat)))
    order = tuple(tensor.name for tensor in inputs)
    return Networks(made, DecoderEnds((LatentPort("z", (2,)),), ports, order))


def stroke_of(mask: Floats, *colour: float) -> Stroke:
    line = np.ones((1, 2), np.float32)
    return Stroke(mask, np.array([colour], np.float32), 1.0, 0 * line, -3 * line, 3 * line,
                  np.ones((1, 2), np.bool_))  # fmt: skip


def plain(tensor: Any) -> Any:
    return tensor


def rounded(tensor: Any) -> Any:
    import keras

    return keras.ops.round(tensor)


def step(tensor: Any) -> Any:
    import keras

    return keras.ops.sign(tensor)


def root(tensor: Any) -> Any:
    import keras

    return keras.ops.sqrt(tensor - 1)


@pytest.mark.parametrize(
    ("port", "colour"),
    [
        (PicturePort("HWC", 4, 4, 3), (0.2, 0.9, 0.4)),
        (PicturePort("CHW", 4, 4, 3, low=-1.0), (0.9, 0.9, 0.9)),
        (PicturePort("flat", 4, 4, 1, high=255.0), (0.7,)),
        (PicturePort("HWC", 4, 4, 2, channel=1), (0.7,)),
        (PicturePort("HWC", 4, 4, 4), (0.9, 0.9, 0.9, 1.0)),
    ],
)
def test_every_kind_of_picture_comes_nearer_to_the_colour(
    port: PicturePort, colour: tuple[float, ...]
) -> None:
    networks = make_networks(port.shape, plain)
    stroke = stroke_of(np.ones((1, 4, 4, 1), np.float32), *colour)
    painter, z = Painter(networks), stroke.start
    for _ in range(20):
        z = painter.follow(z, stroke, 0, port, {}, 2).z
    off = [
        np.abs(port.to_picture(networks.decode(each, {})[0]) - np.array(colour)).mean()
        for each in (stroke.start, z)
    ]
    assert off[1] < off[0]


def test_a_conditional_decoder_keeps_its_class() -> None:
    networks = make_networks((4, 4, 1), plain, classes=3)
    port, chosen = PicturePort("HWC", 4, 4), {"label": 2}
    stroke = stroke_of(np.ones((1, 4, 4, 1), np.float32), 1.6)
    followed = Painter(networks).follow(stroke.start, stroke, 0, port, chosen, 2)
    before, after = (networks.decode(z, chosen)[0].mean() for z in (stroke.start, followed.z))
    assert before == pytest.approx(1)  # of the class alone, by a kernel of ones
    assert after > before


@pytest.mark.parametrize(
    ("end", "part"), [(rounded, "differentiable"), (step, "zero"), (root, "finite")]
)
def test_a_decoder_without_a_gradient_is_told_in_one_sentence(
    end: Callable[[Any], Any], part: str
) -> None:
    networks = make_networks((4, 4, 1), end)
    stroke = stroke_of(np.ones((1, 4, 4, 1), np.float32), 0.5)
    with pytest.raises(LatentExplorerError, match=part) as caught:
        Painter(networks).follow(stroke.start, stroke, 0, PicturePort("HWC", 4, 4), {}, 2)
    assert len(str(caught.value)) <= 200


def test_steps_into_what_is_not_finite_are_not_taken() -> None:
    networks = make_networks((4, 4, 1), root)  # finite where z adds up to one or more
    mask = np.ones((1, 4, 4, 1), np.float32)
    edge = np.full((1, 2), 0.501, np.float32)
    stroke = replace(stroke_of(mask, 0.0), start=edge)
    z = Painter(networks).follow(edge, stroke, 0, PicturePort("HWC", 4, 4), {}, 4).z
    assert np.isfinite(networks.decode(z, {})[0]).all()


# The brush ---------------------------------------------------------------------------------


def test_a_brush_covers_its_width_and_no_more() -> None:
    mask = np.zeros((40, 80), np.float32)
    dab(mask, (0.25, 0.5), (0.75, 0.5), 0.2)
    assert mask.max() == 1
    assert np.flatnonzero(mask[:, 40] > 0.5).size == 8
    assert mask[:, :14].sum() == mask[:, 66:].sum() == 0


@pytest.mark.parametrize("place", [(-3.0, 0.5), (0.5, 9.0), (1.0, 1.0), (0.0, 0.0)])
def test_a_brush_may_leave_the_picture(place: tuple[float, float]) -> None:
    mask = np.zeros((28, 28), np.float32)
    dab(mask, place, (0.5, 0.5), 0.1)
    assert mask[14, 14] == 1


def test_the_smallest_brush_paints_a_pixel_and_a_stroke_only_grows() -> None:
    mask = np.zeros((28, 28), np.float32)
    dab(mask, (0.5, 0.5), (0.5, 0.5), 0.0)
    before = mask.copy()
    assert 0 < mask.sum() < 4
    dab(mask, (0.52, 0.5), (0.6, 0.5), 0.0)
    assert (mask >= before).all()
