"""A port turns a model's own arrays into z, pictures and curves, and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from models.errors import ArchitectureError, LatentError, ModelFileError
from models.layouts import propose_layouts, recognise_range
from models.ports import (
    ClassPort,
    CurvePort,
    LatentPort,
    PicturePort,
    Port,
    join_z,
    port_from_json,
    split_z,
)

PORTS: list[Port] = [
    LatentPort("z", (16,)),
    LatentPort("grid", (4, 4, 8)),
    ClassPort("label", 10, "one_hot", (10,)),
    ClassPort("digit", 10, "index", (1,), "int32"),
    PicturePort("HWC", 28, 28),
    PicturePort("CHW", 8, 6, 5, -1.0, 1.0, channel=2),
    PicturePort("flat", 4, 6, 3, 0.0, 255.0),
    CurvePort(100),
    CurvePort(50, 2, "CL"),
]


@pytest.mark.parametrize("port", PORTS, ids=repr)
def test_a_port_survives_json(port: Port) -> None:
    assert port_from_json(json.loads(json.dumps(port.to_json()))) == port


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "door"},
        {"height": 0},
        {"height": "28"},
        {"height": 2**20, "width": 2**20},
        {"height": True},
        {"layout": "WHC"},
        {"layout": ["HWC"]},
        {"low": 1.0},
        {"high": None},
        {"high": float("inf")},
        {"channel": 1},
        {"more": 1},
    ],
    ids=str,
)
def test_a_record_of_no_port_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ArchitectureError):
        port_from_json(PicturePort("HWC", 28, 28).to_json() | change)


@pytest.mark.parametrize(
    "change", [{"form": "word"}, {"classes": 9}, {"dtype": "object"}, {"dtype": "no"}], ids=str
)
def test_a_record_of_no_class_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ArchitectureError):
        port_from_json(ClassPort("label", 10, "one_hot", (10,)).to_json() | change)


def test_several_latents_share_one_flat_z() -> None:
    ports = (LatentPort("z", (3,)), LatentPort("grid", (2, 2, 4)), LatentPort("t", ()))
    z = np.arange(40, dtype=np.float32).reshape(2, 20)
    parts = split_z(ports, z)
    assert [part.shape for part in parts] == [(2, 3), (2, 2, 2, 4), (2,)]
    assert np.array_equal(parts[1][1, 0, 1], [27, 28, 29, 30])
    assert np.array_equal(join_z(ports, parts), z)
    with pytest.raises(LatentError, match=r"\(n, 20\)"):
        split_z(ports, z[:, :-1])
    with pytest.raises(LatentError, match="must have the shapes"):
        join_z(ports, parts[:2])


def test_a_class_is_one_hot_or_an_index() -> None:
    one_hot = ClassPort("label", 3, "one_hot", (3,)).make(2, [2, 0])
    assert one_hot.tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot.dtype == np.float32
    index = ClassPort("label", 10, "index", (1,), "int32").make(2, 7)
    assert index.tolist() == [[7], [7]]
    assert index.dtype == np.int32
    assert ClassPort("label", 10, "index", ()).make(3, 1).shape == (3,)


@pytest.mark.parametrize("chosen", [-1, 3, [0, 3]])
def test_a_class_that_does_not_exist_is_refused(chosen: Any) -> None:
    with pytest.raises(ArchitectureError, match="from 0 to 2"):
        ClassPort("label", 3, "one_hot", (3,)).make(2, chosen)


@pytest.mark.parametrize("low_high", [(0.0, 1.0), (-1.0, 1.0), (0.0, 255.0), (-3.5, 0.25)], ids=str)
@pytest.mark.parametrize(
    ("layout", "channels"),
    [("HW", 1), ("HWC", 1), ("HWC", 3), ("HWC", 4), ("CHW", 3), ("flat", 1), ("flat", 3)],
)
def test_a_picture_survives_the_way_through_a_model(
    layout: Any, channels: int, low_high: tuple[float, float]
) -> None:
    port = PicturePort(layout, 5, 7, channels, *low_high)
    picture = np.random.default_rng(0).random((2, 5, 7, channels), dtype=np.float32)
    array = port.from_picture(picture)
    assert array.shape == (2, *port.shape)
    assert array.dtype == np.float32
    back = port.to_picture(array)
    assert back.shape == (2, *port.picture_shape)
    assert np.allclose(back, picture, atol=1e-6)


def test_axes_are_where_the_layout_says() -> None:
    array = np.zeros((1, 3, 4, 5), np.float32)
    array[0, 2, 1, 3] = 1
    picture = PicturePort("CHW", 4, 5, 3).to_picture(array)
    assert picture[0, 1, 3].tolist() == [0, 0, 1]
    flat = np.zeros((1, 60), np.float32)
    flat[0, (1 * 5 + 3) * 3 + 2] = 1
    assert np.array_equal(PicturePort("flat", 4, 5, 3).to_picture(flat), picture)


@pytest.mark.parametrize("channels", [2, 5, 16])
def test_of_other_channels_one_is_shown_as_grey(channels: int) -> None:
    array = np.random.default_rng(0).random((2, 4, 4, channels), dtype=np.float32)
    for channel in (0, 1):
        port = PicturePort("HWC", 4, 4, channels, channel=channel)
        assert np.array_equal(port.to_picture(array)[..., 0], array[..., channel])
    grey = np.full((1, 4, 4, 1), 0.5, np.float32)
    assert port.from_picture(grey).shape == (1, 4, 4, channels)


def test_pictures_are_clipped_and_nan_stays() -> None:
    array = np.array([[-5.0, 0.0, 5.0, np.nan, np.inf, -np.inf]], np.float32)
    picture = PicturePort("flat", 1, 6, low=-1, high=1).to_picture(array)
    assert np.array_equal(picture[0, 0, :, 0], [0, 0.5, 1, np.nan, 1, 0], equal_nan=True)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.uint8, np.int32])
def test_pictures_of_any_dtype_become_float32(dtype: Any) -> None:
    array = np.array([[[0, 255]]], dtype)
    picture = PicturePort("HW", 1, 2, low=0, high=255).to_picture(array)
    assert picture.dtype == np.float32
    assert picture.ravel().tolist() == [0, 1]


def test_grey_is_taken_for_colour() -> None:
    grey = np.full((1, 2, 2, 1), 0.25, np.float32)
    assert np.all(PicturePort("CHW", 2, 2, 3).from_picture(grey) == 0.25)


@pytest.mark.parametrize("shape", [(1, 28, 29, 1), (28, 28), (1, 28, 28, 3), (1, 784)])
def test_arrays_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    port = PicturePort("HWC", 28, 28)
    with pytest.raises(ArchitectureError, match=r"\(n, 28, 28, 1\)"):
        port.to_picture(np.zeros(shape, np.float32))
    with pytest.raises(ArchitectureError, match=r"\(n, 28, 28, 1\)"):
        port.from_picture(np.zeros(shape, np.float32))


@pytest.mark.parametrize("port", [CurvePort(6), CurvePort(3, 2, "LC"), CurvePort(3, 2, "CL")])
def test_curves_survive_the_way_through_a_model(port: CurvePort) -> None:
    array = np.arange(12, dtype=np.float32).reshape(2, *port.shape)
    curves = port.to_curve(array)
    assert curves.shape == (2, port.length, port.channels)
    assert np.array_equal(port.from_curve(curves), array)


def test_channels_of_a_curve_may_come_first() -> None:
    array = np.array([[[1, 2, 3], [4, 5, 6]]], np.float32)
    assert CurvePort(3, 2, "CL").to_curve(array)[0].tolist() == [[1, 4], [2, 5], [3, 6]]


@pytest.mark.parametrize(
    ("shape", "best"),
    [
        ((28, 28), PicturePort("HW", 28, 28)),
        ((28, 28, 1), PicturePort("HWC", 28, 28, 1)),
        ((20, 30, 3), PicturePort("HWC", 20, 30, 3)),
        ((16, 16, 4), PicturePort("HWC", 16, 16, 4)),
        ((3, 32, 32), PicturePort("CHW", 32, 32, 3)),
        ((1, 28, 28), PicturePort("CHW", 28, 28, 1)),
        ((3, 20, 30), PicturePort("CHW", 20, 30, 3)),
        ((3, 32, 3), PicturePort("HWC", 3, 32, 3)),
        ((784,), PicturePort("flat", 28, 28)),
        ((3072,), PicturePort("flat", 32, 32, 3)),
        ((1024,), PicturePort("flat", 32, 32)),
        ((64,), PicturePort("flat", 8, 8)),
        ((200,), CurvePort(200)),
        ((49,), CurvePort(49)),  # too small a square to be meant as one
        ((1,), CurvePort(1)),
        ((100, 2), CurvePort(100, 2, "LC")),
        ((1, 100), CurvePort(100, 1, "CL")),
        ((28, 28, 2), PicturePort("HWC", 28, 28, 2)),
        ((7, 7, 64), PicturePort("HWC", 7, 7, 64)),
        ((4, 4, 8), PicturePort("HWC", 4, 4, 8)),
        ((2, 64, 64), PicturePort("CHW", 64, 64, 2)),
    ],
    ids=str,
)
def test_the_likeliest_layout_is_proposed_first(shape: tuple[int, ...], best: Port) -> None:
    proposed = propose_layouts(shape)
    assert proposed[0] == best
    assert all(port.shape == shape for port in proposed)
    assert len(set(proposed)) == len(proposed)


@pytest.mark.parametrize(
    ("shape", "alternative"),
    [
        ((784,), CurvePort(784)),
        ((784,), PicturePort("flat", 16, 49)),
        ((3072,), PicturePort("flat", 48, 64)),
        ((3072,), PicturePort("flat", 64, 48)),
        ((200,), PicturePort("flat", 10, 20)),
        ((28, 28), CurvePort(28, 28, "LC")),
        ((100, 2), PicturePort("HW", 100, 2)),
        ((3, 32, 32), PicturePort("HWC", 3, 32, 32)),
    ],
    ids=str,
)
def test_other_layouts_can_be_chosen(shape: tuple[int, ...], alternative: Port) -> None:
    assert alternative in propose_layouts(shape)


@pytest.mark.parametrize("shape", [(), (2, 3, 4, 5), (None, None, 3), (0,)], ids=str)
def test_what_is_neither_picture_nor_curve_is_refused(shape: tuple[int | None, ...]) -> None:
    with pytest.raises(ModelFileError) as refusal:
        propose_layouts(shape)
    assert refusal.value.reason == "mismatch"
    assert len(str(refusal.value)) <= 200


def uniform(low: float, high: float) -> Any:
    return np.random.default_rng(0).uniform(low, high, (4, 28, 28, 1)).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "activation", "expected"),
    [
        (uniform(0, 1), None, (0, 1)),
        (uniform(0, 1), "sigmoid", (0, 1)),
        (uniform(-0.1, 1.1), None, (0, 1)),  # a linear output that was trained on [0, 1]
        (uniform(-1, 1), None, (-1, 1)),
        (uniform(-0.02, 0.02), None, (-1, 1)),  # before training
        (uniform(0.2, 0.4), "tanh", (-1, 1)),
        (uniform(-0.02, 0.02), "sigmoid", (-1, 1)),  # something came after the sigmoid
        (uniform(0, 255), None, (0, 255)),
        (uniform(0, 255).astype(np.uint8), None, (0, 255)),
        (uniform(0, 255), "relu", (0, 255)),
        (np.zeros((1, 4)), None, (0, 1)),
        (np.full((1, 4), np.nan), "sigmoid", (0, 1)),
    ],
)
def test_usual_ranges_are_recognised(
    samples: Any, activation: str | None, expected: tuple[float, float]
) -> None:
    low, high, sentence = recognise_range(samples, activation)
    assert (low, high) == expected
    assert sentence.endswith(".")


def test_an_unusual_range_is_measured_without_its_outliers() -> None:
    samples = uniform(-3, 5)
    samples[0, 0, 0, 0] = 1e6
    low, high, sentence = recognise_range(samples)
    assert low == pytest.approx(-3, abs=0.1)
    assert high == pytest.approx(5, abs=0.1)
    assert "measured" in sentence
    low, high, _ = recognise_range(np.full((1, 4), 7.0))
    assert low < 7 < high
