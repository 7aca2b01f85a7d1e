"""An encoder and a decoder as lists of layers, as the window shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from models.subject import Subject

NAME_CHARS = 40
ENCODER = "encoder"
DECODER = "decoder"
INPUT = "InputLayer"
LESS_THAN = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"  # begins no tag
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
        Of what it gives, or of the first of that, without the batch; -1 where a size
        is unknown.
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
    def title(self) -> str:
        """The name as it can be shown."""
        return shown_name(self.name)

    @property
    def label(self) -> str:
        """A short name: the kind, or the layer's own name at either end."""
        return self.title if self.is_end else SHORT_KINDS.get(self.kind, self.kind.lower())

    @property
    def shape_text(self) -> str:
        """Such as ``14·14·32``."""
        return "·".join("?" if size < 0 else str(size) for size in self.shape) or "scalar"

    @property
    def words(self) -> str:
        """Name, kind, shape and parameters in one line."""
        words = f"{self.title}: {self.kind}, {self.shape_text}"
        return f"{words}, {self.parameters:,} parameters" if self.parameters else words


@dataclass(frozen=True)
class Model:
    """A model's layers in the order in which data passes them.

    Attributes
    ----------
    name : str
        ``encoder`` or ``decoder``.
    layers : tuple of Layer
        At least one; the first is an input.
    shown : str
        Name of the layer whose output counts; empty for the last.
    """

    name: str
    layers: tuple[Layer, ...]
    shown: str = ""

    @property
    def parameters(self) -> int:
        """Number of weights."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def inputs(self) -> tuple[Layer, ...]:
        """Where data enters."""
        return tuple(layer for layer in self.layers if layer.kind == INPUT) or self.layers[:1]

    @property
    def output(self) -> Layer:
        """What it is there for."""
        return self.layer(self.shown) or self.layers[-1]

    def layer(self, name: str) -> Layer | None:
        """The layer of that name, if there is one."""
        return next((layer for layer in self.layers if layer.name == name), None)


@dataclass(frozen=True)
class Network:
    """The Models that the switch connects; not every decoder came with an encoder."""

    encoder: Model | None
    decoder: Model

    @property
    def models(self) -> tuple[Model, ...]:
        """Those there are, in the order in which data passes them."""
        return (self.decoder,) if self.encoder is None else (self.encoder, self.decoder)

    def layer(self, model: str, name: str) -> Layer | None:
        """A layer of ``encoder`` or ``decoder``, if there is one of that name."""
        return next((each.layer(name) for each in self.models if each.name == model), None)


def shown_name(name: str) -> str:
    """A name out of a file as it can be shown: of one short line, and never taken for markup."""
    plain = "".join(sign if sign.isprintable() else " " for sign in name)
    plain = plain.replace("<", LESS_THAN).replace("`", "'")
    half = NAME_CHARS // 2
    return plain if len(plain) <= NAME_CHARS else f"{plain[:half]}…{plain[1 - half :]}"


def cut_of(subject: Subject) -> str:
    """The layer at which encoder and decoder were cut apart; empty where they were not."""
    cut = subject.card.get("cut")
    return shown_name(str(cut["layer"])) if cut else ""


def network_of(subject: Subject, description: Mapping[str, Any] | None = None) -> Network:
    """The network that an engine describes or, before one does, what is known without it.

    Parameters
    ----------
    subject : Subject
        With a bundle's architecture, all layers are known; otherwise only both ends are.
    description : mapping, optional
        ``{"encoder": {"name", "input", "output", "layers": [{"name", "type",
        "output_shape", "parameters"}, …]}, "decoder": {…}}``, the former only where there
        is an encoder.
    """
    if description is None:
        architecture = subject.architecture
        return network_of_card(architecture) if architecture else _network_of_ends(subject)
    encoder = None
    if ENCODER in description:
        shape = () if subject.picture is None else subject.picture.shape
        encoder = _model_of(ENCODER, description[ENCODER], shape)
    return Network(encoder, _model_of(DECODER, description[DECODER], subject.latents[0].shape))


def network_of_card(architecture: Mapping[str, Any]) -> Network:
    """The network that a bundle's card tells of.

    Parameters
    ----------
    architecture : mapping
        ``picture_shape``, ``latent_dim`` and, where known, ``filters``, ``kernel_size``,
        ``kind`` and ``hidden``.
    """
    picture = tuple(int(size) for size in architecture["picture_shape"])
    latent = (int(architecture["latent_dim"]),)
    encoder = [Layer("encoder_input", INPUT, picture, 0)]
    decoder = [Layer("decoder_input", INPUT, latent, 0)]
    filters = [int(count) for count in architecture.get("filters", ())]
    if not filters:  # nothing is known of what lies between
        encoder.append(Layer("latent_vector", "Dense", latent, 0))
        decoder.append(Layer("decoder_output", "Conv2DTranspose", picture, 0))
        return Network(Model(ENCODER, _with_ends(encoder)), Model(DECODER, _with_ends(decoder)))
    area = int(architecture.get("kernel_size", 3)) ** 2
    hidden = int(architecture.get("hidden", 0))
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
    encoder += _dense_layers((flat, hidden))
    means = _code_layers(architecture.get("kind", ""), hidden or flat, latent[0])
    decoder += _dense_layers((latent[0], hidden, flat))
    decoder.append(Layer("reshape", "Reshape", (height, width, before), 0))
    for number, after in enumerate(reversed(filters)):
        height, width = 2 * height, 2 * width
        weights = area * before * after + after
        name = _numbered("conv2d_transpose", number)
        decoder.append(Layer(name, "Conv2DTranspose", (height, width, after), weights))
        before = after
    weights = area * before * picture[2] + picture[2]
    decoder.append(Layer("decoder_output", "Conv2DTranspose", picture, weights))
    names = [layer.name for layer in means]
    return Network(
        Model(ENCODER, _with_ends([*encoder, *means], names), names[0]),
        Model(DECODER, _with_ends(decoder)),
    )


def _dense_layers(sizes: Sequence[int]) -> list[Layer]:
    """From the first size through the others; there is none of size 0."""
    wanted = [size for size in sizes if size]
    return [
        Layer(_numbered("dense", number), "Dense", (after,), after * (before + 1))
        for number, (before, after) in enumerate(pairwise(wanted))
    ]


def _code_layers(kind: str, before: int, latent_dim: int) -> list[Layer]:
    weights = latent_dim * (before + 1)
    if kind != "vae":
        return [Layer("latent_vector", "Dense", (latent_dim,), weights)]
    statistics = [Layer(name, "Dense", (latent_dim,), weights) for name in ("z_mean", "z_log_var")]
    return [*statistics, Layer("z", "Sampling", (latent_dim,), 0)]


def _model_of(side: str, record: Mapping[str, Any], input_shape: tuple[int, ...]) -> Model:
    layers = [
        Layer(
            name=str(layer["name"]),
            kind=str(layer["type"]),
            shape=_first_shape(layer["output_shape"]),
            parameters=int(layer["parameters"]),
        )
        for layer in record["layers"]
    ]
    if not any(layer.kind == INPUT for layer in layers):
        layers.insert(0, Layer(str(record["input"]), INPUT, input_shape, 0))
    output = str(record.get("output", ""))
    return Model(side, _with_ends(layers, {output, *record.get("outputs", ())}), output)


def _first_shape(told: Any) -> tuple[int, ...]:
    """Without the batch; of a layer that gives several tensors, the first one's."""
    if isinstance(told, Mapping):
        told = list(told.values())
    if not isinstance(told, Sequence) or not told:
        return ()
    if isinstance(told[0], (Sequence, Mapping)):
        return _first_shape(told[0])
    sizes = told[1:] if told[0] is None else told
    return tuple(-1 if size is None else int(size) for size in sizes)


def _network_of_ends(subject: Subject) -> Network:
    inputs = [Layer(port.name, INPUT, port.shape, 0) for port in subject.latents]
    inputs += [Layer(port.name, INPUT, port.shape, 0) for port in subject.classes]
    outputs = [Layer(each.name, "Output", each.port.shape, 0) for each in subject.outputs]
    ends = {output.name for output in outputs}
    decoder = Model(DECODER, _with_ends([*inputs, *outputs], ends), outputs[0].name)
    if subject.picture is None:
        return Network(None, decoder)
    picture = Layer("encoder_input", INPUT, subject.picture.shape, 0)
    code = Layer("latent_vector", "Output", (subject.latent_dim,), 0)
    return Network(Model(ENCODER, _with_ends([picture, code])), decoder)


def _numbered(name: str, number: int) -> str:
    return name if number == 0 else f"{name}_{number}"


def _with_ends(layers: Sequence[Layer], outputs: Iterable[str] = ()) -> tuple[Layer, ...]:
    last, names = len(layers) - 1, frozenset(outputs)
    return tuple(
        replace(layer, is_end=number in (0, last) or layer.kind == INPUT or layer.name in names)
        for number, layer in enumerate(layers)
    )
