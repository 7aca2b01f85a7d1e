from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import numpy.typing as npt
import pytest

from models.building import build_model
from models.inspection.inspect_file import inspect_model
from models.inspection.legacy import translate_layer
from models.inspection.notes import Notes
from tests.hostile.sound import hdf5_bytes
from tests.models.inspection.configs import Entry, old_layer

WRITER = Path(__file__).with_name("legacy_writer.py")
TIMEOUT_S = 400
WRITTEN = (
    *("conv_decoder", "open_size", "sequential", "nested", "named_ends", "recurrent", "attending"),
    *("with_states", "both_ways", "both_ways_with_states", "stacked_cells", "film"),
    *("one_hot", "prepared", "arithmetic"),
    *("variational", "sampling_functions", "sampling_lambda"),
)


@pytest.mark.parametrize(
    ("class_name", "given", "kind", "wanted"),
    [
        ("Conv2DTranspose", {"groups": 1}, "Conv2DTranspose", {}),
        ("Conv2DTranspose", {"groups": 2}, "Conv2DTranspose", {"groups": 2}),
        ("Conv2D", {"groups": 1}, "Conv2D", {"groups": 1}),
        ("LeakyReLU", {"alpha": 0.2}, "LeakyReLU", {"negative_slope": 0.2}),
        ("LeakyReLU", {"alpha": {"type": "ndarray", "value": 0.2}}, "LeakyReLU",
         {"negative_slope": 0.2}),
        ("ELU", {"alpha": 0.2}, "ELU", {"alpha": 0.2}),
        ("ThresholdedReLU", {"theta": 0.5}, "ReLU", {"threshold": 0.5}),
        ("Dense", {"output_dim": 3, "init": "uniform", "W_regularizer": None, "bias": True},
         "Dense", {"units": 3, "use_bias": True}),
        ("Embedding", {"input_dim": 9, "output_dim": 3, "input_length": 4}, "Embedding",
         {"input_dim": 9, "output_dim": 3}),
        ("Convolution2D", {"nb_filter": 8, "nb_row": 3, "nb_col": 5, "border_mode": "same",
         "subsample": [2, 2], "dim_ordering": "th"}, "Convolution2D",
         {"filters": 8, "kernel_size": [3, 5], "padding": "same", "strides": [2, 2],
          "data_format": "channels_first"}),
        ("Deconvolution2D", {"nb_filter": 8, "output_shape": [None, 8, 8, 1]}, "Deconvolution2D",
         {"filters": 8}),
        ("Dropout", {"p": 0.5}, "Dropout", {"rate": 0.5}),
        ("GaussianNoise", {"sigma": 0.5}, "GaussianNoise", {"stddev": 0.5}),
        ("BatchNormalization", {"mode": 0, "gamma_init": "one"}, "BatchNormalization", {}),
        ("BatchNormalization", {"mode": 1}, "BatchNormalization", {"mode": 1}),
        ("BatchNormalizationV1", {}, "BatchNormalization", {}),
        ("UpSampling1D", {"length": 3}, "UpSampling1D", {"size": 3}),
        ("Merge", {"mode": "concat", "concat_axis": 1}, "Concatenate", {"axis": 1}),
        ("Merge", {"mode": "sum"}, "Add", {}),
        ("Merge", {"mode": ["4wEAAA=="]}, "Lambda", {}),
        ("RandomFlip", {"mode": "horizontal"}, "Identity", {}),
        ("GRU", {"units": 3}, "GRU", {"units": 3, "reset_after": False}),
        ("CuDNNGRU", {"units": 3}, "GRU", {"units": 3, "reset_after": True, "activation": "tanh",
         "recurrent_activation": "sigmoid"}),
        ("Activation", {"activation": "hard_sigmoid"}, "Activation",
         {"activation": "keras2_hard_sigmoid"}),
        ("MultiHeadAttention", {"query_shape": [None, 4]}, "MultiHeadAttention", {}),
        ("Mystery", {"what": 1}, "Mystery", {"what": 1}),
    ],
)  # fmt: skip
def test_translates(class_name: str, given: Entry, kind: str, wanted: Entry) -> None:
    found = translate_layer(class_name, given, keras2=True, name="layer", notes=Notes())
    assert found == (kind, wanted)


def test_keras_3_keeps_its_defaults() -> None:
    for config in ({"recurrent_activation": "hard_sigmoid"}, {"units": 3}):
        assert translate_layer("GRU", config, keras2=False, name="g", notes=Notes()) == (
            "GRU",
            config,
        )


def test_says_what_it_changes() -> None:
    notes = Notes()
    for index in range(5):
        config = {"groups": 1, "kernel_constraint": {"class_name": "Clip"}}
        translate_layer("Conv2DTranspose", config, keras2=True, name=f"conv{index}", notes=notes)
    constraints, groups = notes.told()
    assert constraints.startswith("regularisers and constraints")
    assert groups.startswith("groups=1")
    assert groups.endswith("(conv0, conv1, conv2 and 2 more)")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files that Keras 2 wrote."""
    if importlib.util.find_spec("tf_keras") is None:
        pytest.skip("tf-keras is not installed")
    folder = tmp_path_factory.mktemp("legacy")
    subprocess.run(
        [sys.executable, "-P", "-W", "ignore", WRITER, folder],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    return folder


@pytest.mark.timeout(TIMEOUT_S)  # the first one waits for what Keras 2 writes
@pytest.mark.parametrize("ending", ["h5", "keras"])
@pytest.mark.parametrize("name", WRITTEN)
def test_gives_what_keras_2_gave(written: Path, name: str, ending: str) -> None:
    inspected = inspect_model(written / f"{name}.{ending}")
    weights, _ = inspected.read_weights()
    model = build_model(inspected.blueprint, weights)
    with np.load(written / f"{name}.npz") as arrays:
        inputs = {key[6:]: arrays[key] for key in arrays if key.startswith("input_")}
        outputs = [arrays[f"output_{index}"] for index in range(len(arrays) - len(inputs))]
    several: Any = inputs if isinstance(model.input, dict) else list(inputs.values())
    given = several if len(inputs) > 1 else next(iter(inputs.values()))
    found = keras.tree.flatten(model(given))
    if name in ("variational", "sampling_functions", "sampling_lambda"):
        # The last is random, or z_mean.
        assert any("sampl" in note for note in inspected.notes)
        outputs.pop()
        if name == "sampling_lambda":
            np.testing.assert_array_equal(found[-1], found[0])
        found.pop()
    for ours, theirs in zip(found, outputs, strict=True):
        atol = 1e-5 * np.abs(theirs).max()
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=atol)


def keras1_file(
    layers: list[Entry], arrays: dict[str, list[npt.NDArray[Any]]], **attributes: Any
) -> bytes:
    """A Sequential model as Keras 1 wrote it."""

    def fill(file: h5py.File) -> None:
        config = {"class_name": "Sequential", "config": layers}
        file.attrs["model_config"] = json.dumps(config)
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [layer["name"].encode() for layer in layers]
        for name, value in {"keras_version": b"1.2.2", **attributes}.items():
            group.attrs[name] = value
        for layer in layers:
            below = group.create_group(layer["name"])
            given = arrays.get(layer["name"], [])
            names = [f"{layer['name']}_{index}" for index in range(len(given))]
            below.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, given, strict=True):
                below[name] = array

    return hdf5_bytes(fill)


@pytest.mark.parametrize("theano", [True, False])
@pytest.mark.parametrize("ordering", ["th", "tf"])
def test_opens_keras_1(tmp_path: Path, ordering: str, theano: bool) -> None:
    rng = np.random.default_rng(1)
    first = ordering == "th"
    kernel, bias = rng.normal(size=(3, 3, 2, 5)), rng.normal(size=5)
    back, offset = rng.normal(size=(3, 3, 4, 5)), rng.normal(size=4)
    shape = [None, 2, 6, 6] if first else [None, 6, 6, 2]
    common = {"nb_row": 3, "nb_col": 3, "border_mode": "same", "dim_ordering": ordering}
    layers = [
        old_layer("Convolution2D", "conv", nb_filter=5, batch_input_shape=shape,
                  activation="relu", **common),
        old_layer("Deconvolution2D", "back", nb_filter=4, subsample=[1, 1],
                  output_shape=[None, 4, 6, 6], **common),
    ]  # fmt: skip
    turned = (slice(None, None, -1),) * 2 if theano else ()
    stored = {
        "conv": [kernel[turned].transpose(3, 2, 0, 1) if first else kernel[turned], bias],
        "back": [
            back[turned].transpose(2, 3, 0, 1) if first else back[turned].transpose(0, 1, 3, 2),
            offset,
        ],
    }
    path = tmp_path / "old.h5"
    path.write_bytes(keras1_file(layers, stored, backend=b"theano" if theano else b"tensorflow"))
    inspected = inspect_model(path)
    weights, _ = inspected.read_weights()
    model = build_model(inspected.blueprint, weights)
    picture = rng.normal(size=(1, 6, 6, 2)).astype("float32")
    expected = keras.ops.conv(picture, kernel.astype("float32"), padding="same") + bias
    expected = keras.ops.conv_transpose(
        keras.ops.relu(expected), back.astype("float32"), padding="same"
    )
    given = picture.transpose(0, 3, 1, 2) if first else picture
    found = np.asarray(model(given))
    found = found.transpose(0, 2, 3, 1) if first else found
    np.testing.assert_allclose(found, expected + offset, rtol=1e-4, atol=1e-4)


def test_joins_the_gates_of_keras_1(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    gates = [
        array
        for _ in range(4)
        for array in (rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3))
    ]
    layer = old_layer("LSTM", "lstm", output_dim=3, batch_input_shape=[None, 4, 2])
    path = tmp_path / "lstm.h5"
    path.write_bytes(keras1_file([layer], {"lstm": gates}))
    weights, _ = inspect_model(path).read_weights()
    kernel, recurrent, bias = weights["lstm",]
    assert (kernel.shape, recurrent.shape, bias.shape) == ((2, 12), (3, 12), (12,))
    # Kept as input, memory, forget, output; today the forget gate comes second.
    np.testing.assert_array_equal(kernel[:, 3:6], gates[6])
    np.testing.assert_array_equal(bias[6:9], gates[5])


@pytest.mark.parametrize(("kind", "count"), [("GRU", 3), ("LSTM", 4)])
def test_converts_weights_of_gpus_only(tmp_path: Path, kind: str, count: int) -> None:
    rng = np.random.default_rng(3)
    kernels = [rng.normal(size=(2, 3)) for _ in range(count)]
    recurrents = [rng.normal(size=(3, 3)) for _ in range(count)]
    bias = rng.normal(size=2 * count * 3)
    # Each input kernel lies transposed in memory, each recurrent one is transposed.
    stored = [
        np.hstack([each.T.reshape(2, 3) for each in kernels]),
        np.hstack([each.T for each in recurrents]),
        bias,
    ]
    layer = old_layer(f"CuDNN{kind}", "rnn", units=3, batch_input_shape=[None, 4, 2])
    path = tmp_path / "rnn.h5"
    path.write_bytes(keras1_file([layer], {"rnn": stored}, keras_version=b"2.2.4"))
    weights, _ = inspect_model(path).read_weights()
    kernel, recurrent, found = weights["rnn",]
    np.testing.assert_array_equal(kernel, np.hstack(kernels))
    np.testing.assert_array_equal(recurrent, np.hstack(recurrents))
    halves = bias.reshape(2, -1)
    np.testing.assert_array_equal(found, halves if kind == "GRU" else halves.sum(axis=0))
