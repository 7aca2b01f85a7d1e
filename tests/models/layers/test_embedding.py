"""Embedding and CategoryEncoding, against Keras' own."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.inspection.blueprint import Call, TensorSpec
from models.layers.registry import RULES
from models.layers.settings import SettingError
from tests.models.layers.comparing import compare, read_layer

# Keras saves variables in a way that numpy is going to give up.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.mark.parametrize("shape", [(None,), (None, 1), (None, 3, 4)])
@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_an_embedding_is_as_keras_has_it(
    shape: tuple[int | None, ...], dtype: str, tmp_path: Path
) -> None:
    config = {"input_dim": 10, "output_dim": 6}
    compare("Embedding", config, Call((TensorSpec(shape, dtype),)), tmp_path)


def test_a_large_vocabulary_is_allowed_and_a_larger_one_is_not() -> None:
    layer = read_layer("Embedding", {"input_dim": 1_000_000, "output_dim": 2, "input_length": 1})
    slots = RULES["Embedding"].slots(layer.settings, Call((TensorSpec((None, 1), "int32"),)))
    assert [slot.shape for slot in slots] == [(1_000_000, 2)]
    with pytest.raises(SettingError, match="input_dim") as caught:
        read_layer("Embedding", {"input_dim": 1_000_001, "output_dim": 2})
    assert caught.value.reason == "bomb"


def test_an_embedding_with_low_rank_updates_is_refused() -> None:
    with pytest.raises(SettingError, match="lora_rank"):
        read_layer("Embedding", {"input_dim": 10, "output_dim": 2, "lora_rank": 4})


@pytest.mark.parametrize(
    ("mode", "shape"),
    [
        *((mode, (None, size)) for mode in ("multi_hot", "count", "binary") for size in (1, 3)),
        *(("one_hot", shape) for shape in ((None,), (None, 1), (None, 3), (None, 3, 1))),
    ],
)
def test_an_encoding_is_as_keras_has_it(
    mode: str, shape: tuple[int | None, ...], tmp_path: Path
) -> None:
    config = {"num_tokens": 10, "output_mode": mode}
    compare("CategoryEncoding", config, Call((TensorSpec(shape, "int32"),)), tmp_path)


def test_an_encoding_is_dense_and_of_a_known_size() -> None:
    for config in ({}, {"num_tokens": None}, {"num_tokens": 3, "sparse": True}):
        with pytest.raises(SettingError):
            read_layer("CategoryEncoding", config)
    settings = read_layer("CategoryEncoding", {"num_tokens": 3}).settings
    for shape in ((None,), (None, 3, 1)):
        with pytest.raises(ValueError, match="one list of classes"):
            RULES["CategoryEncoding"].output(settings, Call((TensorSpec(shape, "int32"),)))


def test_an_encoding_costs_a_row_for_each_class() -> None:
    rule = RULES["CategoryEncoding"]
    settings = read_layer("CategoryEncoding", {"num_tokens": 65536}).settings
    assert rule.cost is not None
    assert rule.cost(settings, Call((TensorSpec((None, 65536), "int32"),))) == 2**32
