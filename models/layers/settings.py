"""What a file may set of a layer: every setting known, complete and checked."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import Any, Final

from models.layers.checks import CodeError, NotBuiltInError, TooLargeError
from models.layers.rule import REQUIRED, Check, Rule

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
