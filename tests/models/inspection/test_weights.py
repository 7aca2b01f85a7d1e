from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import pytest

from models.errors import ModelFileError
from models.inspection.inspect_file import inspect_model
from tests.hostile.sound import hdf5_bytes, write_keras
from tests.models.inspection.configs import (
    Entry,
    call,
    entry,
    functional,
    layer,
    nested,
    old_layer,
    sequential,
    tensor,
)

Array = npt.NDArray[np.float32]


def dense(name: str, *calls: Any, units: int = 4, **settings: Any) -> Entry:
    return layer("Dense", name, *(calls or ("z",)), units=units, use_bias=False, **settings)


def numbered(value: float, *shape: int) -> Array:
    return np.full(shape or (4, 4), value, "float32")


def read(path: Path, config: Entry, arrays: Mapping[str, Array]) -> dict[tuple[str, ...], Any]:
    """Weights of an archive with arrays at these HDF5 paths."""

    def fill(file: h5py.File) -> None:
        for place, array in arrays.items():
            file[place] = array

    write_keras(path, json.dumps(config).encode(), hdf5_bytes(fill))
    weights, _ = inspect_model(path).read_weights()
    return dict(weights)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.keras"


CHAIN = functional([entry(), dense("a"), dense("b", "a"), dense("c", "b")])


def keras3(index: int) -> str:
    return f"layers/dense{f'_{index}' if index else ''}/vars/0"


def keras2(index: int) -> str:
    # Layers with weights were counted twice.
    return f"_layer_checkpoint_dependencies/dense{f'_{2 * index}' if index else ''}/vars/0"


def windows(index: int) -> str:
    return keras2(index).replace("/dense", "\\dense")


@pytest.mark.parametrize("place", [keras3, keras2, windows])
def test_finds_layers_by_their_class(path: Path, place: Callable[[int], str]) -> None:
    arrays = {place(index): numbered(index) for index in range(3)}
    weights = read(path, CHAIN, arrays)
    assert {name: found[0][0, 0] for (name,), found in weights.items()} == {"a": 0, "b": 1, "c": 2}


@pytest.mark.parametrize("place", [keras3, keras2, windows])
def test_finds_nested_models(path: Path, place: Callable[[int], str]) -> None:
    inner = functional([entry(), dense("a"), dense("b", "a")])
    config = functional([entry(), dense("a"), nested(inner, "inner", "a")])
    prefix = place(0).removesuffix("dense/vars/0")
    arrays = {place(0): numbered(1)}
    arrays |= {f"{prefix}functional/{place(index)}": numbered(2 + index) for index in range(2)}
    weights = read(path, config, arrays)
    assert {name: found[0][0, 0] for name, found in weights.items()} == {
        ("a",): 1,
        ("inner", "a"): 2,
        ("inner", "b"): 3,
    }


def test_more_than_ten_of_a_class(path: Path) -> None:
    names = [f"d{index}" for index in range(12)]
    layers = [dense(name, before) for before, name in zip(["z", *names], names, strict=False)]
    arrays = {keras3(index): numbered(index) for index in range(12)}
    weights = read(path, functional([entry(), *layers]), arrays)
    assert [weights[name,][0][0, 0] for name in names] == list(range(12))


def test_layers_that_two_models_share_are_kept_once(path: Path) -> None:
    shared = {**dense("a"), "shared_object_id": 7}
    inner = functional([entry(), shared, dense("b", "a")])
    config = functional([entry(), shared, nested(inner, "inner", "a")])
    arrays = {
        "layers/dense/vars/0": numbered(1),
        "layers/functional/layers/dense_1/vars/0": numbered(2),
    }
    weights = read(path, config, arrays)
    assert weights["inner", "a"][0][0, 0] == weights["a",][0][0, 0] == 1
    assert weights["inner", "b"][0][0, 0] == 2


def test_what_is_not_called_needs_no_weights(path: Path) -> None:
    config = functional([entry(), dense("a"), dense("idle")], outputs=[["a", 0, 0]])
    assert list(read(path, config, {keras3(0): numbered(1)})) == [("a",)]


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({}, "received 0"),
        ({keras3(0): numbered(1), keras3(1): numbered(1)}, "'c'"),
        (
            {keras3(index): numbered(1, 4, 5 if index == 1 else 4) for index in range(3)},
            r"\(4, 5\)",
        ),
        ({keras3(index): numbered(1, 16) for index in range(3)}, r"\(16,\)"),
        ({"layers": numbered(1)}, "received 0"),
        ({"layers/dense": numbered(1)}, "received 0"),
    ],
)
def test_refuses_weights_that_do_not_fit(path: Path, arrays: dict[str, Array], told: str) -> None:
    with pytest.raises(ModelFileError, match=told) as error:
        read(path, CHAIN, arrays)
    assert error.value.reason == "mismatch"


def test_says_of_weights_that_are_no_numbers(path: Path) -> None:
    arrays = {keras3(index): numbered(np.nan if index == 1 else 1) for index in range(3)}
    read(path, CHAIN, arrays)
    _, notes = inspect_model(path).read_weights()
    assert notes == ("some weights are no finite numbers (NaN) (b)",)


@pytest.mark.parametrize(
    ("shape", "kernel", "wanted"),
    [
        (None, (6, 4), (None, 6)),
        ([None, None], (6, 4), (None, 6)),
        ([None, 5], (6, 4), (None, 6)),
        ([None, 6], (6, 4), (None, 6)),
    ],
)
def test_takes_the_shape_of_an_input_from_the_weights(
    path: Path, shape: list[int | None] | None, kernel: tuple[int, int], wanted: Any
) -> None:
    told: Entry = {} if shape is None else {"batch_input_shape": shape}
    first = layer("Dropout", "drop", rate=0.5, **told)
    config = sequential(first, dense("a", units=4))
    read(path, config, {keras3(0): numbered(1, *kernel)})
    inspected = inspect_model(path)
    assert [inspected.specs[ref].shape for ref in inspected.blueprint.input_refs] == [wanted]
    assert any("first layer's weights" in note for note in inspected.notes) == (shape != [None, 6])


def test_says_where_a_shape_cannot_be_told(path: Path) -> None:
    config = sequential(layer("Flatten", "flat"), dense("a"))
    with pytest.raises(ModelFileError, match="known shape") as error:
        read(path, config, {keras3(0): numbered(1)})
    assert error.value.reason == "mismatch"


def h5_bytes(config: Entry, arrays: dict[str, list[Array]]) -> bytes:
    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.4.0"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in arrays]
        for name, values in arrays.items():
            names = [f"w{index}:0" for index in range(len(values))]
            below = group.create_group(name)
            below.attrs["weight_names"] = [each.encode() for each in names]
            for each, value in zip(names, values, strict=True):
                below[each] = value

    return hdf5_bytes(fill)


def old_nested() -> Entry:
    """A model in a model: a frozen Dense and a BatchNormalization."""
    node = [["z", 0, 0, {}]]
    inside = functional(
        [
            old_layer("InputLayer", "z", batch_input_shape=[None, 4]),
            old_layer("Dense", "frozen", node, units=4, use_bias=False, trainable=False),
            old_layer("BatchNormalization", "norm", [["frozen", 0, 0, {}]]),
            old_layer("Dense", "free", [["norm", 0, 0, {}]], units=4, use_bias=False),
        ]
    )
    model = {**old_layer("Model", "inner", node), "config": inside["config"]}
    return functional([old_layer("InputLayer", "z", batch_input_shape=[None, 4]), model])


def test_nested_models_of_hdf5_list_trainable_weights_first(tmp_path: Path) -> None:
    # gamma, beta, the free kernel; then the frozen kernel, mean, variance.
    values = [numbered(0, 4), numbered(1, 4), numbered(2), numbered(3), *[numbered(4, 4)] * 2]
    path = tmp_path / "model.h5"
    path.write_bytes(h5_bytes(old_nested(), {"z": [], "inner": values}))
    weights, _ = inspect_model(path).read_weights()
    found = {name[-1]: [array.flat[0] for array in arrays] for name, arrays in weights.items()}
    assert found == {"frozen": [3], "norm": [0, 1, 4, 4], "free": [2]}


@pytest.mark.parametrize("count", [0, 5, 7])
def test_refuses_another_number_of_arrays(tmp_path: Path, count: int) -> None:
    path = tmp_path / "model.h5"
    path.write_bytes(h5_bytes(old_nested(), {"z": [], "inner": [numbered(1)] * count}))
    with pytest.raises(ModelFileError, match="6 arrays") as error:
        inspect_model(path)
    assert error.value.reason == "mismatch"


def test_layers_renamed_since_are_taken_in_order(tmp_path: Path) -> None:
    node = [["z", 0, 0, {}]]
    config = functional(
        [
            old_layer("InputLayer", "z", batch_input_shape=[None, 4]),
            old_layer("Dense", "a", node, units=4, use_bias=False),
            old_layer("Dense", "b", [["a", 0, 0, {}]], units=4, use_bias=False),
        ]
    )
    path = tmp_path / "model.h5"
    path.write_bytes(
        h5_bytes(config, {"input_9": [], "dense_7": [numbered(1)], "dense_8": [numbered(2)]})
    )
    weights, _ = inspect_model(path).read_weights()
    assert (weights["a",][0][0, 0], weights["b",][0][0, 0]) == (1, 2)


def test_shared_layers_take_their_weights_once(path: Path) -> None:
    config = functional([entry(), dense("a", "z", call(tensor("a", 0)))], outputs=[["a", 1, 0]])
    assert len(read(path, config, {keras3(0): numbered(1)})) == 1
