"""Typed and bounded checks of what a file may set of a layer.

A check takes the file's value and gives the constructor's, or raises ``ValueError``
with the rule that the value breaks. A check that takes parameters is made by a
function, such as ``whole(0)``; others are given as they are, such as :func:`flag`.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.inspection.limits import MAX_INTEGER, MAX_RANK, MAX_STRING_CHARS
from models.layers.rule import REQUIRED, Check, Rule

# Beyond float32 a number is an infinity to the layer.
MAX_NUMBER: Final = 3e38
MAX_TOLD_CHARS: Final = 40

# What every layer has; checked by who makes the layer.
SHARED: Final = frozenset({"name", "trainable", "dtype"})

# Settings that only matter to a layer that is new or in training.
IGNORED: Final = frozenset(
    {
        "activity_regularizer",
        "autocast",
        "build_config",
        "fused",
        "implementation",
        "input_length",
        "key_shape",
        "query_shape",
        "renorm_clipping",
        "renorm_momentum",
        "seed",
        "synchronized",
        "value_shape",
        "virtual_batch_size",
    }
)
_IGNORED_ENDINGS: Final = ("_initializer", "_regularizer", "_constraint")
# Settings that would change a layer's weights or work; where they say no, nothing is lost.
NEUTRAL: Final[Mapping[str, Any]] = {
    "causal": False,
    "gptq_unpacked_column_size": None,
    "lora_alpha": None,
    "lora_rank": None,
    "quantization_config": None,
    "ragged": False,
    "renorm": False,
    "sparse": False,
    "time_major": False,
}

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


REASONS: Final[Mapping[type[ValueError], str]] = {
    TooLargeError: "bomb",
    NotBuiltInError: "unknown-class",
    CodeError: "code",
}


class SettingError(ValueError):
    """A setting that breaks a rule.

    Parameters
    ----------
    setting : str
        Its name, shortened.
    rule : str
        What has to hold, such as "must be at most 65536".
    received : str
        What the file says, shortened.
    reason : str
        Key of :data:`models.errors.REASONS`.
    """

    def __init__(self, setting: str, rule: str, received: str, reason: str) -> None:
        self.setting = setting
        self.rule = rule
        self.received = received
        self.reason = reason
        super().__init__(f"setting {setting!r} {rule}; received {received}")


def check_settings(rule: Rule, config: Mapping[str, Any]) -> dict[str, Any]:
    """A layer's settings, complete and checked.

    Parameters
    ----------
    rule : Rule
    config : mapping of str
        As the file has it. Settings that all layers share and those that
        :func:`is_ignored` are left out.

    Returns
    -------
    dict of str
        What the layer's constructor gets: every key of ``rule.settings``.

    Raises
    ------
    SettingError
        For a setting that is missing, unknown or breaks its rule.
    """
    for name, value in config.items():
        known = name in rule.settings or name in SHARED or is_ignored(name)
        if not known and not _is_neutral(name, value):
            raise SettingError(
                told(name)[1:-1],
                f"must be one that {rule.kind} has",
                told(value),
                REASONS[NotBuiltInError],
            )
    checked = {}
    for name, setting in rule.settings.items():
        if name in config:
            checked[name] = _checked(name, setting.check, config[name])
        elif setting.default is REQUIRED:
            raise SettingError(name, "must be given", "nothing", "mismatch")
        else:
            checked[name] = setting.default
    return checked


def is_ignored(name: str) -> bool:
    """Whether a setting only matters to a layer that is new or in training."""
    return name in IGNORED or name.endswith(_IGNORED_ENDINGS)


def _is_neutral(name: str, value: Any) -> bool:
    return name in NEUTRAL and (value is None or value is NEUTRAL[name])


def _checked(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except ValueError as error:
        reason = REASONS.get(type(error), "mismatch")
        raise SettingError(name, str(error), told(value), reason) from error


def told(value: Any) -> str:
    """A value of a file in a few words, at most 40 characters."""
    brief = reprlib.Repr()
    brief.maxlevel, brief.maxdict, brief.maxlist, brief.maxtuple = 2, 3, 4, 4
    brief.maxstring = brief.maxother = brief.maxlong = MAX_TOLD_CHARS
    text = brief.repr(value)
    return text if len(text) <= MAX_TOLD_CHARS else text[: MAX_TOLD_CHARS - 1] + "…"


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
