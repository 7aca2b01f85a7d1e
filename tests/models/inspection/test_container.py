"""A model file read to plain data, and the files that are refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from models.errors import REASONS, ModelFileError
from models.inspection.container import (
    COMPILE_NOTE,
    OPTIMIZER_NOTE,
    RawModel,
    read_container,
)
from tests.hostile.catalogue import CASES
from tests.hostile.sound import (
    BIAS,
    KERNEL,
    Case,
    config,
    fill_legacy,
    fill_weights,
    hdf5_bytes,
    marker_of,
    write_h5,
    write_keras,
)


def read_all(path: Path) -> RawModel:
    """With every array, as opening a model does."""
    model = read_container(path)
    try:
        for array in model.weights:
            model.weights.read(array)
    finally:
        model.weights.close()
    return model


@pytest.mark.parametrize("method", [0, 8], ids=["stored", "deflated"])
def test_reads_an_archive(tmp_path: Path, method: int) -> None:
    path = tmp_path / "decoder.keras"
    write_keras(path, method=method)
    model = read_container(path)
    assert (model.name, model.format, model.keras_version) == ("decoder.keras", "keras", "3.15.1")
    assert model.config == config()
    assert set(model.weights) == {"layers/dense/vars/0", "layers/dense/vars/1"}
    np.testing.assert_array_equal(model.weights.read("layers/dense/vars/0"), KERNEL)
    np.testing.assert_array_equal(model.weights.read("layers/dense/vars/1"), BIAS)
    assert model.notes == ()


@pytest.mark.parametrize("name", ["decoder.h5", "decoder.keras", "decoder"])
def test_reads_hdf5_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_h5(path)
    model = read_container(path)
    assert (model.format, model.keras_version, model.backend) == ("h5", "3.15.1", "tensorflow")
    assert model.config == config()
    assert model.layer_names == ("z", "dense")
    kernel, bias = model.weight_names["dense"]
    assert model.weight_names["z"] == ()
    np.testing.assert_array_equal(model.weights.read(kernel), KERNEL)
    np.testing.assert_array_equal(model.weights.read(bias), BIAS)


def test_joins_names_that_were_split(tmp_path: Path) -> None:
    def split(file: h5py.File) -> None:
        fill_legacy(file)
        attributes = file["model_weights"].attrs
        del attributes["layer_names"]
        attributes["layer_names0"] = np.array([b"z"])
        attributes["layer_names1"] = np.array([b"dense"])

    path = tmp_path / "split.h5"
    path.write_bytes(hdf5_bytes(split))
    assert read_container(path).layer_names == ("z", "dense")


def test_leaves_out_what_only_training_needs(tmp_path: Path) -> None:
    def trained(file: h5py.File) -> None:
        fill_weights(file)
        file["optimizer/vars/0"] = h5py.ExternalLink("never", "looked-at")

    path = tmp_path / "trained.keras"
    compiled = config() | {"compile_config": {"loss": "mse"}}
    write_keras(path, json.dumps(compiled).encode(), hdf5_bytes(trained))
    model = read_all(path)
    assert "compile_config" not in model.config
    assert not any(array.startswith("optimizer") for array in model.weights)
    assert model.notes == (OPTIMIZER_NOTE,)


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        ("mse", False),
        ({"module": "keras.losses", "class_name": "MeanSquaredError", "registered_name": None},
         False),
        ({"module": "builtins", "class_name": "function", "registered_name": "function"}, False),
        ({"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}, True),
        ({"module": "vae.losses", "class_name": "function", "config": "kl"}, True),
        ({"module": None, "class_name": "Kl", "registered_name": "vae>Kl"}, True),
        ([{"total": {"module": None, "class_name": "Kl", "registered_name": "Kl"}}], True),
    ],
)  # fmt: skip
def test_says_that_code_of_a_training_is_left_out(tmp_path: Path, loss: Any, said: bool) -> None:
    path = tmp_path / "compiled.keras"
    compiled = config() | {"compile_config": {"optimizer": "adam", "loss": loss}}
    write_keras(path, json.dumps(compiled).encode(), hdf5_bytes(fill_weights))
    assert read_all(path).notes == ((COMPILE_NOTE,) if said else ())


def test_leaves_out_training_of_hdf5(tmp_path: Path) -> None:
    def trained(file: h5py.File) -> None:
        fill_legacy(file)
        file.attrs["training_config"] = "{never parsed"
        file["optimizer_weights/0"] = KERNEL

    path = tmp_path / "trained.h5"
    path.write_bytes(hdf5_bytes(trained))
    model = read_all(path)
    assert len(model.weights) == 2
    assert model.notes == (OPTIMIZER_NOTE,)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refuses(tmp_path: Path, case: Case) -> None:
    path = tmp_path / case.name
    case.write(path)
    with pytest.raises(ModelFileError) as refused:
        read_all(path)
    sentence = str(refused.value)
    assert refused.value.reason == case.reason, sentence
    assert refused.value.reason in REASONS
    assert len(sentence) <= 200
    assert refused.value.advice
    assert sentence.isprintable()
    assert not marker_of(path).exists()


CORPUS = os.environ.get("LATENT_EXPLORER_CORPUS", "")
MODELS = ("keras", "h5", "savedmodel")
# Refused for what the configuration says, not for how the file is made.
DEEPER = ("code", "unknown-class", "mismatch", "compile-dropped", "nan")


def corpus() -> list[dict[str, Any]]:
    if not CORPUS:
        return []
    cases = json.loads((Path(CORPUS) / "manifest.json").read_text(encoding="utf-8"))["cases"]
    return [case for case in cases if case["kind"] in MODELS]


@pytest.mark.skipif(not CORPUS, reason="LATENT_EXPLORER_CORPUS is not set")
@pytest.mark.parametrize("case", corpus(), ids=lambda case: case["id"])
def test_corpus(case: dict[str, Any]) -> None:
    path = Path(CORPUS) / case["path"]
    graph_bombs = ("k_params_bomb", "k_activation_bomb", "k_exponential_calls")
    if case["verdict"] != "reject" or case["reason"] in DEEPER or case["id"] in graph_bombs:
        assert read_all(path).config
        return
    with pytest.raises(ModelFileError) as refused:
        read_all(path)
    assert refused.value.reason == case["reason"]
    assert len(str(refused.value)) <= 200
