"""Weights without a model that are of the app's own architecture -> that model's configuration."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, Final

from models.architecture import Architecture

Entry = dict[str, Any]
Shapes = Collection[tuple[int, ...]]

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
    architecture = _of_its_latent_dim(shapes)
    if architecture is None:
        return None
    encoder, decoder = _encoder(architecture), _decoder(architecture)
    encoder_shapes, decoder_shapes = _encoder_shapes(architecture), _decoder_shapes(architecture)
    found = sorted(shapes)
    if found == sorted(encoder_shapes):
        return OwnModel(_model("encoder", encoder))
    if found == sorted(decoder_shapes):
        return OwnModel(_model("decoder", decoder))
    if found != sorted(encoder_shapes + decoder_shapes):
        return None
    if nested:
        halves = [_model("encoder", encoder), _model("decoder", decoder)]
        return OwnModel(_model("autoencoder", [encoder[0], *halves]))
    return OwnModel(_model("autoencoder", encoder + decoder[1:]))


def _of_its_latent_dim(shapes: Shapes) -> Architecture | None:
    """With the latent_dim that a kernel of a Dense layer tells."""
    features = prod(Architecture().feature_shape)
    for shape in shapes:
        if len(shape) == 2 and features in shape:
            rows, units = shape
            latent_dim = units if rows == features else rows
            return Architecture(latent_dim=latent_dim) if latent_dim > 0 else None
    return None


def _encoder(architecture: Architecture) -> list[Entry]:
    layers = [
        _layer("InputLayer", "encoder_input", batch_shape=[None, *architecture.picture_shape])
    ]
    for number, filters in enumerate(architecture.filters):
        layers.append(_convolution("Conv2D", f"conv2d_{number}", architecture, filters))
    layers.append(_layer("Flatten", "flatten"))
    return [*layers, _layer("Dense", "latent_vector", units=architecture.latent_dim)]


def _decoder(architecture: Architecture) -> list[Entry]:
    features = architecture.feature_shape
    layers = [
        _layer("InputLayer", "decoder_input", batch_shape=[None, architecture.latent_dim]),
        _layer("Dense", "dense", units=prod(features)),
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
    shapes: list[tuple[int, ...]] = [(prod(architecture.feature_shape), latent_dim), (latent_dim,)]
    for before, after in pairwise(channels):
        shapes += [(side, side, before, after), (after,)]
    return shapes


def _decoder_shapes(architecture: Architecture) -> list[tuple[int, ...]]:
    side, features = architecture.kernel_size, prod(architecture.feature_shape)
    upwards = tuple(reversed(architecture.filters))
    channels = (upwards[0], *upwards, architecture.picture_shape[2])
    shapes: list[tuple[int, ...]] = [(architecture.latent_dim, features), (features,)]
    for before, after in pairwise(channels):
        shapes += [(side, side, after, before), (after,)]
    return shapes


def _convolution(class_name: str, name: str, architecture: Architecture, filters: int) -> Entry:
    return _layer(
        class_name, name, filters=filters, kernel_size=architecture.kernel_size, strides=2,
        padding="same", activation="relu",
    )  # fmt: skip


def _layer(class_name: str, name: str, **settings: Any) -> Entry:
    config = {"name": name, **settings}
    return {"module": "keras.layers", "class_name": class_name, "name": name, "config": config}


def _model(name: str, layers: list[Entry]) -> Entry:
    """A functional model in which each layer is called on what the one before gave."""
    chained = [{**layers[0], "inbound_nodes": []}]
    for before, layer in pairwise(layers):
        chained.append({**layer, "inbound_nodes": [[[before["name"], 0, 0, {}]]]})
    config = {
        "name": name,
        "layers": chained,
        "input_layers": [[layers[0]["name"], 0, 0]],
        "output_layers": [[layers[-1]["name"], 0, 0]],
    }
    return {"class_name": "Functional", "name": name, "config": config}
