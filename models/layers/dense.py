"""Layers that connect every input to every output."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_RANK
from models.layers.activating import activation
from models.layers.checks import flag, optional, several, text, whole
from models.layers.rule import REQUIRED, Rule, Setting, Settings, Slot
from models.layers.shapes import computed, known, one_spec, spec_of_rank

EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


def _dense_output(settings: Settings, call: Call) -> TensorSpec:
    spec = spec_of_rank(call, 2, MAX_RANK)
    return computed(spec, (*spec.shape[:-1], settings["units"]))


def _dense_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    inputs = known(one_spec(call).shape[-1])
    kernel = Slot("vars/0", (inputs, settings["units"]))
    bias = Slot("vars/1", (settings["units"],))
    return (kernel, bias) if settings["use_bias"] else (kernel,)


def _equation(value: Any) -> str:
    equation = text(value)
    match = EQUATION.fullmatch(equation)
    dots = match.group(1, 3, 5, 7) if match else None
    # Before both input and output, or after both.
    fits = dots is not None and dots[0] == dots[2] and dots[1] == dots[3] and None in dots[:2]
    if match and any(len(set(axes)) < len(axes) for axes in match.group(2, 4, 6)):
        raise ValueError("must be an equation that names no axis of a tensor twice")
    if not fits:
        raise ValueError("must be an equation such as 'abc,cd->abd' or '...x,xy->...y'")
    return equation


def _einsum_shapes(settings: Settings, call: Call) -> tuple[Shape, Shape, Shape | None]:
    """Of output, kernel and bias."""
    shape = spec_of_rank(call, 1, MAX_RANK).shape
    match = EQUATION.fullmatch(settings["equation"])
    assert match is not None  # checked as a setting
    before, of_input, after, of_kernel, _, of_output, _ = match.groups()
    left_out = len(shape) - len(of_input)
    given = settings["output_shape"]
    if left_out < 0 or (left_out and not (before or after)):
        raise ValueError(f"must have an input of the axes {of_input}; received {shape}")
    # The batch and what "..." stands for are not among the given sizes.
    if before and left_out:
        output = (*shape[:left_out], *given)
        input_sizes = dict(zip(of_input, shape[left_out:], strict=True))
        named_output = output[left_out:]
    else:
        tail = shape[len(of_input) :]
        output = (shape[0], *given, *tail)
        input_sizes = dict(zip(of_input, shape, strict=False))
        named_output = output[: len(output) - len(tail)]
    if len(named_output) != len(of_output):
        raise ValueError(f"must have an output of the axes {of_output}; received {given}")
    sizes = input_sizes | dict(zip(of_output, named_output, strict=True))
    for letter, size in input_sizes.items():
        if letter in of_output and sizes[letter] not in (None, size):
            raise ValueError(f"must keep the size of axis {letter!r}; received {size}")
    kernel = tuple(_size(letter, sizes) for letter in of_kernel)
    bias = _einsum_bias(settings["bias_axes"], of_output, sizes)
    if bias is not None and after:
        bias += (1,) * left_out
    return output, kernel, bias


def _size(letter: str, sizes: dict[str, int | None]) -> int:
    if letter not in sizes:
        raise ValueError(f"must have an axis {letter!r}; received {''.join(sizes)}")
    return known(sizes[letter], "weights")


def _einsum_bias(
    bias_axes: str | None, of_output: str, sizes: dict[str, int | None]
) -> Shape | None:
    if not bias_axes:
        return None
    first = min(of_output.find(letter) for letter in bias_axes)
    if first < 0:
        raise ValueError(f"must have its bias on axes of {of_output}; received {bias_axes!r}")
    letters = of_output[first:]
    return tuple(_size(letter, sizes) if letter in bias_axes else 1 for letter in letters)


def _einsum_output(settings: Settings, call: Call) -> TensorSpec:
    output, _, _ = _einsum_shapes(settings, call)
    return computed(one_spec(call), output)


def _einsum_slots(settings: Settings, call: Call) -> Sequence[Slot]:
    _, kernel, bias = _einsum_shapes(settings, call)
    shapes = (kernel,) if bias is None else (kernel, bias)
    return [
        Slot(f"vars/{index}", tuple(known(size) for size in shape))
        for index, shape in enumerate(shapes)
    ]


def _einsum_output_shape(value: Any) -> tuple[int | None, ...]:
    size = optional(whole())
    if isinstance(value, int):
        return (size(value),)
    shape: tuple[int | None, ...] = several(size)(value)
    return shape


RULES = (
    Rule(
        "Dense",
        {
            "units": Setting(whole(), REQUIRED),
            "activation": Setting(activation, "linear"),
            "use_bias": Setting(flag, True),
        },
        _dense_output,
        _dense_slots,
    ),
    Rule(
        "EinsumDense",
        {
            "equation": Setting(_equation, REQUIRED),
            "output_shape": Setting(_einsum_output_shape, REQUIRED),
            "activation": Setting(activation, "linear"),
            "bias_axes": Setting(optional(text), None),
        },
        _einsum_output,
        _einsum_slots,
    ),
)
