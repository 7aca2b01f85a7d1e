import json
import struct
from typing import Any

import numpy as np
import pytest

from models.errors import WireError
from models.wire import MAX_HEADER_BYTES, Message, pack, unpack


def raw(header: Any, body: bytes = b"", magic: bytes = b"LEX1") -> bytes:
    """A message made by hand; ``header`` is JSON text or a value."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = struct.pack("<4sI", magic, len(text)) + text
    return start + bytes(-len(start) % 8) + body


def declare(**changes: Any) -> dict[str, Any]:
    """A header with one array of two float32."""
    array = {"name": "z", "dtype": "<f4", "shape": [2]} | changes
    return {"kind": "frame", "fields": {}, "arrays": [array]}


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.float32).reshape(2, 3),
        np.arange(6, dtype=np.float32).reshape(2, 3).T,
        np.array(3.5, dtype=np.float64),
        np.zeros((0, 16), np.float32),
        np.arange(5, dtype=np.uint8),
        np.arange(4, dtype=">i4"),
        np.array([np.nan, np.inf], np.float16),
    ],
)
def test_an_array_arrives_as_it_was_sent(array: np.ndarray) -> None:
    message = unpack(pack(Message("frame", {}, {"first": array, "second": array})))
    for received in message.arrays.values():
        np.testing.assert_array_equal(received, array)
        assert received.shape == array.shape
        assert received.dtype == array.dtype.newbyteorder("<")


def test_arrays_are_aligned_read_only_views_of_the_message() -> None:
    data = pack(Message("frame", {"n": 1}, {"a": np.ones(3, np.uint8), "b": np.ones(2)}))
    array = unpack(data).arrays["b"]
    assert array.flags.aligned
    assert not array.flags.writeable
    assert not array.flags.owndata


def test_fields_arrive_and_numbers_that_are_not_finite_are_null() -> None:
    fields = {"metrics": {"ssim": float("nan"), "mse": 0.25}, "list": [float("inf"), "ß", None]}
    message = unpack(pack(Message("frame", fields)))
    assert message.kind == "frame"
    assert message.fields == {"metrics": {"ssim": None, "mse": 0.25}, "list": [None, "ß", None]}


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        (Message("x", {"value": np.float32(1)}), "JSON"),
        (Message("x", {"value": {1, 2}}), "JSON"),
        (Message("x", {}, {"a": np.array(["text"])}), "numeric"),
        (Message("x", {}, {"a": np.array([None])}), "numeric"),
        (Message("x", {}, {"a": np.zeros((1,) * 7)}), "six|6 axes"),
        (Message("x", {"text": "a" * MAX_HEADER_BYTES}), "at most"),
    ],
)
def test_what_may_not_travel_is_refused_by_the_sender(message: Message, rule: str) -> None:
    with pytest.raises(WireError, match=rule):
        pack(message)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"LEX1",
        b"\x80\x04\x95pickle",
        raw(declare(), bytes(8), magic=b"LEX2"),
        struct.pack("<4sI", b"LEX1", 2**32 - 1),
        struct.pack("<4sI", b"LEX1", 100) + b"{}",
        raw(b"\xff\xfe"),
        raw(b"[" * 100_000),
        raw(b'{"kind": "frame", "fields": {"a": NaN}, "arrays": []}'),
        raw(b'{"kind": "frame", "fields": {"a": 1e999}, "arrays": []}'),
        raw(b'{"kind": "frame", "fields": {"a": ' + b"9" * 5000 + b'}, "arrays": []}'),
        raw([]),
        raw({"kind": "frame"}),
        raw({"kind": 1, "fields": {}, "arrays": []}),
        raw({"kind": "frame", "fields": [], "arrays": []}),
        raw({"kind": "frame", "fields": {}, "arrays": [1]}),
        raw(declare(name=None), bytes(8)),
        raw(declare(dtype="|O"), bytes(16)),
        raw(declare(dtype="<U2"), bytes(16)),
        raw(declare(dtype="<f4,<f4"), bytes(16)),
        raw(declare(dtype="f4"), bytes(8)),
        raw(declare(shape=2), bytes(8)),
        raw(declare(shape=[-1, -2]), bytes(8)),
        raw(declare(shape=[2.0]), bytes(8)),
        raw(declare(shape=[True, 2]), bytes(8)),
        raw(declare(shape=[1] * 7), bytes(8)),
        raw(declare(shape=[2**40]), bytes(8)),
        raw(declare(shape=[0, 2**62, 2**62])),
        raw(declare(shape=[3]), bytes(8)),
        raw(declare(), bytes(7)),
        raw(declare(), bytes(9)),
        raw({"kind": "x", "fields": {}, "arrays": declare()["arrays"] * 2}, bytes(16)),
    ],
)
def test_a_hostile_message_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(WireError) as caught:
        unpack(data)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("seed", range(5))
def test_a_damaged_message_is_either_read_or_refused(seed: int) -> None:
    generator = np.random.default_rng(seed)
    whole = pack(Message("frame", {"seq": 1, "x": 0.5}, {"z": np.ones((2, 3), np.float32)}))
    for _ in range(400):
        data = bytearray(whole[: generator.integers(len(whole) // 2, len(whole) + 1)])
        for place in generator.integers(0, len(data), generator.integers(1, 4)):
            data[place] = generator.integers(256)
        try:
            message = unpack(bytes(data))
        except WireError:
            continue
        assert all(array.dtype.kind in "fiu" for array in message.arrays.values())
