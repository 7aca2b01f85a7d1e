"""The words and lines of code of the page "Why two inputs?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from explorer.state.frame import Floats
from explorer.state.latent import Route
from explorer.widgets.network import DECODER, ENCODER, Layer, Network

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


def page_of(network: Network) -> tuple[Part, ...]:
    """All parts of the page for a network, from top to bottom."""
    encoder, decoder = network.models
    picture, z = encoder.layers[0], decoder.layers[0]
    last = encoder.layers[-1].name
    both = frozenset({ENCODER, "latent_inputs", DECODER})
    weights = encoder.parameters + decoder.parameters
    return (
        Heading("Two ways in"),
        Prose(
            f"A picture enters at `{picture.name}`. But the decoder has a way in of its own: "
            f"`{z.name}` takes a latent vector of {z.shape_text} numbers, wherever they come from."
        ),
        Code(
            f'inputs = Input(shape={_tuple(picture)}, name="{picture.name}")',
            frozenset({picture.name}),
            ENCODER,
            "Where a picture enters",
        ),
        Code(
            f"encoder = Model(inputs, {last})",
            frozenset({ENCODER}),
            ENCODER,
            "From the picture to z",
        ),
        Code(
            f'latent_inputs = Input(shape={_tuple(z)}, name="{z.name}")',
            frozenset({z.name, "latent_inputs"}),
            DECODER,
            "Where a latent vector enters",
        ),
        Code(
            "decoder = Model(latent_inputs, outputs)",
            frozenset({DECODER}),
            DECODER,
            "From z to the picture",
        ),
        Prose(
            "That makes the decoder a Model by itself. It does not know who calls it: "
            "the encoder may, and so may your sliders, a random draw or a pasted vector."
        ),
        Heading("Plugged in now"),
        Code(
            "decoder(encoder(inputs))",
            both,
            "",
            "Click to plug in the encoder",
            Route.ENCODER,
        ),
        Code(
            "decoder(latent_inputs)",
            frozenset({"latent_inputs", DECODER}),
            "",
            "Click to plug in the sliders",
            Route.HELD,
        ),
        Live(),
        Heading("What autoencoder adds"),
        Code(
            "autoencoder = Model(inputs, decoder(encoder(inputs)))",
            both,
            "",
            "The third Model: the other two in a row",
        ),
        Prose(
            "A third Model, and not one new weight. The encoder's "
            f"{encoder.parameters:,} and the decoder's {decoder.parameters:,} are all of its "
            f"{weights:,}: the three Models share them. Train `autoencoder`, and the decoder "
            "behind your sliders has learned too."
        ),
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
        Prose("The decoder must be cut out, by giving the rest of its layers a new Input:"),
        Code(
            f'latent_inputs = Input(shape={_tuple(z)}, name="{z.name}")',
            frozenset({z.name, "latent_inputs"}),
            DECODER,
            "A new way in",
        ),
        Code(
            "decoder = Model(latent_inputs, rest(latent_inputs))",
            frozenset({DECODER}),
            DECODER,
            f"rest: the layers after {last}, called anew; their weights stay shared",
        ),
    )


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
    picture, latent, output = (
        _batch(network.encoder.layers[0]),
        _batch(network.decoder.layers[0]),
        _batch(network.decoder.layers[-1]),
    )
    numbers = ", ".join(f"{value:+.3f}" for value in z[:FIRST_NUMBERS].tolist())
    more = ", …" if z.size > FIRST_NUMBERS else ""
    shapes = f"{latent} → {output}"
    if route is Route.ENCODER:
        shapes = f"{picture} → {shapes}"
    denoised, noisy = (metrics.get(side, {}).get("mse") for side in ("denoised", "noisy"))
    error = "– (no drawing to compare with)"
    if route is Route.ENCODER and denoised is not None and noisy is not None:
        error = f"{denoised:.4f} (noisy picture: {noisy:.4f})"
    return ("z", f"[{numbers}{more}]"), ("shapes", shapes), ("MSE", error)


def _tuple(layer: Layer) -> str:
    sizes = ", ".join(str(size) for size in layer.shape)
    return f"({sizes},)" if len(layer.shape) == 1 else f"({sizes})"


def _batch(layer: Layer) -> str:
    sizes = f",{NO_BREAK}".join(["1", *(str(size) for size in layer.shape)])
    return f"({sizes})"
