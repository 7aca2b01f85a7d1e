"""The few layers and functions of our own that a rebuilt model may hold.

Made when they are first asked for, since Keras is not imported before that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any


def keras2_hard_sigmoid(x: Any) -> Any:
    """Keras 2's, 0.2 x + 0.5 within [0, 1]; Keras 3 has x / 6 + 0.5."""
    import keras

    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


@cache
def sampling_class() -> Any:
    """A layer: ``[z_mean, z_log_var]`` -> z_mean + exp(z_log_var / 2) × N(0, 1), or z_mean."""
    import keras

    class Sampling(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
        def __init__(self, noise: bool = True, **settings: Any) -> None:
            super().__init__(**settings)
            self.noise = noise
            self.seed_generator = keras.random.SeedGenerator()

        def call(self, inputs: Any) -> Any:
            z_mean, z_log_var = inputs
            if not self.noise:
                return z_mean
            epsilon = keras.random.normal(
                keras.ops.shape(z_mean), dtype=z_mean.dtype, seed=self.seed_generator
            )
            return z_mean + keras.ops.exp(z_log_var / 2) * epsilon

        def compute_output_shape(self, input_shape: Any) -> Any:
            return input_shape[0]

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "noise": self.noise}

    return Sampling


@cache
def channels_first_class() -> Any:
    """A layer around a convolution with its channels last: takes and gives them first.

    TensorFlow convolves with the channels first on some processors only.
    """
    import keras

    class ChannelsFirst(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
        def __init__(self, layer: Any, **settings: Any) -> None:
            super().__init__(**settings)
            self.layer = layer

        def build(self, input_shape: Any) -> None:
            self.layer.build(_last(input_shape))

        def call(self, inputs: Any) -> Any:
            axes = range(len(inputs.shape))
            given = self.layer(keras.ops.transpose(inputs, _last(tuple(axes))))
            return keras.ops.transpose(given, _first(tuple(axes)))

        def compute_output_shape(self, input_shape: Any) -> Any:
            return _first(tuple(self.layer.compute_output_shape(_last(input_shape))))

    return ChannelsFirst


def _last(axes: Any) -> Any:
    return (axes[0], *axes[2:], axes[1])


def _first(axes: Any) -> Any:
    return (axes[0], axes[-1], *axes[1:-1])


@cache
def operation_class() -> Any:
    """A function of ``keras.ops`` under the name that the file gives it.

    Keras' functions name their operations themselves, which may be like a layer.
    """
    import keras

    class Applied(keras.Operation):  # type: ignore[misc]  # Keras has no types
        def __init__(self, function: Callable[..., Any], **settings: Any) -> None:
            super().__init__(**settings)
            self.function = function

        def call(self, *args: Any, **kwargs: Any) -> Any:
            return self.function(*args, **kwargs)

        # Given the tensors of a graph, the function works out shapes itself.
        compute_output_spec = call

    return Applied
