"""Arithmetic of shapes that several kinds of layers share."""

from __future__ import annotations

from math import prod

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.layers.rule import Settings

COMPUTE_DTYPES = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
FLOATS = ("float16", "float32", "float64", "bfloat16")


def autocast(call: Call, policy: str) -> Call:
    """A call as its layer takes it: floats in the dtype that the layer computes in.

    Parameters
    ----------
    call : Call of TensorSpec
    policy : str
        Name of the layer's dtype policy.
    """
    dtype = COMPUTE_DTYPES.get(policy, policy)
    return call.map(
        lambda spec: TensorSpec(spec.shape, dtype) if spec.dtype in FLOATS else spec,
    )


def one_spec(call: Call) -> TensorSpec:
    """A call's only tensor.

    Raises
    ------
    ValueError
        If it has none or several, or one in a list, or anything else but ``training``.
    """
    tensors = call.tensors()
    if len(tensors) != 1:
        raise ValueError(f"must have one input; received {len(tensors)}")
    spec: TensorSpec = tensors[0]
    named = {name: value for name, value in call.kwargs.items() if name != "training"}
    given = [*call.args, *named.values()]
    # Keras would stack a list of one, which is another axis.
    alone = len(given) == 1 and isinstance(given[0], TensorSpec)
    if not alone or not named.keys() <= {"inputs"}:
        raise ValueError("must have one tensor and nothing else; received more")
    return spec


def spec_of_rank(call: Call, minimum: int, maximum: int | None = None) -> TensorSpec:
    """A call's only tensor, with that many dimensions (the batch is one).

    Raises
    ------
    ValueError
        If it has more or fewer.
    """
    spec = one_spec(call)
    highest = minimum if maximum is None else maximum
    if not minimum <= len(spec.shape) <= highest:
        wanted = f"{minimum}" if highest == minimum else f"{minimum} to {highest}"
        raise ValueError(f"must have an input of {wanted} dimensions; received {spec.shape}")
    return spec


def computed(spec: TensorSpec, shape: Shape) -> TensorSpec:
    """What a layer that computes in floats gives for this input.

    Whole numbers give float32, which is no smaller than what a half precision layer gives.
    """
    return TensorSpec(shape, spec.dtype if spec.dtype in FLOATS else "float32")


def known(size: int | None, what: str = "channels") -> int:
    """A size that the weights depend on.

    Raises
    ------
    ValueError
        If it is open.
    """
    if size is None:
        raise ValueError(f"must know the number of its {what}; received an open size")
    return size


def spreads_over(small: Shape, large: Shape) -> bool:
    """Whether an array of the one shape spreads over the other without making it larger."""
    pairs = zip(reversed(small), reversed(large), strict=False)
    return len(small) <= len(large) and all(a in (1, b) for a, b in pairs)


def axis_of(axis: int, rank: int) -> int:
    """An axis counted from the front.

    Raises
    ------
    ValueError
        If there is no such axis.
    """
    if not -rank <= axis < rank:
        raise ValueError(f"must have an axis {axis}; received {rank} dimensions")
    return axis % rank


def elements(shape: Shape) -> int:
    """How many values there are, of open sizes one."""
    return prod(1 if size is None else size for size in shape)


def channel_axis(settings: Settings) -> int:
    """Where a layer has its channels: 1 or -1."""
    return 1 if settings["data_format"] == "channels_first" else -1


def picture_of(shape: Shape, settings: Settings) -> Shape:
    """A shape's height and width, or whatever lies beside batch and channels."""
    return shape[2:] if channel_axis(settings) == 1 else shape[1:-1]


def with_picture(shape: Shape, settings: Settings, picture: Shape, channels: int | None) -> Shape:
    """A shape of the same batch with another picture and other channels."""
    if channel_axis(settings) == 1:
        return (shape[0], channels, *picture)
    return (shape[0], *picture, channels)


def resizing_cost(picture: Shape, size: tuple[int, int], *, padded: bool) -> int:
    """Places that are held while a picture is resized, first in height and then in width.

    Parameters
    ----------
    picture : tuple of int or None
        Height and width.
    size : tuple of int
        Those that it gets.
    padded : bool
        Whether it gets the new aspect ratio first.
    """
    height, width = (side or 1 for side in picture)
    new_height, new_width = size
    if padded:
        ratio_height, ratio_width = (
            width * new_height // new_width,
            height * new_width // new_height,
        )
        height, width = max(height, ratio_height), max(width, ratio_width)
    return max(height, new_height) * width


def window_places(size: int | None, window: int, stride: int, padding: str) -> int | None:
    """How many places a sliding window takes along one axis.

    Raises
    ------
    ValueError
        If the window is larger than the axis.
    """
    if size is None:
        return None
    if padding != "valid":
        return -(-size // stride)
    if size < window:
        raise ValueError(
            f"must have an input of at least {window} along each axis; received {size}"
        )
    return (size - window) // stride + 1
