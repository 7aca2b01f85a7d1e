"""Writes models with Keras 2 and what they give: ``python -W ignore legacy_writer.py FOLDER``.

Run as a program of its own: Keras 2 and 3 warn when they meet in one process.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

tf: Any = importlib.import_module("tensorflow")
keras: Any = importlib.import_module("tf_keras")
layers = keras.layers
OPEN_SIDE = 64  # of pictures that a model takes in any size


def conv_decoder() -> Any:
    z = keras.Input((8,), name="z")
    x = layers.Dense(4 * 4 * 6, kernel_regularizer="l2", kernel_constraint="max_norm")(z)
    x = layers.Reshape((4, 4, 6))(x)
    x = layers.Conv2DTranspose(5, 3, strides=2, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.LeakyReLU(alpha=0.2)(x)
    x = layers.UpSampling2D(interpolation="bilinear")(x)
    x = layers.SeparableConv2D(4, 3, padding="same", activation="swish")(x)
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.LayerNormalization()(x)
    return keras.Model(z, layers.Conv2D(3, 3, padding="same", activation="tanh")(x), name="decoder")


def open_size() -> Any:
    picture = keras.Input((None, None, 2))
    x = layers.Conv2D(3, 3, strides=2, padding="same", activation="relu")(picture)
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(layers.BatchNormalization()(x))
    return keras.Model(picture, layers.Conv2D(2, 1)(layers.Concatenate()([x, picture])))


def sequential() -> Any:
    return keras.Sequential(
        [
            layers.Dense(12, activation="hard_sigmoid", input_shape=(5,)),
            layers.Dropout(0.3),
            layers.ThresholdedReLU(0.4),
            layers.Dense(9, activation=layers.LeakyReLU(alpha=0.1)),
            layers.Reshape((3, 3, 1)),
            layers.ZeroPadding2D(1),
        ]
    )


def nested() -> Any:
    """An encoder and a decoder that is frozen but for its last layer, called twice."""
    encoder = keras.Sequential([layers.Flatten(), layers.Dense(3)], name="encoder")
    z = keras.Input((3,))
    x = layers.Dense(7, activation="relu", trainable=False)(z)
    x = layers.BatchNormalization()(x)
    decoder = keras.Model(z, layers.Reshape((4, 4))(layers.Dense(16)(x)), name="decoder")
    picture = keras.Input((4, 4))
    once = decoder(encoder(picture))
    twice = decoder(encoder(once))
    return keras.Model(picture, [once, layers.Add()([once, twice])], name="autoencoder")


def named_ends() -> Any:
    z, label = keras.Input((4,), name="z"), keras.Input((1,), dtype="int32", name="label")
    code = layers.Flatten()(layers.Embedding(10, 3)(label))
    x = layers.Concatenate()([z, code])
    outputs = {"picture": layers.Dense(6)(x), "mask": layers.Dense(6, activation="softmax")(x)}
    return keras.Model({"z": z, "label": label}, outputs)


def recurrent() -> Any:
    steps = keras.Input((5, 4))
    x = layers.GRU(6, return_sequences=True)(steps)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    x = layers.GRU(4, reset_after=False, return_sequences=True)(x)
    x = layers.TimeDistributed(layers.Dense(5, activation="elu"))(x)
    x = layers.SimpleRNN(6, return_sequences=True, recurrent_initializer="identity")(x)
    x = layers.LSTM(4, recurrent_activation="hard_sigmoid", return_sequences=True)(x)
    return keras.Model(steps, x)


def with_states() -> Any:
    steps, h, c = keras.Input((5, 4)), keras.Input((3,)), keras.Input((3,))
    lstm = layers.LSTM(3, return_state=True, return_sequences=True)
    x, h_end, c_end = lstm(steps, initial_state=[h, c])
    from_cell = layers.RNN(layers.LSTMCell(3))(x, initial_state=[h_end, c_end])
    return keras.Model([steps, h, c], [layers.GRU(3)(x, initial_state=h_end), from_cell])


def stacked_cells() -> Any:
    steps = keras.Input((5, 4))
    cells = [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(4)]
    x, *states = layers.RNN(cells, return_sequences=True, return_state=True)(steps)
    return keras.Model(steps, [x, *tf.nest.flatten(states)])


def film() -> Any:
    picture = keras.Input((6, 6, 2))
    x = layers.BatchNormalization()(layers.Conv2D(3, 3, strides=2, trainable=False)(picture))
    encoder = keras.Model(picture, layers.Dense(4)(layers.Flatten()(x)))
    decoder = keras.Sequential([layers.Dense(72, activation="tanh"), layers.Reshape((6, 6, 2))])
    pictures = keras.Input((5, 6, 6, 2))
    codes = layers.LSTM(4, return_sequences=True)(layers.TimeDistributed(encoder)(pictures))
    return keras.Model(pictures, layers.TimeDistributed(decoder)(codes))


def both_ways_with_states() -> Any:
    steps, first, second = keras.Input((5, 4)), keras.Input((3,)), keras.Input((3,))
    both = layers.Bidirectional(layers.LSTM(3, return_sequences=True))
    x = both(steps, initial_state=[first, second, second, first])
    ends = layers.Bidirectional(layers.GRU(3))(x, initial_state=[first, second])
    return keras.Model([steps, first, second], [x, ends])


def both_ways() -> Any:
    steps = keras.Input((5, 4))
    forward = layers.LSTM(3, recurrent_activation="hard_sigmoid")
    backward = layers.LSTM(3, activation="hard_sigmoid", go_backwards=True)
    return keras.Model(steps, layers.Bidirectional(forward, backward_layer=backward)(steps))


def one_hot() -> Any:
    z, label = keras.Input((4,), name="z"), keras.Input((1,), dtype="int32", name="label")
    code = layers.CategoryEncoding(10, output_mode="one_hot")(label)
    x = layers.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[4.0, 3.0, 2.0, 1.0])(z)
    return keras.Model([z, label], layers.Dense(6)(layers.Concatenate()([x, code])))


def prepared() -> Any:
    steps = keras.Input((5, 4))
    return keras.Model(steps, layers.Normalization()(layers.SpatialDropout1D(0.3)(steps)))


def attending() -> Any:
    steps = keras.Input((5, 4))
    x = layers.MultiHeadAttention(num_heads=2, key_dim=3)(steps, steps)
    x = layers.Attention(use_scale=True)([x, steps])
    return keras.Model(steps, x)


def arithmetic() -> Any:
    z = keras.Input((8,))
    x = tf.reshape(2.0 - z * 0.5, (-1, 2, 2, 2))
    x = tf.concat([x[:, :1], tf.nn.relu(x[:, 1:])], axis=1)
    x = tf.image.resize(tf.transpose(x, (0, 2, 1, 3)), (4, 4))
    return keras.Model(z, tf.reduce_mean(x, axis=-1, keepdims=True) / 3.0)


class Sampling(layers.Layer):  # type: ignore[misc,name-defined]  # Keras 2 has no types
    def call(self, inputs: Any) -> Any:
        mean, log_var = inputs
        return mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))


def variational() -> Any:
    picture = keras.Input((4, 4))
    x = layers.Flatten()(picture)
    mean, log_var = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
    return keras.Model(picture, [mean, log_var, Sampling(name="z")([mean, log_var])])


def sampling_functions() -> Any:
    picture = keras.Input((4, 4))
    x = layers.Flatten()(picture)
    mean, log_var = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
    noise = tf.random.normal((tf.shape(mean)[0], 2))
    return keras.Model(picture, [mean, log_var, mean + tf.exp(0.5 * log_var) * noise])


def sampling_lambda() -> Any:
    picture = keras.Input((4, 4))
    x = layers.Flatten()(picture)
    mean, log_var = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)

    def sampling(args: Any) -> Any:
        return args[0] + tf.exp(args[1] / 2) * tf.random.normal(tf.shape(args[0]))

    return keras.Model(picture, [mean, layers.Lambda(sampling, name="z")([mean, log_var])])


BUILDERS: dict[str, Callable[[], Any]] = {
    build.__name__: build
    for build in (
        conv_decoder,
        open_size,
        sequential,
        nested,
        named_ends,
        recurrent,
        with_states,
        both_ways,
        both_ways_with_states,
        stacked_cells,
        film,
        one_hot,
        prepared,
        attending,
        arithmetic,
        variational,
        sampling_functions,
        sampling_lambda,
    )
}


def example(tensor: Any, rng: np.random.Generator) -> Any:
    """Something to give to an input."""
    shape = (3, *(size or OPEN_SIDE for size in tensor.shape[1:]))
    if tensor.dtype == "int32":
        return rng.integers(0, 10, shape).astype("int32")
    return rng.normal(size=shape).astype("float32")


def write(folder: Path, name: str) -> None:
    """``name.h5``, ``name.keras`` and ``name.npz``: inputs and outputs by number."""
    keras.backend.clear_session()
    rng = np.random.default_rng(3)
    model = BUILDERS[name]()
    model.set_weights([np.abs(rng.normal(size=w.shape)) * 0.5 for w in model.get_weights()])
    inputs = {tensor.name.split(":")[0]: example(tensor, rng) for tensor in model.inputs}
    given = inputs if len(inputs) > 1 else next(iter(inputs.values()))
    outputs = tf.nest.flatten(model(given))
    arrays: dict[str, npt.NDArray[Any]] = {f"input_{key}": inputs[key] for key in inputs}
    arrays |= {f"output_{index}": np.asarray(value) for index, value in enumerate(outputs)}
    np.savez(folder / f"{name}.npz", allow_pickle=False, **arrays)
    model.save(folder / f"{name}.h5")
    model.save(folder / f"{name}.keras")


if __name__ == "__main__":
    for each in BUILDERS:
        write(Path(sys.argv[1]), each)
