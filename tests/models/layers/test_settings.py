from __future__ import annotations

from typing import Any

import pytest

from models.errors import REASONS
from models.layers.registry import RULES
from models.layers.settings import SettingError, check_settings, told

DENSE = {
    "name": "dense",
    "trainable": True,
    "dtype": "float32",
    "units": 4,
    "kernel_initializer": {"class_name": "GlorotUniform", "config": {"dtype": "float32"}},
    "bias_regularizer": {"class_name": "Mine", "config": {}},
    "kernel_constraint": None,
    "activity_regularizer": None,
    "quantization_config": None,
    "lora_rank": None,
}


def test_what_is_checked_is_complete_and_nothing_else() -> None:
    assert check_settings(RULES["Dense"], DENSE) == {
        "units": 4,
        "activation": "linear",
        "use_bias": True,
    }


@pytest.mark.parametrize(
    ("change", "message", "reason"),
    [
        ({"units": 2**31}, "setting 'units' must be at most 65536; received 2147483648", "bomb"),
        ({"units": [4]}, "setting 'units' must be a whole number; received [4]", "mismatch"),
        ({"lora_rank": 2}, "setting 'lora_rank' must be one that Dense has", "unknown-class"),
        ({"function": "os.mkdir"}, "setting 'function' must be one that", "unknown-class"),
        ({"activation": "x" * 10_000}, "setting 'activation' must be at most 256", "bomb"),
        ({"activation": {"class_name": "__lambda__"}}, "an activation built into Keras", "code"),
        ({"activation": "mine"}, "an activation built into Keras", "unknown-class"),
    ],
)
def test_a_refusal_names_setting_rule_and_value(change: Any, message: str, reason: str) -> None:
    with pytest.raises(SettingError) as refusal:
        check_settings(RULES["Dense"], DENSE | change)
    assert message in str(refusal.value)
    assert len(str(refusal.value)) < 150
    assert refusal.value.reason == reason
    assert reason in REASONS


def test_a_setting_that_is_needed_must_be_given() -> None:
    with pytest.raises(SettingError, match="setting 'units' must be given"):
        check_settings(RULES["Dense"], {})


@pytest.mark.parametrize(
    "value", ["x" * 10**6, [[[[1] * 99] * 99] * 9], {"a" * 99: {"b": 1}}, 9**99]
)
def test_a_value_is_told_in_a_few_words(value: Any) -> None:
    assert len(told(value)) <= 40
