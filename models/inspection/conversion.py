"""Arrays as older Keras kept them -> as today's layers take them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Arrays = tuple[Array, ...]
Settings = Mapping[str, Any]

# Where Keras 1 kept the gates of a layer one by one: which of them come first today.
_GATES: Final = {"GRU": (0, 1, 2), "LSTM": (0, 2, 1, 3), "ConvLSTM2D": (0, 2, 1, 3)}
_CONVOLUTIONS: Final = ("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D")


def convert(
    kind: str, settings: Settings, arrays: Arrays, shapes: Sequence[tuple[int, ...]], *,
    keras1: bool, theano: bool,
) -> Arrays:  # fmt: skip
    """One layer's arrays, in the order and with the axes that Keras 3 has.

    What needs no conversion, or cannot be converted, is as it was.

    Parameters
    ----------
    kind : str
    settings : mapping
    arrays : tuple of numpy.ndarray
    shapes : sequence of tuple of int
        That the layer wants.
    keras1 : bool
        Whether the file was written by Keras 1.
    theano : bool
        Whether it was written with Theano, which turns its kernels around.
    """
    if keras1:
        arrays = _gates_joined(kind, arrays)
        if arrays:
            kernel = _keras1_kernel(kind, settings, arrays[0])
            if shapes and kernel.shape == shapes[0]:
                arrays = (kernel, *arrays[1:])
    if theano and kind in _CONVOLUTIONS:
        arrays = tuple(_turned(array) if array.ndim > 2 else array for array in arrays)
    if len(arrays) == 3 and len(shapes) == 3 and kind in ("GRU", "LSTM"):
        return _from_cudnn(kind, arrays, shapes[2])
    return arrays


def _gates_joined(kind: str, arrays: Arrays) -> Arrays:
    order = _GATES.get(kind, ())
    if not order or len(arrays) != 3 * len(order):
        return arrays
    gates = [arrays[3 * gate : 3 * gate + 3] for gate in order]
    if len({tuple(part.shape[:-1] for part in gate) for gate in gates}) > 1:
        return arrays
    return tuple(np.concatenate(parts, axis=-1) for parts in zip(*gates, strict=True))


def _keras1_kernel(kind: str, settings: Settings, kernel: Array) -> Array:
    first = settings.get("data_format") == "channels_first"
    axes = _KERAS1_AXES.get((kind, first))
    if kind == "Conv1D" and kernel.ndim == 4:
        return kernel[:, 0]
    if axes is None or kernel.ndim != len(axes):
        return kernel
    return kernel.transpose(axes)


_KERAS1_AXES: Final = {
    ("Conv2D", True): (2, 3, 1, 0),
    ("Conv2DTranspose", False): (0, 1, 3, 2),
    ("Conv2DTranspose", True): (2, 3, 0, 1),
    ("Conv3D", True): (2, 3, 4, 1, 0),
}


def _turned(kernel: Array) -> Array:
    return np.flip(kernel, axis=tuple(range(kernel.ndim - 2)))


def _from_cudnn(kind: str, arrays: Arrays, bias_shape: tuple[int, ...]) -> Arrays:
    """Of layers that only ran on GPUs: each gate's kernels transposed, two biases in a row."""
    kernel, recurrent, bias = arrays
    gates = 3 if kind == "GRU" else 4
    units = recurrent.shape[0]
    if bias.shape != (2 * gates * units,) or recurrent.shape != (units, gates * units):
        return arrays
    if kernel.ndim != 2 or kernel.shape[1] != gates * units:
        return arrays
    return (
        _each_gate(kernel, gates, lambda gate: gate.T.reshape(gate.shape, order="F")),
        _each_gate(recurrent, gates, lambda gate: gate.T),
        bias.reshape(bias_shape) if kind == "GRU" else bias.reshape(2, -1).sum(axis=0),
    )


def _each_gate(kernel: Array, gates: int, change: Callable[[Array], Array]) -> Array:
    return np.hstack([change(gate) for gate in np.hsplit(kernel, gates)])
