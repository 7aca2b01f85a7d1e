"""Products of matrices and of tensors of more axes."""

from __future__ import annotations

import re
from typing import Any, Final

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_RANK
from models.layers.checks import as_sequence, axis, several, text, whole
from models.layers.operands import (
    any_tensor,
    arguments,
    broadcast,
    count,
    operand,
    operation,
    places,
    promote,
    without,
)
from models.layers.rule import REQUIRED, Rule, Setting, Settings

# More operands at once may hold a tensor meanwhile that is larger than all of them.
MAX_OPERANDS: Final = 2


def _pair(call: Call) -> tuple[TensorSpec, TensorSpec]:
    x1, x2 = arguments(call, "x1", "x2")
    any_tensor(x1, x2)
    return operand(x1), operand(x2)


def _agree(*sizes: int | None) -> None:
    if len({size for size in sizes if size is not None}) > 1:
        raise ValueError("must be given tensors whose sizes agree")


def _matmul(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    if not x1.shape or not x2.shape:
        raise ValueError("must be given tensors of one axis at least")
    left = (1, *x1.shape) if len(x1.shape) == 1 else x1.shape
    right = (*x2.shape, 1) if len(x2.shape) == 1 else x2.shape
    _agree(left[-1], right[-2])
    rows = () if len(x1.shape) == 1 else (left[-2],)
    columns = () if len(x2.shape) == 1 else (right[-1],)
    shape = (*broadcast(left[:-2], right[:-2]), *rows, *columns)
    if x1.dtype == x2.dtype == "int8":
        return TensorSpec(shape, "int32")
    return TensorSpec(shape, promote(x1.dtype, x2.dtype))


def _dot(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    dtype = promote(x1.dtype, x2.dtype)
    if not x1.shape or not x2.shape:
        return TensorSpec(broadcast(x1.shape, x2.shape), dtype)
    summed = max(len(x2.shape) - 2, 0)
    _agree(x1.shape[-1], x2.shape[summed])
    return TensorSpec((*x1.shape[:-1], *without(x2.shape, (summed,))), dtype)


def _inner(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    dtype = promote(x1.dtype, x2.dtype)
    if not x1.shape or not x2.shape:
        return TensorSpec(broadcast(x1.shape, x2.shape), dtype)
    _agree(x1.shape[-1], x2.shape[-1])
    return TensorSpec((*x1.shape[:-1], *x2.shape[:-1]), dtype)


def _outer(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    return TensorSpec((count(x1.shape), count(x2.shape)), promote(x1.dtype, x2.dtype))


def _tensordot(settings: Settings, call: Call) -> TensorSpec:
    x1, x2 = _pair(call)
    axes = settings["axes"]
    if isinstance(axes, int):
        if axes > min(len(x1.shape), len(x2.shape)):
            raise ValueError("must sum over axes that both have")
        rank = len(x1.shape)
        axes = (tuple(range(rank - axes, rank)), tuple(range(axes)))
    first, second = places(axes[0], len(x1.shape)), places(axes[1], len(x2.shape))
    if len(first) != len(second):
        raise ValueError("must sum over as many axes of both")
    for one, other in zip(first, second, strict=True):
        _agree(x1.shape[one], x2.shape[other])
    shape = (*without(x1.shape, first), *without(x2.shape, second))
    return TensorSpec(shape, promote(x1.dtype, x2.dtype))


def _axes(value: Any) -> Any:
    members = as_sequence(value)
    if members is None:
        return whole(0, MAX_RANK)(value)
    pair = tuple(member if as_sequence(member) is not None else [member] for member in members)
    return several(several(axis), 2, 2)(pair)


def _subscripts(value: Any) -> str:
    subscripts = text(value).replace(" ", "")
    side = r"[a-zA-Z]*(\.\.\.)?[a-zA-Z]*"
    if not re.fullmatch(rf"{side}(,{side})?->{side}", subscripts):
        raise ValueError("must be subscripts such as ij,jk->ik")
    return subscripts


def _einsum(settings: Settings, call: Call) -> TensorSpec:
    if call.kwargs or len(call.args) > MAX_OPERANDS:
        raise ValueError("must be given one or two tensors")
    any_tensor(*call.args)
    specs = [operand(value) for value in call.args]
    inputs, output = settings["subscripts"].split("->")
    terms = inputs.split(",")
    if len(terms) != len(specs):
        raise ValueError("must have as many tensors as terms")
    named = [_named_sizes(term, spec.shape) for term, spec in zip(terms, specs, strict=True)]
    sizes: dict[str, int | None] = {}
    for letters, _ in named:
        for letter, size in letters:
            _agree(sizes.get(letter), size)
            sizes[letter] = size if sizes.get(letter) is None else sizes[letter]
    rest = broadcast(*(shape for _, shape in named))
    before, dots, after = output.partition("...")
    if len(set(before + after)) != len(before + after) or not set(before + after) <= set(sizes):
        raise ValueError("must give letters that its terms have, each once")
    if rest and not dots:
        raise ValueError("must keep the axes that have no letter")
    shape = (*(sizes[i] for i in before), *rest, *(sizes[i] for i in after))
    return TensorSpec(shape, promote(*(spec.dtype for spec in specs)))


def _named_sizes(term: str, shape: Shape) -> tuple[list[tuple[str, int | None]], Shape]:
    """A term's letters with their sizes, and the sizes of its dots."""
    before, dots, after = term.partition("...")
    letters = len(before) + len(after)
    if letters > len(shape) or (letters < len(shape) and not dots):
        raise ValueError("must have a letter for each axis")
    end = len(shape) - len(after)
    pairs = [*zip(before, shape, strict=False), *zip(after, shape[end:], strict=True)]
    return pairs, shape[len(before) : end]


RULES: Final[tuple[Rule, ...]] = (
    operation("Matmul", _matmul),
    operation("Dot", _dot),
    operation("Inner", _inner),
    operation("Outer", _outer),
    operation("Tensordot", _tensordot, {"axes": Setting(_axes, 2)}),
    operation(
        "Einsum",
        _einsum,
        {"subscripts": Setting(_subscripts, REQUIRED)},
        leading=("subscripts",),
    ),
)
