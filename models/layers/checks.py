"""Typed and bounded checks of values of a file.

A check takes the file's value and gives the constructor's, or raises ``ValueError``
with the rule that the value breaks. A check that takes parameters is made by a
function, such as ``whole(0)``; others are given as they are, such as :func:`flag`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.inspection.limits import MAX_INTEGER, MAX_RANK, MAX_STRING_CHARS
from models.layers.rule import Check

# Beyond float32 a number is an infinity to the layer.
MAX_NUMBER: Final = 3e38

DTYPE_POLICIES: Final = frozenset(
    {"float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16"}
)
_POLICY_CLASSES: Final = ("DTypePolicy", "FloatDTypePolicy", "Policy", "PolicyV1")

# Keras 2's, 0.2 x + 0.5 within [0, 1]; that of Keras 3 is x / 6 + 0.5.
KERAS2_HARD_SIGMOID: Final = "keras2_hard_sigmoid"
# Those of one tensor that keep its shape and need no arguments.
ACTIVATIONS: Final = frozenset(
    [
        "celu",
        "elu",
        "exponential",
        "gelu",
        "hard_shrink",
        "hard_sigmoid",
        "hard_silu",
        "hard_tanh",
        "leaky_relu",
        "linear",
        "log_sigmoid",
        "log_softmax",
        "mish",
        "relu",
        "relu6",
        "selu",
        "sigmoid",
        "silu",
        "soft_shrink",
        "softmax",
        "softplus",
        "softsign",
        "sparse_plus",
        "sparse_sigmoid",
        "sparsemax",
        "squareplus",
        "tanh",
        "tanh_shrink",
    ]
) | {KERAS2_HARD_SIGMOID}
_ACTIVATION_ALIASES: Final = {"hard_swish": "hard_silu", "softmax_v2": "softmax", "swish": "silu"}


class TooLargeError(ValueError):
    """A setting beyond its limit."""


class NotBuiltInError(ValueError):
    """A setting, or a class or function named by one, that is not known here."""


class CodeError(ValueError):
    """A setting that names or holds code."""


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def whole(minimum: int = 1, maximum: int = MAX_INTEGER) -> Check:
    """A whole number within bounds; 3.0 is one."""

    def check(value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("must be a whole number")
        if value > maximum:
            raise TooLargeError(f"must be at most {maximum}")
        if value < minimum:
            raise ValueError(f"must be at least {minimum}")
        return value

    return check


def number(minimum: float = -MAX_NUMBER, maximum: float = MAX_NUMBER) -> Check:
    """A finite number within bounds."""

    def check(value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError("must be a number")
        if not minimum <= value <= maximum:
            raise ValueError(f"must be a number from {minimum:g} to {maximum:g}")
        return float(value)

    return check


def one_of(*words: str) -> Check:
    """One of a few words, in lower case."""

    def check(value: Any) -> str:
        word = text(value).lower()
        if word not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return word

    return check


def text(value: Any) -> str:
    """A string of bounded length."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if len(value) > MAX_STRING_CHARS:
        raise TooLargeError(f"must be at most {MAX_STRING_CHARS} characters long")
    return value


def optional(check: Check) -> Check:
    """None, or what another check gives."""

    def check_unless_none(value: Any) -> Any:
        return None if value is None else check(value)

    return check_unless_none


def several(check: Check, maximum: int = MAX_RANK, minimum: int = 1) -> Check:
    """A tuple of a bounded number of members, each checked.

    Lists are taken, and tuples as Keras 2 writes them:
    ``{"class_name": "__tuple__", "items": [...]}``.
    """
    count = str(maximum) if minimum == maximum else f"{minimum} to {maximum}"

    def check_members(value: Any) -> tuple[Any, ...]:
        members = as_sequence(value)
        if members is None or not minimum <= len(members) <= maximum:
            raise ValueError(f"must be a list of {count}")
        return tuple(check(member) for member in members)

    return check_members


def as_sequence(value: Any) -> Sequence[Any] | None:
    """The members of a list, or None where it is no list."""
    if isinstance(value, Mapping) and value.get("class_name") in ("__tuple__", "TensorShape"):
        value = value.get("items")
    return value if isinstance(value, list | tuple) else None


def sizes(rank: int, minimum: int = 1) -> Check:
    """A tuple of ``rank`` whole numbers; a single one counts for all, as of a kernel's size."""
    single = whole(minimum)
    many = several(single, rank, rank)

    def check(value: Any) -> tuple[int, ...]:
        members = as_sequence(value)
        if members is None:
            return (single(value),) * rank
        result: tuple[int, ...] = many(value)
        return result

    return check


axis = whole(-MAX_RANK, MAX_RANK)
shape = several(whole(0))


def axis_or_axes(value: Any) -> int | tuple[int, ...]:
    """An axis, or a tuple of several; a list of one is that one."""
    members = as_sequence(value)
    if members is None:
        single: int = axis(value)
        return single
    checked: tuple[int, ...] = several(axis)(members)
    return checked[0] if len(checked) == 1 else checked


def single_axis(value: Any) -> int:
    """An axis; a list of one is that one."""
    checked = axis_or_axes(value)
    if isinstance(checked, tuple):
        raise ValueError("must be one axis")
    return checked


def data_format(value: Any) -> str:
    """Where the channels are; a file that does not say so has them last."""
    if value is None:
        return "channels_last"
    checked: str = one_of("channels_last", "channels_first")(value)
    return checked


def activation(value: Any) -> str:
    """A name from :data:`ACTIVATIONS`, in whatever form Keras wrote it.

    Layers as activations are left to :func:`models.layers.activating.activation`.

    Raises
    ------
    CodeError
        For code, or a function of another module.
    NotBuiltInError
        For any other name.
    """
    if value is None:
        return "linear"
    name = text(_function_name(value) if isinstance(value, Mapping) else value)
    name = _ACTIVATION_ALIASES.get(name, name)
    if name not in ACTIVATIONS:
        raise NotBuiltInError("must be an activation built into Keras")
    return name


def _function_name(value: Mapping[str, Any]) -> Any:
    module = value.get("module")
    of_keras = isinstance(module, str) and module.split(".")[0] in ("builtins", "keras")
    # A lambda is written as its byte code, with or without a class's name.
    is_lambda = value.get("class_name") in (None, "__lambda__")
    if is_lambda or not (module is None or of_keras):
        raise CodeError("must be an activation built into Keras")
    config = value.get("config")
    if value.get("class_name") == "Activation" and isinstance(config, Mapping):
        return config.get("activation")
    return config if value.get("class_name") == "function" else value.get("class_name")


def dtype_policy(value: Any) -> str:
    """Name of a layer's dtype policy, such as ``float32`` or ``mixed_float16``."""
    if isinstance(value, Mapping) and value.get("class_name") in _POLICY_CLASSES:
        config = value.get("config")
        value = config.get("name") if isinstance(config, Mapping) else config
    if value is None or value == "_infer":
        return "float32"
    if text(value) not in DTYPE_POLICIES:
        raise ValueError("must be one of " + ", ".join(sorted(DTYPE_POLICIES)))
    return text(value)
