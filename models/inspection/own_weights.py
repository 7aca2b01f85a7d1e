"""Weights without a model that are of the app's own architecture -> that model's configuration."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, Final

from models.architecture import Architecture

Entry = dict[str, Any]
Shapes = Collection[tuple[int, ...]]

MOST_ARRAYS: Final = 32  # a variational autoencoder has 20
_WITHOUT_WEIGHTS: Final = ("InputLayer", "Flatten", "Reshape")


@dataclass(frozen=True)
class OwnModel:
    """One of the app's own models.

    Attributes
    ----------
    config : dict
        As Keras writes one; its name is ``encoder``, ``decoder`` or ``autoencoder``.
    """

    config: Entry

    @property
    def note(self) -> str:
        """What is said of it."""
        name = self.config["name"]
        return f"the file holds weights only, of the shapes of the app's own {name}: opened as that"

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Its layers with weights, in order."""
        layers = self.config["config"]["layers"]
        return tuple(
            layer["name"] for layer in layers if layer["class_name"] not in _WITHOUT_WEIGHTS
        )


def find_own_model(shapes: Shapes, *, nested: bool) -> OwnModel | None:
    """The own model that has exactly these weights; None where they are of another.

    Parameters
    ----------
    shapes : collection of tuple of int
        Of all arrays in the file, in any order.
    nested : bool
        Whether the file keeps an autoencoder's halves as models of their own.
    """
    if len(shapes) > MOST_ARRAYS:
        return None
    made = (_with_shapes(each, sorted(shapes), nested) for each in _architectures(shapes))
    return next((own for own in made if own is not None), None)


def _with_shapes(
    architecture: Architecture, found: list[tuple[int, ...]], nested: bool
) -> OwnModel | None:
    encoder, decoder = _encoder(architecture), _decoder(architecture)
    encoder_shapes, decoder_shapes = _encoder_shapes(architecture), _decoder_shapes(architecture)
    heads = _heads(architecture)
    if found == sorted(encoder_shapes):
        return OwnModel(_model("encoder", encoder, heads))
    if found == sorted(decoder_shapes):
        return OwnModel(_model("decoder", decoder))
    if found != sorted(encoder_shapes + decoder_shapes):
        return None
    if nested:
        halves = [_model("encoder", encoder, heads), _model("decoder", decoder)]
        return OwnModel(_model("autoencoder", [encoder[0], *halves]))
    return OwnModel(_model("autoencoder", encoder + decoder[1:])) if heads == 1 else None


def _architectures(shapes: Shapes) -> Iterator[Architecture]:
    """With the sizes that kernels of Dense layers tell, the plain ones first.

    A variational decoder without a hidden layer has the shapes of a plain one.
    """
    features = prod(Architecture().feature_shape)
    kernels = sorted({shape for shape in shapes if len(shape) == 2 and min(shape) > 0})
    beside = [_other(shape, features) for shape in kernels if features in shape]
    yield from (Architecture(latent_dim=size) for size in beside)
    yield from (Architecture(latent_dim=size, kind="vae") for size in beside)
    for hidden in beside:
        inner = [shape for shape in kernels if hidden in shape and features not in shape]
        for shape in inner:
            yield Architecture(latent_dim=_other(shape, hidden), kind="vae", hidden=hidden)


def _other(shape: tuple[int, ...], size: int) -> int:
    rows, units = shape
    return units if rows == size else rows


def _heads(architecture: Architecture) -> int:
    """How many layers give what the encoder gives: of ``z``, only what it is drawn from."""
    return 2 if architecture.kind == "vae" else 1


def _encoder(architecture: Architecture) -> list[Entry]:
    layers = [
        _layer("InputLayer", "encoder_input", batch_shape=[None, *architecture.picture_shape])
    ]
    for number, filters in enumerate(architecture.filters):
        layers.append(_convolution("Conv2D", f"conv2d_{number}", architecture, filters))
    layers += [_layer("Flatten", "flatten"), *_hidden("encoder_hidden", architecture)]
    names = ("latent_vector",) if architecture.kind == "dae" else ("z_mean", "z_log_var")
    return [*layers, *(_layer("Dense", name, units=architecture.latent_dim) for name in names)]


def _decoder(architecture: Architecture) -> list[Entry]:
    features = architecture.feature_shape
    activation = "relu" if architecture.kind == "vae" else "linear"
    layers = [
        _layer("InputLayer", "decoder_input", batch_shape=[None, architecture.latent_dim]),
        *_hidden("decoder_hidden", architecture),
        _layer("Dense", "dense", units=prod(features), activation=activation),
        _layer("Reshape", "reshape", target_shape=list(features)),
    ]
    for number, filters in enumerate(reversed(architecture.filters)):
        name = f"conv2d_transpose_{number}"
        layers.append(_convolution("Conv2DTranspose", name, architecture, filters))
    last = _convolution(
        "Conv2DTranspose", "decoder_output", architecture, architecture.picture_shape[2]
    )
    last["config"] |= {"strides": 1, "activation": "sigmoid"}
    return [*layers, last]


def _encoder_shapes(architecture: Architecture) -> list[tuple[int, ...]]:
    side, latent_dim = architecture.kernel_size, architecture.latent_dim
    channels = (architecture.picture_shape[2], *architecture.filters)
    shapes: list[tuple[int, ...]] = []
    flat = prod(architecture.feature_shape)
    if architecture.hidden:
        shapes += [(flat, architecture.hidden), (architecture.hidden,)]
        flat = architecture.hidden
    shapes += [(flat, latent_dim), (latent_dim,)] * _heads(architecture)
    for before, after in pairwise(channels):
        shapes += [(side, side, before, after), (after,)]
    return shapes


def _decoder_shapes(architecture: Architecture) -> list[tuple[int, ...]]:
    side, features = architecture.kernel_size, prod(architecture.feature_shape)
    upwards = tuple(reversed(architecture.filters))
    channels = (upwards[0], *upwards, architecture.picture_shape[2])
    shapes: list[tuple[int, ...]] = []
    given = architecture.latent_dim
    if architecture.hidden:
        shapes += [(given, architecture.hidden), (architecture.hidden,)]
        given = architecture.hidden
    shapes += [(given, features), (features,)]
    for before, after in pairwise(channels):
        shapes += [(side, side, after, before), (after,)]
    return shapes


def _convolution(class_name: str, name: str, architecture: Architecture, filters: int) -> Entry:
    return _layer(
        class_name, name, filters=filters, kernel_size=architecture.kernel_size, strides=2,
        padding="same", activation="relu",
    )  # fmt: skip


def _hidden(name: str, architecture: Architecture) -> list[Entry]:
    if not architecture.hidden:
        return []
    return [_layer("Dense", name, units=architecture.hidden, activation="relu")]


def _layer(class_name: str, name: str, **settings: Any) -> Entry:
    config = {"name": name, **settings}
    return {"module": "keras.layers", "class_name": class_name, "name": name, "config": config}


def _model(name: str, layers: list[Entry], heads: int = 1) -> Entry:
    """A functional model in which each layer is called on what the one before gave.

    The last of them, the heads, are all called on the same, and give the outputs.
    """
    chained = [{**layers[0], "inbound_nodes": []}]
    for number, layer in enumerate(layers[1:]):
        before = layers[min(number, len(layers) - heads - 1)]
        chained.append({**layer, "inbound_nodes": [[[before["name"], 0, 0, {}]]]})
    config = {
        "name": name,
        "layers": chained,
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": [[layer["name"], 0, 0] for layer in layers[-heads:]],
    }
    return {"class_name": "Functional", "name": name, "config": config}
