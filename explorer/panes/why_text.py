"""The words and lines of code of the page "Why two inputs?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.state.frame import Floats
from explorer.state.latent import Route
from explorer.widgets.network import DECODER, ENCODER, Layer, Model, Network

FIRST_NUMBERS = 3
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Heading:
    """Starts a part of the page."""

    text: str


@dataclass(frozen=True)
class Prose:
    """A paragraph; names of code stand in backticks."""

    text: str


@dataclass(frozen=True)
class Live:
    """Where the values of now stand."""


@dataclass(frozen=True)
class Code:
    """A line of Keras code.

    Attributes
    ----------
    text : str
    lights : frozenset of str
        Parts of the wiring strip that it is about.
    side : str
        ``encoder``, ``decoder``, or empty where it is about both.
    route : Route or None
        The line is live while this is plugged in.
    tip : str
    """

    text: str
    lights: frozenset[str]
    side: str
    tip: str
    route: Route | None = None


Part = Heading | Prose | Live | Code

BOTH = frozenset({ENCODER, "latent_inputs", DECODER})
ENCODER_CALL = Code(
    "decoder(encoder(inputs))", BOTH, "", "Click to plug in the encoder", Route.ENCODER
)
DECODER_CALL = Code(
    "decoder(latent_inputs)",
    frozenset({"latent_inputs", DECODER}),
    "",
    "Click to plug in the sliders",
    Route.HELD,
)
DECODER_MODEL = Code(
    "decoder = Model(latent_inputs, outputs)",
    frozenset({DECODER}),
    DECODER,
    "From z to the picture",
)


def page_of(network: Network, cut: str = "") -> tuple[Part, ...]:
    """All parts of the page, from top to bottom.

    Parameters
    ----------
    network : Network
    cut : str
        The layer at which the decoder was cut out of a single graph; empty where it was not.
    """
    if network.encoder is None:
        return _page_of_decoder(network.decoder)
    return (
        *_two_ways_in(network.encoder, network.decoder),
        Heading("Plugged in now"),
        ENCODER_CALL,
        DECODER_CALL,
        Live(),
        *_what_autoencoder_adds(network.encoder, network.decoder),
        *_what_a_single_graph_loses(network.encoder, network.decoder, cut),
    )


def _two_ways_in(encoder: Model, decoder: Model) -> tuple[Part, ...]:
    picture = encoder.inputs[0]
    return (
        Heading("Two ways in"),
        Prose(
            f"A picture enters at `{picture.title}`. But the decoder has a way in of its own: "
            f"{_way_in(decoder)}, wherever they come from."
        ),
        Code(
            f"inputs = {_input(picture)}",
            frozenset({picture.name}),
            ENCODER,
            "Where a picture enters",
        ),
        Code(
            f"encoder = Model(inputs, {encoder.output.title})",
            frozenset({ENCODER}),
            ENCODER,
            "From the picture to z",
        ),
        _latent_inputs(decoder, "Where a latent vector enters"),
        DECODER_MODEL,
        Prose(
            "That makes the decoder a Model by itself. It does not know who calls it: "
            "the encoder may, and so may your sliders, a random draw or a pasted vector."
        ),
    )


def _what_autoencoder_adds(encoder: Model, decoder: Model) -> tuple[Part, ...]:
    return (
        Heading("What autoencoder adds"),
        Code(
            "autoencoder = Model(inputs, decoder(encoder(inputs)))",
            BOTH,
            "",
            "The third Model: the other two in a row",
        ),
        Prose(
            "A third Model, and not one new weight. The encoder's "
            f"{encoder.parameters:,} and the decoder's {decoder.parameters:,} are all of its "
            f"{encoder.parameters + decoder.parameters:,}: the three Models share them. Train "
            "`autoencoder`, and the decoder behind your sliders has learned too."
        ),
    )


def _what_a_single_graph_loses(encoder: Model, decoder: Model, cut: str) -> tuple[Part, ...]:
    must_be_cut = "The decoder must be cut out, by giving the rest of its layers a new Input:"
    if cut:
        must_be_cut = (
            f"This model came as such a graph. Its decoder was cut out at `{cut}`, by giving "
            "the rest of its layers a new Input:"
        )
    return (
        Heading("What a single graph loses"),
        Code(
            "autoencoder = Model(inputs, decode(encode(inputs)))",
            frozenset({ENCODER, DECODER}),
            "",
            "The same layers, called as plain functions",
        ),
        Prose(
            "The same layers in one graph give the same pictures, but no `decoder` exists. "
            "z is only a tensor between two layers, and the graph has no second way in: there is "
            "nothing to plug sliders into."
        ),
        Prose(must_be_cut),
        _latent_inputs(decoder, "A new way in"),
        Code(
            "decoder = Model(latent_inputs, rest(latent_inputs))",
            frozenset({DECODER}),
            DECODER,
            f"rest: the layers after {cut or encoder.output.title}, called anew; "
            "their weights stay shared",
        ),
    )


def _page_of_decoder(decoder: Model) -> tuple[Part, ...]:
    return (
        Heading("One way in, so far"),
        Prose(
            f"This model came as a decoder alone: {_way_in(decoder)}. The sliders give them, "
            "or a random draw, or a pasted vector."
        ),
        _latent_inputs(decoder, "Where a latent vector enters"),
        DECODER_MODEL,
        Heading("Plugged in now"),
        DECODER_CALL,
        Live(),
        Heading("What an encoder would add"),
        Code("encoder = Model(inputs, z)", frozenset(), ENCODER, "From a picture to its z"),
        Code(
            "autoencoder = Model(inputs, decoder(encoder(inputs)))",
            frozenset(),
            "",
            "Both Models in a row, with not one new weight",
        ),
        Prose(
            "An encoder leads from a picture to its z in one step: a second way into the same "
            "`decoder`. Its weights are its own; those of the decoder stay as they are."
        ),
        Prose(
            "Without one, z can still be found: a search starts at the z of now and goes down "
            "the slope of the difference between `decoder(latent_inputs)` and your drawing."
        ),
    )


def _way_in(decoder: Model) -> str:
    first, *others = decoder.inputs
    words = f"`{first.title}` takes a latent vector of {first.shape_text} numbers"
    if others:
        named = ", ".join(f"`{layer.title}` {layer.shape_text}" for layer in others)
        words = f"{words}, {named}"
    return words


def _latent_inputs(decoder: Model, tip: str) -> Code:
    inputs = ", ".join(_input(layer) for layer in decoder.inputs)
    names = frozenset({"latent_inputs", *(layer.name for layer in decoder.inputs)})
    text = inputs if len(decoder.inputs) == 1 else f"[{inputs}]"
    return Code(f"latent_inputs = {text}", names, DECODER, tip)


def live_lines(
    network: Network, route: Route, z: Floats, metrics: Mapping[str, Mapping[str, float]]
) -> tuple[tuple[str, str], ...]:
    """(name, value) of what is on the screen now.

    Parameters
    ----------
    network : Network
    route : Route
    z : ndarray of float32, shape (latent_dim,)
    metrics : mapping
        Of the shown frame; empty with the sliders plugged in.
    """
    latent = ", ".join(_batch(layer) for layer in network.decoder.inputs)
    numbers = ", ".join(f"{value:+.3f}" for value in z[:FIRST_NUMBERS].tolist())
    more = ", …" if z.size > FIRST_NUMBERS else ""
    shapes = f"{latent} → {_batch(network.decoder.output)}"
    if route is Route.ENCODER and network.encoder is not None:
        shapes = f"{_batch(network.encoder.inputs[0])} → {shapes}"
    denoised, noisy = (metrics.get(side, {}).get("mse") for side in ("denoised", "noisy"))
    error = "– (no drawing to compare with)"
    if route is Route.ENCODER and denoised is not None and noisy is not None:
        error = f"{denoised:.4f} (noisy picture: {noisy:.4f})"
    return ("z", f"[{numbers}{more}]"), ("shapes", shapes), ("MSE", error)


def _input(layer: Layer) -> str:
    sizes = _sizes(layer, "None")
    shape = f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
    return f'Input(shape={shape}, name="{layer.title}")'


def _batch(layer: Layer) -> str:
    return f"({f',{NO_BREAK}'.join(['1', *_sizes(layer, '?')])})"


def _sizes(layer: Layer, unknown: str) -> list[str]:
    return [unknown if size < 0 else str(size) for size in layer.shape]
