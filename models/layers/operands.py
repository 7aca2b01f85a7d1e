"""What an operation is called with, tensors and constants, and what dtype and shape come of it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from models.inspection.blueprint import Call, Shape, TensorSpec
from models.inspection.limits import MAX_ACTIVATION_ELEMENTS, MAX_RANK
from models.layers.checks import TooLargeError, one_of
from models.layers.checks import optional as or_none
from models.layers.rule import Rule, Setting, Settings, Specs

INTS: Final = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
FLOATS: Final = ("bfloat16", "float16", "float32", "float64")
DTYPES: Final = ("bool", *INTS, *FLOATS)

# Keras' rules of promotion: what each dtype becomes next; int and float are plain numbers.
_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "bool": ("int",),
    "int": ("uint8", "int8"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64",),
    "float64": (),
}
_WEAK: Final = {"int": "int32", "float": "float32"}

dtype = one_of(*DTYPES)
optional_dtype = or_none(dtype)

Output = Callable[[Settings, Call], Specs]


def operation(
    name: str,
    output: Output,
    settings: Mapping[str, Setting] | None = None,
    *,
    function: str | None = None,
    leading: tuple[str, ...] = (),
    cost: Callable[[Settings, Call], int] | None = None,
) -> Rule:
    """The rule of an operation.

    Parameters
    ----------
    name : str
        Of its class in Keras, such as ``ExpandDims``.
    output : callable
    settings : mapping of str to Setting, optional
    function : str, optional
        Dotted name below ``keras``; otherwise ``ops.`` and the class' name in snake
        case, such as ``ops.expand_dims``.
    leading : tuple of str, optional
        Settings that the function takes first.
    cost : callable, optional
    """
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return Rule(
        kind=f"ops.{name}",
        settings=settings or {},
        output=output,
        cost=cost,
        function=function or f"ops.{snake}",
        leading=leading,
    )


def arguments(
    call: Call,
    *names: str,
    optional: Mapping[str, Any] | None = None,
    keywords: Mapping[str, Any] | None = None,
) -> tuple[Any, ...]:
    """A call's arguments by the names that the operation or layer gives them.

    Parameters
    ----------
    call : Call
    *names : str
        Those that must be given, by position or by name.
    optional : mapping of str, optional
        Those that may be given after them, and what they are otherwise.
    keywords : mapping of str, optional
        Those that may be given by name only, and what they are otherwise.

    Returns
    -------
    tuple
        Of all these, in the order of the parameters.

    Raises
    ------
    ValueError
        If one is missing, given twice or unknown.
    """
    in_order = (*names, *(optional or {}))
    if len(call.args) > len(in_order):
        raise ValueError(f"must have {len(in_order)} arguments; received {len(call.args)}")
    given = {**(optional or {}), **(keywords or {})}
    unset = {*names, *given}
    for name, value in [*zip(in_order, call.args, strict=False), *call.kwargs.items()]:
        if name not in unset:
            raise ValueError(f"must not have the argument {name[:20]!r}")
        unset.remove(name)
        given[name] = value
    for name in names:
        if name in unset:
            raise ValueError(f"must have the argument {name!r}")
    return tuple(given[name] for name in (*in_order, *(keywords or {})))


def tensor(value: Any) -> TensorSpec:
    """An argument that has to be a tensor of the graph."""
    if not isinstance(value, TensorSpec):
        raise ValueError("must be given a tensor")
    return value


def operand(value: Any) -> TensorSpec:
    """A tensor, a number or an array, as a spec; a plain number's dtype is ``int`` or ``float``."""
    if isinstance(value, TensorSpec):
        return value
    if isinstance(value, bool):
        return TensorSpec((), "bool")
    if isinstance(value, int):
        if abs(value) >= 2**63:
            raise TooLargeError("must be given numbers of at most 64 bits")
        return TensorSpec((), "int")
    if isinstance(value, float):
        return TensorSpec((), "float")
    return array(value)


def array(value: Any) -> TensorSpec:
    """An array of numbers, as a spec."""
    if not isinstance(value, np.ndarray) or value.dtype.name not in DTYPES:
        raise ValueError("must be given tensors, numbers or arrays of numbers")
    if value.ndim > MAX_RANK or value.size > MAX_ACTIVATION_ELEMENTS:
        raise TooLargeError(f"must be given arrays of at most {MAX_RANK} axes")
    return TensorSpec(value.shape, value.dtype.name)


def several_operands(value: Any) -> tuple[TensorSpec, ...]:
    """A list of tensors, one at least."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("must be given a list of tensors")
    return tuple(operand(member) for member in value)


def any_tensor(*values: Any) -> None:
    """Raise unless one of these is a tensor of the graph: Keras keeps no others."""
    if not any(isinstance(value, TensorSpec) for value in values):
        raise ValueError("must be given a tensor")


def promote(*dtypes: str) -> str:
    """The dtype that all of these become when they meet, as Keras has it."""
    kinds = set(dtypes)
    if kinds <= set(_WEAK):
        return _WEAK["float" if "float" in kinds else "int"]
    common = set.intersection(*(_above(kind) for kind in kinds))
    least = next(kind for kind in common if common <= _above(kind))
    return _WEAK.get(least, least)


def _above(kind: str) -> set[str]:
    return {kind}.union(*(_above(higher) for higher in _NEXT[kind]))


def as_float(kind: str) -> str:
    """The dtype, or float32 where it is none of floats."""
    return kind if kind in FLOATS else "float32"


def is_float(kind: str) -> bool:
    """Whether it has fractions."""
    return kind in FLOATS or kind == "float"


def broadcast(*shapes: Shape) -> Shape:
    """The shape that all of these stretch to.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    rank = max((len(shape) for shape in shapes), default=0)
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(_stretch(sizes) for sizes in zip(*padded, strict=True))


def _stretch(sizes: Sequence[int | None]) -> int | None:
    known = {size for size in sizes if size is not None and size != 1}
    if len(known) > 1:
        raise ValueError("must be given shapes that fit each other")
    if known:
        return known.pop()
    return None if None in sizes else 1


def place(axis: int, rank: int) -> int:
    """An axis counted from the front."""
    if not -rank <= axis < rank:
        raise ValueError(f"must have an axis below {rank}")
    return axis % rank


def places(axes: int | Iterable[int] | None, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, each once; None is all."""
    if axes is None:
        return tuple(range(rank))
    found = tuple(place(axis, rank) for axis in ((axes,) if isinstance(axes, int) else axes))
    if len(set(found)) != len(found):
        raise ValueError("must name each axis once")
    return found


def count(shape: Shape) -> int | None:
    """How many elements, or None where a size is unknown."""
    return math.prod(size for size in shape if size is not None) if None not in shape else None


def without(shape: Shape, axes: Iterable[int]) -> Shape:
    """The shape less these axes."""
    gone = set(axes)
    return tuple(size for index, size in enumerate(shape) if index not in gone)


def with_size(shape: Shape, axis: int, size: int | None) -> Shape:
    """The shape with another size at one axis."""
    return (*shape[:axis], size, *shape[axis + 1 :])
