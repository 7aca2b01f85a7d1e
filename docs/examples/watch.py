"""Watch a decoder while it is trained: the picture of the same z changes epoch by epoch."""

import argparse

import keras
import numpy as np

import explorer

LATENT_DIM = 8

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=20)
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

# Its layers are called encoder and decoder, so Watch finds them.
watch = explorer.Watch(data=x_test, labels=y_test)
autoencoder.fit(x_train, x_train, batch_size=256, epochs=options.epochs, callbacks=[watch])
