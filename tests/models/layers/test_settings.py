from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest

from models.errors import REASONS
from models.layers import settings
from models.layers.registry import RULES
from models.layers.settings import (
    DTYPE_POLICIES,
    SettingError,
    check_settings,
    dtype_policy,
    number,
    one_of,
    optional,
    several,
    sizes,
    told,
    whole,
)

Check = Callable[[Any], Any]
TUPLE = {"class_name": "__tuple__", "items": [2, 3]}


@pytest.mark.parametrize(
    ("check", "value", "checked"),
    [
        (whole(), 5, 5),
        (whole(), 64.0, 64),
        (whole(0), 0, 0),
        (whole(), 65_536, 65_536),
        (whole(1, 1_000_000), 1_000_000, 1_000_000),
        (number(), 3, 3.0),
        (number(0, 1), 0.5, 0.5),
        (settings.flag, False, False),
        (optional(whole()), None, None),
        (one_of("same", "valid"), "SAME", "same"),
        (settings.text, "décodeur", "décodeur"),
        (sizes(2), 3, (3, 3)),
        (sizes(2), [3, 4], (3, 4)),
        (sizes(1), [3], (3,)),
        (sizes(2), TUPLE, (2, 3)),
        (several(whole()), (1, 2, 3), (1, 2, 3)),
        (settings.axis_or_axes, -1, -1),
        (settings.axis_or_axes, [3], 3),
        (settings.axis_or_axes, [1, 2], (1, 2)),
        (settings.single_axis, [3], 3),
        (settings.data_format, None, "channels_last"),
        (settings.data_format, "channels_first", "channels_first"),
    ],
)
def test_good_values_are_made_what_a_constructor_takes(
    check: Check, value: Any, checked: Any
) -> None:
    given = check(value)
    assert given == checked
    assert type(given) is type(checked)


@pytest.mark.parametrize(
    ("check", "value", "rule"),
    [
        (whole(), 0, "at least 1"),
        (whole(), 65_537, "at most 65536"),
        (whole(), 10**60, "at most 65536"),
        (whole(), True, "a whole number"),
        (whole(), 1.5, "a whole number"),
        (whole(), float("nan"), "a whole number"),
        (whole(), "5", "a whole number"),
        (whole(), None, "a whole number"),
        (number(), float("inf"), "a number from"),
        (number(), float("nan"), "a number from"),
        (number(), 10**400, "a number from"),
        (number(), True, "a number"),
        (number(), [1.0], "a number"),
        (number(0, 1), 2, "a number from 0 to 1"),
        (settings.flag, 1, "true or false"),
        (settings.flag, "true", "true or false"),
        (one_of("same", "valid"), "mine", "one of same, valid"),
        (one_of("same", "valid"), ["same"], "a string"),
        (settings.text, "x" * 257, "at most 256 characters"),
        (settings.text, {"class_name": "__lambda__"}, "a string"),
        (sizes(2), [3, 3, 3], "a list of 2"),
        (sizes(2), "33", "a whole number"),
        (sizes(2), [[3, 3], [3, 3]], "a whole number"),
        (several(whole()), [], "a list of 1 to 6"),
        (several(whole()), [1] * 1000, "a list of 1 to 6"),
        (several(whole()), {"class_name": "__tuple__", "items": 5}, "a list of"),
        (settings.axis_or_axes, 7, "at most 6"),
        (settings.single_axis, [1, 2], "one axis"),
        (settings.data_format, "channels_lost", "one of channels_last"),
    ],
)
def test_bad_values_are_refused_with_the_rule(check: Check, value: Any, rule: str) -> None:
    with pytest.raises(ValueError, match=f"must be {rule}"):
        check(value)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (None, "float32"),
        ("mixed_float16", "mixed_float16"),
        ({"class_name": "DTypePolicy", "config": {"name": "float32"}}, "float32"),
        ({"class_name": "Policy", "config": {"name": "mixed_bfloat16"}}, "mixed_bfloat16"),
        (keras.saving.serialize_keras_object(keras.DTypePolicy("float16")), "float16"),
    ],
)
def test_a_dtype_policy_is_read_however_it_is_written(written: Any, name: str) -> None:
    assert dtype_policy(written) == name
    assert name in DTYPE_POLICIES


@pytest.mark.parametrize(
    "written",
    [
        "int8_from_float32",
        "int32",
        32,
        {"class_name": "QuantizedDTypePolicy", "config": {"name": "int8_from_float32"}},
        {"class_name": "DTypePolicy", "config": {"name": ["float32"]}},
    ],
)
def test_other_dtype_policies_are_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="must be"):
        dtype_policy(written)


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
