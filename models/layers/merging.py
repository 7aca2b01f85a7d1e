"""Layers that make one tensor of several."""

from __future__ import annotations

from functools import reduce
from typing import Any

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_RANK
from models.layers.checks import as_sequence, axis, flag, several
from models.layers.operands import arguments, tensor
from models.layers.rule import REQUIRED, Rule, Setting, Settings
from models.layers.shapes import axis_of, computed


def _inputs(call: Call, count: int | None = None) -> tuple[TensorSpec, ...]:
    """Tensors of one list, and of one batch: Keras would spread a batch of one over another."""
    inputs, _ = arguments(call, "inputs", keywords={"training": None})
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError("must have a list of inputs; received none")
    specs = tuple(tensor(each) for each in inputs)
    if count is not None and len(specs) != count:
        raise ValueError(f"must have {count} inputs; received {len(specs)}")
    if len({spec.shape[:1] for spec in specs}) > 1:
        raise ValueError("must have inputs of one batch; received others")
    return specs


def _merged(first: Shape, second: Shape) -> Shape:
    """Shapes without batch, broadcast as Keras does: an open size leaves the result's open."""
    rank = max(len(first), len(second))
    pairs = zip(_to_rank(first, rank), _to_rank(second, rank), strict=True)
    merged: list[int | None] = []
    for a, b in pairs:
        if a is not None and b is not None and a != b and 1 not in (a, b):
            raise ValueError(f"must have inputs whose shapes fit; received {first} and {second}")
        merged.append(None if a is None or b is None else b if a == 1 else a)
    return tuple(merged)


def _to_rank(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + shape


def _elementwise(settings: Settings, call: Call) -> TensorSpec:
    specs = _inputs(call)
    shape = reduce(_merged, (spec.shape[1:] for spec in specs))
    return computed(specs[0], (specs[0].shape[0], *shape))


def _subtract_output(settings: Settings, call: Call) -> TensorSpec:
    _inputs(call, 2)
    return _elementwise(settings, call)


def _concatenate_output(settings: Settings, call: Call) -> TensorSpec:
    specs = _inputs(call)
    rank = len(specs[0].shape)
    joined = axis_of(settings["axis"], rank)
    if joined == 0:
        raise ValueError("must not join along the batch; received axis 0")
    shape = list(specs[0].shape)
    for spec in specs[1:]:
        others = zip(spec.shape, specs[0].shape, strict=False)
        fits = (a is None or b is None or a == b for i, (a, b) in enumerate(others) if i != joined)
        if len(spec.shape) != rank or not all(fits):
            raise ValueError(
                f"must have inputs that differ along axis {joined} alone;"
                f" received {specs[0].shape} and {spec.shape}"
            )
        here, there = shape[joined], spec.shape[joined]
        shape[joined] = None if here is None or there is None else here + there
    return computed(specs[0], tuple(shape))


def _axes(value: Any) -> int | tuple[int, int]:
    if as_sequence(value) is None:
        single: int = axis(value)
        return single
    pair: tuple[int, int] = several(axis, 2, 2)(value)
    return pair


def _dot_output(settings: Settings, call: Call) -> TensorSpec:
    first, second = _inputs(call, 2)
    axes = settings["axes"] if isinstance(settings["axes"], tuple) else (settings["axes"],) * 2
    a, b = axis_of(axes[0], len(first.shape)), axis_of(axes[1], len(second.shape))
    if 0 in (a, b) or first.shape[a] != second.shape[b]:
        raise ValueError(
            f"must have inputs that agree along axes {a} and {b};"
            f" received {first.shape} and {second.shape}"
        )
    left = first.shape[:a] + first.shape[a + 1 :]
    right = second.shape[1:b] + second.shape[b + 1 :]
    shape = left + right
    if len(shape) > MAX_RANK:
        raise ValueError(f"must give at most {MAX_RANK} dimensions; received {len(shape)}")
    return computed(first, shape if len(shape) > 1 else (*shape, 1))


RULES = (
    Rule("Add", {}, _elementwise),
    Rule("Average", {}, _elementwise),
    Rule("Concatenate", {"axis": Setting(axis, -1)}, _concatenate_output),
    Rule("Dot", {"axes": Setting(_axes, REQUIRED), "normalize": Setting(flag, False)}, _dot_output),
    Rule("Maximum", {}, _elementwise),
    Rule("Minimum", {}, _elementwise),
    Rule("Multiply", {}, _elementwise),
    Rule("Subtract", {}, _subtract_output),
)
