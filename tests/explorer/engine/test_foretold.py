"""Pictures that came with a painted z answer whoever asks for them, once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from explorer.engine.foretold import Foretold
from explorer.state.frame import Frame, Lane, Request

Z = np.array([[0.1, 0.2]], np.float32)
PICTURE = {"decoder_output": np.full((1, 4, 4, 1), 0.5, np.float32)}


def painted(settings: dict[str, Any], seq: int = 3, outputs: Any = PICTURE) -> Foretold:
    foretold = Foretold()
    foretold.note_request(Request(3, "paint", Lane.PAINT, {"steps": 2, **settings}, {"z": 0 * Z}))
    foretold.note_frame(Frame(seq, "m#1", "paint", {}, Z, outputs, {}, 0.01))
    return foretold


def decode(settings: dict[str, Any], z: Any = Z, kind: str = "decode") -> Request:
    return Request(5, kind, Lane.LIVE, settings, {"z": z})


def test_the_picture_of_a_painted_z_is_given_once() -> None:
    foretold = painted({"classes": {"label": 2}})
    frame = foretold.take(decode({"classes": {"label": 2}}))
    assert frame is not None
    assert (frame.seq, frame.model_id, frame.request, frame.z) == (5, "m#1", "decode", None)
    assert frame.outputs is PICTURE
    assert foretold.take(decode({"classes": {"label": 2}})) is None


@pytest.mark.parametrize(
    "request_",
    [
        decode({}, Z + 1),
        decode({"classes": {"label": 1}}),
        decode({"shown": "mask"}),
        decode({}, kind="denoise"),
        decode({}, kind="tiles"),
    ],
)
def test_another_question_goes_to_the_engine(request_: Request) -> None:
    assert painted({}).take(request_) is None


@pytest.mark.parametrize(("seq", "outputs"), [(4, PICTURE), (3, {})])
def test_an_answer_to_something_else_or_without_a_picture_tells_nothing(
    seq: int, outputs: Any
) -> None:
    assert painted({}, seq, outputs).take(decode({})) is None
