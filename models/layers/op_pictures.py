"""Operations on pictures: resizing, pooling, grey, and channels turned into places."""

from __future__ import annotations

from typing import Any, Final

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.layers.checks import (
    as_sequence,
    axis,
    data_format,
    flag,
    number,
    one_of,
    optional,
    several,
    sizes,
    whole,
)
from models.layers.operands import (
    arguments,
    is_float,
    operation,
    place,
    tensor,
    with_size,
    without,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings
from models.layers.shapes import (
    channel_axis,
    elements,
    picture_of,
    resizing_cost,
    window_places,
    with_picture,
)

_DATA_FORMAT: Final = {"data_format": Setting(data_format, "channels_last")}
_INTERPOLATIONS: Final = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _pictures(call: Call) -> TensorSpec:
    images = tensor(*arguments(call, "images"))
    if len(images.shape) not in (3, 4):
        raise ValueError("must be given pictures")
    return images


def _resized(shape: Shape, settings: Settings, height: int, width: int) -> Shape:
    first = len(shape) - (2 if channel_axis(settings) == 1 else 3)
    return with_size(with_size(shape, first, height), first + 1, width)


def _resize(settings: Settings, call: Call) -> TensorSpec:
    images = _pictures(call)
    if settings["crop_to_aspect_ratio"] and settings["pad_to_aspect_ratio"]:
        raise ValueError("must either crop or pad to the aspect ratio")
    return TensorSpec(_resized(images.shape, settings, *settings["size"]), images.dtype)


def _resizing_cost(settings: Settings, call: Call) -> int:
    images = _pictures(call)
    first = len(images.shape) - (2 if channel_axis(settings) == 1 else 3)
    picture = images.shape[first : first + 2]
    beside = elements(without(images.shape, (first, first + 1)))
    padded = settings["pad_to_aspect_ratio"]
    return beside * resizing_cost(picture, settings["size"], padded=padded)


def _grey(settings: Settings, call: Call) -> TensorSpec:
    images = _pictures(call)
    index = len(images.shape) - (3 if channel_axis(settings) == 1 else 1)
    if images.shape[index] not in (1, 3, None):
        raise ValueError("must be given pictures in colour")
    return TensorSpec(with_size(images.shape, index, 1), images.dtype)


def _pool(settings: Settings, call: Call) -> TensorSpec:
    inputs = tensor(*arguments(call, "inputs"))
    rank = len(inputs.shape) - 2
    if not 1 <= rank <= 3 or not is_float(inputs.dtype):
        raise ValueError("must be given pictures of fractional numbers")
    windows = sizes(rank)(settings["pool_size"])
    strides = windows if settings["strides"] is None else sizes(rank)(settings["strides"])
    axes = zip(picture_of(inputs.shape, settings), windows, strides, strict=True)
    picture = tuple(window_places(*each, settings["padding"]) for each in axes)
    channels = inputs.shape[channel_axis(settings)]
    return TensorSpec(with_picture(inputs.shape, settings, picture, channels), inputs.dtype)


def _window(value: Any) -> Any:
    return whole()(value) if as_sequence(value) is None else several(whole(), 3)(value)


def _depth_to_space(settings: Settings, call: Call) -> TensorSpec:
    x, block = _four_axes(call), settings["block_size"]
    channels = x.shape[channel_axis(settings)]
    if channels is None or channels % block**2:
        raise ValueError("must be given pictures whose channels make whole blocks")
    picture = tuple(size and size * block for size in picture_of(x.shape, settings))
    return TensorSpec(with_picture(x.shape, settings, picture, channels // block**2), x.dtype)


def _space_to_depth(settings: Settings, call: Call) -> TensorSpec:
    x, block = _four_axes(call), settings["block_size"]
    channels = x.shape[channel_axis(settings)]
    if any(size and size % block for size in picture_of(x.shape, settings)):
        raise ValueError("must be given pictures of whole blocks")
    picture = tuple(size and size // block for size in picture_of(x.shape, settings))
    deep = channels and channels * block**2
    return TensorSpec(with_picture(x.shape, settings, picture, deep), x.dtype)


def _four_axes(call: Call) -> TensorSpec:
    x = tensor(*arguments(call, "x"))
    if len(x.shape) != 4:
        raise ValueError("must be given pictures")
    return x


def _glu(settings: Settings, call: Call) -> TensorSpec:
    x = tensor(*arguments(call, "x"))
    index = place(settings["axis"], len(x.shape))
    size = x.shape[index]
    if not is_float(x.dtype) or (size is not None and size % 2):
        raise ValueError("must be given fractional numbers that come in pairs")
    return TensorSpec(with_size(x.shape, index, size and size // 2), x.dtype)


_POOL: Final = {
    "pool_size": Setting(_window, REQUIRED),
    "strides": Setting(optional(_window), None),
    "padding": Setting(one_of("valid", "same"), "valid"),
    **_DATA_FORMAT,
}
_BLOCK: Final = {"block_size": Setting(whole(2), REQUIRED), **_DATA_FORMAT}

RULES: Final[tuple[Rule, ...]] = (
    operation(
        "Resize",
        _resize,
        {
            "size": Setting(sizes(2), REQUIRED),
            "interpolation": Setting(one_of(*_INTERPOLATIONS), "bilinear"),
            "antialias": Setting(flag, False),
            "crop_to_aspect_ratio": Setting(flag, False),
            "pad_to_aspect_ratio": Setting(flag, False),
            "fill_mode": Setting(one_of("constant"), "constant"),
            "fill_value": Setting(number(), 0.0),
            **_DATA_FORMAT,
        },
        function="ops.image.resize",
        cost=_resizing_cost,
    ),
    operation("RGBToGrayscale", _grey, dict(_DATA_FORMAT), function="ops.image.rgb_to_grayscale"),
    operation("MaxPool", _pool, _POOL),
    operation("AveragePool", _pool, _POOL),
    operation("DepthToSpace", _depth_to_space, _BLOCK),
    operation("SpaceToDepth", _space_to_depth, _BLOCK),
    operation("Glu", _glu, {"axis": Setting(axis, -1)}),
)
