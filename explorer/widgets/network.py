"""An encoder and a decoder as lists of layers, as the window shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ENCODER = "encoder"
DECODER = "decoder"
SHORT_KINDS = {
    "Conv1D": "conv",
    "Conv2D": "conv",
    "Conv3D": "conv",
    "SeparableConv2D": "conv",
    "DepthwiseConv2D": "conv",
    "Conv1DTranspose": "convᵀ",
    "Conv2DTranspose": "convᵀ",
    "Conv3DTranspose": "convᵀ",
    "BatchNormalization": "norm",
    "LayerNormalization": "norm",
    "MaxPooling2D": "pool",
    "AveragePooling2D": "pool",
    "GlobalAveragePooling2D": "pool",
    "UpSampling2D": "upsample",
    "LeakyReLU": "relu",
}


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    name : str
        As Keras knows it; tensors at either end of a model go by their own name.
    kind : str
        Its class, such as ``Conv2D``.
    shape : tuple of int
        Of what it gives, without the batch.
    parameters : int
    is_end : bool
        Whether data enters or leaves the model here.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    is_end: bool = False

    @property
    def label(self) -> str:
        """A short name: the kind, or the layer's own name at either end."""
        return self.name if self.is_end else SHORT_KINDS.get(self.kind, self.kind.lower())

    @property
    def shape_text(self) -> str:
        """Such as ``14·14·32``."""
        return "·".join("?" if size < 0 else str(size) for size in self.shape)


@dataclass(frozen=True)
class Model:
    """A model's layers in the order in which data passes them."""

    name: str
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Number of weights."""
        return sum(layer.parameters for layer in self.layers)

    def layer(self, name: str) -> Layer | None:
        """The layer of that name, if there is one."""
        return next((layer for layer in self.layers if layer.name == name), None)


@dataclass(frozen=True)
class Network:
    """The two Models that the switch connects."""

    encoder: Model
    decoder: Model

    @property
    def models(self) -> tuple[Model, Model]:
        """Both, in the order in which data passes them."""
        return self.encoder, self.decoder

    def model(self, name: str) -> Model:
        """``encoder`` or ``decoder``."""
        return self.encoder if name == ENCODER else self.decoder


def network_of(
    architecture: Mapping[str, Any], description: Mapping[str, Any] | None = None
) -> Network:
    """The network from an engine's description or, before there is one, from a bundle's card.

    Parameters
    ----------
    architecture : mapping
        The card's: ``picture_shape``, ``latent_dim`` and, where known, ``filters``
        and ``kernel_size``.
    description : mapping, optional
        ``{"encoder": {"name", "input", "output", "layers": [{"name", "type",
        "output_shape", "parameters"}, …]}, "decoder": {…}}``.
    """
    picture = tuple(int(size) for size in architecture["picture_shape"])
    latent = (int(architecture["latent_dim"]),)
    if description is None:
        return _network_of_card(architecture, picture, latent)
    return Network(
        _model_of(description[ENCODER], picture),
        _model_of(description[DECODER], latent),
    )


def _model_of(record: Mapping[str, Any], input_shape: tuple[int, ...]) -> Model:
    layers = [
        Layer(
            name=str(layer["name"]),
            kind=str(layer["type"]),
            shape=_without_batch(layer["output_shape"]),
            parameters=int(layer["parameters"]),
        )
        for layer in record["layers"]
    ]
    if not layers or layers[0].kind != "InputLayer":
        layers.insert(0, Layer(str(record["input"]), "InputLayer", input_shape, 0))
    return Model(str(record["name"]), _with_ends(layers))


def _without_batch(shape: Sequence[int | None]) -> tuple[int, ...]:
    sizes = shape[1:] if shape and shape[0] is None else shape
    return tuple(-1 if size is None else size for size in sizes)


def _network_of_card(
    architecture: Mapping[str, Any], picture: tuple[int, ...], latent: tuple[int, ...]
) -> Network:
    encoder = [Layer("encoder_input", "InputLayer", picture, 0)]
    decoder = [Layer("decoder_input", "InputLayer", latent, 0)]
    filters = [int(count) for count in architecture.get("filters", ())]
    if not filters:  # nothing is known of what lies between
        encoder.append(Layer("latent_vector", "Dense", latent, 0))
        decoder.append(Layer("decoder_output", "Conv2DTranspose", picture, 0))
        return Network(Model(ENCODER, _with_ends(encoder)), Model(DECODER, _with_ends(decoder)))
    area = int(architecture.get("kernel_size", 3)) ** 2
    height, width, before = picture
    for number, after in enumerate(filters):
        height, width = height // 2, width // 2
        weights = area * before * after + after
        encoder.append(
            Layer(_numbered("conv2d", number), "Conv2D", (height, width, after), weights)
        )
        before = after
    flat = height * width * before
    encoder.append(Layer("flatten", "Flatten", (flat,), 0))
    encoder.append(Layer("latent_vector", "Dense", latent, latent[0] * (flat + 1)))
    decoder.append(Layer("dense", "Dense", (flat,), flat * (latent[0] + 1)))
    decoder.append(Layer("reshape", "Reshape", (height, width, before), 0))
    for number, after in enumerate(reversed(filters)):
        height, width = 2 * height, 2 * width
        weights = area * before * after + after
        name = _numbered("conv2d_transpose", number)
        decoder.append(Layer(name, "Conv2DTranspose", (height, width, after), weights))
        before = after
    weights = area * before * picture[2] + picture[2]
    decoder.append(Layer("decoder_output", "Conv2DTranspose", picture, weights))
    return Network(Model(ENCODER, _with_ends(encoder)), Model(DECODER, _with_ends(decoder)))


def _numbered(name: str, number: int) -> str:
    return name if number == 0 else f"{name}_{number}"


def _with_ends(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    last = len(layers) - 1
    return tuple(
        Layer(layer.name, layer.kind, layer.shape, layer.parameters, number in (0, last))
        for number, layer in enumerate(layers)
    )
