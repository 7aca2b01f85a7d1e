"""Means of labels and Cohen's d, as an analysis process answers them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models.analysis import Analyst
from models.bundle import Bundle
from models.errors import LatentExplorerError
from models.wire import Message


@pytest.fixture
def analyst(bundle: Bundle) -> Analyst:
    codes = bundle.codes
    made = Analyst()
    count, latent_dim = codes.codes.shape
    made.answer(Message("codes", {"count": count, "latent_dim": latent_dim}), print)
    rows = {"codes": codes.codes, "labels": codes.labels.astype(np.int32)}
    made.answer(Message("rows", {}, rows), print)
    return made


def ask(analyst: Analyst, kind: str, fields: dict[str, Any], **arrays: Any) -> Message:
    answer = analyst.answer(Message(kind, {"seq": 7, **fields}, arrays), print)
    assert answer is not None
    assert answer.fields["seq"] == 7
    return answer


def test_means_of_the_digits(analyst: Analyst, bundle: Bundle) -> None:
    found = ask(analyst, "means", {}).arrays
    assert found["labels"].tolist() == list(range(10))
    assert found["counts"].sum() == len(bundle.codes.labels)
    threes = bundle.codes.codes[bundle.codes.labels == 3]
    assert np.allclose(found["means"][3], threes.mean(axis=0), atol=1e-4)


def test_the_way_from_one_mean_to_another_parts_their_digits(analyst: Analyst) -> None:
    means = ask(analyst, "means", {}).arrays["means"]
    labels = {"first": 0, "second": 1}
    found = ask(analyst, "separate", labels, direction=means[0] - means[1])
    assert found.fields["d"] > 2
    assert found.fields["share"] > 0.9
    assert (np.diff(found.arrays["random"]) >= 0).all()


@pytest.mark.parametrize(
    ("labels", "latent_dim"),
    [((0, 0), 16), ((0, 77), 16), ((0, 1), 15), ((0, "1"), 16), ((0, True), 16)],
)
def test_what_cannot_be_compared(
    analyst: Analyst, labels: tuple[Any, Any], latent_dim: int
) -> None:
    fields = {"first": labels[0], "second": labels[1]}
    with pytest.raises(LatentExplorerError):
        ask(analyst, "separate", fields, direction=np.ones(latent_dim, np.float32))
