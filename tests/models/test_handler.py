from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import models.handler
from models.bundle import DEFAULT, Bundle
from models.errors import ModelFileError
from models.handler import Handler
from models.wire import Message


def load(source: dict[str, Any]) -> Message:
    return Message("load", {"source": source, "model_id": "a"})


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's own."""


@pytest.mark.parametrize(
    ("error", "reason", "part"),
    [
        (MemoryError(), "bomb", "must fit into 3 GiB of memory"),
        (ResourceExhaustedError("OOM when allocating"), "bomb", "must fit into 3 GiB of memory"),
        (KeyError("units" * 100), "corrupt", "KeyError: 'units"),
        (ModelFileError("x", "must y", "z", reason="code", details="more"), "code", "x must y"),
    ],
)
def test_a_model_that_cannot_be_loaded_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, part: str
) -> None:
    def fail(source: object) -> None:
        raise error

    monkeypatch.setattr(models.handler, "open_source", fail)
    answer = Handler(print).handle(load({"model": f"/some/where/{'long' * 60}.keras"}))
    assert (answer.kind, answer.fields["reason"]) == ("failed", reason)
    assert part in answer.fields["sentence"]
    assert len(answer.fields["sentence"]) <= 200


def test_a_loaded_model_tells_what_it_is_and_answers(bundle: Bundle) -> None:
    handler = Handler(print)
    ready = handler.handle(load({"bundle": str(DEFAULT)}))
    assert ready.kind == "ready"
    assert Path(ready.fields["subject"]["source"]["bundle"]) == DEFAULT
    assert ready.arrays["subject.z"].shape == (bundle.latent_dim,)
    frame = handler.handle(Message("decode", {"seq": 7}, {"z": bundle.first.z[None]}))
    assert (frame.kind, frame.fields["seq"], frame.fields["model_id"]) == ("frame", 7, "a")
    refused = handler.handle(Message("decode", {"seq": 8}, {"z": bundle.first.z}))
    assert (refused.kind, refused.fields["seq"]) == ("failed", 8)


def test_a_model_that_is_refused_leaves_the_one_before(bundle: Bundle, tmp_path: Path) -> None:
    handler = Handler(print)
    handler.handle(load({"bundle": str(DEFAULT)}))
    assert handler.handle(load({"bundle": str(tmp_path)})).kind == "failed"
    assert handler.handle(Message("decode", {}, {"z": bundle.first.z[None]})).kind == "frame"
