"""Keras Models of the caller's own -> an open model, as files become one.

Nothing is copied: what is shown changes as the caller trains the Models.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from explorer.from_python.keras_graph import Specs, find_half, read_graph, with_a_graph
from explorer.from_python.own_data import OwnData
from models.answers import Answerer
from models.errors import ArchitectureError, DataError
from models.inspection.inspect_file import Inspected
from models.inspection.purpose import Role
from models.inspection.roles import tell_roles
from models.networks import EncoderEnds, Networks
from models.opening import UNUSED_ENCODER, Opened, decoder_ends, find_encoder_ends
from models.planning import Half, Plan, with_classes_of
from models.ports import PicturePort
from models.source import ModelSource
from models.survey import survey


@dataclass(frozen=True)
class InMemory:
    """What a card tells in the place of a file."""

    name: str
    keras_version: str
    format: str = "keras"


@dataclass(frozen=True, eq=False)
class OwnModels:
    """The caller's Models, ready to be asked.

    Attributes
    ----------
    opened : Opened
    data : OwnData or None
    port : PicturePort or None
        How a row of the data is a picture; None where there are none.
    """

    opened: Opened
    data: OwnData | None
    port: PicturePort | None

    @property
    def encodes(self) -> bool:
        """Whether there are data and an encoder for them."""
        return self.port is not None and self.opened.networks.encoder_ends is not None


def open_models(decoder: Any, encoder: Any = None, data: OwnData | None = None) -> OwnModels:
    """Open Models of the caller's.

    Parameters
    ----------
    decoder : keras.Model
        Or, without an encoder, a Model whose layers ``decoder`` and ``encoder`` are meant.
    encoder : keras.Model, optional
    data : OwnData, optional

    Raises
    ------
    LatentExplorerError
        If they are no Models, are not built, do not fit together, or cannot be
        shown; if the data are not what goes in or comes out.
    """
    halves = find_half(decoder, "decoder"), find_half(decoder, "encoder")
    if encoder is None and None not in halves:
        decoder, encoder = halves
    decoder = with_a_graph(decoder, "decoder")
    decoding, specs = _half(decoder, "decoder")
    notes: list[str] = []
    encoder_ends = encoding = None
    if encoder is not None:
        encoder = with_a_graph(encoder, "encoder")
        encoding, _ = _half(encoder, "encoder")
        decoding = with_classes_of(encoding, decoding, specs)
    ends = decoder_ends(decoding)
    if encoding is not None:
        encoder_ends = find_encoder_ends(encoding, encoder, ends)
        if encoder_ends is None:
            encoder, notes = None, [UNUSED_ENCODER]
        else:
            _check_fit(encoder, encoder_ends, ends.latent_dim)
            encoder_ends = _with_range(encoder_ends, data)
    networks = Networks(decoder, ends, encoder, encoder_ends)
    plan = Plan(decoding, encoding, "decoder", "Given from Python.")
    source = ModelSource(model=Path(decoder.name.replace(".", "_")))
    subject = survey(source, plan, networks, notes)
    subject = replace(subject, card={**subject.card, "format": "Keras Model in memory"})
    answerer = Answerer(networks, subject.outputs)
    answerer.warm_up()
    port = _port_of_data(data, encoder_ends, subject.outputs[0].port)
    return OwnModels(Opened(networks, answerer, subject), data, port)


def _half(model: Any, role: Role) -> tuple[Half, Specs]:
    import keras

    blueprint, specs = read_graph(model)
    told = InMemory(model.name, keras.__version__)
    roles = tell_roles(blueprint, specs, role)
    # Nobody reads more of a file than its name, its format and its version here.
    return Half(cast(Inspected, told), blueprint, (), roles, model.count_params()), specs


def _check_fit(encoder: Any, ends: EncoderEnds, latent_dim: int) -> None:
    sizes = encoder.outputs[ends.code].shape[1:]
    if None in sizes or int(np.prod(sizes)) != latent_dim:
        raise ArchitectureError(
            "Encoder and decoder",
            "must have the same latent_dim",
            f"{tuple(sizes)} out of the encoder and {latent_dim} into the decoder",
        )


def _with_range(ends: EncoderEnds, data: OwnData | None) -> EncoderEnds:
    if data is None or not data.fits(ends.picture):
        return ends
    return replace(ends, picture=data.port(ends.picture))


def _port_of_data(data: OwnData | None, ends: EncoderEnds | None, shown: Any) -> PicturePort | None:
    if data is None:
        return None
    port = shown if ends is None else ends.picture
    if not isinstance(port, PicturePort) or not data.fits(port):
        takes = "the encoder takes" if ends is not None else "the decoder makes"
        raise DataError(
            "data", f"must be pictures as {takes} them, {(None, *port.shape)}",
            str(data.rows.shape), "reshape them",
        )  # fmt: skip
    return port if ends is not None else data.port(port)
