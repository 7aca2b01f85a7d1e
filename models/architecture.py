"""Encoder, decoder and autoencoder: three Models that share weights.

The denoising and the variational autoencoder of the Keras examples, once composed
of two Models and once as a single graph, and the cut that turns the second into
the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, Final

from models.errors import ArchitectureError
from models.own_layers import sampling_class

if TYPE_CHECKING:
    import keras

AUTOENCODERS: Final = {"dae": "denoising autoencoder", "vae": "variational autoencoder"}


@dataclass(frozen=True)
class Architecture:
    """Sizes of a convolutional autoencoder.

    Attributes
    ----------
    picture_shape : tuple of int
        (height, width, channels); height and width must be divisible by
        ``2 ** len(filters)``, for each convolution halves them.
    latent_dim : int
        Length of the latent vector.
    filters : tuple of int
        Filters of the encoder's convolutions; the decoder mirrors them.
    kernel_size : int
        Side of every kernel in pixels.
    kind : str
        A key of :data:`AUTOENCODERS`. The encoder of a variational one gives
        ``z_mean``, ``z_log_var`` and a sample ``z``.
    hidden : int
        Units of a Dense layer between the convolutions and the latent vector, on
        either side of it; 0 for none.
    """

    picture_shape: tuple[int, int, int] = (28, 28, 1)
    latent_dim: int = 16
    filters: tuple[int, ...] = (32, 64)
    kernel_size: int = 3
    kind: str = "dae"
    hidden: int = 0

    def __post_init__(self) -> None:
        sizes = (*self.picture_shape, self.latent_dim, *self.filters, self.kernel_size)
        if len(self.picture_shape) != 3 or not self.filters or min(sizes) < 1:
            raise ArchitectureError(
                "The architecture", "needs three picture sizes and positive numbers", repr(self)
            )
        if self.kind not in AUTOENCODERS or self.hidden < 0:
            raise ArchitectureError(
                "The architecture",
                f"needs a kind of {' or '.join(AUTOENCODERS)} and hidden units from 0",
                f"{self.kind!r} and {self.hidden}",
            )
        step = 2 ** len(self.filters)
        if self.picture_shape[0] % step or self.picture_shape[1] % step:
            raise ArchitectureError(
                "picture_shape",
                f"must have a height and width divisible by {step}",
                str(self.picture_shape),
                "choose fewer filters or resize the pictures",
            )

    @property
    def feature_shape(self) -> tuple[int, int, int]:
        """Shape of the last convolution's output, before it is flattened."""
        step = 2 ** len(self.filters)
        height, width = self.picture_shape[0] // step, self.picture_shape[1] // step
        return height, width, self.filters[-1]


@dataclass(frozen=True)
class Autoencoder:
    """Three Models over one set of weights."""

    encoder: keras.Model
    decoder: keras.Model
    autoencoder: keras.Model


def build_encoder(architecture: Architecture) -> keras.Model:
    """``encoder_input`` (n, h, w, c) -> ``latent_vector`` (n, latent_dim).

    A variational one gives ``[z_mean, z_log_var, z]``, each (n, latent_dim).
    """
    import keras

    inputs = keras.Input(architecture.picture_shape, name="encoder_input")
    latent = _encode(inputs, architecture)
    return keras.Model(inputs, latent, name="encoder")


def build_decoder(architecture: Architecture) -> keras.Model:
    """``decoder_input`` (n, latent_dim) -> ``decoder_output`` (n, h, w, c) in [0, 1].

    The decoder starts at an Input of its own and not at the encoder's output:
    that makes it a Model by itself, and whoever calls it decides what it reads.
    """
    import keras

    latent_inputs = keras.Input((architecture.latent_dim,), name="decoder_input")
    outputs = _decode(latent_inputs, architecture)
    return keras.Model(latent_inputs, outputs, name="decoder")


def build_autoencoder(architecture: Architecture | None = None) -> Autoencoder:
    """Build an encoder and a decoder, and compose the third Model of them."""
    architecture = architecture or Architecture()
    return compose(build_encoder(architecture), build_decoder(architecture))


def compose(encoder: keras.Model, decoder: keras.Model) -> Autoencoder:
    """``autoencoder = Model(inputs, decoder(encoder(inputs)))``.

    A variational encoder's ``z_mean`` is decoded, so that nothing is left to chance.
    """
    import keras

    inputs = encoder.input
    autoencoder = keras.Model(inputs, decoder(code_of(encoder(inputs))), name="autoencoder")
    return Autoencoder(encoder, decoder, autoencoder)


def code_of(given: Any) -> Any:
    """``z`` of what an encoder gives: all of it, or of several tensors the first, ``z_mean``."""
    return given[0] if isinstance(given, (list, tuple)) else given


def build_single_graph(architecture: Architecture | None = None) -> keras.Model:
    """The same network as one graph, in which no standalone decoder exists."""
    import keras

    architecture = architecture or Architecture()
    inputs = keras.Input(architecture.picture_shape, name="encoder_input")
    latent = _encode(inputs, architecture)
    sampled = latent[-1] if isinstance(latent, list) else latent
    return keras.Model(inputs, _decode(sampled, architecture), name="autoencoder")


def cut_decoder(autoencoder: keras.Model, layer_name: str = "latent_vector") -> keras.Model:
    """Cut a standalone decoder out of an autoencoder, sharing its weights.

    A new ``decoder_input`` takes the place of the named layer's *output*; all
    that comes after the layer is called again on it.

    Parameters
    ----------
    autoencoder : keras.Model
        A single graph, or a Model that nests other Models.
    layer_name : str
        The bottleneck: a layer of the graph, or a nested Model such as ``encoder``.

    Returns
    -------
    keras.Model
        Named ``decoder``; training either Model changes both.

    Raises
    ------
    ArchitectureError
        If no layer has that name, if a model is no graph of layers, or if a path
        from the picture to the output runs around it (a skip connection): then
        ``z`` alone cannot give the picture.
    """
    import keras

    path = _find_layer(autoencoder, layer_name)
    if path is None:
        names = ", ".join(layer.name for layer in autoencoder.layers)
        raise ArchitectureError("The layer to cut at", f"must be one of {names}", layer_name)
    latent = _output_in(path[-2], path[-1])
    latent_inputs = keras.Input(tuple(latent.shape[1:]), name="decoder_input")
    outputs = latent_inputs
    for model, layer in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        outputs = _run_tail(model, layer, outputs)
    return keras.Model(latent_inputs, outputs, name="decoder")


def _run_tail(model: Any, layer: Any, tensor: Any) -> Any:
    """Call on ``tensor`` all that comes after ``layer`` in ``model``."""
    import keras

    latent = _output_in(model, layer)
    if latent is model.outputs[0]:
        return tensor
    try:
        tail = keras.Function(latent, model.outputs[0])
    except ValueError as error:
        raise ArchitectureError(
            f"The cut at {layer.name!r}",
            "must carry all that the output needs",
            "a connection that runs around it",
            "choose a layer that every path goes through",
        ) from error
    # `call`, not `__call__`: the layers become part of the new graph one by one.
    return tail.call(tensor)


def _output_in(model: Any, layer: Any) -> Any:
    """The tensor that ``layer`` gives inside ``model``; elsewhere it may give others."""
    graph = getattr(model, "_functional", None) or model  # a Sequential wraps its graph
    if not hasattr(graph, "_nodes_by_depth"):
        raise ArchitectureError(
            f"The model {model.name!r}",
            "must be a graph of layers",
            f"a {type(model).__name__} without one",
            "write it with the functional API, or give a Sequential its Input",
        )
    nodes = {id(node) for depth in graph._nodes_by_depth.values() for node in depth}
    node = next(node for node in layer._inbound_nodes if id(node) in nodes)
    return node.output_tensors[0]


def _find_layer(model: Any, name: str) -> list[Any] | None:
    """The path of Models from ``model`` down to the named layer, outermost first."""
    for layer in model.layers:
        if layer.name == name:
            return [model, layer]
    for layer in model.layers:
        below = _find_layer(layer, name) if hasattr(layer, "layers") else None
        if below is not None:
            return [model, *below]
    return None


def _encode(inputs: Any, architecture: Architecture) -> Any:
    from keras import layers

    features = inputs  # (n, h, w, c)
    for filters in architecture.filters:
        features = layers.Conv2D(
            filters, architecture.kernel_size, strides=2, padding="same", activation="relu"
        )(features)
    flat = _hidden(layers.Flatten()(features), architecture)
    if architecture.kind == "dae":
        return layers.Dense(architecture.latent_dim, name="latent_vector")(flat)
    z_mean = layers.Dense(architecture.latent_dim, name="z_mean")(flat)
    z_log_var = layers.Dense(architecture.latent_dim, name="z_log_var")(flat)
    return [z_mean, z_log_var, sampling_class()(name="z")([z_mean, z_log_var])]


def _decode(latent_inputs: Any, architecture: Architecture) -> Any:
    from keras import layers

    flat = layers.Dense(
        prod(architecture.feature_shape),
        activation="relu" if architecture.kind == "vae" else None,  # as either example has it
    )(_hidden(latent_inputs, architecture))
    features = layers.Reshape(architecture.feature_shape)(flat)  # (n, h/4, w/4, 64)
    for filters in reversed(architecture.filters):
        features = layers.Conv2DTranspose(
            filters, architecture.kernel_size, strides=2, padding="same", activation="relu"
        )(features)
    return layers.Conv2DTranspose(
        architecture.picture_shape[2],
        architecture.kernel_size,
        padding="same",
        activation="sigmoid",
        name="decoder_output",
    )(features)


def _hidden(tensor: Any, architecture: Architecture) -> Any:
    from keras import layers

    if not architecture.hidden:
        return tensor
    return layers.Dense(architecture.hidden, activation="relu")(tensor)
