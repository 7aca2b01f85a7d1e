"""The bundle that comes with the app, with a latent vector of thousands of dimensions.

Encoder and decoder are the same; a matrix of random numbers stands between them and
the longer vector.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from models.bundle import (
    CODES,
    DECODER,
    DEFAULT,
    ENCODER,
    Codes,
    FirstPicture,
    open_bundle,
    read_card,
    write_card,
    write_codes,
)

LATENT_DIM = 4096
KNOWN_CODES = 256
SEED = 11


def write_wide_bundle(folder: Path) -> None:
    """Write the bundle into a folder that does not exist yet."""
    shutil.copytree(DEFAULT, folder)
    # In a process of its own: TensorFlow must not get into that of the window.
    subprocess.run([sys.executable, "-m", "tests.bench.wide_bundle", str(folder)], check=True)
    known, longer = open_bundle(DEFAULT), _matrix()
    codes = Codes.measure(
        known.codes.codes[:KNOWN_CODES] @ longer, known.codes.labels[:KNOWN_CODES]
    )
    first = known.first
    write_codes(
        folder / CODES,
        codes,
        FirstPicture(first.clean, first.noisy, first.z @ longer, first.output),
    )
    card = {name: value for name, value in read_card(folder).items() if name != "files"}
    card["architecture"]["latent_dim"] = LATENT_DIM
    write_card(folder, card)


def _matrix() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Orthonormal rows, so that its transpose leads back; (16, latent_dim)."""
    numbers = np.random.default_rng(SEED).standard_normal((LATENT_DIM, _latent_dim()))
    rows, _ = np.linalg.qr(numbers)
    return rows.T.astype(np.float32)


def _latent_dim() -> int:
    return int(read_card(DEFAULT)["architecture"]["latent_dim"])


def _main(folder: Path) -> None:
    import keras
    from keras import layers

    decoder = keras.models.load_model(DEFAULT / DECODER, compile=False)
    encoder = keras.models.load_model(DEFAULT / ENCODER, compile=False)
    z = keras.Input((LATENT_DIM,), name="decoder_input")
    back = layers.Dense(_latent_dim(), use_bias=False, name="shorter")
    x = back(z)
    for layer in decoder.layers[1:]:
        x = layer(x)
    back.set_weights([_matrix().T])
    keras.Model(z, x, name="decoder").save(folder / DECODER)
    there = layers.Dense(LATENT_DIM, use_bias=False, name="longer")
    codes = there(encoder.outputs[0])
    there.set_weights([_matrix()])
    keras.Model(encoder.inputs, codes, name="encoder").save(folder / ENCODER)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
