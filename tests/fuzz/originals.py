"""The sound files that mutations start from."""

from __future__ import annotations

import io
import multiprocessing
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.fuzz.quiet import be_quiet
from tests.hostile.sound import Packed, write_h5, write_keras, zip_bytes

LOG = "log"
# Keras writes when it saved a model, which would make every run another.
METADATA = b'{"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}'


def make_originals(folder: Path) -> dict[str, bytes]:
    """Every original by its file's name, written by a process of its own, which has Keras."""
    process = multiprocessing.get_context("spawn").Process(target=write_originals, args=(folder,))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"no originals were written, see {folder / LOG}")
    (folder / LOG).unlink()
    return read_originals(folder)


def read_originals(folder: Path) -> dict[str, bytes]:
    """Those that were written, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def write_originals(folder: Path) -> None:
    """Write the models, the data and the pictures."""
    be_quiet(folder / LOG)
    write_keras(folder / "dense.keras", method=8)
    write_h5(folder / "dense.h5")
    for name, make in MODEL_MAKERS.items():
        _save(make, folder / name)
    for name, data in {**_data(), **_pictures()}.items():
        (folder / name).write_bytes(data)


def _save(make: Callable[[], Any], path: Path) -> None:
    import keras

    keras.utils.set_random_seed(7)
    make().save(path)
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        members["metadata.json"] = METADATA
        packed = [Packed(name, data, method=8) for name, data in members.items()]
        path.write_bytes(zip_bytes(packed))


def _decoder() -> Any:
    from keras import Input, Model, layers

    z = Input((6,), name="z")
    x = layers.Dense(4 * 4 * 3, activation="relu")(z)
    x = layers.BatchNormalization()(layers.Reshape((4, 4, 3))(x))
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x)
    x = layers.Dropout(0.2)(layers.LeakyReLU(0.1)(x))
    x = layers.UpSampling2D(2)(layers.GroupNormalization(2)(x))
    return Model(z, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x), name="decoder")


def _encoder() -> Any:
    import keras
    from keras import Input, Model, layers, ops

    picture = Input((8, 8, 1), name="picture")
    x = layers.Conv2D(3, 3, strides=2, activation="relu")(layers.ZeroPadding2D(1)(picture))
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    mean, log_var = layers.Dense(3, name="z_mean")(x), layers.Dense(3, name="z_log_var")(x)
    noise = keras.random.normal((1, 3), seed=keras.random.SeedGenerator(1))
    z = mean + ops.exp(0.5 * log_var) * noise
    return Model(picture, [mean, log_var, z], name="encoder")


def _autoencoder() -> Any:
    from keras import Input, Model, Sequential, layers

    encoder = Sequential(
        [Input((6, 6, 1)), layers.GaussianNoise(0.1), layers.Flatten(), layers.Dense(2)],
        name="encoder",
    )
    z = Input((2,))
    decoder = Model(z, layers.Reshape((6, 6, 1))(layers.Dense(36)(z)), name="decoder")
    picture = Input((6, 6, 1))
    return Model(picture, decoder(encoder(picture)), name="autoencoder")


def _conditional() -> Any:
    from keras import Input, Model, layers, ops

    given = {"z": Input((4,), name="z"), "label": Input((1,), dtype="int32", name="label")}
    table = layers.Flatten()(layers.Embedding(5, 3)(given["label"]))
    x = ops.concatenate([given["z"], table], axis=-1)
    x = ops.tanh(layers.Dense(25)(x)) * 2.0 - 1.0
    picture = layers.Rescaling(0.5, 0.5)(layers.Reshape((5, 5))(x))
    return Model(given, {"picture": picture, "curve": x[:, :9]}, name="decoder")


def _sequences() -> Any:
    from keras import Input, Model, layers

    z = Input((4,), name="z")
    x = layers.RepeatVector(5)(z)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.GRU(4, return_sequences=True)(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 2)(x, x)])
    x = layers.LayerNormalization()(x)
    x = layers.TimeDistributed(layers.Dense(3, activation="elu"))(x)
    return Model(z, layers.AveragePooling1D(2)(layers.Conv1D(2, 2)(x)), name="decoder")


def _film() -> Any:
    from keras import Input, Model, Sequential, layers

    frame = Sequential([Input((3,)), layers.Dense(8), layers.Reshape((4, 2))], name="frame")
    z, first = Input((5, 3), name="z"), Input((2,), name="first")
    cells = [layers.GRUCell(3), layers.LSTMCell(2)]
    x = layers.RNN(cells, return_sequences=True)(z)
    x = layers.Bidirectional(layers.GRU(2, return_sequences=True))(x, initial_state=[first, first])
    x = layers.TimeDistributed(frame)(layers.Dense(3)(x))
    return Model([z, first], layers.Softmax()(x), name="film")


def _open_size() -> Any:
    from keras import Input, Model, layers

    picture = Input((None, None, 1), name="picture")
    x = layers.Conv2D(2, 3, strides=2, padding="same", activation="relu")(picture)
    x = layers.UpSampling2D()(layers.DepthwiseConv2D(3, padding="same", dilation_rate=2)(x))
    return Model(picture, layers.Conv2D(1, 1)(layers.Concatenate()([x, picture])), name="any")


MODEL_MAKERS: Mapping[str, Callable[[], Any]] = {
    "decoder.keras": _decoder,
    "decoder.h5": _decoder,
    "autoencoder.keras": _autoencoder,
    "autoencoder.h5": _autoencoder,
    "conditional.keras": _conditional,
    "encoder.keras": _encoder,
    "film.h5": _film,
    "film.keras": _film,
    "open_size.keras": _open_size,
    "sequences.keras": _sequences,
    "sequences.h5": _sequences,
}


def _data() -> dict[str, bytes]:
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (9, 5, 4), np.uint8)
    labels = np.arange(9) % 3

    def saved(save: Callable[..., object], *arrays: Any, **named: Any) -> bytes:
        stream = io.BytesIO()
        save(stream, *arrays, **named)
        return stream.getvalue()

    return {
        "stored.npz": saved(np.savez, x_test=pixels, y_test=labels),
        "packed.npz": saved(np.savez_compressed, images=pixels / 255, labels=labels.astype("U3")),
        "array.npy": saved(np.save, pixels.astype(">f4")),
        "columns.npy": saved(np.save, np.asfortranarray(rng.random((9, 4, 5, 3), np.float32))),
    }


def _pictures() -> dict[str, bytes]:
    rng = np.random.default_rng(4)
    grey = Image.fromarray(rng.integers(0, 256, (12, 9), np.uint8))
    colour = Image.fromarray(rng.integers(0, 256, (12, 9, 4), np.uint8), "RGBA")
    turned = Image.Exif()
    turned[0x0112] = 6

    def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        return stream.getvalue()

    return {
        "grey.png": saved(grey, "PNG"),
        "palette.png": saved(colour.convert("RGB").quantize(16), "PNG", transparency=3),
        "deep.png": saved(Image.fromarray(rng.integers(0, 65536, (7, 8), np.uint16)), "PNG"),
        "colour.png": saved(colour, "PNG"),
        "turned.jpg": saved(colour.convert("RGB"), "JPEG", exif=turned),
        "progressive.jpg": saved(grey, "JPEG", progressive=True),
        "plain.bmp": saved(grey, "BMP"),
        "frames.gif": saved(grey, "GIF", save_all=True, append_images=[grey.rotate(90)]),
        "lossless.webp": saved(colour, "WEBP", lossless=True),
        "grey.tiff": saved(grey, "TIFF", compression="tiff_lzw"),
    }
