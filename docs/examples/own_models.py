"""Train five small models to open: ``python own_models.py FOLDER``, about a minute.

Digits come from strokes that the app draws itself, so nothing has to be fetched.
"""

import sys
from pathlib import Path

import keras
import numpy as np

from models.stroke_digits import draw_digits

LATENT_DIM = 8
CURVE_LENGTH = 200


def bottleneck(digits):
    """An autoencoder as one graph: no decoder exists until the app cuts one out of it."""
    inputs = keras.Input((28, 28, 1), name="digit")
    x = keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    x = keras.layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)
    code = keras.layers.Dense(LATENT_DIM, name="code")(keras.layers.Flatten()(x))
    x = keras.layers.Dense(7 * 7 * 32, activation="relu")(code)
    x = keras.layers.Reshape((7, 7, 32))(x)
    x = keras.layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    outputs = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
    model = keras.Model(inputs, outputs, name="autoencoder")
    model.compile(keras.optimizers.Adam(2e-3), "binary_crossentropy")
    model.fit(digits, digits, batch_size=64, epochs=20, verbose=0)
    return model


def any_size(digits):
    """Convolutions alone take pictures of any size: the file leaves it open."""
    inputs = keras.Input((None, None, 1), name="digit")
    x = keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    x = keras.layers.Conv2D(2, 3, strides=2, padding="same", name="code")(x)
    x = keras.layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    x = keras.layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    outputs = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
    model = keras.Model(inputs, outputs, name="autoencoder")
    model.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    model.fit(digits, digits, batch_size=64, epochs=3, verbose=0)
    return model


def conditional(digits, labels):
    """A decoder of a latent vector and a class, trained with an encoder that sees both."""
    picture, label = keras.Input((28, 28, 1)), keras.Input((10,), name="label")
    x = keras.layers.Concatenate()([keras.layers.Flatten()(picture), label])
    z_of_picture = keras.layers.Dense(4, activation="tanh")(
        keras.layers.Dense(128, activation="relu")(x)
    )
    z, chosen = keras.Input((4,), name="z"), keras.Input((10,), name="label")
    x = keras.layers.Dense(256, activation="relu")(keras.layers.Concatenate()([z, chosen]))
    x = keras.layers.Dense(784, activation="sigmoid")(x)
    decoder = keras.Model([z, chosen], keras.layers.Reshape((28, 28, 1))(x), name="decoder")
    model = keras.Model([picture, label], decoder([z_of_picture, label]))
    model.compile(keras.optimizers.Adam(2e-3), "binary_crossentropy")
    one_hot = keras.utils.to_categorical(labels, 10)
    model.fit([digits, one_hot], digits, batch_size=64, epochs=30, verbose=0)
    return decoder


def curves():
    """A decoder whose output is no picture: damped oscillations of three parameters."""
    generator = np.random.default_rng(0)
    z = generator.uniform(-1, 1, (4000, 3)).astype("float32")
    time = np.linspace(0, 1, CURVE_LENGTH)
    frequency, damping, phase = (z[:, i : i + 1] for i in range(3))
    wave = np.sin(2 * np.pi * (4 + 2 * frequency) * time + np.pi * phase)
    targets = wave * np.exp(-(3 + 2 * damping) * time)
    inputs = keras.Input((3,), name="z")
    x = keras.layers.Dense(128, activation="tanh")(inputs)
    x = keras.layers.Dense(128, activation="tanh")(x)
    model = keras.Model(inputs, keras.layers.Dense(CURVE_LENGTH)(x), name="decoder")
    model.compile(keras.optimizers.Adam(3e-3), "mse")
    model.fit(z, targets, batch_size=64, epochs=40, verbose=0)
    return model


def refused():
    """A decoder with a Lambda layer, which holds code: the app says so and opens nothing."""
    inputs = keras.Input((8,))
    x = keras.layers.Lambda(lambda t: t * 2, name="twice")(inputs)
    return keras.Model(inputs, keras.layers.Dense(784)(x), name="decoder")


def main(folder):
    """Write all of them, and the digits."""
    folder.mkdir(parents=True, exist_ok=True)
    digits, labels = draw_digits(3000, seed=1)
    np.savez_compressed(folder / "digits.npz", x=(digits * 255).astype("uint8"), y=labels)
    bottleneck(digits).save(folder / "autoencoder.keras")
    any_size(digits).save(folder / "any_size.keras")
    conditional(digits, labels).save(folder / "conditional.keras")
    curves().save(folder / "curves.keras")
    refused().save(folder / "lambda.keras")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
