"""Files of weights alone: opened where they are the app's own, refused otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from models.architecture import Architecture, build_autoencoder, build_single_graph
from models.building import build_model
from models.errors import ModelFileError
from models.inspection.inspect_file import inspect_model

# Keras' own saving, with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Save = Callable[[Any, Path], None]


def own(name: str, architecture: Architecture | None = None) -> Any:
    architecture = architecture or Architecture(latent_dim=5)
    if name == "single_graph":
        return build_single_graph(architecture)
    return getattr(build_autoencoder(architecture), name)


def save_new(model: Any, path: Path) -> None:
    model.save_weights(path)


def save_old(model: Any, path: Path) -> None:
    """As Keras 2 wrote weights, whatever it called the layers."""
    with h5py.File(path, "w") as file:
        layers = [(f"layer_{index}", layer) for index, layer in enumerate(model.layers)]
        file.attrs["layer_names"] = [name.encode() for name, _ in layers]
        file.attrs["keras_version"] = b"2.4.0"
        for name, layer in layers:
            group = file.create_group(name)
            arrays = {f"{name}/w_{i}:0": np.asarray(w) for i, w in enumerate(layer.weights)}
            group.attrs["weight_names"] = [each.encode() for each in arrays]
            for each, array in arrays.items():
                group[each] = array


@pytest.mark.parametrize("save", [save_new, save_old])
@pytest.mark.parametrize("name", ["encoder", "decoder", "autoencoder", "single_graph"])
def test_own_weights_become_the_own_model(name: str, save: Save, tmp_path: Path) -> None:
    original = own(name)
    path = tmp_path / "latest.weights.h5"
    save(original, path)
    inspected = inspect_model(path)
    weights, _ = inspected.read_weights()
    model = build_model(inspected.blueprint, weights)
    what = "autoencoder" if name == "single_graph" else name
    assert model.name == what
    assert any(f"own {what}" in note for note in inspected.notes)
    given = np.random.default_rng(1).random((2, *original.input.shape[1:]), np.float32)
    np.testing.assert_allclose(model(given), original(given), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("save", [save_new, save_old])
@pytest.mark.parametrize(
    ("name", "hidden"),  # a decoder without a hidden layer has the shapes of the plain one
    [("encoder", 0), ("autoencoder", 0), ("encoder", 24), ("decoder", 24), ("autoencoder", 24)],
)
def test_own_variational_weights_become_the_own_model(
    name: str, hidden: int, save: Save, tmp_path: Path
) -> None:
    original = own(name, Architecture(latent_dim=5, kind="vae", hidden=hidden))
    path = tmp_path / "latest.weights.h5"
    save(original, path)
    inspected = inspect_model(path)
    weights, _ = inspected.read_weights()
    model = build_model(inspected.blueprint, weights)
    given = np.random.default_rng(1).random((2, *original.input.shape[1:]), np.float32)
    made, expected = model(given), original(given)
    if name == "encoder":  # z itself is drawn by chance
        assert model.output_names == ["z_mean", "z_log_var"]
        expected = expected[:2]
    np.testing.assert_allclose(made, expected, rtol=1e-5, atol=1e-6)


def drop_last(arrays: list[Any]) -> Sequence[Any]:
    return arrays[:-1]


def widen(arrays: list[Any]) -> Sequence[Any]:
    return [*arrays[:-2], np.zeros((3, 3, 2, 32)), np.zeros(2)]


def add_one(arrays: list[Any]) -> Sequence[Any]:
    return [*arrays, np.zeros(4)]


@pytest.mark.parametrize("change", [drop_last, widen, add_one])
def test_other_weights_are_refused(
    change: Callable[[list[Any]], Sequence[Any]], tmp_path: Path
) -> None:
    arrays = change([np.asarray(each) for each in own("decoder").weights])
    path = tmp_path / "other.weights.h5"
    with h5py.File(path, "w") as file:
        for index, array in enumerate(arrays):
            file[f"layers/dense_{index}/vars/0"] = array
    with pytest.raises(ModelFileError, match="its weights only") as error:
        inspect_model(path)
    assert error.value.reason == "weights-only"
