"""Train a small autoencoder and look at it, without saving anything.

The script goes on while the window is open; at its end it waits until the
window is closed.
"""

import argparse

import keras
import numpy as np

import explorer

LATENT_DIM = 8

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--data", help="other digits: an .npz with the arrays that MNIST's has")
options = parser.parse_args()

if options.data:
    digits = np.load(options.data)
    x_train, x_test, y_test = (digits[name] for name in ("x_train", "x_test", "y_test"))
else:
    (x_train, _), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = (x.astype("float32")[..., None] / 255 for x in (x_train, x_test))

encoder = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(LATENT_DIM),
    ],
    name="encoder",
)
decoder = keras.Sequential(
    [
        keras.Input((LATENT_DIM,)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(28 * 28, activation="sigmoid"),
        keras.layers.Reshape((28, 28, 1)),
    ],
    name="decoder",
)
autoencoder = keras.Sequential([encoder, decoder])
autoencoder.compile("adam", "binary_crossentropy")
autoencoder.fit(x_train, x_train, batch_size=256, epochs=options.epochs)

handle = explorer.explore(decoder, encoder, data=x_test, labels=y_test)


@handle.on_change
def tell(z):
    """Print every z that the window shows."""
    print("z =", z.round(2))


# The code of the first test digit: the sliders move, and the window shows the digit.
handle.set_z(encoder(x_test[:1])[0])
