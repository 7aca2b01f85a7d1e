from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest

from models.layers.checks import (
    DTYPE_POLICIES,
    axis_or_axes,
    data_format,
    dtype_policy,
    flag,
    number,
    one_of,
    optional,
    several,
    single_axis,
    sizes,
    text,
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
        (flag, False, False),
        (optional(whole()), None, None),
        (one_of("same", "valid"), "SAME", "same"),
        (text, "décodeur", "décodeur"),
        (sizes(2), 3, (3, 3)),
        (sizes(2), [3, 4], (3, 4)),
        (sizes(1), [3], (3,)),
        (sizes(2), TUPLE, (2, 3)),
        (several(whole()), (1, 2, 3), (1, 2, 3)),
        (axis_or_axes, -1, -1),
        (axis_or_axes, [3], 3),
        (axis_or_axes, [1, 2], (1, 2)),
        (single_axis, [3], 3),
        (data_format, None, "channels_last"),
        (data_format, "channels_first", "channels_first"),
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
        (flag, 1, "true or false"),
        (flag, "true", "true or false"),
        (one_of("same", "valid"), "mine", "one of same, valid"),
        (one_of("same", "valid"), ["same"], "a string"),
        (text, "x" * 257, "at most 256 characters"),
        (text, {"class_name": "__lambda__"}, "a string"),
        (sizes(2), [3, 3, 3], "a list of 2"),
        (sizes(2), "33", "a whole number"),
        (sizes(2), [[3, 3], [3, 3]], "a whole number"),
        (several(whole()), [], "a list of 1 to 6"),
        (several(whole()), [1] * 1000, "a list of 1 to 6"),
        (several(whole()), {"class_name": "__tuple__", "items": 5}, "a list of"),
        (axis_or_axes, 7, "at most 6"),
        (single_axis, [1, 2], "one axis"),
        (data_format, "channels_lost", "one of channels_last"),
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
